"""Marginal distributions: from a normal score to the covariate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def category(score: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Level codes from normal scores: the lowest scores get the first level.

    Parameters
    ----------
    score
        Standard normal, shape (n,).
    shares
        Share of each level, in the order of the codes; rounding of their sum is spread over all levels.

    Returns
    -------
    ndarray, shape (n,), int64
    """
    from scipy.special import ndtri

    upper = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(ndtri(upper[:-1]), score, side="right").astype(np.int64)


def continuous(score: np.ndarray, values: dict[str, float]) -> np.ndarray:
    """Values of a log-normal (``median``, ``log_sd``) or normal (``mean``, ``sd``) covariate, shape (n,)."""
    if "median" in values:
        return values["median"] * np.exp(values["log_sd"] * score)
    return values["mean"] + values["sd"] * score
