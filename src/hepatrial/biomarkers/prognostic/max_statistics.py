"""p-values of the largest of many tests: over cut-points of one marker, and over markers."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr


def lausen_schumacher_p(largest: float, low: float, high: float) -> float:
    """p-value of the largest standardised two-sample statistic over cut-points between two shares of patients.

    Source: Lausen & Schumacher 1992, 10.2307/2532740, after Miller & Siegmund 1982, 10.2307/2529881. The bound is
    asymptotic; for small values of ``largest`` it passes 1 and is set to 1.
    """
    if largest < 1.0:
        return 1.0
    density = np.exp(-(largest**2) / 2) / np.sqrt(2 * np.pi)
    spread = np.log(high * (1 - low) / ((1 - high) * low))
    return float(min(density * (largest - 1 / largest) * spread + 4 * density / largest, 1.0))


def altman_p(smallest: float) -> float:
    """Altman's simple correction of the smallest p-value over cut-points between 10 % and 90 % of the patients.

    -1.63 p (1 + 2.35 ln p); stated for p between 0.0001 and 0.1. NaN outside. Source: Altman, Lausen, Sauerbrei &
    Schumacher 1994, 10.1093/jnci/86.11.829.
    """
    if not 0.0001 <= smallest <= 0.1:
        return float("nan")
    return float(min(-1.63 * smallest * (1 + 2.35 * np.log(smallest)), 1.0))


def two_sided(z: float) -> float:
    """Two-sided p-value of a standard normal statistic."""
    return float(2 * ndtr(-abs(z)))


def westfall_young_p(
    markers: np.ndarray, residual: np.ndarray, *, permutations: int, rng: np.random.Generator
) -> np.ndarray:
    """Step-down p-values (m,) over markers that keep the chance of any false finding, by permutation.

    Parameters
    ----------
    markers
        Shape (n, m), NaN where missing; a marker constant among those who have it gets NaN.
    residual
        Shape (n,): martingale residuals of the model without markers; permuted whole against the rows of markers,
        so that the dependence between markers, and their missing values, stay as they are.

    Notes
    -----
    The statistic of a marker is its score test: the covariance with the residual over its standard error under
    permutation. Exact under the hypothesis that outcome and markers are independent; beside covariates it is
    approximate, since residuals are then exchangeable only nearly. Source: Westfall & Young 1993, Resampling-Based
    Multiple Testing, algorithm 4.1 (maximum of the statistics in place of the minimum of p).
    """
    known = np.isfinite(markers)
    count = known.sum(axis=0)
    centred = np.where(known, markers - np.nanmean(np.where(known, markers, np.nan), axis=0), 0.0)
    length = np.sqrt((centred**2).sum(axis=0))
    usable = np.flatnonzero((count > 2) & (length > 0))
    found = np.full(markers.shape[1], np.nan)
    if not usable.size:
        return found
    columns = centred[:, usable] / length[usable]
    observed = np.abs(residual @ columns)
    order = np.argsort(-observed)
    above = np.ones(len(usable))
    for _ in range(permutations):
        drawn = np.abs(rng.permutation(residual) @ columns)[order]
        above += np.maximum.accumulate(drawn[::-1])[::-1] >= observed[order] * (1 - 1e-12)
    stepped = np.maximum.accumulate(above / (permutations + 1))
    found[usable[order]] = stepped
    return found
