"""What a method of reconstruction works on: the drops between two published numbers at risk, and its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from hepatrial.evidence.reconstruction.curve import Curve
from hepatrial.evidence.reconstruction.risk_numbers import RiskNumbers


@dataclass(frozen=True, slots=True)
class Interval:
    """From one published number at risk to the next.

    Attributes
    ----------
    start_days, end_days
        The times of the two numbers; the last interval ends with the curve or at the last number, whichever is
        later.
    at_risk, next_at_risk
        The two numbers; None after the last.
    time_days, survival
        Shape (k,): the drops with start <= time < end, all that are left in the last interval.
    """

    start_days: float
    end_days: float
    at_risk: int
    next_at_risk: int | None
    time_days: np.ndarray
    survival: np.ndarray


@dataclass(frozen=True, slots=True)
class Counts:
    """The answer of a method: events at each drop, and when patients were censored.

    Attributes
    ----------
    events
        Shape (k,), int64: at each drop of the curve.
    censored_days
        Shape (c,): censored during follow-up; who is left is censored at its end.
    """

    events: np.ndarray
    censored_days: np.ndarray


class Method(Protocol):
    """A way to count events and censored patients behind a curve; ``citation`` names its papers by their keys."""

    citation: ClassVar[str]

    def count(self, curve: Curve, risk: RiskNumbers, events: int | None) -> Counts:
        """Counts behind ``curve``, given the numbers at risk and, if known, the total number of events."""
        ...


def intervals(curve: Curve, risk: RiskNumbers) -> Iterator[Interval]:
    """The intervals between numbers at risk, in order."""
    edges = np.searchsorted(curve.time_days, risk.time_days, side="left")
    last = len(risk.time_days) - 1
    for i, start in enumerate(risk.time_days):
        upper = edges[i + 1] if i < last else len(curve.time_days)
        yield Interval(
            float(start),
            float(risk.time_days[i + 1]) if i < last else float(max(curve.end_days, start)),
            int(risk.at_risk[i]),
            int(risk.at_risk[i + 1]) if i < last else None,
            curve.time_days[edges[i] : upper],
            curve.survival[edges[i] : upper],
        )


def evenly_within(start: float, end: float, count: int) -> np.ndarray:
    """``count`` times that cut the stretch between ``start`` and ``end`` into equal parts, ends left out."""
    return start + (np.arange(count) + 1) * (end - start) / (count + 1)
