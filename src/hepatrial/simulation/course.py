"""The course of a block of patients under one arm: integration by day, decisions at their days and visits.

The slow states are integrated with the classical fourth-order Runge-Kutta method at a fixed step of one day;
exposure is analytic. Cumulative hazards are carried by the trapezoidal rule; an event happens when its cumulative
hazard crosses the patient's unit-exponential threshold, which is the same number under every arm. Within a day the
time of an event is interpolated linearly.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as xp

from hepatrial.disease.individuals import Individuals
from hepatrial.disease.model import Constants, Drive, Rates, State, derivative, hazard_rates, initial_state
from hepatrial.disease.tumour import relative_diameter
from hepatrial.response.recist import grown
from hepatrial.treatment.exposure import AgentTables, ExposureCoefficients, advance_exposure, occupancies
from hepatrial.treatment.plan import ArmPlan

Array = jax.Array
NEVER = 1e9
"""Day of an event that did not happen within the horizon."""


class Luck(NamedTuple):
    """Everything that chance decides for a patient, the same under every arm."""

    cancer: Array  # (n,) thresholds of cumulative hazards
    liver: Array
    new_lesion: Array
    symptoms: Array
    adverse_event: Array  # (n, agents, events)
    action: Array  # (n, agents, events) uniform: withdrawal, reduction or neither
    next_line: Array  # (n,) uniform
    reading: Array  # (n, scans + 1) standard normal, baseline first


class Schedule(NamedTuple):
    """Visits as arrays of the loop; ``scan`` numbers scans from 1, 0 where a visit has none."""

    scan: Array  # (visits,) int32
    smallest_rise_mm: Array  # scalar, of the criteria for progression
    viable_criteria: Array  # scalar, 1 if progression is judged on viable tumour (mRECIST)
    reading_sd: Array  # scalar, sd of the log of a measured sum


class Events(NamedTuple):
    """Days of events since randomisation, `NEVER` where they did not happen."""

    cancer_death: Array
    liver_death: Array
    new_lesion: Array
    symptoms: Array
    progression: Array  # day of the scan that shows it
    progression_by_new_lesion: Array  # 1 if that scan shows a new lesion
    stop: Array  # trial treatment stopped by decision (not by death)
    stop_for_adverse_event: Array
    adverse_event: Array  # (n, agents, events)
    reduced: Array  # (n, agents, events) 1 where the dose went down after it
    withdrawn: Array  # (n, agents, events) 1 where the agent was withdrawn


class Treatment(NamedTuple):
    """State of treatment: one column an agent."""

    level: Array  # (n, agents) int32, index into the ladder
    off_until: Array  # (n, agents) day on which an interruption ends
    withdrawn: Array  # (n, agents) bool
    concentration: Array  # (n, agents) mg/L
    stopped: Array  # (n,) bool, whole trial treatment


class Carry(NamedTuple):
    """What the loop over visits hands on."""

    state: State
    rates: Rates
    cumulative: Rates
    symptoms: Array
    toxicity: Array  # (n, agents, events) cumulative hazards of adverse events
    treatment: Treatment
    nadir_mm: Array
    events: Events


class Visit(NamedTuple):
    """What is recorded at a visit; float32, shape (n,)."""

    sld_mm: Array
    viable_sld_mm: Array
    measured_sld_mm: Array
    measured_viable_sld_mm: Array
    resistant_share: Array
    vessel_supply: Array
    albi_change: Array
    afp: Array
    vegf: Array
    svegfr2: Array
    mg_per_day: Array  # of all agents together when there is one; column sum otherwise
    concentration_mg_l: Array
    cumulative_hazard: Array  # of death


@partial(jax.jit, static_argnames=("days_between_visits", "daily"))
def follow(
    person: Individuals,
    exposure: ExposureCoefficients,
    luck: Luck,
    plan: ArmPlan,
    agents: AgentTables,
    constants: Constants,
    schedule: Schedule,
    days_between_visits: int,
    daily: bool = False,
) -> tuple[Events, Visit]:
    """Follow a block of patients through all visits of one arm.

    Parameters
    ----------
    person, exposure, luck
        Arrays over the n patients of the block.
    plan, agents, constants, schedule
        The arm, the agents' tables, the population constants, the visits.
    days_between_visits
        Whole days from one clinic visit to the next; one Runge-Kutta step a day.
    daily
        Record every day instead of every visit.

    Returns
    -------
    Events, and records with a leading axis of visits (or days).
    """
    visits = schedule.scan.shape[0]
    start = _start(person, luck, schedule, plan, constants)

    def one_visit(carry: Carry, visit):
        index, scan = visit
        first_day = index * days_between_visits

        def one_day(carry: Carry, offset):
            day = (first_day + offset).astype(person.growth_per_day.dtype)
            carry = _one_day(carry, day, person, exposure, luck, plan, agents, constants)
            return carry, (_record(carry, person, luck, plan, schedule, day + 1.0, scan) if daily else None)

        carry, days = jax.lax.scan(one_day, carry, xp.arange(days_between_visits))
        end = ((index + 1) * days_between_visits).astype(person.growth_per_day.dtype)
        carry = _clinic(carry, end, scan, person, luck, plan, schedule)
        return carry, (days if daily else _record(carry, person, luck, plan, schedule, end, scan))

    carry, record = jax.lax.scan(one_visit, start, (xp.arange(visits), schedule.scan))
    return carry.events, record


def _start(person: Individuals, luck: Luck, schedule: Schedule, plan: ArmPlan, constants: Constants) -> Carry:
    state = initial_state(person)
    zero = xp.zeros_like(person.growth_per_day)
    never = xp.full_like(zero, NEVER)
    none = xp.zeros_like(luck.adverse_event)
    agents = luck.adverse_event.shape[1]
    columns = xp.zeros((zero.shape[0], agents), zero.dtype)
    baseline = person.sld_mm * xp.exp(schedule.reading_sd * luck.reading[:, 0])
    return Carry(
        state=state,
        rates=hazard_rates(state, person, zero, constants),
        cumulative=Rates(zero, zero, zero),
        symptoms=zero,
        toxicity=none,
        treatment=Treatment(
            level=xp.zeros(columns.shape, xp.int32),
            off_until=columns,
            withdrawn=xp.zeros(columns.shape, bool),
            concentration=columns,
            stopped=xp.zeros(zero.shape, bool),
        ),
        nadir_mm=baseline,
        events=Events(
            never, never, never, never, never, zero, never, zero, xp.full_like(none, NEVER), none, none
        ),
    )


def _dose(treatment: Treatment, plan: ArmPlan, day: Array) -> Array:
    """Dose of each agent on this day, mg per day, shape (n, agents)."""
    given = ~treatment.withdrawn & ~treatment.stopped[:, None] & (treatment.off_until <= day)
    columns = [plan.mg_per_day[agent][treatment.level[:, agent]] for agent in range(treatment.level.shape[1])]
    # A protocol of placebo arms alone has no columns.
    return xp.where(given, xp.stack(columns, axis=1), 0.0) if columns else xp.zeros(given.shape)


def _one_day(
    carry: Carry,
    day: Array,
    person: Individuals,
    exposure: ExposureCoefficients,
    luck: Luck,
    plan: ArmPlan,
    agents: AgentTables,
    constants: Constants,
) -> Carry:
    before = carry.treatment.concentration
    dose = _dose(carry.treatment, plan, day)
    middle, after = advance_exposure(before, dose, day, exposure, agents)

    drives = [_drive(concentration, exposure, agents) for concentration in (before, middle, after)]
    state = _runge_kutta(carry.state, drives, person, constants)

    has_new_lesion = carry.events.new_lesion < NEVER
    rates = hazard_rates(state, person, has_new_lesion.astype(day.dtype), constants)
    stopped_next_line = carry.treatment.stopped & (luck.next_line < plan.next_line_share)
    rates = rates._replace(
        cancer=rates.cancer * xp.exp(xp.where(stopped_next_line, plan.next_line_log_hazard_ratio, 0.0))
    )
    cumulative = jax.tree.map(lambda total, a, b: total + 0.5 * (a + b), carry.cumulative, carry.rates, rates)
    death_before = carry.rates.cancer + carry.rates.liver
    symptoms = carry.symptoms + 0.5 * constants.symptom_ratio * (death_before + rates.cancer + rates.liver)

    def happened(known: Array, old: Array, new: Array, threshold: Array) -> Array:
        share = (threshold - old) / xp.maximum(new - old, 1e-30)
        return xp.where((known >= NEVER) & (new >= threshold), day + xp.clip(share, 0.0, 1.0), known)

    events = carry.events._replace(
        cancer_death=happened(
            carry.events.cancer_death, carry.cumulative.cancer, cumulative.cancer, luck.cancer
        ),
        liver_death=happened(carry.events.liver_death, carry.cumulative.liver, cumulative.liver, luck.liver),
        new_lesion=happened(
            carry.events.new_lesion, carry.cumulative.new_lesion, cumulative.new_lesion, luck.new_lesion
        ),
        symptoms=happened(carry.events.symptoms, carry.symptoms, symptoms, luck.symptoms),
    )
    treatment = carry.treatment._replace(concentration=after)
    toxicity, treatment, events = _adverse_events(
        carry.toxicity, treatment, events, before, after, dose, day, luck, plan, agents
    )
    return carry._replace(
        state=state,
        rates=rates,
        cumulative=cumulative,
        symptoms=symptoms,
        toxicity=toxicity,
        treatment=treatment,
        events=events,
    )


def _drive(concentration: Array, exposure: ExposureCoefficients, agents: AgentTables) -> Drive:
    return Drive(
        occupancy=occupancies(concentration, exposure, agents),
        injury_level=(concentration / agents.reference_mg_l) @ agents.injury_albi,
    )


def _runge_kutta(state: State, drives: list[Drive], person: Individuals, constants: Constants) -> State:
    """One step of one day with the drive known at its beginning, middle and end."""
    start, middle, end = drives

    def moved(rate: State, by: float) -> State:
        return jax.tree.map(lambda value, slope: value + by * slope, state, rate)

    first = derivative(state, start, person, constants)
    second = derivative(moved(first, 0.5), middle, person, constants)
    third = derivative(moved(second, 0.5), middle, person, constants)
    fourth = derivative(moved(third, 1.0), end, person, constants)
    return jax.tree.map(
        lambda value, a, b, c, d: value + (a + 2.0 * (b + c) + d) / 6.0, state, first, second, third, fourth
    )


def _adverse_events(
    toxicity: Array,
    treatment: Treatment,
    events: Events,
    before: Array,
    after: Array,
    dose: Array,
    day: Array,
    luck: Luck,
    plan: ArmPlan,
    agents: AgentTables,
) -> tuple[Array, Treatment, Events]:
    """Adverse events of this day and what follows: interruption, then the same dose, a lower one, or withdrawal."""
    relative = 0.5 * (before + after) / agents.reference_mg_l  # (n, agents)
    strain = xp.where(dose > 0.0, relative**agents.toxicity_exponent, 0.0)
    wave = agents.toxicity_rate * xp.exp(-day / agents.toxicity_onset_days)  # (agents, events)
    total = toxicity + strain[:, :, None] * wave
    new = (events.adverse_event >= NEVER) & (total >= luck.adverse_event)
    withdrawn = new & (luck.action < agents.withdrawal_share[:, None])
    wants_less = (
        new & ~withdrawn & (luck.action < (agents.withdrawal_share + agents.reduction_share)[:, None])
    )

    level = treatment.level + wants_less.sum(axis=2, dtype=xp.int32)
    ladder_ended = level > plan.last_level
    gone = treatment.withdrawn | withdrawn.any(axis=2) | ladder_ended
    level = xp.minimum(level, plan.last_level)
    off_until = xp.where(new.any(axis=2), day + 1.0 + plan.interruption_days, treatment.off_until)

    # Trial treatment has stopped for an adverse event once every agent that the arm gives is withdrawn.
    gives = plan.mg_per_day[:, 0] > 0.0
    all_gone = (gone | ~gives).all(axis=1) & gives.any()
    stops_now = all_gone & ~treatment.stopped
    events = events._replace(
        adverse_event=xp.where(new, day + 1.0, events.adverse_event),
        reduced=xp.where(wants_less & ~ladder_ended[:, :, None], 1.0, events.reduced),
        withdrawn=xp.where(withdrawn | (wants_less & ladder_ended[:, :, None]), 1.0, events.withdrawn),
        stop=xp.where(stops_now, day + 1.0, events.stop),
        stop_for_adverse_event=xp.where(stops_now, 1.0, events.stop_for_adverse_event),
    )
    treatment = treatment._replace(
        level=level, off_until=off_until, withdrawn=gone, stopped=treatment.stopped | all_gone
    )
    return total, treatment, events


def _clinic(
    carry: Carry, day: Array, scan: Array, person: Individuals, luck: Luck, plan: ArmPlan, schedule: Schedule
) -> Carry:
    """Read the scan if there is one, and stop treatment where the protocol says so."""
    sld, viable = _true_sums(carry.state, person)
    judged = xp.where(schedule.viable_criteria > 0, viable, sld) * _reading_error(luck, schedule, scan)
    new_lesion = carry.events.new_lesion <= day
    progressed = grown(judged, carry.nadir_mm, schedule.smallest_rise_mm) | new_lesion
    first = (scan > 0) & progressed & (carry.events.progression >= NEVER)
    progression = xp.where(first, day, carry.events.progression)

    radiologic = progression <= day
    symptomatic = carry.events.symptoms <= day
    ends = radiologic & (symptomatic | (plan.needs_symptoms < 0.5)) & (plan.ignores_progression < 0.5)
    stops = ends & ~carry.treatment.stopped
    return carry._replace(
        nadir_mm=xp.where(scan > 0, xp.minimum(carry.nadir_mm, judged), carry.nadir_mm),
        treatment=carry.treatment._replace(stopped=carry.treatment.stopped | stops),
        events=carry.events._replace(
            progression=progression,
            progression_by_new_lesion=xp.where(
                first, new_lesion.astype(day.dtype), carry.events.progression_by_new_lesion
            ),
            stop=xp.where(stops, day, carry.events.stop),
        ),
    )


def _true_sums(state: State, person: Individuals) -> tuple[Array, Array]:
    viable = xp.exp(state.log_sensitive) + xp.exp(state.log_resistant)
    baseline = person.sensitive_ml + person.resistant_ml
    return (
        person.sld_mm * relative_diameter(viable + state.necrotic, baseline),
        person.sld_mm * relative_diameter(viable, baseline),
    )


def _reading_error(luck: Luck, schedule: Schedule, scan: Array) -> Array:
    return xp.exp(schedule.reading_sd * luck.reading[:, scan])


def _record(
    carry: Carry, person: Individuals, luck: Luck, plan: ArmPlan, schedule: Schedule, day: Array, scan: Array
) -> Visit:
    sld, viable = _true_sums(carry.state, person)
    error = _reading_error(luck, schedule, scan)
    resistant, sensitive = xp.exp(carry.state.log_resistant), xp.exp(carry.state.log_sensitive)
    record = Visit(
        sld_mm=sld,
        viable_sld_mm=viable,
        measured_sld_mm=sld * error,
        measured_viable_sld_mm=viable * error,
        resistant_share=resistant / (resistant + sensitive),
        vessel_supply=carry.state.vessel_supply,
        albi_change=carry.state.chronic_albi + carry.state.injury_albi,
        afp=carry.state.afp,
        vegf=carry.state.vegf,
        svegfr2=carry.state.svegfr2,
        mg_per_day=_dose(carry.treatment, plan, day).sum(axis=1),
        concentration_mg_l=carry.treatment.concentration.sum(axis=1),
        cumulative_hazard=carry.cumulative.cancer + carry.cumulative.liver,
    )
    return jax.tree.map(lambda value: value.astype(xp.float32), record)
