"""The chance of any false finding over all markers, by permutation, alone or beside covariates."""

from __future__ import annotations

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.martingale import martingale_residuals
from hepatrial.biomarkers.prognostic.max_statistics import westfall_young_p
from hepatrial.biomarkers.prognostic.outcome import event_times
from hepatrial.survival.cox import cox


def family_wise_p(frame: MarkerFrame, covariates: np.ndarray, *, permutations: int, seed: int) -> np.ndarray:
    """Westfall-Young p-values (m,) of all markers.

    Beside covariates (n, k) the residuals are those of the model of the covariates alone, and what the covariates
    say linearly is taken out of the markers; subjects without all covariates are left out.
    """
    rows = np.isfinite(covariates).all(axis=1)
    times, markers, z = event_times(frame).select(rows), frame.markers[rows], covariates[rows]
    strata = None if frame.arm is None else frame.arm[rows]
    log_risk = None
    if z.shape[1]:
        fit = cox(times, z, [str(j) for j in range(z.shape[1])], strata=strata)
        log_risk = z @ fit.beta
        markers = _without(markers, np.column_stack([np.ones(len(z)), z]))
    residual = martingale_residuals(times, strata, log_risk)
    return westfall_young_p(markers, residual, permutations=permutations, rng=np.random.default_rng(seed))


def _without(markers: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Markers less their linear regression on ``z`` among those who have them."""
    left = np.full(markers.shape, np.nan)
    for column in range(markers.shape[1]):
        known = np.isfinite(markers[:, column])
        if known.sum() > z.shape[1]:
            y = markers[known, column]
            left[known, column] = y - z[known] @ np.linalg.lstsq(z[known], y, rcond=None)[0]
    return left
