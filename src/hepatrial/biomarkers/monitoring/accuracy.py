"""How well predictions from a landmark foretell who has the event within the window: AUC and Brier score.

Subjects censored within the window are made up for by weights, the inverse of the chance of not being censored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.survival import SurvivalTimes, kaplan_meier


@dataclass(frozen=True, slots=True)
class WindowScores:
    """AUC and Brier score of predicted risks over a window; NaN where there are no cases or no controls."""

    auc: float
    brier: float


def window_weights(
    times: SurvivalTimes, landmark_days: float, window_days: float
) -> tuple[np.ndarray, np.ndarray]:
    """Weight and outcome (1 event in the window) of each subject, shape (n,); weight 0 where it is not known.

    Parameters
    ----------
    times
        n subjects; only those at risk at the landmark have a weight.

    References
    ----------
    Blanche et al. 2015, 10.1111/biom.12232.
    """
    at_risk = times.time_days > landmark_days
    left = times.time_days - landmark_days
    case = at_risk & (times.event > 0) & (left <= window_days)
    control = at_risk & (left > window_days)
    weight = np.zeros(len(times))
    # Censoring is the event here; at the same time deaths come first.
    kept = times.select(at_risk)
    free = kaplan_meier(SurvivalTimes(kept.time_days - landmark_days, (kept.event == 0).astype(np.int8)))
    weight[case] = 1.0 / _just_before(free.time_days, free.survival, left[case])
    weight[control] = 1.0 / _just_before(
        free.time_days, free.survival, np.full(control.sum(), window_days + 1e-9)
    )
    return weight, case.astype(np.float64)


def window_scores(risk: np.ndarray, weight: np.ndarray, case: np.ndarray) -> WindowScores:
    """Scores of predicted risks (n,) of an event in the window, from `window_weights`."""
    seen = weight > 0
    risk, weight, case = risk[seen], weight[seen], case[seen] > 0
    if not case.any() or case.all():
        return WindowScores(np.nan, np.nan)
    brier = float((weight * (case - risk) ** 2).sum() / weight.sum())
    order = np.argsort(risk[~case], kind="stable")
    below = np.append(0.0, np.cumsum(weight[~case][order]))
    first = below[np.searchsorted(risk[~case][order], risk[case], side="left")]
    last = below[np.searchsorted(risk[~case][order], risk[case], side="right")]
    auc = (weight[case] * (first + last) / 2).sum() / (weight[case].sum() * below[-1])
    return WindowScores(float(auc), brier)


def _just_before(days: np.ndarray, survival: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Chance of not being censored before each time."""
    return np.append(1.0, survival)[np.searchsorted(days, at, side="left")]
