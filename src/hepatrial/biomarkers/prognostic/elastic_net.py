"""Many markers in one model: a Cox model with an elastic-net penalty, its strength chosen by cross-validation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.prognostic.folds import folds
from hepatrial.biomarkers.sorted_subjects import sorted_subjects
from hepatrial.survival.times import SurvivalTimes

PENALTIES = 40
SMALLEST_SHARE = 0.02
"""The weakest penalty as a share of the one that leaves no marker."""
INNER_FOLDS = 5
LEAST_MIXING = 1e-3


@dataclass(frozen=True, slots=True)
class ElasticNet:
    """A penalised model of columns (p,).

    ``beta`` holds for the columns as given, missing values set to ``centre``; ``penalty`` is the chosen strength, and
    ``mixing`` the share of the lasso: 1 lasso, 0 ridge.
    """

    beta: np.ndarray
    centre: np.ndarray
    penalty: float
    mixing: float

    def filled(self, x: np.ndarray) -> np.ndarray:
        """Columns (n, p) with missing values at the means of those who were learnt from."""
        return np.where(np.isfinite(x), x, self.centre)

    def log_risk(self, x: np.ndarray) -> np.ndarray:
        """Linear predictor (n,)."""
        return (self.filled(x) - self.centre) @ self.beta


def fit_elastic_net(
    times: SurvivalTimes, x: np.ndarray, free: np.ndarray, *, mixing: float, rng: np.random.Generator
) -> ElasticNet:
    """Fit a path of penalties and take the one with the best cross-validated partial likelihood.

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1.
    x, free
        Columns (n, p), NaN where missing, and which of them are not penalised (p,).
    mixing
        1 lasso, 0 ridge, elastic net between.

    Notes
    -----
    Columns are standardised and their missing values set to the mean, both by the patients of this fit alone. Ties
    after Breslow. No kept Python library under a permissive licence fits this model, so it is own code: cyclic
    coordinate descent as in Simon et al. 2011, 10.18637/jss.v039.i05; cross-validated likelihood of Verweij & van
    Houwelingen 1993, 10.1002/sim.4780122407.

    When not to use: to tell which markers matter (of two alike the lasso keeps either); coefficients have no
    intervals.
    """
    centre, scale, columns = _standardised(x)
    strengths = _strengths(times, columns, free, mixing)
    fold = folds(np.asarray(times.event), INNER_FOLDS, rng)
    gained = np.zeros(len(strengths))
    for number in range(INNER_FOLDS):
        learn = fold != number
        own_centre, own_scale, own = _standardised(x[learn])
        betas = coefficients(times.select(learn), own, free, strengths, mixing) / own_scale
        everybody = np.where(np.isfinite(x), x, own_centre) - own_centre
        for place, beta in enumerate(betas):
            eta = everybody @ beta
            gained[place] += _likelihood(times, eta) - _likelihood(times.select(learn), eta[learn])
    best = int(np.argmax(gained))
    beta = coefficients(times, columns, free, strengths[: best + 1], mixing)[-1] / scale
    return ElasticNet(beta, centre, float(strengths[best]), mixing)


def coefficients(
    times: SurvivalTimes, x: np.ndarray, free: np.ndarray, penalties: np.ndarray, mixing: float
) -> np.ndarray:
    """Coefficients (penalties, p) of standardised columns along falling penalties."""
    from hepatrial.biomarkers.prognostic import elastic_net_kernel as kernel

    rows = sorted_subjects(times)
    found = np.empty((len(penalties), x.shape[1]))
    kernel.path(
        np.asfortranarray(x[rows.order]), rows.event, rows.last_of_time, penalties, mixing, free, found
    )
    return found


def _likelihood(times: SurvivalTimes, eta: np.ndarray) -> float:
    from hepatrial.biomarkers.prognostic import elastic_net_kernel as kernel

    rows = sorted_subjects(times)
    n = len(eta)
    return float(kernel.gradient(eta[rows.order], rows.event, rows.last_of_time, np.empty(n), np.empty(n)))


def _standardised(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    centre = np.nanmean(x, axis=0)
    filled = np.where(np.isfinite(x), x, centre) - centre
    scale = filled.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    return centre, scale, filled / scale


def _strengths(times: SurvivalTimes, x: np.ndarray, free: np.ndarray, mixing: float) -> np.ndarray:
    """Falling penalties from the least that leaves no marker."""
    from hepatrial.biomarkers.prognostic import elastic_net_kernel as kernel

    rows = sorted_subjects(times)
    n = len(x)
    eta = np.zeros(n)
    if free.any():
        eta = x[:, free] @ coefficients(times, x[:, free], free[free], np.array([0.0]), 1.0)[0]
    residual = np.empty(n)
    kernel.gradient(eta[rows.order], rows.event, rows.last_of_time, residual, np.empty(n))
    pull = np.abs(x[rows.order][:, ~free].T @ residual).max() / n
    top = pull / max(mixing, LEAST_MIXING)
    low = SMALLEST_SHARE if mixing >= 0.5 else SMALLEST_SHARE / 20
    return top * np.geomspace(1.0, low, PENALTIES)
