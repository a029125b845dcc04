"""When patients enter and when they are lost."""

from __future__ import annotations

import numpy as np

from hepatrial.protocol.design import Accrual
from hepatrial.units import DAYS_PER_MONTH

NEVER_LOST = np.inf


def entry_days(uniform: np.ndarray, accrual: Accrual) -> np.ndarray:
    """Whole day of randomisation since the first patient, from uniform draws of any shape.

    The share enrolled by day t is (t / duration) ** shape.
    """
    return np.floor(accrual.duration_days * uniform ** (1.0 / accrual.shape))


def drop_out_days(exponential: np.ndarray, accrual: Accrual) -> np.ndarray:
    """Whole days to loss to follow-up from unit exponential draws; infinite without drop-out."""
    if accrual.drop_out_per_month == 0.0:
        return np.full(exponential.shape, NEVER_LOST)
    return np.ceil(exponential * DAYS_PER_MONTH / accrual.drop_out_per_month)
