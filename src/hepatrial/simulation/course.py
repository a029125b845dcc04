"""The course of a block of patients under one arm: days between visits, and what is decided at visits."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as xp

from hepatrial.disease.constants import Constants
from hepatrial.disease.individuals import Individuals
from hepatrial.disease.model import State, Steps, hazard_rates, initial_state
from hepatrial.disease.tumour import relative_diameter
from hepatrial.response.recist import grown
from hepatrial.simulation import locoregional as procedures
from hepatrial.simulation.day import (
    AgentCourse,
    Carry,
    Cumulative,
    Dates,
    Given,
    drive_at,
    one_day,
)
from hepatrial.simulation.decompensation import recovery_day
from hepatrial.simulation.embolisation_visit import at_clinic
from hepatrial.simulation.events import NEVER, Array, Events, Luck, Schedule, Visit
from hepatrial.simulation.locoregional import Locoregional, LocoregionalCourse
from hepatrial.simulation.sequence import after_scan, begin, chosen, given_now
from hepatrial.treatment.exposure import AgentTables, ExposureCoefficients
from hepatrial.treatment.plan import ArmPlan, DailyFactors

__all__ = ["NEVER", "Events", "Luck", "Schedule", "Visit", "follow"]


@partial(jax.jit, static_argnames=("days_between_visits", "proportional", "daily"))
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
    daily
        Record every day instead of every visit.

    Returns
    -------
    Events, and records with a leading axis of visits (or of visits and days).
    """
    given = Given(person, steps, exposure, luck, plan, agents, constants, proportional, locoregional)
    visits = schedule.scan.shape[0]
    number = person.growth_per_day.dtype

    def one_visit(carry: Carry, visit):
        index, scan, *factors = visit
        first_day = index * days_between_visits

        def next_day(carry: Carry, of_day):
            offset, *of_day = of_day
            day = (first_day + offset).astype(number)
            carry = one_day(carry, day, *of_day, given)
            return carry, (_record(carry, given, schedule, day + 1.0, scan) if daily else None)

        carry, days = jax.lax.scan(next_day, carry, (xp.arange(days_between_visits), *factors))
        end = ((index + 1) * days_between_visits).astype(number)
        carry = _clinic(carry, end, scan, given, schedule)
        return carry, (days if daily else _record(carry, given, schedule, end, scan))

    by_visit = [values.reshape(visits, days_between_visits, *values.shape[1:]) for values in factors]
    carry, record = jax.lax.scan(
        one_visit, _start(given, schedule), (xp.arange(visits), schedule.scan, *by_visit)
    )
    return _events(carry, given), record


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
        cumulative=Cumulative(zero, zero, zero, zero, zero),
        agents=agents,
        nadir_mm=baseline_mm,
        dates=Dates(never, never, never, never, never, zero, never, zero, never),
        locoregional=None
        if every is None
        else procedures.start(plan.locoregional, baseline_mm, every.luck.complete.shape[0]),
        sequence=None if plan.sequence is None else begin(plan, baseline_mm, given.luck.new_lesion),
    )


def _clinic(carry: Carry, day: Array, scan: Array, given: Given, schedule: Schedule) -> Carry:
    """Read the scan if there is one, and stop treatment where the protocol says so."""
    plan, dates = given.plan, carry.dates
    sld, viable = _true_sums(carry.state, given)
    error = _reading_error(given.luck, schedule, scan)
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
            (dates.decompensation <= day)
            & (day < recovery_day(dates.decompensation, given.luck, given.constants.decompensation)),
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


def _treatment_is_over(
    agents_end: Array, carry: Carry, course: LocoregionalCourse | None, day: Array, given: Given
) -> Array:
    """Whether trial treatment ends: the agents' part, and embolisation too in an arm that has it."""
    if course is None:
        return agents_end
    plan = given.plan
    withdrawn = xp.broadcast_to(plan.gives.sum() > 0, agents_end.shape)
    for row, agent in enumerate(carry.agents):
        withdrawn &= (agent.off_until >= NEVER) | (plan.gives[row] == 0)
    embolised = plan.locoregional.has_tace > 0
    return (agents_end | (withdrawn & embolised)) & ((course.untreatable <= day) | ~embolised)


def _true_sums(state: State, given: Given) -> tuple[Array, Array]:
    baseline, sld = given.steps.baseline_ml, given.person.sld_mm
    return (
        sld * relative_diameter(state.tumour.volume, baseline),
        sld * relative_diameter(state.tumour.viable, baseline),
    )


def _reading_error(luck: Luck, schedule: Schedule, scan: Array) -> Array:
    return xp.exp(schedule.reading_sd * luck.reading[scan])


def _record(carry: Carry, given: Given, schedule: Schedule, day: Array, scan: Array) -> Visit:
    state, plan = carry.state, given.plan
    sld, viable = _true_sums(state, given)
    error = _reading_error(given.luck, schedule, scan)
    zero = xp.zeros_like(sld)
    # A dose with planned pauses is recorded as its mean over days on and off.
    share_on = plan.on_days / (plan.on_days + plan.off_days)
    doses = [
        xp.where(course.off_until <= day, chosen(plan.mg_per_day[row], course.level), 0.0) * share_on[row]
        for row, course in enumerate(carry.agents)
    ]
    if carry.sequence is not None:
        doses = [
            xp.where(given_now(carry.sequence, row, plan.sequence), dose, 0.0)
            for row, dose in enumerate(doses)
        ]
    if given.locoregional is not None:
        off = procedures.paused(carry.locoregional, day, plan.locoregional)
        doses = [xp.where(off, 0.0, dose) for dose in doses]
    record = Visit(
        sld_mm=sld,
        viable_sld_mm=viable,
        measured_sld_mm=sld * error,
        measured_viable_sld_mm=viable * error,
        resistant_share=state.tumour.resistant / xp.maximum(state.tumour.viable, 1e-30),
        vessel_supply=state.vessel_supply,
        albi_change=state.albi_change,
        afp=state.afp,
        vegf=state.vegf if state.surge is None else state.vegf + state.surge,
        svegfr2=state.svegfr2,
        mg_per_day=sum(doses, start=zero),
        concentration_mg_l=sum((course.concentration for course in carry.agents), start=zero),
        cumulative_hazard=carry.cumulative.cancer + carry.cumulative.liver,
    )
    return jax.tree.map(lambda value: value.astype(xp.float32), record)


def _events(carry: Carry, given: Given) -> Events:
    """Days of all events; what followed an adverse event is read off the order of an agent's events."""
    plan, agents, luck = given.plan, given.agents, given.luck
    days = xp.full_like(luck.adverse_event, NEVER)
    reduced, withdrawn = xp.zeros_like(days), xp.zeros_like(days)
    for row, course in enumerate(carry.agents):
        if not course.event_day:
            continue
        count = len(course.event_day)
        day = xp.stack(course.event_day)
        action = luck.action[row, :count]
        acts = (day < NEVER) & (plan.interrupts[row, :count, None] > 0)
        gone = acts & (action < agents.withdrawal_share[row])
        asks = acts & ~gone & (action < agents.withdrawal_share[row] + agents.reduction_share[row])
        steps = (asks[None] & (day[None] <= day[:, None])).sum(axis=1)
        if carry.sequence is not None:  # from the planned level or, once it was raised, from the raised one
            steps += plan.sequence.first_level[row] - (carry.sequence.clocks[row].raised < NEVER)
        ladder_ended = (steps > plan.last_level[row]) & (plan.ends_after_last[row] > 0)
        stepped = asks & ~ladder_ended & (steps <= plan.last_level[row])
        days = days.at[row, :count].set(day)
        reduced = reduced.at[row, :count].set(stepped.astype(days.dtype))
        withdrawn = withdrawn.at[row, :count].set((gone | (asks & ladder_ended)).astype(days.dtype))
    return Events(
        *carry.dates,
        recovered=recovery_day(carry.dates.decompensation, luck, given.constants.decompensation),
        **_procedure_events(carry),
        **_sequence_events(carry, given),
        adverse_event=xp.moveaxis(days, -1, 0),
        reduced=xp.moveaxis(reduced, -1, 0),
        withdrawn=xp.moveaxis(withdrawn, -1, 0),
    )


def _procedure_events(carry: Carry) -> dict[str, Array]:
    """Days of sessions, of new lesions by kind and of untreatable progression; none where no arm has procedures."""
    course, never = carry.locoregional, xp.full_like(carry.nadir_mm, NEVER)
    if course is None:
        empty = never[:, None][:, :0]
        return {
            "agents_end": carry.dates.stop,
            "intrahepatic": never,
            "extrahepatic": never,
            "untreatable": never,
            "untreatable_reason": xp.zeros_like(never),
            "sessions": empty,
        }
    days = xp.stack(course.session_day, axis=-1) if course.session_day else never[:, None][:, :0]
    return {
        "agents_end": course.agents_end,
        "intrahepatic": course.intrahepatic,
        "extrahepatic": course.extrahepatic,
        "untreatable": course.untreatable,
        "untreatable_reason": course.reason,
        "sessions": days,
    }


def _sequence_events(carry: Carry, given: Given) -> dict[str, Array]:
    """Progression beyond the sequence, and days of stages and raised doses."""
    course, dates = carry.sequence, carry.dates
    empty = dates.stop[:, None][:, :0]
    if course is None:
        return {
            "final_progression": dates.progression,
            "final_by_new_lesion": dates.progression_by_new_lesion,
            "stage_start": empty,
            "raised": empty,
        }
    escalates = given.plan.sequence.raise_after is not None
    return {
        "final_progression": course.final,
        "final_by_new_lesion": course.final_by_new_lesion,
        "stage_start": xp.stack(course.starts, axis=-1) if len(course.starts) > 1 else empty,
        "raised": xp.stack([clock.raised for clock in course.clocks], axis=-1) if escalates else empty,
    }
