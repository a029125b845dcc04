"""Fit by posterior mode.

Residuals of logs are normal with an sd a readout, re-estimated between rounds from the residuals and `NOISE_WEIGHT`
prior observations of `NOISE_SD`, the spread of the table's repeated wells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hepatrial.signalling.fit.free_parameters import FreeParameters

NOISE_SD, NOISE_WEIGHT = 0.2, 4.0
ROUNDS = 4
STEP = 1e-5

Predict = Callable[[np.ndarray], np.ndarray]
"""(..., p) to (..., wells, readouts)."""


@dataclass(frozen=True, slots=True)
class Mode:
    """The fit: parameters (p,) on the unbounded scale, noise sd (readouts,), and half the sum of squares."""

    theta: np.ndarray
    noise_sd: np.ndarray
    misfit: float
    prior_misfit: float


def posterior_mode(
    predict: Predict,
    observed: np.ndarray,
    free: FreeParameters,
    *,
    starts: tuple[np.ndarray, ...] = (),
) -> Mode:
    """The best of the modes found from the prior's mean and from ``starts``."""
    found = [_from(start, predict, observed, free) for start in (free.mean, *starts)]
    return min(found, key=lambda mode: _negative_log_posterior(mode, observed))


def spread_starts(free: FreeParameters, count: int, seed: int) -> tuple[np.ndarray, ...]:
    """Starting points drawn from the prior, at half its width."""
    draws = np.random.default_rng(seed).standard_normal((count, len(free.mean)))
    return tuple(free.mean + 0.5 * free.sd * draws)


def gaussian_draws(
    predict: Predict, free: FreeParameters, mode: Mode, *, draws: int, seed: int
) -> np.ndarray:
    """Draws of the Gaussian with the mode's curvature, shape (draws, p)."""
    slopes = _slopes(predict, mode.theta, mode.noise_sd)
    curvature = slopes.T @ slopes + np.diag(free.sd**-2)
    spread = np.linalg.cholesky(np.linalg.inv(curvature))
    return mode.theta + np.random.default_rng(seed).standard_normal((draws, len(mode.theta))) @ spread.T


def _from(start: np.ndarray, predict: Predict, observed: np.ndarray, free: FreeParameters) -> Mode:
    theta, noise = start, np.full(observed.shape[1], NOISE_SD)
    for _ in range(ROUNDS):
        theta = _least_squares(theta, predict, observed, free, noise)
        residual = predict(theta) - observed
        squares = (residual**2).sum(axis=0) + NOISE_WEIGHT * NOISE_SD**2
        noise = np.sqrt(squares / (len(observed) + NOISE_WEIGHT))
    misfit = 0.5 * float((((predict(theta) - observed) / noise) ** 2).sum())
    return Mode(theta, noise, misfit, 0.5 * float((((theta - free.mean) / free.sd) ** 2).sum()))


def _negative_log_posterior(mode: Mode, observed: np.ndarray) -> float:
    wells = len(observed) + NOISE_WEIGHT
    return mode.misfit + mode.prior_misfit + wells * float(np.log(mode.noise_sd).sum())


def _least_squares(
    start: np.ndarray,
    predict: Predict,
    observed: np.ndarray,
    free: FreeParameters,
    noise: np.ndarray,
) -> np.ndarray:
    from scipy.optimize import least_squares

    def residuals(theta: np.ndarray) -> np.ndarray:
        return np.concatenate([((predict(theta) - observed) / noise).ravel(), (theta - free.mean) / free.sd])

    def slopes(theta: np.ndarray) -> np.ndarray:
        return np.concatenate([_slopes(predict, theta, noise), np.diag(1.0 / free.sd)])

    return least_squares(residuals, start, jac=slopes, x_scale=free.sd, max_nfev=200).x


def _slopes(predict: Predict, theta: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Slopes of the scaled predictions, shape (wells * readouts, p), by central differences all at once."""
    count = len(theta)
    moved = predict(theta + STEP * np.eye(count)) - predict(theta - STEP * np.eye(count))
    return (moved / (2.0 * STEP) / noise).reshape(count, -1).T
