"""Patients drawn from guessed curves, and the follow-up with which the published numbers of events come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.reconstruction.smoothest_hazards import Hazards
from hepatrial.survival import SurvivalTimes, cox

if TYPE_CHECKING:
    from hepatrial.simulation.streams import Streams

# Bounds of the logarithm of the shape of follow-up times: nearly all censored at once, to nobody before the end.
LOG_SHAPE = (-8.0, 12.0)
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Scores:
    """Shape (n,) each: uniform scores in (0, 1) of the event and of the end of follow-up."""

    event: np.ndarray
    follow_up: np.ndarray


def random_scores(n: int, streams: Streams, name: str) -> Scores:
    """Scores drawn from named streams."""
    patients = np.arange(n)
    return Scores(
        streams.uniform(f"{name}, event", patients)[:, 0],
        streams.uniform(f"{name}, follow-up", patients)[:, 0],
    )


def times_with_events(
    hazards: Hazards,
    scores: tuple[Scores, Scores],
    events: tuple[int | None, int | None],
    events_together: int | None,
) -> tuple[SurvivalTimes, SurvivalTimes]:
    """Times drawn for control and experimental, with these events in each arm or in both together.

    Raises
    ------
    InvalidInput
        If the curves give fewer events up to the longest follow-up even without censoring.
    """
    end_days = float(hazards.edges_days[-1])
    days = [hazards.time_of(which, -np.log1p(-scores[which].event)) for which in (0, 1)]

    def observed(which: int, log_shape: float) -> SurvivalTimes:
        follow_up = end_days * scores[which].follow_up ** np.exp(-log_shape)
        happens = days[which] <= follow_up
        return SurvivalTimes(np.minimum(days[which], follow_up), happens.astype(np.int8))

    if events_together is not None:
        shape = _shape_for(
            events_together, lambda log_shape: sum(int(observed(k, log_shape).event.sum()) for k in (0, 1))
        )
        return observed(0, shape), observed(1, shape)
    arms = []
    for which in (0, 1):
        wanted = events[which]
        assert wanted is not None
        shape = _shape_for(wanted, lambda log_shape, k=which: int(observed(k, log_shape).event.sum()))
        arms.append(observed(which, shape))
    return arms[0], arms[1]


def follow_up_shapes(
    hazards: Hazards,
    n: tuple[int, int],
    events: tuple[int | None, int | None],
    events_together: int | None,
) -> tuple[float, float]:
    """The logarithm of the shape of follow-up of control and experimental that gives the events, on average.

    Raises
    ------
    InvalidInput
        As `times_with_events`.
    """
    falls = np.array([-np.diff(hazards.survival(which)) for which in (0, 1)])

    def expected(which: int, log_shape: float) -> float:
        return float(n[which] * falls[which] @ _reached(hazards, log_shape))

    if events_together is not None:
        both = _shape_for(events_together, lambda log_shape: sum(expected(k, log_shape) for k in (0, 1)))
        return both, both
    control, experimental = (
        _shape_for(events[which] or 0, lambda log_shape, k=which: expected(k, log_shape)) for which in (0, 1)
    )
    return control, experimental


def expected_followed(hazards: Hazards, n: tuple[int, int], shapes: tuple[float, float]) -> np.ndarray:
    """Shape (2, PIECES): patients whose follow-up would reach the middle of each piece, on average."""
    return np.array([n[which] * _reached(hazards, shapes[which]) for which in (0, 1)])


def _reached(hazards: Hazards, log_shape: float) -> np.ndarray:
    middle = (hazards.edges_days[1:] + hazards.edges_days[:-1]) / 2 / hazards.edges_days[-1]
    return 1.0 - middle ** np.exp(log_shape)


def hazard_ratio(control: SurvivalTimes, experimental: SurvivalTimes) -> float:
    """Cox hazard ratio of the experimental arm."""
    pooled = SurvivalTimes(
        np.concatenate([control.time_days, experimental.time_days]),
        np.concatenate([control.event, experimental.event]),
    )
    arm = np.repeat([0, 1], [len(control), len(experimental)])
    return float(cox(pooled, arm, ["experimental"]).hr[0])


def _shape_for(wanted: int, events: Callable[[float], float]) -> float:
    """The logarithm of the shape with which so many events are seen; they never become fewer as it rises."""
    low, high = LOG_SHAPE
    most = events(high)
    if most < wanted - 0.5:
        raise InvalidInput(
            (
                Issue(
                    "the curve gives fewer events than were published",
                    found=f"{most:.0f} by the end of follow-up, even without censoring; {wanted} published",
                    allowed="as many as the curve gives up to end_days",
                    fix="lengthen end_days, the longest follow-up, or check the events",
                ),
            )
        )
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        seen = events(middle)
        if seen == wanted:
            return middle
        low, high = (middle, high) if seen < wanted else (low, middle)
    return high
