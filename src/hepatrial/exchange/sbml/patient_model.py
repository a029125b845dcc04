"""One virtual patient under one arm as an SBML model: individual parameters, treatment as input, equations."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import numpy as np

from hepatrial.agents import Agent, individual_kinetics
from hepatrial.disease.parameters import Parameters
from hepatrial.disease.targets import TARGETS
from hepatrial.exchange.sbml.builder import ModelBuilder
from hepatrial.exchange.sbml.equations import (
    add_exposure,
    add_hazards,
    add_liver,
    add_markers,
    add_toxicity,
    add_tumour,
    agent_id,
)
from hepatrial.exchange.sbml.population import add_population_constants
from hepatrial.exchange.sbml.procedures import add_procedures, extrahepatic_threshold
from hepatrial.exchange.sbml.treatment_course import DoseChange, TreatmentCourse
from hepatrial.exchange.sbml.tumour_cell import add_strengths
from hepatrial.patients.patients import Patients, child_pugh_class
from hepatrial.signalling import Strengths
from hepatrial.simulation.inputs import Inputs
from hepatrial.simulation.streams import Streams

NOTICE = (
    "Simulated by hepatrial, for research and trial planning, not for treating a patient.\n"
    "The model does not decide on treatment: doses, the stop of treatment and the next line are those of the simulated"
    " course and enter as events. After the day of death the course is what it would have been."
)


def patient_model(
    inputs: Inputs,
    agents: Sequence[Agent],
    patients: Patients,
    parameters: Parameters,
    streams: Streams,
    course: TreatmentCourse,
    row: int,
    arm: int,
) -> ModelBuilder:
    """Build the model of the patient in ``row`` of ``patients`` under arm number ``arm``.

    Parameters
    ----------
    inputs
        The engine's inputs of the same patients, agents, parameters and streams.
    course
        Treatment that the engine gave this patient in this arm.

    Returns
    -------
    ModelBuilder, whose ``text()`` is the SBML.
    """
    number = int(patients.patient[row])
    model = ModelBuilder(f"hepatrial_patient_{number}", f"hepatrial virtual patient {number}", NOTICE)
    every, plan = inputs.locoregional, inputs.plans[arm].locoregional
    procedures = every is not None
    add_population_constants(model, inputs.constants, parameters, procedures=procedures)
    _add_strengths(model, inputs, row)
    _add_individual(model, inputs, patients, row)
    _add_agents(model, inputs, agents, patients, streams, row, arm, course)
    _add_doses(model, agents, course)
    names = [agent.name for agent in agents]
    add_exposure(model, names, course.clocks)
    add_tumour(
        model,
        float(inputs.person.sensitive_ml[row]),
        float(inputs.person.resistant_ml[row]),
        procedures=procedures,
    )
    add_liver(model, names)
    add_markers(model, procedures=procedures)
    if every is not None and plan is not None:
        add_procedures(model, every, plan, course, row)
    add_toxicity(model, agents, course.clocks)
    add_hazards(model, names, procedures=procedures)
    _add_next_line(model, inputs, course, row, arm)
    return model


def _add_strengths(model: ModelBuilder, inputs: Inputs, row: int) -> None:
    n = len(inputs.person.met_log_gain)
    add_strengths(model, Strengths(*(np.broadcast_to(edge, n)[row] for edge in inputs.steps.strengths)))


def _add_individual(model: ModelBuilder, inputs: Inputs, patients: Patients, row: int) -> None:
    person = jax.tree.map(lambda values: float(np.asarray(values)[row]), inputs.person)
    note = "Of this patient, drawn from the population."
    share = "dimensionless"
    for parameter_id, value, unit, name in (
        ("growth_rate", person.growth_per_day, "per_day", "Untreated growth rate"),
        ("vascular_ratio", person.vascular_ratio, share, "ln(K/V) of the untreated tumour"),
        ("erk_dependence", person.erk_dependence, share, "Share of proliferation that hangs on ERK"),
        ("s6k_dependence", person.s6k_dependence, share, "Share of proliferation that hangs on S6K"),
        ("baseline_volume", person.sensitive_ml + person.resistant_ml, "mL", "Tumour volume at baseline"),
        ("baseline_sld", person.sld_mm, "mm", "Sum of diameters at baseline"),
        ("baseline_albi", person.albi, share, "ALBI score at baseline"),
        ("baseline_afp", float(patients.afp_ng_ml[row]), "ng_per_mL", "AFP at baseline"),
        ("cirrhosis_rate", person.cirrhosis_per_day, "per_day", "Worsening of ALBI by cirrhosis"),
        ("prognosis", person.prognosis, share, "Log hazard ratio of cancer death at baseline"),
        ("new_lesion_rate", person.new_lesion_per_day, "per_day", "Untreated intensity of new lesions"),
        ("symptom_factor", person.symptom_factor, share, "Intensity of reported symptoms, relative"),
        ("decompensated_at_baseline", person.decompensated, share, "1 with ascites or encephalopathy"),
    ):
        model.parameter(parameter_id, value, unit, name, note)
    threshold = (
        float(np.asarray(inputs.luck.new_lesion)[row])
        if inputs.locoregional is None
        else extrahepatic_threshold(inputs.locoregional, row)
    )
    chance = "Unit-exponential draw: the lesion appears when its cumulative hazard gets here; the same in every arm."
    model.parameter("new_lesion_threshold", threshold, share, "Threshold of the first new lesion", chance)
    luck = inputs.luck
    model.parameter(
        "decompensation_threshold",
        float(np.asarray(luck.decompensation)[row]),
        share,
        "Threshold of decompensation",
        "Unit-exponential draw, as that of the new lesion.",
    )
    recovery = float(np.asarray(luck.recovery)[row]) / max(inputs.constants.decompensation.recovery, 1e-12)
    model.parameter("recovery_days", recovery, "day", "How long a decompensation lasts", "Drawn.")


def _add_agents(
    model: ModelBuilder,
    inputs: Inputs,
    agents: Sequence[Agent],
    patients: Patients,
    streams: Streams,
    row: int,
    arm: int,
    course: TreatmentCourse,
) -> None:
    one = patients.select(np.asarray([row]))
    tables = inputs.agents
    for number, agent in enumerate(agents):
        key = agent_id(agent.name)
        kinetics = individual_kinetics(
            agent,
            child_pugh_class(one.child_pugh_score),
            one.weight_kg,
            streams.normal(f"kinetics of {agent.name}", one.patient, 2),
        )
        mine, theirs = f"{agent.name}, of this patient.", f"{agent.name}, from the catalogue ({agent.file})."
        for parameter_id, value, unit, name, note in (
            ("elimination", kinetics.elimination_per_day[0], "per_day", "Elimination rate", mine),
            ("distribution_volume", kinetics.volume_l[0], "litre", "Apparent volume", mine),
            (
                "free_share",
                kinetics.free_nm_per_mg_l[0],
                "nmol_per_mg",
                "Free amount per plasma mass",
                theirs,
            ),
            (
                "reference_concentration",
                tables.reference_mg_l[number],
                "mg_per_L",
                "Typical concentration",
                theirs,
            ),
            ("reference_dose", tables.reference_mg_per_day[number], "mg_per_day", "Reference dose", theirs),
            ("dose_exponent", tables.dose_exponent[number], "dimensionless", "Exposure by dose", theirs),
            ("drift_final", tables.drift_final[number], "dimensionless", "Exposure left by drift", theirs),
            ("drift_days", tables.drift_days[number], "day", "Time constant of drift", theirs),
            *(
                [("start_day", inputs.plans[arm].start_day[number], "day", "Start", "Of the arm's plan.")]
                if course.clocks[number] is None
                else []
            ),
            ("injury", tables.injury_albi[number], "dimensionless", "ALBI injury, typical exposure", theirs),
            ("fatal_share", tables.fatal_share[number], "dimensionless", "Fatal share of events", theirs),
        ):
            model.parameter(f"{parameter_id}_{key}", float(value), unit, f"{name} of {agent.name}", note)
        for column in range(len(agent.adverse_events)):
            for parameter_id, value, unit, name in (
                ("rate", tables.toxicity_rate, "per_day", "Hazard at start and typical concentration"),
                ("onset", tables.toxicity_onset_days, "day", "Time constant of onset"),
                ("exponent", tables.toxicity_exponent, "dimensionless", "Exponent of exposure"),
            ):
                text = f"{name} of {agent.adverse_events[column].name}"
                found = float(value[number, column])
                model.parameter(f"toxicity_{parameter_id}_{column}_{key}", found, unit, text, theirs)
        for column, target in enumerate(TARGETS):
            affinity = float(tables.inverse_kd_per_nm[number, column])
            name = f"1/Kd of {agent.name} on {target}"
            model.parameter(f"affinity_{key}_{target}", affinity, "per_nM", name, theirs)


def _add_doses(model: ModelBuilder, agents: Sequence[Agent], course: TreatmentCourse) -> None:
    for agent, changes in zip(agents, course.doses, strict=True):
        key = agent_id(agent.name)
        first, *later = changes or (DoseChange(0.0, 0.0),)
        model.parameter(
            f"dose_{key}", first.mg_per_day, "mg_per_day", f"Dose of {agent.name}", constant=False
        )
        for number, change in enumerate(later, start=1):
            day, dose = f"dose_day_{number}_{key}", f"dose_{number}_{key}"
            model.parameter(day, change.day, "day", f"Day of change {number} of the dose of {agent.name}")
            model.parameter(
                dose, change.mg_per_day, "mg_per_day", f"Dose of {agent.name} from change {number} on"
            )
            model.event(
                f"change_{number}_{key}", f"Dose change {number}", f"time >= {day}", {f"dose_{key}": dose}
            )


def _add_next_line(model: ModelBuilder, inputs: Inputs, course: TreatmentCourse, row: int, arm: int) -> None:
    plan = inputs.plans[arm]
    takes = float(np.asarray(inputs.luck.next_line)[row]) < float(plan.next_line_share)
    if course.stop_day is None or not takes:
        return
    effect = float(np.log(plan.next_line_hazard_ratio))
    model.parameter("next_line_log_hazard_ratio", effect, "dimensionless", "Effect of the next line")
    model.parameter("stop_day", course.stop_day, "day", "Day trial treatment stopped")
    model.event(
        "next_line",
        "Next line of therapy",
        "time >= stop_day",
        {"next_line_effect": "next_line_log_hazard_ratio"},
    )
