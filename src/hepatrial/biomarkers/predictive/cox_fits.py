"""One Cox model after another on the same sorted rows: for searches and simulations, where each fit must be cheap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.sorted_subjects import SortedSubjects


@dataclass(frozen=True, slots=True)
class SmallFit:
    """Coefficients (p,), covariance (p, p) and partial log-likelihood; ``settled`` is False for no maximum."""

    beta: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    settled: bool


def fit_cox(design: np.ndarray, rows: SortedSubjects) -> SmallFit:
    """Fit the columns of ``design`` (n, p), given in the subjects' own order, none missing. Ties by Efron."""
    from hepatrial.biomarkers.predictive import cox_kernel as kernel

    p = design.shape[1]
    x = design[rows.order] - design.mean(axis=0)
    scale = x.std(axis=0)
    beta, covariance = np.zeros(p), np.zeros((p, p))
    if p and (scale <= 1e-12 * (1.0 + np.abs(design).max(axis=0))).any():
        return SmallFit(beta, covariance, float("nan"), False)
    value, settled = kernel.fit(
        np.ascontiguousarray(x / scale),
        rows.event,
        rows.last_of_time,
        rows.first_of_stratum,
        beta,
        covariance,
    )
    return SmallFit(beta / scale, covariance / np.outer(scale, scale), float(value), bool(settled))
