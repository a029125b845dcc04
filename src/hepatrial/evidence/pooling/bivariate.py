"""Bivariate random effects by restricted maximum likelihood: two effects a trial, both estimates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import chdtri

CLOSE = 1.0 - 1e-7
"""The correlations between which the likelihood is searched; beyond them the covariance is singular in float64."""


@dataclass(frozen=True, slots=True)
class BivariateData:
    """Effects of k trials, shape (k, 2), and their sampling covariances, shape (k, 2, 2)."""

    effects: np.ndarray
    sampling: np.ndarray


@dataclass(frozen=True, slots=True)
class BivariateFit:
    """Means and covariance of the true effects.

    Attributes
    ----------
    mean, mean_cov
        Shapes (2,), (2, 2).
    between
        Shape (2, 2), covariance of true effects between trials.
    correlation
        Of true effects.
    log_likelihood
        Restricted, but for a constant.
    """

    mean: np.ndarray
    mean_cov: np.ndarray
    between: np.ndarray
    correlation: float
    log_likelihood: float

    @property
    def slope(self) -> float:
        """Slope of the second true effect on the first."""
        return float(self.between[0, 1] / self.between[0, 0])

    @property
    def residual_variance(self) -> float:
        """Variance of the second true effect at a given first."""
        return float(max(0.0, self.between[1, 1] - self.between[0, 1] ** 2 / self.between[0, 0]))


def fit_bivariate(data: BivariateData) -> BivariateFit:
    """The fit with the highest restricted likelihood over all correlations."""
    grid = np.concatenate([[-CLOSE], np.linspace(-0.9, 0.9, 10), [CLOSE]])
    heights = [_at_correlation(data, rho)[0] for rho in grid]
    best = int(np.argmax(heights))
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(
        lambda rho: -_at_correlation(data, rho)[0],
        bounds=(left, right),
        method="bounded",
        options={"xatol": 1e-8},
    )
    rho = float(found.x) if -found.fun > heights[best] else float(grid[best])
    height, sd = _at_correlation(data, rho)
    between = _covariance(sd, rho)
    mean, mean_cov, _ = _profile(data, between)
    return BivariateFit(mean, mean_cov, between, rho, height)


def correlation_interval(data: BivariateData, fit: BivariateFit, confidence: float) -> tuple[float, float]:
    """Profile restricted-likelihood interval of the correlation; -1 or 1 where the likelihood does not fall enough."""
    drop = float(chdtri(1, 1.0 - confidence)) / 2

    def above(rho: float) -> float:
        return _at_correlation(data, rho)[0] - fit.log_likelihood + drop

    limits = []
    for end in (-CLOSE, CLOSE):
        beyond = above(end) >= 0 or abs(fit.correlation - end) < 1e-9
        limits.append(np.sign(end) if beyond else brentq(above, end, fit.correlation, xtol=1e-7))
    return float(limits[0]), float(limits[1])


def slope_variance(data: BivariateData, fit: BivariateFit) -> float:
    """Variance of the slope from the curvature of the restricted likelihood; infinite where it is flat.

    The parameters are the log variance of the first effect, the slope, and the log residual variance of the second;
    the last is left out where it is 0, at the edge of its range.
    """
    inner = fit.residual_variance > 1e-6 * fit.between[1, 1]
    point = [np.log(fit.between[0, 0]), fit.slope]
    if inner:
        point.append(np.log(fit.residual_variance))

    def height(parameters: np.ndarray) -> float:
        first, slope = np.exp(parameters[0]), parameters[1]
        rest = np.exp(parameters[2]) if inner else 0.0
        between = np.array([[first, slope * first], [slope * first, slope**2 * first + rest]])
        return _profile(data, between)[2]

    information = -_hessian(height, np.array(point))
    if np.linalg.eigvalsh(information)[0] <= 0:
        return float("inf")
    return float(np.linalg.inv(information)[1, 1])


def _profile(data: BivariateData, between: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean, its covariance and the restricted log-likelihood at one covariance between trials.

    Written out for 2 by 2 matrices: the search calls it some thousand times.
    """
    total = data.sampling + between
    v11, v12, v22 = total[:, 0, 0], total[:, 0, 1], total[:, 1, 1]
    det = v11 * v22 - v12**2
    p11, p12, p22 = v22 / det, -v12 / det, v11 / det
    a, b, c = p11.sum(), p12.sum(), p22.sum()
    y1, y2 = data.effects[:, 0], data.effects[:, 1]
    right = (p11 @ y1 + p12 @ y2, p12 @ y1 + p22 @ y2)
    whole = a * c - b * b
    m1, m2 = (c * right[0] - b * right[1]) / whole, (a * right[1] - b * right[0]) / whole
    r1, r2 = y1 - m1, y2 - m2
    square = p11 @ r1**2 + 2 * (p12 @ (r1 * r2)) + p22 @ r2**2
    height = -(square + np.log(det).sum() + np.log(whole)) / 2
    return np.array([m1, m2]), np.array([[c, -b], [-b, a]]) / whole, float(height)


def _covariance(sd: np.ndarray, rho: float) -> np.ndarray:
    return np.array([[sd[0] ** 2, rho * sd[0] * sd[1]], [rho * sd[0] * sd[1], sd[1] ** 2]])


def _at_correlation(data: BivariateData, rho: float) -> tuple[float, np.ndarray]:
    """The restricted log-likelihood and the two standard deviations that are best at a correlation."""
    typical = np.sqrt(np.mean(np.diagonal(data.sampling, axis1=1, axis2=2), axis=0))
    spread = np.maximum(data.effects.std(axis=0, ddof=1), 0.1 * typical)
    # Not scipy's L-BFGS-B: its threads wait for each other at this size when the machine is busy, 30 times as long as
    # the work takes.
    found = minimize(
        lambda log_sd: -_profile(data, _covariance(np.exp(log_sd), rho))[2],
        np.log(spread),
        method="Nelder-Mead",
        bounds=[
            (np.log(1e-4 * one), np.log(100 * max(one, other)))
            for one, other in zip(typical, spread, strict=True)
        ],
        options={"xatol": 1e-7, "fatol": 1e-12, "maxiter": 2000},
    )
    return float(-found.fun), np.exp(found.x)


def _hessian(function, point: np.ndarray) -> np.ndarray:
    """Central second differences; steps of 1e-3 leave an error of about 1e-6 relative."""
    count, step = len(point), 1e-3 * np.maximum(1.0, np.abs(point))
    moves = np.diag(step)
    hessian = np.empty((count, count))
    for i in range(count):
        for j in range(i, count):
            corners = sum(
                s * t * function(point + s * moves[i] + t * moves[j]) for s in (1, -1) for t in (1, -1)
            )
            hessian[i, j] = hessian[j, i] = corners / (4 * step[i] * step[j])
    return hessian
