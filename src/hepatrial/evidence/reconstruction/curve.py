"""A published survival curve as coordinates: where it falls, how far, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hepatrial.errors import Issue


@dataclass(frozen=True, slots=True)
class Curve:
    """A cleaned Kaplan-Meier curve of one arm; `clean_curve` makes it from digitised points.

    Attributes
    ----------
    time_days, survival
        Shape (k,): times in rising order, and the survival from each on, falling strictly from below 1 (the
        point (0, 1) is understood); empty where nobody has the event.
    end_days
        Where the drawn curve ends: nobody was followed for longer as far as it shows.
    sampled
        True if the points lie anywhere on the curve (say every month), so that an event belongs between a
        point and the one before; False if they lie at the drops.
    notes
        What the cleaning changed, as warnings.
    unit_days
        The unit that times were counted in, in whole numbers (days, weeks, months, visits), where the drops show one
        or it was given: events and censoring then share their times. None where times are not counted in units.
    """

    time_days: np.ndarray
    survival: np.ndarray
    end_days: float
    sampled: bool = False
    notes: tuple[Issue, ...] = ()
    unit_days: float | None = None

    @property
    def last_drop_days(self) -> float:
        """When it falls for the last time; 0 where it never does."""
        return float(self.time_days[-1]) if len(self.time_days) else 0.0

    def at(self, days: float | np.ndarray) -> float | np.ndarray:
        """Survival at ``days`` (any shape), right-continuous; between samples, along a straight line."""
        days = np.asarray(days, dtype=np.float64)
        time, level = np.append(0.0, self.time_days), np.append(1.0, self.survival)
        if self.sampled:
            return np.interp(days, time, level)[()]
        return level[np.searchsorted(self.time_days, days, side="right")][()]


def with_points_at(curve: Curve, days: np.ndarray) -> Curve:
    """The same sampled curve with a point just before each of ``days`` that it covers.

    Events between two samples on either side of a published number at risk are thereby split at that number, instead
    of all falling after it.
    """
    # Just before: a number at risk counts who is left after all earlier events.
    new = np.nextafter(days[(days > 0) & (days < curve.last_drop_days)], 0.0)
    time = np.union1d(curve.time_days, new)
    survival = np.asarray(curve.at(time))
    falls = np.diff(survival, prepend=1.0) < 0
    return replace(curve, time_days=time[falls], survival=survival[falls])
