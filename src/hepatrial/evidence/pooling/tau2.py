"""Estimators of the variance between studies, tau2, and its interval."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import chdtri

from hepatrial.evidence.pooling.fisher_scoring import scored_tau2
from hepatrial.evidence.pooling.variance_component import (
    RotatedModel,
    log_likelihoods,
    residual_q,
    score,
    typical_spread,
)

PRECISION = 1e-14
"""Relative precision of a root; tau2 itself is a variance of log hazard ratios, of order 0.001 to 1."""
GRID = 80


class Tau2Estimator(StrEnum):
    """How tau2 is estimated; each is cut off at 0.

    ``REML`` restricted maximum likelihood (the default elsewhere in this room): nearly unbiased, efficient.
    ``PAULE_MANDEL`` the tau2 at which the generalised Q equals its degrees of freedom: no normality needed.
    ``DERSIMONIAN_LAIRD`` moments with fixed-effect weights: closed form, too small where heterogeneity is large.
    ``HEDGES`` moments without weights: unbiased before the cut at 0, inefficient; for independent studies alone.
    ``ML`` maximum likelihood: too small with few studies; for likelihood-ratio tests.
    ``REML_AS_METAFOR`` REML as R's metafor stops it by default, up to 1e-5 in tau2 from the top of the likelihood: to
    reproduce digits that metafor printed (`hepatrial.evidence.pooling.fisher_scoring`); for independent studies alone.

    References: Veroniki et al. 2016, 10.1002/jrsm.1164; DerSimonian & Laird 1986, 10.1016/0197-2456(86)90046-2;
    Paule & Mandel 1982, 10.6028/jres.087.022; Viechtbauer 2005, 10.3102/10769986030003261.
    """

    REML = "reml"
    PAULE_MANDEL = "paule-mandel"
    DERSIMONIAN_LAIRD = "dersimonian-laird"
    HEDGES = "hedges"
    ML = "ml"
    REML_AS_METAFOR = "reml-as-metafor"


def estimate_tau2(model: RotatedModel, estimator: Tau2Estimator) -> float:
    """The estimate of tau2, 0 or more. ``model`` needs at least one residual degree of freedom."""
    if estimator is Tau2Estimator.DERSIMONIAN_LAIRD:
        return max(0.0, _moment_of_q(model))
    if estimator is Tau2Estimator.HEDGES:
        return max(0.0, _moment_without_weights(model))
    if estimator is Tau2Estimator.REML_AS_METAFOR:
        return scored_tau2(model, start=max(0.0, _moment_without_weights(model)))
    if estimator is Tau2Estimator.PAULE_MANDEL:
        return tau2_where_q_is(model, float(model.df))
    return _most_likely(model, restricted=estimator is Tau2Estimator.REML)


def tau2_interval(model: RotatedModel, confidence: float) -> tuple[float, float]:
    """Q-profile interval of tau2: the values at which the generalised Q is no surprise.

    Exact if the study effects are normal with known sampling variances. Both limits are 0 where even tau2 = 0
    explains less than the lower quantile.

    References
    ----------
    Viechtbauer 2007, 10.1002/sim.2514; with general covariance Jackson et al. 2014, 10.1186/1471-2288-14-103.
    """
    tail = (1.0 - confidence) / 2
    lower = tau2_where_q_is(model, float(chdtri(model.df, tail)))
    upper = tau2_where_q_is(model, float(chdtri(model.df, 1.0 - tail)))
    return lower, upper


def tau2_where_q_is(model: RotatedModel, target: float) -> float:
    """The tau2 at which the generalised Q equals ``target``; 0 where Q is below it from the start."""
    if residual_q(model, 0.0) <= target:
        return 0.0
    return _root(lambda tau2: residual_q(model, tau2) - target, _upper_start(model))


def _moment_of_q(model: RotatedModel) -> float:
    return (residual_q(model, 0.0) - model.df) / typical_spread(model)


def _moment_without_weights(model: RotatedModel) -> float:
    # Undo the rotation of independent studies, for which spread = 1 / variance.
    error = model.spread**-0.5
    y, design = model.y * error, model.design * error[:, None]
    q_factor = np.linalg.qr(design)[0]
    residual = y - q_factor @ (q_factor.T @ y)
    expected = np.sum(error**2 * (1.0 - np.sum(q_factor**2, axis=1)))
    return (float(residual @ residual) - float(expected)) / model.df


def _upper_start(model: RotatedModel) -> float:
    return (1.0 + residual_q(model, 0.0)) / typical_spread(model)


def _root(falls: Callable[[float], float], start: float) -> float:
    """Root in tau2 > 0 of a function that is positive at 0 and in the end negative."""
    upper = start
    while falls(upper) > 0:
        upper *= 4
    return float(brentq(falls, 0.0, upper, xtol=PRECISION * upper, rtol=4 * np.finfo(float).eps))


def _most_likely(model: RotatedModel, *, restricted: bool) -> float:
    """The highest point of the likelihood, which may have several: a grid finds the hill, its slope the top."""
    upper = _upper_start(model)
    while score(model, upper, restricted=restricted) > 0:
        upper *= 4
    grid = np.concatenate([[0.0], np.geomspace(1e-7 * upper, upper, GRID)])
    best = int(np.argmax(log_likelihoods(model, grid, restricted=restricted)))
    if best == 0 and score(model, 0.0, restricted=restricted) <= 0:
        return 0.0
    left, right = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, GRID)])

    def slope(tau2: float) -> float:
        return score(model, tau2, restricted=restricted)

    if slope(left) > 0 > slope(right):
        return float(brentq(slope, left, right, xtol=PRECISION * right, rtol=4 * np.finfo(float).eps))
    found = minimize_scalar(
        lambda tau2: -float(log_likelihoods(model, np.array([tau2]), restricted=restricted)[0]),
        bounds=(left, right),
        method="bounded",
        options={"xatol": 1e-12 * right},
    )
    return float(found.x)
