"""An agent's clock in the exported model: drift of exposure and wave of adverse events where treatment has stages.

Days of stages, pauses and raises are those of the engine's course; the drift is integrated again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.exchange.sbml.builder import ModelBuilder
from hepatrial.simulation.course import NEVER
from hepatrial.treatment.plan import ArmPlan

ONE = "1 dimensionless"


@dataclass(frozen=True, slots=True)
class ClockCourse:
    """How an agent's clock goes where it does not simply run from the agent's start.

    Attributes
    ----------
    by_plan
        (day, whether the agent is given by plan from then on), interruptions left aside; the first at day 0.
    start_days
        Days on which a run of stages with the agent starts.
    raised_day
        Day from which the raised dose is given, None without one.
    kept_share
        Exposure at the planned dose over that at the raised one.
    """

    by_plan: tuple[tuple[float, bool], ...]
    start_days: tuple[float, ...]
    raised_day: float | None
    kept_share: float


def given_by_plan(days: np.ndarray, plan: ArmPlan, agent: int, stage_start: np.ndarray) -> np.ndarray:
    """Whether the agent is given on each day by plan: in its stages, and not in a planned pause.

    ``stage_start`` holds the days on which stages began, without entries in a trial without a sequence.
    """
    starts = np.asarray(_start_days(plan, agent, stage_start))
    here = np.ones(len(days), dtype=bool)
    if plan.sequence is not None and stage_start.size:
        here = plan.sequence.gives[np.searchsorted(stage_start, days, side="right") - 1, agent] > 0
    since = days - np.concatenate([[NEVER], starts])[np.searchsorted(starts, days, side="right")]
    return here & (since >= 0) & (since % (plan.on_days[agent] + plan.off_days[agent]) < plan.on_days[agent])


def clock_course(
    by_plan: np.ndarray, raised_day: float, plan: ArmPlan, agent: int, stage_start: np.ndarray
) -> ClockCourse | None:
    """The clock of one agent; None where it runs from the agent's start."""
    if plan.sequence is None and plan.off_days[agent] == 0.0:
        return None
    changes = np.flatnonzero(np.diff(by_plan, prepend=~by_plan[:1]))
    return ClockCourse(
        by_plan=tuple((float(day), bool(by_plan[day])) for day in changes),
        start_days=_start_days(plan, agent, stage_start),
        raised_day=None if raised_day >= NEVER else float(raised_day),
        kept_share=1.0 if plan.sequence is None else float(plan.sequence.kept_share[agent]),
    )


def _start_days(plan: ArmPlan, agent: int, stage_start: np.ndarray) -> tuple[float, ...]:
    if plan.sequence is None or not stage_start.size:
        return (float(plan.start_day[agent]),)
    gives = plan.sequence.gives[:, agent] > 0
    starts = gives & ~np.concatenate([[False], gives[:-1]])
    first = np.where(np.arange(len(gives)) == 0, plan.start_day[agent], stage_start)
    return tuple(float(day) for day in first[starts] if day < NEVER)


def add_clock(model: ModelBuilder, key: str, clock: ClockCourse) -> None:
    """Start of the agent, whether it is given by plan, the drift that is left and the day of a raise."""
    first, *later = clock.start_days or (0.0,)
    note = "Of the simulated course."
    model.parameter(f"start_day_{key}", first, "day", "Start in this run of stages", note, constant=False)
    for number, day in enumerate(later, start=1):
        _at(model, f"start_{number}_{key}", day, f"start_day_{key}", day, "day")
    (_, on), *changes = clock.by_plan
    model.parameter(
        f"by_plan_{key}", float(on), "dimensionless", "1 while given by plan", note, constant=False
    )
    for number, (day, given) in enumerate(changes, start=1):
        _at(model, f"plan_{number}_{key}", day, f"by_plan_{key}", float(given), "dimensionless")
    model.state(
        f"drift_left_{key}",
        1.0,
        "dimensionless",
        "Share of the drift of exposure that is still to come",
        f"piecewise(-drift_left_{key}, by_plan_{key} > 0.5 && time >= start_day_{key}, {ONE} - drift_left_{key})"
        f" / drift_days_{key}",
    )
    if clock.raised_day is not None:
        model.parameter(f"raised_day_{key}", clock.raised_day, "day", "Day of the raised dose", note)
        model.parameter(
            f"kept_share_{key}", clock.kept_share, "dimensionless", "Exposure before over after the raise"
        )


def wave(key: str, onset: str, clock: ClockCourse | None) -> str:
    """The share that is left of the wave of an adverse event whose time constant is ``onset``."""
    since_start = f"exp(-(time - start_day_{key}) / {onset})"
    if clock is None or clock.raised_day is None:
        return since_start
    return (
        f"piecewise(kept_share_{key} * {since_start} + ({ONE} - kept_share_{key})"
        f" * exp(-(time - raised_day_{key}) / {onset}),"
        f" time >= raised_day_{key} && raised_day_{key} >= start_day_{key}, {since_start})"
    )


def _at(model: ModelBuilder, event_id: str, day: float, variable: str, value: float, unit: str) -> None:
    """From ``day`` on the variable has another value."""
    model.parameter(f"day_of_{event_id}", day, "day", f"Day of {event_id}")
    model.parameter(f"value_of_{event_id}", value, unit, f"Value of {variable} from then on")
    model.event(event_id, event_id, f"time >= day_of_{event_id}", {variable: f"value_of_{event_id}"})
