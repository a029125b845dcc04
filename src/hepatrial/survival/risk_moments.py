"""Weighted sums of covariates over risk sets, and the means and covariances that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class RiskMoments:
    """Hazards of the subjects and moments of the covariates over r risk sets.

    Attributes
    ----------
    risk
        Shape (n,): relative hazards exp(eta - ``shift``).
    shift
        Shape (n,): what was taken from the linear predictor, so that nothing overflows; one value a stratum.
    total, mean, spread
        Shapes (r,), (r, p), (r, p, p): sum of the hazards, weighted means and weighted covariances.
    """

    risk: np.ndarray
    shift: np.ndarray
    total: np.ndarray
    mean: np.ndarray
    spread: np.ndarray


def summands(x: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """What each subject adds to the sums of a risk set: hazard times 1, x and products of x.

    Shape (n, 1 + p + p(p+1)/2).
    """
    row, column = np.triu_indices(x.shape[1])
    return np.concatenate([np.ones((len(x), 1)), x, x[:, row] * x[:, column]], axis=1) * risk[:, None]


def moments_from_sums(risk: np.ndarray, shift: np.ndarray, sums: np.ndarray, p: int) -> RiskMoments:
    """Moments of p covariates from the sums of `summands` over each risk set, shape (r, 1 + p + p(p+1)/2)."""
    row, column = np.triu_indices(p)
    total = sums[:, 0]
    averages = sums[:, 1:] / total[:, None]
    mean = averages[:, :p]
    spread = np.empty((len(total), p, p))
    spread[:, row, column] = averages[:, p:] - mean[:, row] * mean[:, column]
    spread[:, column, row] = spread[:, row, column]
    return RiskMoments(risk, shift, total, mean, spread)
