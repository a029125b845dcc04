"""Tables of doses and adverse events, from the events that the engine records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil
from typing import NamedTuple

import numpy as np
import polars as pl

from hepatrial.agents import Agent
from hepatrial.protocol.design import Arm, Regimen, Stage, Tace
from hepatrial.simulation.course import NEVER, Events
from hepatrial.treatment.ladder import mean_daily_doses

EXPOSURE_SCHEMA = {
    "subject": pl.Int64,
    "start_day": pl.Float64,
    "end_day": pl.Float64,
    "agent": pl.String,
    "dose_mg_per_day": pl.Float64,
    "reason": pl.String,
}
ADVERSE_SCHEMA = {
    "subject": pl.Int64,
    "day": pl.Float64,
    "event": pl.String,
    "grade": pl.Int64,
    "action": pl.String,
}
WITHDRAWN, REDUCED, INTERRUPTED, NO_ACTION = "drug withdrawn", "dose reduced", "dose interrupted", "none"
PLANNED = "planned dose"


class AdverseEvent(NamedTuple):
    """One adverse event of a subject and what was done with the agent."""

    day: float
    event: str
    grade: int
    action: str


class DoseInterval(NamedTuple):
    """Days from ``start`` up to but not including ``end`` with one dose, averaged over planned pauses."""

    start: float
    end: float
    mg_per_day: float
    reason: str


def dose_tables(
    arm: Arm,
    agents: Sequence[Agent],
    events: Events,
    subject: np.ndarray,
    last: np.ndarray,
    weight_kg: np.ndarray,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The exposure and the adverse-event table of the subjects of one arm.

    ``last`` is the last observed time, shape (n,), death included; treatment ended before it where it was stopped.
    The day of death is a day of treatment. ``weight_kg`` is body weight, shape (n,).
    """
    exposure, adverse = [], []
    for regimen in arm.regimens:
        column = next(place for place, agent in enumerate(agents) if agent.name == regimen.agent)
        ladders = mean_daily_doses(regimen, weight_kg).T.tolist()
        for row, number in enumerate(subject.tolist()):
            happened = [
                found
                for found in _adverse_events(events, row, column, agents[column], regimen)
                if found.day <= last[row]
            ]
            adverse += [(number, *found) for found in happened]
            end = min(float(ceil(last[row])), float(events.agents_end[row]))
            raised = float(events.raised[row, column]) if np.shape(events.raised)[1] else NEVER
            given_doses = dose_intervals(regimen, ladders[row], happened, end, raised)
            if len(arm.stages) > 1:
                stage_start = np.asarray(events.stage_start)[row].tolist()
                given_doses = within_stages(given_doses, regimen.agent, arm.stages, stage_start)
            if arm.tace is not None:
                given_doses = without_pauses(given_doses, arm.tace, np.asarray(events.sessions)[row])
            exposure += [
                (number, given.start, given.end, regimen.agent, given.mg_per_day, given.reason)
                for given in given_doses
            ]
    return (
        pl.DataFrame(exposure, schema=EXPOSURE_SCHEMA, orient="row"),
        pl.DataFrame(adverse, schema=ADVERSE_SCHEMA, orient="row"),
    )


def dose_intervals(
    regimen: Regimen,
    mg_per_day: Sequence[float],
    events: Sequence[AdverseEvent],
    end: float,
    raised: float = NEVER,
) -> list[DoseInterval]:
    """Doses of one agent up to ``end``, from its adverse events in order of their days.

    ``mg_per_day`` holds the patient's dose at each level, ``raised`` is the day from which the raised one is given.
    Events of one day interrupt together, and each reduction among them goes down one level.
    """
    found = []
    start, level, reason = regimen.start_day, regimen.planned_place, PLANNED
    if raised < end:  # no event has acted on the dose before
        found.append(DoseInterval(start, raised, mg_per_day[level], reason))
        start, level, reason = raised, level - 1, "raised: no adverse event"
    acting = [event for event in events if event.action != NO_ACTION]
    for day, group in groupby(acting, key=lambda event: event.day):
        actions = [event.action for event in group]
        found.append(DoseInterval(start, day, mg_per_day[level], reason))
        if WITHDRAWN in actions:
            start = end
            break
        if REDUCED in actions:
            level, reason = min(level + actions.count(REDUCED), len(mg_per_day) - 1), "reduced: adverse event"
        start = day + regimen.interruption_days
        found.append(DoseInterval(day, start, 0.0, "interrupted: adverse event"))
    found.append(DoseInterval(start, end, mg_per_day[level], reason))
    clipped = [interval._replace(end=min(interval.end, end)) for interval in found]
    return [interval for interval in clipped if interval.end > interval.start]


def without_pauses(intervals: Sequence[DoseInterval], tace: Tace, sessions: np.ndarray) -> list[DoseInterval]:
    """Doses with the pauses around sessions of embolisation taken out; ``sessions`` are their days."""
    found: list[DoseInterval] = []
    pauses = [
        (day - tace.pause_before_days, day + tace.pause_after_days)
        for day in sessions[sessions < NEVER].tolist()
    ]
    for interval in intervals:
        rest = interval
        for first, last in pauses if interval.mg_per_day > 0.0 else ():
            first, last = max(first, rest.start), min(last, rest.end)
            if last > first:
                found.append(rest._replace(end=first))
                found.append(DoseInterval(first, last, 0.0, "paused: embolisation"))
                rest = rest._replace(start=last)
        found.append(rest)
    return [interval for interval in found if interval.end > interval.start]


def within_stages(
    intervals: Sequence[DoseInterval], agent: str, stages: Sequence[Stage], starts: Sequence[float]
) -> list[DoseInterval]:
    """The parts of the intervals that lie in stages that give the agent; ``starts`` are the stages' days."""
    found = []
    for interval in intervals:
        for stage, first, last in zip(stages, starts, [*starts[1:], NEVER], strict=False):
            part = interval._replace(start=max(interval.start, first), end=min(interval.end, last))
            if agent not in stage.give or part.end <= part.start:
                continue
            if found and found[-1] == part._replace(start=found[-1].start, end=part.start):
                part = part._replace(start=found.pop().start)
            found.append(part)
    return found


def _adverse_events(
    events: Events, row: int, column: int, agent: Agent, regimen: Regimen
) -> Iterator[AdverseEvent]:
    """Adverse events of one subject under one agent, in order of their days."""
    days = [float(day) for day in events.adverse_event[row, column, : len(agent.adverse_events)]]
    for place in sorted(range(len(days)), key=days.__getitem__):
        if days[place] >= NEVER:
            return
        event = agent.adverse_events[place]
        action = INTERRUPTED if event.grade >= regimen.interrupt_at_grade else NO_ACTION
        if events.withdrawn[row, column, place] > 0:
            action = WITHDRAWN
        elif events.reduced[row, column, place] > 0:
            action = REDUCED
        yield AdverseEvent(days[place], event.name, event.grade, action)
