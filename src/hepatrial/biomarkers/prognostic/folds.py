"""Predictions for patients whom the model has not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hepatrial.survival.times import SurvivalTimes

Fitted = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From rows to learn from and rows to predict: linear predictor (m,) and survival (m, days) of the latter."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """Linear predictor (n,) and predicted survival (n, days) of each patient."""

    log_risk: np.ndarray
    survival: np.ndarray


def folds(event: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Fold of each patient (n,), with the events spread evenly."""
    fold = np.empty(len(event), dtype=np.int64)
    start = 0
    for kind in (True, False):
        members = rng.permutation(np.flatnonzero((event > 0) == kind))
        fold[members] = (np.arange(len(members)) + start) % count
        start += len(members)
    return fold


def unseen_predictions(
    times: SurvivalTimes, fit: Fitted, days: int, *, count: int, repeats: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Mean over repeats of what models say of patients that were left out of them: (n,) and (n, days).

    Everything that learns from data (scales, missing values, penalties) must stand inside ``fit``.
    """
    n = len(times)
    log_risk, survival = np.zeros(n), np.zeros((n, days))
    for _ in range(repeats):
        fold = folds(np.asarray(times.event), count, rng)
        for number in range(count):
            out = fold == number
            eta, alive = fit(np.flatnonzero(~out), np.flatnonzero(out))
            log_risk[out] += eta / repeats
            survival[out] += alive / repeats
    return log_risk, survival
