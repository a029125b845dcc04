"""Many tests at once: p values adjusted by Holm (family-wise error) and Benjamini-Hochberg (false discoveries)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hepatrial.evidence.pooling.refusals import invalid


def holm(p: Sequence[float] | np.ndarray) -> np.ndarray:
    """Adjusted p values that hold the probability of any false rejection, whatever the dependence.

    Parameters
    ----------
    p
        Shape (m,), p values of all tests that were made, not of the striking ones alone.

    Returns
    -------
    ndarray, shape (m,)
        Reject where at most alpha.

    Notes
    -----
    When not to use: for a long list of exploratory subgroups from which leads are wanted (`benjamini_hochberg`).

    References
    ----------
    Holm 1979, https://www.jstor.org/stable/4615733.
    """
    values, order = _sorted(p)
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    return _in_place(np.minimum(steps, 1.0), order)


def benjamini_hochberg(p: Sequence[float] | np.ndarray) -> np.ndarray:
    """Adjusted p values that hold the expected share of false rejections among the rejections.

    Parameters
    ----------
    p
        Shape (m,), p values of all tests that were made.

    Returns
    -------
    ndarray, shape (m,)
        Reject where at most the false discovery rate.

    Notes
    -----
    Assumes independent tests or positive dependence. When not to use: for a confirmatory claim.

    References
    ----------
    Benjamini & Hochberg 1995, 10.1111/j.2517-6161.1995.tb02031.x.
    """
    values, order = _sorted(p)
    steps = values[order] * len(values) / np.arange(1, len(values) + 1)
    return _in_place(np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0), order)


def _sorted(p: Sequence[float] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or not np.all((values >= 0) & (values <= 1)):
        raise invalid(
            "p: not a list of p values",
            f"shape {values.shape}, {values[~((values >= 0) & (values <= 1))][:1]}",
            "numbers from 0 to 1, shape (m,)",
            "leave out tests that could not be made",
        )
    return values, np.argsort(values, kind="stable")


def _in_place(steps: np.ndarray, order: np.ndarray) -> np.ndarray:
    adjusted = np.empty_like(steps)
    adjusted[order] = steps
    return adjusted
