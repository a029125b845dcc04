"""What a method of reconstruction works on: the drops between two published numbers at risk, and its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from hepatrial.evidence.reconstruction.counted_in import MISSES, units_within
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
    unit_days
        As of the curve.
    """

    start_days: float
    end_days: float
    at_risk: int
    next_at_risk: int | None
    time_days: np.ndarray
    survival: np.ndarray
    unit_days: float | None = None

    @property
    def passed(self) -> np.ndarray:
        """Shape (k,): share of the censoring that an even rate has brought by each drop.

        Where time is counted in whole units, who is censored at the time of a drop is still there for it.
        """
        if self.unit_days is not None:
            units = units_within(self.start_days, self.end_days, self.unit_days)
            return units_within(self.start_days, self.time_days, self.unit_days) / max(float(units), 1.0)
        length = self.end_days - self.start_days
        # Nothing passes where the curve ends at the last number at risk, with a drop perhaps at that very time.
        return (self.time_days - self.start_days) / length if length > 0 else np.zeros_like(self.time_days)


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
            curve.unit_days,
        )


def evenly_within(start: float, end: float, count: int, unit: float | None = None) -> np.ndarray:
    """``count`` times that cut the stretch between ``start`` and ``end`` into equal parts, ends left out.

    With a ``unit`` they stand at whole numbers of it, from ``start`` on and before ``end``, as evenly as may be.
    """
    whole = 0 if unit is None else int(units_within(start, end, unit))
    if unit is not None and whole:
        first = np.ceil(start / unit - MISSES)
        return np.maximum((first + np.floor((np.arange(count) + 0.5) * whole / max(count, 1))) * unit, start)
    return start + (np.arange(count) + 1) * (end - start) / (count + 1)
