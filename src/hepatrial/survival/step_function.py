"""Values of a step curve at chosen times."""

from __future__ import annotations

import numpy as np


def step_values(
    time_days: np.ndarray, curve: np.ndarray, before: float, days: float | np.ndarray, *, complete: bool
) -> float | np.ndarray:
    """Right-continuous curve at ``days`` (any shape).

    Parameters
    ----------
    time_days, curve
        Shape (m,): the times of the steps in rising order, and the value from each on.
    before
        Value before the first step.
    complete
        Whether everybody had an event, so that the last value holds for ever; otherwise values beyond the
        last time are nan, since nobody was followed so far.
    """
    days = np.asarray(days, dtype=np.float64)
    values = np.concatenate([[before], curve])[np.searchsorted(time_days, days, side="right")]
    unknown = np.isnan(days) | ((days > time_days[-1]) & (not complete))
    return np.where(unknown, np.nan, values)[()]
