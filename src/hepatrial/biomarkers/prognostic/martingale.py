"""Martingale residuals of the model without the marker: what a marker has left to explain."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from hepatrial.biomarkers.sorted_subjects import sorted_subjects
from hepatrial.survival.times import SurvivalTimes


def martingale_residuals(
    times: SurvivalTimes, stratum: np.ndarray | None = None, log_risk: np.ndarray | None = None
) -> np.ndarray:
    """Event less expected events by stratum, shape (n,); without ``log_risk`` the scores of the log-rank test.

    ``log_risk`` (n,) is the linear predictor of a fitted model. Ties after Breslow, so that subjects with the same
    time, event and risk share one score.
    """
    rows = sorted_subjects(times, stratum)
    n = len(rows.order)
    risk = np.ones(n) if log_risk is None else np.exp(log_risk - log_risk.max())[rows.order]
    residual = np.empty(n)
    for start, end in pairwise(np.append(np.flatnonzero(rows.first_of_stratum), n)):
        event = rows.event[start:end].astype(np.float64)
        last = np.flatnonzero(rows.last_of_time[start:end])
        deaths = np.diff(np.append(0.0, np.cumsum(event)[last]))
        # Rows run by falling time, so that the risk set of a time is everything above it.
        at_risk = np.cumsum(risk[start:end])[last]
        hazard = np.cumsum((deaths / at_risk)[::-1])[::-1]
        slot = np.searchsorted(last, np.arange(end - start))
        residual[start:end] = event - risk[start:end] * hazard[slot]
    unsorted = np.empty(n)
    unsorted[rows.order] = residual
    return unsorted
