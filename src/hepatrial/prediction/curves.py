"""An arm's curve of an endpoint under draws of the parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.units import DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Curve:
    """An arm's curve of an endpoint under each draw.

    Attributes
    ----------
    days
        Shape (times,), from 0.
    free
        Share without the event, shape (draws, times).
    stepwise
        Whether it falls at scans only.
    """

    days: np.ndarray
    free: np.ndarray
    stepwise: bool

    def median_months(self) -> np.ndarray:
        """Median of each draw in months, shape (draws,); infinite where not reached within the curve."""
        below = self.free <= 0.5
        reached, at = below.any(axis=1), below.argmax(axis=1)
        rows, before = np.arange(len(self.free)), np.maximum(at - 1, 0)
        days = self.days[at]
        if not self.stepwise:
            above, under = self.free[rows, before], self.free[rows, at]
            share = np.where(above > under, (above - 0.5) / np.where(above > under, above - under, 1.0), 0.0)
            days = self.days[before] + share * (self.days[at] - self.days[before])
        return np.where(reached, days, np.inf) / DAYS_PER_MONTH

    def at_months(self, months: float) -> np.ndarray:
        """Share without the event at a time within the curve, shape (draws,)."""
        day = months * DAYS_PER_MONTH
        if self.stepwise:
            return self.free[:, int(np.searchsorted(self.days, day, side="right")) - 1]
        return np.array([np.interp(day, self.days, row) for row in self.free])

    def lived_months(self, months: float) -> np.ndarray:
        """Restricted mean within a time, shape (draws,): the area under the curve, which is not stepwise."""
        last = months * DAYS_PER_MONTH
        inside = self.days[self.days < last]
        days = np.append(inside, last)
        free = np.column_stack([self.free[:, : len(inside)], self.at_months(months)])
        return np.trapezoid(free, days, axis=1) / DAYS_PER_MONTH
