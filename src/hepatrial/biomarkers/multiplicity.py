"""Many tests at once: p-values that keep the share of false findings, or the chance of any, at its level."""

from __future__ import annotations

import numpy as np


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Adjusted p-values (m,) that control the false discovery rate; NaN is no test and stays NaN.

    Assumes independent or positively dependent tests. When not to use: where one false finding is one too many
    (`holm`). Source: Benjamini & Hochberg 1995, 10.1111/j.2517-6161.1995.tb02031.x.
    """
    return _by_rank(
        p, lambda sorted_p, m: np.minimum.accumulate((sorted_p * m / np.arange(1, m + 1))[::-1])[::-1]
    )


def holm(p: np.ndarray) -> np.ndarray:
    """Adjusted p-values (m,) that control the chance of any false finding, whatever the dependence; NaN stays NaN.

    Source: Holm 1979, 10.2307/4615733.
    """
    return _by_rank(p, lambda sorted_p, m: np.maximum.accumulate(sorted_p * (m - np.arange(m))))


def _by_rank(p, adjusted_of_sorted) -> np.ndarray:
    p = np.asarray(p, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(p))
    found = np.full(len(p), np.nan)
    if len(known):
        order = known[np.argsort(p[known], kind="stable")]
        found[order] = np.minimum(adjusted_of_sorted(p[order], len(order)), 1.0)
    return found
