"""What the engine gave one patient under one arm: doses by day for each agent, the day treatment stopped.

The exported model does not decide on treatment; it receives the decisions of the simulated course as input.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.exchange.sbml.agent_clock import ClockCourse, clock_course, given_by_plan
from hepatrial.simulation.course import NEVER, Events
from hepatrial.treatment.locoregional import paused
from hepatrial.treatment.plan import ArmPlan


@dataclass(frozen=True, slots=True)
class DoseChange:
    """From ``day`` on the agent is given at ``mg_per_day``."""

    day: float
    mg_per_day: float


@dataclass(frozen=True, slots=True)
class TreatmentCourse:
    """Treatment of one patient.

    Attributes
    ----------
    doses
        By agent, in the protocol's order: changes in order of time, the first at day 0.
    stop_day
        Day on which trial treatment stopped, None if it did not within the horizon.
    session_days
        Days of sessions of embolisation.
    seed_days
        Days at the end of which new lesions in the liver add their volume; none where a trial does not tell kinds
        apart.
    clocks
        By agent; None for one without planned pauses, in a trial without stages and raised doses.
    """

    doses: tuple[tuple[DoseChange, ...], ...]
    stop_day: float | None
    session_days: tuple[float, ...] = ()
    seed_days: tuple[float, ...] = ()
    clocks: tuple[ClockCourse | None, ...] = ()


def treatment_course(events: Events, plan: ArmPlan, patient: int, horizon_days: int) -> TreatmentCourse:
    """Doses and stop of the patient in row ``patient`` of the engine's ``events``."""
    stop, agents_end = (float(np.asarray(days)[patient]) for days in (events.stop, events.agents_end))
    sessions = np.asarray(events.sessions, dtype=np.float64)[patient]
    sessions = sessions[sessions < horizon_days]
    intrahepatic = np.asarray(events.intrahepatic, dtype=np.float64)[patient]
    occurred = np.asarray(events.adverse_event)[patient]
    reduced = np.asarray(events.reduced)[patient] > 0
    withdrawn = np.asarray(events.withdrawn)[patient] > 0
    days = np.arange(horizon_days)
    starts = np.asarray(events.stage_start, dtype=np.float64)[patient]
    by_plan = [given_by_plan(days, plan, agent, starts) for agent in range(len(occurred))]
    raised = np.asarray(events.raised, dtype=np.float64)[patient]
    raised = raised if raised.size else np.full(len(occurred), NEVER)
    doses = tuple(
        _changes(
            np.where(
                _paused(days, plan, sessions),
                0.0,
                _daily_doses(
                    days,
                    by_plan[agent],
                    raised[agent],
                    _of_patient(plan, patient),
                    agent,
                    occurred[agent],
                    reduced[agent],
                    withdrawn[agent],
                    agents_end,
                ),
            )
        )
        for agent in range(len(occurred))
    )
    return TreatmentCourse(
        doses,
        None if stop >= NEVER else stop,
        tuple(sessions.tolist()),
        tuple(np.ceil(intrahepatic[intrahepatic < NEVER]).tolist()),
        tuple(
            clock_course(by_plan[agent], raised[agent], plan, agent, starts) for agent in range(len(occurred))
        ),
    )


def _paused(days: np.ndarray, plan: ArmPlan, sessions: np.ndarray) -> np.ndarray:
    if plan.locoregional is None:
        return np.zeros(len(days), dtype=bool)
    pause = float(plan.locoregional.pause_before), float(plan.locoregional.pause_after)
    return paused(days, sessions.tolist(), *pause)


def _of_patient(plan: ArmPlan, patient: int) -> ArmPlan:
    """The plan with the doses of one patient where they depend on body weight."""
    if plan.last_level.ndim == 1:
        return plan
    return plan._replace(mg_per_day=plan.mg_per_day[..., patient], last_level=plan.last_level[..., patient])


def _daily_doses(
    days: np.ndarray,
    by_plan: np.ndarray,
    raised: float,
    plan: ArmPlan,
    agent: int,
    occurred: np.ndarray,
    reduced: np.ndarray,
    withdrawn: np.ndarray,
    stop: float,
) -> np.ndarray:
    """Dose of one agent on each day, mg per day."""
    planned = 0 if plan.sequence is None else int(plan.sequence.first_level[agent])
    level = planned - (days >= raised).astype(int)
    given = by_plan & (days < stop)
    acts = plan.interrupts[agent] > 0
    for event_day, goes_down, ends in zip(occurred[acts], reduced[acts], withdrawn[acts], strict=True):
        level += goes_down & (days >= event_day)
        interrupted = (days >= event_day) & (days < event_day + plan.interruption_days[agent])
        given &= ~interrupted & ~(ends & (days >= event_day))
    return np.where(given, plan.mg_per_day[agent][np.minimum(level, int(plan.last_level[agent]))], 0.0)


def _changes(daily: np.ndarray) -> tuple[DoseChange, ...]:
    starts = np.flatnonzero(np.diff(daily, prepend=np.nan) != 0)
    return tuple(DoseChange(float(day), float(daily[day])) for day in starts)
