"""Firth's penalised Cox model of one marker that separates events from non-events."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import chdtrc, chdtri

from hepatrial.survival.partial_likelihood import partial_likelihood, risk_sets
from hepatrial.survival.times import SurvivalTimes

WIDEST = 60.0
"""Log hazard ratio, per range of the marker, beyond which a profile is not followed."""


class FirthFit(NamedTuple):
    """Log hazard ratio, its standard error, limits of the hazard ratio, and the penalised likelihood-ratio test."""

    log_hr: float
    se: float
    lower: float
    upper: float
    p: float


def firth_cox(
    times: SurvivalTimes,
    marker: np.ndarray,
    adjust: np.ndarray,
    stratum: np.ndarray | None,
    *,
    confidence: float = 0.95,
) -> FirthFit:
    """Penalise the partial likelihood by half the log determinant of the information (Jeffreys' prior).

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1.
    marker, adjust
        Shapes (n,) and (n, k); rows with a missing value are left out.
    stratum
        Shape (n,) labels, or None.

    Notes
    -----
    Estimates are finite whatever separates. Limits are those of the penalised profile likelihood, which is far
    from a parabola here; Wald limits would cover badly. A limit that the profile never reaches is 0 or infinity.

    When not to use: as a remedy for too few events in general. Source: Firth 1993, 10.1093/biomet/80.1.27; Heinze
    & Schemper 2001, 10.1111/j.0006-341X.2001.00114.x.
    """
    columns = np.column_stack([marker, adjust])
    known = np.isfinite(columns).all(axis=1)
    x = columns[known]
    scale = x.std(axis=0)
    x = (x - x.mean(axis=0)) / scale
    labels = np.zeros(len(marker)) if stratum is None else np.asarray(stratum)
    codes = np.unique(labels[known], return_inverse=True)[1]
    sets = risk_sets(
        np.asarray(times.time_days, float)[known], np.asarray(times.event)[known], x, codes, efron=True
    )
    likelihood = partial_likelihood(sets)

    def penalised(beta: np.ndarray) -> float:
        value, _, information = likelihood(beta)
        sign, log_determinant = np.linalg.slogdet(information)
        return value + 0.5 * log_determinant if sign > 0 else -np.inf

    best, top, curvature = _highest(penalised, x.shape[1])
    profile = _profile(penalised, best)
    furthest = WIDEST / np.ptp(x[:, 0])
    level = top - chdtri(1, 1.0 - confidence) / 2.0
    limits = [_crossing(profile, best[0], side * furthest, level) for side in (-1.0, 1.0)]
    chi2 = max(2.0 * (top - profile(0.0)), 0.0)
    return FirthFit(
        float(best[0] / scale[0]),
        float(np.sqrt(curvature) / scale[0]),
        float(np.exp(limits[0] / scale[0])),
        float(np.exp(limits[1] / scale[0])),
        float(chdtrc(1, chi2)),
    )


def _highest(penalised: Callable[[np.ndarray], float], p: int) -> tuple[np.ndarray, float, float]:
    """The maximum, its value, and the marker's variance by the curvature there."""
    found = minimize(lambda beta: -penalised(beta), np.zeros(p), method="BFGS", options={"gtol": 1e-6})
    step = 1e-3
    best = found.x
    hessian = np.empty((p, p))
    unit = np.eye(p) * step
    for i in range(p):
        for j in range(p):
            around = (penalised(best + a * unit[i] + b * unit[j]) * a * b for a in (-1, 1) for b in (-1, 1))
            hessian[i, j] = sum(around) / (4.0 * step * step)
    return best, -float(found.fun), float(np.linalg.inv(-hessian)[0, 0])


def _profile(penalised: Callable[[np.ndarray], float], best: np.ndarray) -> Callable[[float], float]:
    """Penalised log-likelihood of the marker's coefficient, the others at their best beside it."""

    def value(first: float) -> float:
        if len(best) == 1:
            return penalised(np.array([first]))
        found = minimize(
            lambda rest: -penalised(np.append(first, rest)), best[1:], method="BFGS", options={"gtol": 1e-6}
        )
        return -float(found.fun)

    return value


def _crossing(profile: Callable[[float], float], start: float, reach: float, level: float) -> float:
    """Where the profile falls to ``level`` on one side; infinite where it does not within ``reach``."""
    inside, step = start, reach / 64.0
    while abs(step) <= abs(reach):
        outside = start + step
        if profile(outside) < level:
            return float(brentq(lambda value: profile(value) - level, inside, outside, xtol=1e-8))
        inside, step = outside, step * 2.0
    return float(np.sign(reach) * np.inf)
