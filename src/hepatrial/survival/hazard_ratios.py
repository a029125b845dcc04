"""Hazard ratios, their limits and Wald tests, from coefficients and standard errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr


class HazardRatios(NamedTuple):
    """Ratios, limits, Wald statistics and two-sided p, each of shape (p,)."""

    hr: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    z: np.ndarray
    p: np.ndarray


def hazard_ratios(beta: np.ndarray, se: np.ndarray, quantile: float) -> HazardRatios:
    """Hazard ratios of coefficients ``beta`` with standard errors ``se``, limits at ``quantile`` errors.

    A ratio too large for a float is infinite, as for a covariate in a unit far larger than its spread. An error of 0
    belongs to a coefficient of 0, whose z is 0.
    """
    with np.errstate(over="ignore"):
        hr, lower, upper = (np.exp(beta + shift) for shift in (0.0, -quantile * se, quantile * se))
    z = np.divide(beta, se, out=np.zeros_like(beta), where=se > 0)
    return HazardRatios(hr, lower, upper, z, 2.0 * ndtr(-np.abs(z)))
