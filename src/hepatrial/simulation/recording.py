"""What is recorded of the course of a block of patients: readings and doses at visits, and the days of events."""

from __future__ import annotations

import jax
import jax.numpy as xp

from hepatrial.disease.model import State
from hepatrial.disease.tumour import relative_diameter
from hepatrial.simulation import locoregional as procedures
from hepatrial.simulation.day import Carry, Given
from hepatrial.simulation.decompensation import recovery_day
from hepatrial.simulation.events import NEVER, Array, Events, Luck, Schedule, Visit
from hepatrial.simulation.sequence import chosen, day_of_agents, given_now, with_stages_of_day


def true_sums(state: State, given: Given) -> tuple[Array, Array]:
    """Sums of diameters of all tumour and of viable tumour, mm, without the error of reading; shapes (n,)."""
    baseline, sld = given.steps.baseline_ml, given.person.sld_mm
    return (
        sld * relative_diameter(state.tumour.volume, baseline),
        sld * relative_diameter(state.tumour.viable, baseline),
    )


def reading_error(luck: Luck, schedule: Schedule, scan: Array) -> Array:
    """Factor of the measured over the true sum at a scan, (n,)."""
    return xp.exp(schedule.reading_sd * luck.reading[scan])


def record_of(carry: Carry, given: Given, schedule: Schedule, day: Array, scan: Array) -> Visit:
    """What is recorded on ``day``, the end of the day before; doses are those that follow."""
    state, plan = carry.state, given.plan
    sld, viable = true_sums(state, given)
    error = reading_error(given.luck, schedule, scan)
    zero = xp.zeros_like(sld)
    # A dose with planned pauses is recorded as its mean over days on and off.
    share_on = plan.on_days / (plan.on_days + plan.off_days)
    dosed = carry
    if carry.sequence is not None:  # stages and raised doses begin with the day that follows
        dosed, _ = day_of_agents(with_stages_of_day(carry, day, given), day, given)
    doses = [
        xp.where(course.off_until <= day, chosen(plan.mg_per_day[row], course.level), 0.0) * share_on[row]
        for row, course in enumerate(dosed.agents)
    ]
    if dosed.sequence is not None:
        doses = [
            xp.where(given_now(dosed.sequence, row, plan.sequence), dose, 0.0)
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
        cumulative_hazard=carry.cumulative.cancer + carry.cumulative.liver + carry.cumulative.toxic,
        cumulative_toxic_hazard=carry.cumulative.toxic,
    )
    return jax.tree.map(lambda value: value.astype(xp.float32), record)


def events_of(carry: Carry, given: Given) -> Events:
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
            "intrahepatic": empty,
            "extrahepatic": never,
            "untreatable": never,
            "untreatable_reason": xp.zeros_like(never),
            "sessions": empty,
        }
    days = xp.stack(course.session_day, axis=-1) if course.session_day else never[:, None][:, :0]
    return {
        "agents_end": course.agents_end,
        "intrahepatic": xp.moveaxis(course.intrahepatic, 0, -1),
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
