"""Everything the engine needs of patients, agents, parameters and protocol, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from hepatrial.agents import Agent, individual_kinetics, inverse_constant_per_nm, reference_concentration_mg_l
from hepatrial.disease.constants import Constants, constants
from hepatrial.disease.individuals import Individuals, individuals
from hepatrial.disease.locoregional import in_procedures_setting
from hepatrial.disease.model import Steps, daily_steps
from hepatrial.disease.parameters import Parameters
from hepatrial.disease.resistance import ALL_CAUSES, ResistanceSwitches
from hepatrial.disease.targets import TARGETS
from hepatrial.patients.patients import Patients, child_pugh_class
from hepatrial.protocol.design import Protocol
from hepatrial.response.recist import SMALLEST_RISE_MM
from hepatrial.simulation.events import Luck, Schedule
from hepatrial.simulation.locoregional import Locoregional
from hepatrial.simulation.locoregional_inputs import locoregional_inputs
from hepatrial.simulation.streams import Streams
from hepatrial.treatment.exposure import (
    AgentTables,
    ExposureCoefficients,
    bound_targets,
    exposure_coefficients,
)
from hepatrial.treatment.ladder import by_weight, most_levels
from hepatrial.treatment.locoregional import locoregional_plan, most_sessions
from hepatrial.treatment.plan import ArmPlan, DailyFactors, arm_plan, daily_factors
from hepatrial.treatment.sequence import most_stages, sequence_plan


class Inputs(NamedTuple):
    """Inputs of the engine: arrays over patients first, then what they share."""

    person: Individuals
    steps: Steps
    exposure: ExposureCoefficients
    luck: Luck
    plans: tuple[ArmPlan, ...]
    factors: tuple[DailyFactors, ...]
    agents: AgentTables
    constants: Constants
    schedule: Schedule
    days_between_visits: int
    proportional: tuple[tuple[bool, ...], ...]
    bound_targets: tuple[str, ...]
    locoregional: Locoregional | None


def assemble(
    protocol: Protocol,
    agents: Sequence[Agent],
    patients: Patients,
    parameters: Parameters,
    streams: Streams,
    switches: ResistanceSwitches = ALL_CAUSES,
) -> Inputs:
    """Collect the inputs of all arms of ``protocol`` for ``patients``."""
    tables = agent_tables(agents, switches)
    schedule = visit_schedule(protocol, parameters)
    levels = most_levels(protocol.arms)
    weight_kg = patients.weight_kg if by_weight(protocol.arms) else None
    plans = tuple(arm_plan(arm, agents, tables, levels, weight_kg) for arm in protocol.arms)
    if protocol.locoregional:
        sessions = most_sessions(protocol.arms)
        plans = tuple(
            plan._replace(locoregional=locoregional_plan(arm, parameters, sessions))
            for arm, plan in zip(protocol.arms, plans, strict=True)
        )
    stages = most_stages(protocol.arms)
    if protocol.staged or protocol.escalates:
        plans = tuple(
            plan._replace(sequence=sequence_plan(arm, agents, tables, stages, escalates=protocol.escalates))
            for arm, plan in zip(protocol.arms, plans, strict=True)
        )
    parameters = parameters.of_population(protocol.baseline.name)
    if protocol.locoregional:
        parameters = in_procedures_setting(parameters)
    person, shared = individuals(patients, parameters, streams), constants(parameters, switches)
    clinic_days = round(protocol.visits.clinic_interval_days)
    return Inputs(
        person=person,
        steps=daily_steps(person, shared),
        exposure=_exposure(agents, patients, tables, streams),
        luck=_luck(
            patients, agents, tables.toxicity_rate.shape[1], int(schedule.scan.max()), stages, streams
        ),
        plans=plans,
        factors=tuple(daily_factors(plan, tables, clinic_days * len(schedule.scan)) for plan in plans),
        agents=tables,
        constants=shared,
        schedule=schedule,
        days_between_visits=clinic_days,
        proportional=tuple(
            tuple(event.exposure_exponent.value == 1.0 for event in agent.adverse_events) for agent in agents
        ),
        bound_targets=bound_targets(tables),
        locoregional=locoregional_inputs(protocol, patients, person, parameters, streams),
    )


def agent_tables(agents: Sequence[Agent], switches: ResistanceSwitches) -> AgentTables:
    """What the catalogue says of the agents, as arrays."""
    events = max([len(agent.adverse_events) for agent in agents], default=1) or 1
    rate, onset = np.zeros((len(agents), events)), np.ones((len(agents), events))
    exponent = np.ones((len(agents), events))
    inverse_kd = np.zeros((len(agents), len(TARGETS)))
    for row, agent in enumerate(agents):
        for column, event in enumerate(agent.adverse_events):
            onset[row, column] = event.onset_days.value
            exponent[row, column] = event.exposure_exponent.value
            # The hazard a exp(-t/onset) integrates to a * onset, so that 1 - exp(-a * onset) is the stated share.
            rate[row, column] = -np.log1p(-event.probability.value) / event.onset_days.value
        rate[row] *= agent.effective_toxicity.value
        inverse_kd[row] = [inverse_constant_per_nm(agent, target) for target in TARGETS]

    def row_of(values: list[float]) -> np.ndarray:
        return np.asarray(values, dtype=np.float64)

    kinetics = [agent.pharmacokinetics for agent in agents]
    return AgentTables(
        inverse_kd_per_nm=inverse_kd,
        reference_mg_l=row_of([reference_concentration_mg_l(agent) for agent in agents]),
        reference_mg_per_day=row_of([k.reference_dose_mg_per_day.value for k in kinetics]),
        dose_exponent=row_of(
            [k.exposure_dose_exponent.value if k.exposure_dose_exponent else 1.0 for k in kinetics]
        ),
        drift_final=row_of(
            [
                k.drift_final_fraction.value if k.drift_final_fraction and switches.falling_exposure else 1.0
                for k in kinetics
            ]
        ),
        drift_days=row_of([k.drift_time_days.value if k.drift_time_days else 100.0 for k in kinetics]),
        injury_albi=row_of([agent.liver_injury.value if agent.liver_injury else 0.0 for agent in agents]),
        toxicity_rate=rate,
        toxicity_onset_days=onset,
        toxicity_exponent=exponent,
        reduction_share=row_of(
            [agent.reduction_given_event.value if agent.reduction_given_event else 0.0 for agent in agents]
        ),
        withdrawal_share=row_of(
            [agent.withdrawal_given_event.value if agent.withdrawal_given_event else 0.0 for agent in agents]
        ),
        fatal_share=row_of(
            [agent.fatal_given_event.value if agent.fatal_given_event else 0.0 for agent in agents]
        ),
    )


def visit_schedule(protocol: Protocol, parameters: Parameters) -> Schedule:
    """Clinic visits to the horizon, with scans numbered from 1."""
    clinic = round(protocol.visits.clinic_interval_days)
    every = round(protocol.visits.scan_interval_days / clinic)
    visits = -(-round(protocol.horizon_days) // clinic)
    number = np.arange(1, visits + 1)
    return Schedule(
        scan=np.where(number % every == 0, number // every, 0).astype(np.int32),
        smallest_rise_mm=np.asarray(SMALLEST_RISE_MM[protocol.response.progression]),
        viable_criteria=np.asarray(float(protocol.response.progression == "mRECIST")),
        reading_sd=np.asarray(parameters["measurement.sld_log_sd"]),
    )


def _exposure(
    agents: Sequence[Agent], patients: Patients, tables: AgentTables, streams: Streams
) -> ExposureCoefficients:
    severity = child_pugh_class(patients.child_pugh_score)
    kinetics = [
        individual_kinetics(
            agent,
            severity,
            patients.weight_kg,
            streams.normal(f"kinetics of {agent.name}", patients.patient, 2),
        )
        for agent in agents
    ]

    def columns(name: str) -> np.ndarray:
        found = [getattr(individual, name) for individual in kinetics]
        return np.stack(found) if found else np.empty((0, len(patients)))

    return exposure_coefficients(
        columns("elimination_per_day"),
        columns("volume_l"),
        columns("free_nm_per_mg_l"),
        tables.drift_final,
        tables.drift_days,
    )


def _luck(
    patients: Patients, agents: Sequence[Agent], events: int, scans: int, stages: int, streams: Streams
) -> Luck:
    """Chance, one stream a decision: neither another agent nor a longer trial changes what is drawn."""
    ids = patients.patient

    def of_events(draw: Callable[..., np.ndarray], name: str) -> np.ndarray:
        drawn = np.zeros((len(agents), events, len(ids)))
        for row, agent in enumerate(agents):
            for column, event in enumerate(agent.adverse_events):
                drawn[row, column] = draw(f"{name}: {agent.name}, {event.name}", ids)[:, 0]
        return drawn

    return Luck(
        cancer=streams.exponential("cancer death", ids)[:, 0],
        liver=streams.exponential("liver death", ids)[:, 0],
        toxic=streams.exponential("toxic death", ids)[:, 0],
        new_lesion=streams.exponential("new lesion", ids)[:, 0],
        symptoms=streams.exponential("symptomatic progression", ids)[:, 0],
        adverse_event=of_events(streams.exponential, "adverse event"),
        action=of_events(streams.uniform, "action on adverse event"),
        next_line=streams.uniform("next line", ids)[:, 0],
        decompensation=streams.exponential("decompensation", ids)[:, 0],
        recovery=streams.exponential("recovery from decompensation", ids)[:, 0],
        liver_stop=streams.uniform("stop at decompensation", ids)[:, 0],
        reading=np.stack([streams.normal(f"reading of scan {scan}", ids)[:, 0] for scan in range(scans + 1)]),
        later_lesion=np.stack(
            [
                streams.exponential(f"new lesion in stage {number}", ids)[:, 0]
                for number in range(2, stages + 1)
            ]
        )
        if stages > 1
        else None,
    )
