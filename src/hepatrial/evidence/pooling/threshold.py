"""The surrogate threshold effect: how large an effect on the surrogate must be to predict one on the final endpoint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Threshold:
    """The effect on the surrogate beyond which the prediction interval of the final effect excludes 0.

    Attributes
    ----------
    log_effect
        Log hazard ratio on the surrogate whose upper prediction limit of the final log hazard ratio is 0; None where
        no effect, however large, would do.
    why_none
        The reason for None, else empty.
    """

    log_effect: float | None
    why_none: str = ""

    @property
    def ratio(self) -> float | None:
        """The threshold as a ratio."""
        return None if self.log_effect is None else float(np.exp(self.log_effect))


def threshold_effect(
    beta: np.ndarray, covariance: np.ndarray, new_variance: float, quantile: float
) -> Threshold:
    """Where the upper prediction limit of a line crosses 0.

    Parameters
    ----------
    beta, covariance
        Shapes (2,) and (2, 2): intercept, slope and their covariance.
    new_variance
        Variance of a further trial about the line.
    quantile
        Of the prediction interval.

    Notes
    -----
    Solves (a + b x)^2 = quantile^2 (new_variance + Var(a + b x)) with a + b x < 0, a quadratic in x. Its leading term
    is positive only if the slope differs from 0 at the same level; else the limit never stays below 0.

    When not to use: where the threshold lies beyond the effects that were seen; it is then an extrapolation.

    References
    ----------
    Burzykowski & Buyse 2006, 10.1002/pst.207.
    """
    a, b = beta
    if b <= 0:
        return Threshold(
            None, "the slope is not positive: a gain on the surrogate predicts none on the final endpoint"
        )
    square = quantile**2
    leading = b**2 - square * covariance[1, 1]
    if leading <= 0:
        return Threshold(
            None, "the slope does not differ from 0 at this level, so the prediction limit stays above 0"
        )
    middle = a * b - square * covariance[0, 1]
    last = a**2 - square * (new_variance + covariance[0, 0])
    root = np.sqrt(max(0.0, middle**2 - leading * last))
    # The line falls to the left, so the limit is below 0 left of the smaller root.
    return Threshold(float((-middle - root) / leading))
