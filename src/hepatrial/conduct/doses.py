"""Tables of doses and adverse events, from the events that the engine records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from hepatrial.agents import Agent
from hepatrial.protocol.design import Arm
from hepatrial.simulation.course import NEVER, Events

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


def dose_tables(
    arm: Arm, agents: Sequence[Agent], events: Events, subject: np.ndarray, last: np.ndarray
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The exposure and the adverse-event table of the subjects of one arm.

    ``last`` is the last observed day, shape (n,); treatment ended before it where it was stopped.
    """
    exposure: list[dict[str, object]] = []
    adverse: list[dict[str, object]] = []
    by_name = {regimen.agent: regimen for regimen in arm.regimens}
    for column, agent in enumerate(agents):
        regimen = by_name.get(agent.name)
        if regimen is None:
            continue
        doses = [level.mg_per_day for level in regimen.levels]
        for row, number in enumerate(subject.tolist()):
            end = float(min(last[row], events.stop[row]))
            start, dose, reason, level = 0.0, doses[0], "planned dose", 0
            for day, event, action in _adverse_events_of(events, row, column, agent):
                if day > last[row]:
                    break
                adverse.append(
                    {
                        "subject": number,
                        "day": day,
                        "event": event.name,
                        "grade": event.grade,
                        "action": action,
                    }
                )
                if day > start:
                    exposure.append(_interval(number, start, min(day, end), agent.name, dose, reason))
                if action == "drug withdrawn":
                    start = end
                    break
                resume = min(day + regimen.interruption_days, end)
                exposure.append(_interval(number, day, resume, agent.name, 0.0, "interrupted: adverse event"))
                level += action == "dose reduced"
                start, dose = resume, doses[min(level, len(doses) - 1)]
                reason = "reduced: adverse event" if level else "planned dose"
            if start < end:
                exposure.append(_interval(number, start, end, agent.name, dose, reason))
    given = [row for row in exposure if row["end_day"] > row["start_day"]]
    return pl.DataFrame(given, schema=EXPOSURE_SCHEMA), pl.DataFrame(adverse, schema=ADVERSE_SCHEMA)


def _adverse_events_of(
    events: Events, row: int, column: int, agent: Agent
) -> list[tuple[float, object, str]]:
    found = []
    for place, event in enumerate(agent.adverse_events):
        day = float(events.adverse_event[row, column, place])
        if day >= NEVER:
            continue
        action = "dose interrupted"
        if events.withdrawn[row, column, place] > 0:
            action = "drug withdrawn"
        elif events.reduced[row, column, place] > 0:
            action = "dose reduced"
        found.append((day, event, action))
    return sorted(found, key=lambda item: item[0])


def _interval(
    subject: int, start: float, end: float, agent: str, dose: float, reason: str
) -> dict[str, object]:
    return {
        "subject": subject,
        "start_day": float(start),
        "end_day": float(end),
        "agent": agent,
        "dose_mg_per_day": float(dose),
        "reason": reason,
    }
