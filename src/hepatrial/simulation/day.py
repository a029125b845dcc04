"""One day of a block of patients under one arm: exposure, disease, hazards and the events that they bring.

An event happens when its cumulative hazard crosses the patient's unit-exponential threshold, which is the same
number under every arm; within the day its time is interpolated linearly. Treatment changes at the ends of days.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as xp

from hepatrial.disease.constants import Constants
from hepatrial.disease.decompensation import share_decompensated
from hepatrial.disease.individuals import Individuals
from hepatrial.disease.model import Drive, Rates, State, Steps, after_day, drive, hazard_rates
from hepatrial.disease.over_day import AtNodes
from hepatrial.simulation import locoregional
from hepatrial.simulation.decompensation import recovery_day, stopped_by_decompensation
from hepatrial.simulation.events import ADVERSE_EVENT, NEVER, Array, Luck
from hepatrial.simulation.locoregional import Locoregional, LocoregionalCourse
from hepatrial.simulation.new_lesions import crossed, kinds_of_lesions, new_lesion_risk
from hepatrial.simulation.procedures_of_day import with_procedures_of_day
from hepatrial.simulation.sequence import (
    SequenceCourse,
    chosen,
    day_of_agents,
    given_later,
    with_stages_of_day,
)
from hepatrial.simulation.toxicity import ToxicRisk, adverse_events, toxic_risk
from hepatrial.treatment.exposure import AgentTables, ExposureCoefficients, advance_exposure, occupancies
from hepatrial.treatment.plan import ArmPlan


class Given(NamedTuple):
    """What stays the same through the course."""

    person: Individuals
    steps: Steps
    exposure: ExposureCoefficients
    luck: Luck
    plan: ArmPlan
    agents: AgentTables
    constants: Constants
    proportional: tuple[tuple[bool, ...], ...]
    """By agent and event, whether its hazard is in proportion to exposure, so that no power need be taken."""
    bound_targets: tuple[str, ...]
    """The targets that some agent of the trial binds; nothing is computed for the others."""
    locoregional: Locoregional | None = None
    """None where no arm embolises or ablates: such a trial's program holds nothing of it."""


class AgentCourse(NamedTuple):
    """Where one agent stands; arrays (n,)."""

    concentration: Array  # mg/L
    level: Array  # index into the ladder of doses
    off_until: Array  # day on which it is given again; `NEVER` once withdrawn
    toxicity: tuple[Array, ...]  # cumulative hazard of each adverse event
    event_day: tuple[Array, ...]


class Cumulative(NamedTuple):
    """Cumulative hazards."""

    cancer: Array
    liver: Array
    toxic: Array
    new_lesion: Array
    symptoms: Array
    decompensation: Array


class Dates(NamedTuple):
    """Days of events, `NEVER` until they happen."""

    cancer_death: Array
    liver_death: Array
    toxic_death: Array
    new_lesion: Array
    symptoms: Array
    progression: Array
    progression_by_new_lesion: Array  # 0 or 1
    stop: Array
    stop_for_adverse_event: Array  # 0, `ADVERSE_EVENT` or `LIVER_FAILS`
    decompensation: Array


class Carry(NamedTuple):
    """What is handed on from day to day."""

    state: State
    drive: Drive
    rates: Rates
    cumulative: Cumulative
    agents: tuple[AgentCourse, ...]
    nadir_mm: Array
    dates: Dates
    locoregional: LocoregionalCourse | None = None
    sequence: SequenceCourse | None = None


def one_day(carry: Carry, day: Array, drift: Array, planned: Array, wave: Array, given: Given) -> Carry:
    """The next day; ``drift``, ``planned`` and ``wave`` are the day's rows of `treatment.plan.DailyFactors`.

    A trial with stages or raised doses has factors of the day by patient in their place.
    """
    if given.locoregional is not None:
        carry = with_procedures_of_day(carry, day, given)
    if carry.sequence is not None:
        carry = with_stages_of_day(carry, day, given)
        carry, (drift, planned, wave) = day_of_agents(carry, day, given)
    doses = [
        _effective_dose(course, row, day, given) * planned[row] for row, course in enumerate(carry.agents)
    ]
    if given.locoregional is not None and doses:
        off = locoregional.paused(carry.locoregional, day, given.plan.locoregional)
        doses = [xp.where(off, 0.0, dose) for dose in doses]
    levels = [
        advance_exposure(course.concentration, doses[row], drift[row], given.exposure.of(row))
        for row, course in enumerate(carry.agents)
    ]
    early, late, end = (drive_at([nodes[node] for nodes in levels], given) for node in range(3))
    state, supply = after_day(
        carry.state,
        AtNodes(carry.drive, early, late, end),
        given.person,
        given.steps,
        given.constants,
        None if given.locoregional is None else given.locoregional.constants.surge,
    )
    courses = [
        adverse_events(course, row, levels[row][2], doses[row] > 0.0, day, wave[row], given)
        for row, course in enumerate(carry.agents)
    ]
    toxic = toxic_risk(carry, [nodes[2] for nodes in levels], doses, wave, given)
    carry = _hazards(carry, state, supply, toxic, day, given)._replace(drive=end)
    carry = stopped_by_decompensation(
        carry._replace(agents=tuple(courses)), day, given.luck, given.constants.decompensation
    )
    return _stop_where_all_is_withdrawn(carry, day + 1.0, given)


def drive_at(concentration: list[Array], given: Given) -> Drive:
    """The drive at given concentrations, one array an agent."""
    zero = xp.zeros_like(given.person.growth_per_day)
    injury = sum(
        (
            level * (given.agents.injury_albi[row] / given.agents.reference_mg_l[row])
            for row, level in enumerate(concentration)
        ),
        start=zero,
    )
    occupied = occupancies(concentration, given.exposure, given.agents, given.bound_targets)
    return drive(occupied, injury, given.constants)


def _effective_dose(course: AgentCourse, row: int, day: Array, given: Given) -> Array:
    dose = chosen(given.plan.exposure_dose[row], course.level)
    return xp.where(course.off_until <= day, dose, 0.0)


def _hazards(carry: Carry, state: State, supply: Array, toxic: ToxicRisk, day: Array, given: Given) -> Carry:
    """Cumulative hazards by the trapezoidal rule, and the events whose thresholds they cross."""
    c, plan, luck, before, dates = given.constants, given.plan, given.luck, carry.cumulative, carry.dates
    rates = hazard_rates(state, given.person, given.steps, c)
    new_lesion = before.new_lesion + new_lesion_risk(supply, given)
    lesion_day = crossed(dates.new_lesion, before.new_lesion, new_lesion, luck.new_lesion, day)
    carry, harmful = kinds_of_lesions(carry._replace(state=state), new_lesion, lesion_day, day, given)
    with_lesion = xp.clip(day + 1.0 - harmful, 0.0, 1.0)  # share of the day
    next_line = (dates.stop <= day) & (luck.next_line < plan.next_line_share)
    factor = (1.0 + xp.expm1(c.new_lesion_log_hazard_ratio) * with_lesion) * xp.where(
        next_line, plan.next_line_hazard_ratio, 1.0
    )
    cancer_risk = 0.5 * (carry.rates.cancer + rates.cancer) * factor
    decompensation = before.decompensation + 0.5 * (carry.rates.decompensation + rates.decompensation)
    onset = crossed(dates.decompensation, before.decompensation, decompensation, luck.decompensation, day)
    failing = share_decompensated(
        onset, recovery_day(onset, luck, c.decompensation), given.person.decompensated, day
    )
    liver_risk = (
        0.5
        * (carry.rates.liver + rates.liver)
        * (1.0 + xp.expm1(c.decompensation.liver_death_log_hazard_ratio) * failing)
    )
    after = Cumulative(
        cancer=before.cancer + cancer_risk,
        liver=before.liver + liver_risk,
        toxic=before.toxic + toxic.of_death,
        new_lesion=new_lesion,
        symptoms=before.symptoms
        + given.person.symptom_factor
        * (c.symptom_ratio * (cancer_risk + liver_risk) + c.toxic_symptom_ratio * toxic.of_events),
        decompensation=decompensation,
    )
    return carry._replace(
        rates=rates,
        cumulative=after,
        dates=dates._replace(
            cancer_death=crossed(dates.cancer_death, before.cancer, after.cancer, luck.cancer, day),
            liver_death=crossed(dates.liver_death, before.liver, after.liver, luck.liver, day),
            toxic_death=crossed(dates.toxic_death, before.toxic, after.toxic, luck.toxic, day),
            new_lesion=lesion_day,
            symptoms=crossed(dates.symptoms, before.symptoms, after.symptoms, luck.symptoms, day),
            decompensation=onset,
        ),
    )


def _stop_where_all_is_withdrawn(carry: Carry, day: Array, given: Given) -> Carry:
    """Trial treatment has stopped for an adverse event once every agent that the arm gives, or still would, is gone."""
    if not carry.agents:
        return carry
    dates, gives = carry.dates, given.plan.gives
    all_gone = xp.full(carry.nadir_mm.shape, True)
    for row, course in enumerate(carry.agents):
        not_given = (
            gives[row] == 0
            if carry.sequence is None
            else ~given_later(carry.sequence, row, given.plan.sequence)
        )
        all_gone &= (course.off_until >= NEVER) | not_given
    now = all_gone & (gives.sum() > 0) & (dates.stop >= NEVER)
    if given.locoregional is not None:  # embolisation goes on without the agents
        now &= carry.locoregional.untreatable <= xp.where(given.plan.locoregional.has_tace > 0, day, NEVER)
    return carry._replace(
        dates=dates._replace(
            stop=xp.where(now, day, dates.stop),
            stop_for_adverse_event=xp.where(
                now & (dates.stop_for_adverse_event == 0.0), ADVERSE_EVENT, dates.stop_for_adverse_event
            ),
        )
    )
