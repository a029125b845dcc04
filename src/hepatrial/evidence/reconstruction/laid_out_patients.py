"""Patients laid out along a guessed curve so that their own Kaplan-Meier curve has the published numbers.

Between two known points as many patients have the event as it takes for the curve of the patients to come down to the
next point, and as many are censored as the follow-up lets expect. Nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.reconstruction.average_flow import Flow, flow_of
from hepatrial.evidence.reconstruction.guessed_patients import follow_up_shapes
from hepatrial.evidence.reconstruction.known_stretch import KnownStretch
from hepatrial.evidence.reconstruction.smoothest_hazards import Hazards
from hepatrial.evidence.reconstruction.summary import ArmSummary
from hepatrial.survival import SurvivalTimes

# Whole patients cannot follow the average exactly; the shape of follow-up gives way where the events demand it.
NUDGES = (0.0, *(sign * step for step in (0.02, 0.05, 0.1, 0.2, 0.4) for sign in (1.0, -1.0)))


@dataclass(frozen=True, slots=True)
class Head:
    """Patients who left by the last known point of their arm.

    Attributes
    ----------
    event_days, censored_days
        Their days.
    until
        Day of that point, 0 where nothing is known.
    left
        Patients who are still followed.
    """

    event_days: np.ndarray
    censored_days: np.ndarray
    until: float
    left: int


def laid_out_arms(
    hazards: Hazards, arms: tuple[ArmSummary, ArmSummary], events_together: int | None
) -> tuple[SurvivalTimes, SurvivalTimes]:
    """Patients of control and experimental, with the arms' events or so many of both together.

    Raises
    ------
    InvalidInput
        If the curves give fewer events than that, or the known points leave no place for them.
    """
    shapes = follow_up_shapes(
        hazards, (arms[0].n, arms[1].n), (arms[0].events, arms[1].events), events_together
    )
    for nudge in NUDGES:
        flows = [flow_of(hazards, which, arms[which].n, shapes[which] + nudge) for which in (0, 1)]
        heads = [_head(arm, flow) for arm, flow in zip(arms, flows, strict=True)]
        if heads[0] is None or heads[1] is None:
            continue
        known = [heads[0], heads[1]]
        later = _later_events(flows, known, arms, events_together)
        if all(_has_place(flow, head, count) for flow, head, count in zip(flows, known, later, strict=True)):
            return _patients(flows[0], known[0], later[0]), _patients(flows[1], known[1], later[1])
    raise InvalidInput((_no_place(arms, events_together),))


def _head(arm: ArmSummary, flow: Flow) -> Head | None:
    """None if the censoring leaves too few patients for the arm's points."""
    events, censored = [np.empty(0)], [np.empty(0)]
    since, left, survival = 0.0, arm.n, 1.0
    for day, share in dict.fromkeys(arm.points):
        lost = round(float(np.interp(day, flow.days, flow.censored))) - sum(map(len, censored))
        stretch = KnownStretch(flow, since, day, left, lost, survival)
        laid = stretch.to_median() if day == arm.median_days else stretch.to_landmark(share)
        if laid is None:
            return None
        events.append(laid.event_days)
        censored.append(laid.censored_days)
        since, left, survival = day, laid.left, survival * laid.falls_to
    return Head(np.concatenate(events), np.concatenate(censored), since, left)


def _later_events(
    flows: Sequence[Flow],
    heads: Sequence[Head],
    arms: tuple[ArmSummary, ArmSummary],
    events_together: int | None,
) -> list[int]:
    """Events of each arm after its last known point; those of both together are shared out as expected."""
    if events_together is None:
        return [(arm.events or 0) - len(head.event_days) for arm, head in zip(arms, heads, strict=True)]
    wanted = events_together - sum(len(head.event_days) for head in heads)
    expected = [flow.expected_events(head.until) for flow, head in zip(flows, heads, strict=True)]
    first = round(wanted * expected[0] / sum(expected)) if sum(expected) > 0 else 0
    return [first, wanted - first]


def _has_place(flow: Flow, head: Head, events: int) -> bool:
    return 0 <= events <= head.left and (events == 0 or head.until < flow.days[-1])


def _patients(flow: Flow, head: Head, later_events: int) -> SurvivalTimes:
    """All patients of an arm in order of time."""
    end = float(flow.days[-1])
    events = np.append(head.event_days, flow.event_days(head.until, end, later_events))
    censored = np.append(head.censored_days, flow.censored_days(head.until, end, head.left - later_events))
    days = np.append(events, censored)
    happened = np.repeat(np.array([1, 0], dtype=np.int8), [len(events), len(censored)])
    order = np.lexsort((-happened, days))
    return SurvivalTimes(days[order], happened[order])


def _no_place(arms: tuple[ArmSummary, ArmSummary], events_together: int | None) -> Issue:
    given = events_together or ", ".join(f"{arm.name} {arm.events}" for arm in arms)
    return Issue(
        "no patients have these medians, landmarks and events at once",
        found=f"events {given} of {arms[1].n} and {arms[0].n} patients",
        allowed="events that the points leave place for by the longest follow-up",
        fix="check that all numbers are of one data cut, or lengthen the longest follow-up",
    )
