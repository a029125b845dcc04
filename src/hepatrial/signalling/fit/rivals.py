"""Dull rivals of the network on the same wells: a constant, and ridge regression on the cues."""

from __future__ import annotations

import numpy as np

PENALTIES = 10.0 ** np.arange(-3.0, 3.1, 0.5)


def constant(given: np.ndarray, log_signal: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The mean of each readout over the wells seen; ``given`` (wells, cues), result (asked, readouts)."""
    return np.repeat(log_signal.mean(axis=0)[None], len(asked), axis=0)


def ridge(given: np.ndarray, log_signal: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Linear in the indicators of the cues, the penalty by generalised cross-validation on the wells seen."""
    centre, mean = given.mean(axis=0), log_signal.mean(axis=0)
    left, sizes, right = np.linalg.svd(given - centre, full_matrices=False)
    on_axes = left.T @ (log_signal - mean)

    def criterion(penalty: float) -> float:
        shrunk = sizes**2 / (sizes**2 + penalty)
        rest = log_signal - mean - left @ (shrunk[:, None] * on_axes)
        return float((rest**2).sum()) / (1.0 - (1.0 + shrunk.sum()) / len(given)) ** 2

    penalty = min(PENALTIES, key=criterion)
    slopes = right.T @ ((sizes / (sizes**2 + penalty))[:, None] * on_axes)
    return mean + (asked - centre) @ slopes
