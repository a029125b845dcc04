"""How much of the spread of a true effect over draws some drawn values explain."""

from __future__ import annotations

import numpy as np


def effective_number(weights: np.ndarray) -> float:
    """Kish's effective number of weighted draws: their number for equal weights, 1 where one draw has all."""
    return float(weights.sum() ** 2 / np.sum(weights**2))


def explained_variance(
    effect: np.ndarray, values: np.ndarray, weights: np.ndarray | None = None
) -> tuple[float, float]:
    """Variance of an effect over draws, split in what some values explain and the rest.

    Parameters
    ----------
    effect
        Shape (draws,).
    values
        Shape (draws, values).
    weights
        Of the draws, shape (draws,); equal if left out.

    Notes
    -----
    Explained variance of a linear regression, adjusted for the number of values (Ezekiel), with the effective number of
    draws for their number where they have weights. What these values and others share by their correlation counts to
    these. With no more draws than values plus 2 nothing can be told: all counts to the rest.
    """
    weight = np.full(len(effect), 1.0 / len(effect)) if weights is None else weights / weights.sum()
    draws = effective_number(weight)
    centred = effect - weight @ effect
    total = float(weight @ centred**2) * draws / (draws - 1.0) if draws > 1.0 + 1e-9 else 0.0
    varying = values[:, np.ptp(values, axis=0) > 0.0]
    if total == 0.0 or varying.shape[1] == 0 or draws <= varying.shape[1] + 2:
        return 0.0, total
    standard = (varying - weight @ varying) / varying.std(axis=0)
    root = np.sqrt(weight)[:, None]
    design = np.column_stack([np.ones(len(effect)), standard]) * root
    left = root[:, 0] * effect
    left = left - design @ np.linalg.lstsq(design, left, rcond=None)[0]
    rank = int(np.linalg.matrix_rank(design))
    rest = min(float(left @ left) * draws / (draws - rank), total)
    return total - rest, rest
