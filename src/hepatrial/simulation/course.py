"""The course of a block of patients under one arm: days between visits, and what is decided at visits."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as xp

from hepatrial.disease.constants import Constants
from hepatrial.disease.individuals import Individuals
from hepatrial.disease.model import Steps, hazard_rates, initial_state
from hepatrial.response.recist import grown
from hepatrial.simulation import locoregional as procedures
from hepatrial.simulation.day import AgentCourse, Carry, Cumulative, Dates, Given, drive_at, one_day
from hepatrial.simulation.decompensation import recovery_day
from hepatrial.simulation.embolisation_visit import Unfit, at_clinic
from hepatrial.simulation.events import NEVER, Array, Events, Luck, Schedule, Visit
from hepatrial.simulation.locoregional import Locoregional, LocoregionalCourse
from hepatrial.simulation.recording import events_of, reading_error, record_of, true_sums
from hepatrial.simulation.sequence import after_scan, begin
from hepatrial.treatment.exposure import AgentTables, ExposureCoefficients
from hepatrial.treatment.plan import ArmPlan, DailyFactors

__all__ = ["NEVER", "Events", "Luck", "Schedule", "Visit", "follow"]


@partial(jax.jit, static_argnames=("days_between_visits", "proportional", "bound_targets", "daily"))
def follow(
    person: Individuals,
    steps: Steps,
    exposure: ExposureCoefficients,
    luck: Luck,
    plan: ArmPlan,
    factors: DailyFactors,
    agents: AgentTables,
    constants: Constants,
    schedule: Schedule,
    locoregional: Locoregional | None = None,
    *,
    days_between_visits: int,
    proportional: tuple[tuple[bool, ...], ...],
    bound_targets: tuple[str, ...],
    daily: bool = False,
) -> tuple[Events, Visit]:
    """Follow a block of patients through all visits of one arm.

    Parameters
    ----------
    person, steps, exposure, luck
        Arrays over the n patients of the block, on their last axis.
    plan, factors, agents, constants, schedule
        The arm, its numbers by day, the agents' tables, the population constants, the visits.
    locoregional
        What embolisation and ablation need; None where no arm has them.
    days_between_visits
        Whole days from one clinic visit to the next; one step a day.
    proportional
        By agent and adverse event, whether its hazard is in proportion to exposure.
    bound_targets
        The targets that some agent of the trial binds.
    daily
        Record every day instead of every visit.

    Returns
    -------
    Events, and records with a leading axis of visits (or of visits and days).
    """
    given = Given(
        person, steps, exposure, luck, plan, agents, constants, proportional, bound_targets, locoregional
    )
    visits = schedule.scan.shape[0]
    number = person.growth_per_day.dtype

    def one_visit(carry: Carry, visit):
        index, scan, *factors = visit
        first_day = index * days_between_visits

        def next_day(carry: Carry, of_day):
            offset, *of_day = of_day
            day = (first_day + offset).astype(number)
            carry = one_day(carry, day, *of_day, given)
            return carry, (record_of(carry, given, schedule, day + 1.0, scan) if daily else None)

        carry, days = jax.lax.scan(next_day, carry, (xp.arange(days_between_visits), *factors))
        end = ((index + 1) * days_between_visits).astype(number)
        carry = _clinic(carry, end, scan, given, schedule)
        return carry, (days if daily else record_of(carry, given, schedule, end, scan))

    by_visit = [values.reshape(visits, days_between_visits, *values.shape[1:]) for values in factors]
    carry, record = jax.lax.scan(
        one_visit, _start(given, schedule), (xp.arange(visits), schedule.scan, *by_visit)
    )
    return events_of(carry, given), record


def _start(given: Given, schedule: Schedule) -> Carry:
    person, plan = given.person, given.plan
    every = given.locoregional
    state = initial_state(person, embolised=every is not None)
    zero = xp.zeros_like(person.growth_per_day)
    never = xp.full_like(zero, NEVER)
    agents = tuple(
        AgentCourse(
            concentration=zero,
            level=zero if plan.sequence is None else zero + plan.sequence.first_level[row],
            off_until=zero + plan.start_day[row],
            toxicity=tuple(zero for _ in events),
            event_day=tuple(never for _ in events),
        )
        for row, events in enumerate(given.proportional)
    )
    baseline_mm = person.sld_mm * xp.exp(schedule.reading_sd * given.luck.reading[0])
    return Carry(
        state=state,
        drive=drive_at([zero for _ in agents], given),
        rates=hazard_rates(state, person, given.steps, given.constants),
        cumulative=Cumulative(zero, zero, zero, zero, zero, zero),
        agents=agents,
        nadir_mm=baseline_mm,
        dates=Dates(never, never, never, never, never, never, zero, never, zero, never),
        locoregional=None
        if every is None
        else procedures.start(plan.locoregional, baseline_mm, every.luck.complete.shape[0]),
        sequence=None if plan.sequence is None else begin(plan, baseline_mm, given.luck.new_lesion),
    )


def _clinic(carry: Carry, day: Array, scan: Array, given: Given, schedule: Schedule) -> Carry:
    """Read the scan if there is one, and stop treatment where the protocol says so."""
    plan, dates = given.plan, carry.dates
    sld, viable = true_sums(carry.state, given)
    error = reading_error(given.luck, schedule, scan)
    judged = xp.where(schedule.viable_criteria > 0, viable, sld) * error
    new_lesion = (
        dates.new_lesion <= day
        if carry.sequence is None
        else carry.cumulative.new_lesion >= carry.sequence.lesion_level
    )
    progressed = grown(judged, carry.nadir_mm, schedule.smallest_rise_mm) | new_lesion
    first = (scan > 0) & progressed & (dates.progression >= NEVER)
    progression = xp.where(first, day, dates.progression)
    dates = dates._replace(
        progression=progression,
        progression_by_new_lesion=xp.where(
            first, new_lesion.astype(day.dtype), dates.progression_by_new_lesion
        ),
    )
    carry = carry._replace(
        dates=dates,
        nadir_mm=xp.where(scan > 0, xp.minimum(carry.nadir_mm, judged), carry.nadir_mm),
    )
    if carry.sequence is not None:
        carry = after_scan(carry, (scan > 0) & progressed, new_lesion, judged, scan, day, given)
        progression = carry.sequence.final

    ends = (progression <= day) & ((dates.symptoms <= day) | (plan.needs_symptoms < 0.5))
    course = carry.locoregional
    if given.locoregional is not None:
        course = at_clinic(
            course,
            carry.state,
            viable * error,
            _unfit(carry, day, given),
            day,
            scan,
            plan.locoregional,
            given.locoregional,
            schedule.smallest_rise_mm,
        )
        ends = xp.where(plan.locoregional.until_untreatable > 0, course.untreatable <= day, ends)
    ends &= plan.ignores_progression < 0.5
    if course is not None:
        course = course._replace(
            agents_end=xp.where(ends, xp.minimum(course.agents_end, day), course.agents_end)
        )
    stops = _treatment_is_over(ends, carry, course, day, given) & (dates.stop >= NEVER)
    stop = xp.where(stops, day, dates.stop)
    return carry._replace(
        locoregional=course,
        agents=tuple(
            agent._replace(off_until=xp.where(stops if course is None else ends, NEVER, agent.off_until))
            for agent in carry.agents
        ),
        dates=dates._replace(stop=stop),
    )


def _unfit(carry: Carry, day: Array, given: Given) -> Unfit:
    dates, course = carry.dates, carry.locoregional
    recovered = recovery_day(dates.decompensation, given.luck, given.constants.decompensation)
    return Unfit(
        decompensated=(dates.decompensation <= day) & (day < recovered),
        symptoms=dates.symptoms <= day,
        withdrawn=_all_withdrawn(carry, given) & (course.agents_end > day),
    )


def _all_withdrawn(carry: Carry, given: Given) -> Array:
    """Whether no agent that the arm gives will be given again."""
    gone = xp.broadcast_to(given.plan.gives.sum() > 0, carry.nadir_mm.shape)
    for row, agent in enumerate(carry.agents):
        gone &= (agent.off_until >= NEVER) | (given.plan.gives[row] == 0)
    return gone


def _treatment_is_over(
    agents_end: Array, carry: Carry, course: LocoregionalCourse | None, day: Array, given: Given
) -> Array:
    """Whether trial treatment ends: the agents' part, and embolisation too in an arm that has it."""
    if course is None:
        return agents_end
    embolised = given.plan.locoregional.has_tace > 0
    return (agents_end | (_all_withdrawn(carry, given) & embolised)) & (
        (course.untreatable <= day) | ~embolised
    )
