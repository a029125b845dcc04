"""When a cause of resistance sets in: the first visit at which it has cost a stated share of viable tumour volume."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

EXCESS_LOG_VOLUME = float(np.log(1.1))
"""A cause has set in once the viable tumour is a tenth larger than it would be without the cause."""


@dataclass(frozen=True, slots=True)
class Onset:
    """When a cause sets in, over patients.

    Attributes
    ----------
    share_percent
        Patients in whom it has set in by the progression that they have (or by the horizon, without one).
    median_days, quartile_days
        Of the day over those patients; None where there are none.
    """

    share_percent: float
    median_days: float | None
    quartile_days: tuple[float, float] | None


def onset_days(viable_mm: np.ndarray, without_mm: np.ndarray, visit_days: np.ndarray) -> np.ndarray:
    """First visit at which a cause has set in, NaN where it never does; shape (n,).

    Parameters
    ----------
    viable_mm, without_mm
        Viable sum of diameters with all causes and without the one, shape (visits, n); all lesions scale alike, so
        that volume goes with its cube.
    visit_days
        Shape (visits,).
    """
    tiny = np.finfo(np.float32).tiny
    excess = 3.0 * (np.log(np.maximum(viable_mm, tiny)) - np.log(np.maximum(without_mm, tiny)))
    late = excess > EXCESS_LOG_VOLUME
    return np.where(late.any(axis=0), visit_days[late.argmax(axis=0)], np.nan)


def onset(days: np.ndarray, until: np.ndarray) -> Onset:
    """Sum up the days of `onset_days`, shape (n,), that come no later than ``until``."""
    inside = days[days <= until]
    if inside.size == 0:
        return Onset(0.0, None, None)
    low, middle, high = np.quantile(inside, (0.25, 0.5, 0.75))
    return Onset(100.0 * inside.size / days.size, float(middle), (float(low), float(high)))
