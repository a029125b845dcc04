"""Draws from the posterior: Laplace's, each moved to where its own perturbed problem is best solved.

A draw perturbs prior centre and data, xi ~ N(0, I) and e ~ N(0, I), and minimises |z - xi|^2 + |r(z) + e|^2 (randomised
maximum likelihood: Kitanidis 1995, 10.1029/95WR02084). Where the model is linear its draws are exact; the first
Gauss-Newton step from the most probable point is then Laplace's draw. One more step with the slopes at that point
takes account of curvature. How far weights of importance over Laplace's draws are from equal tells whether that was
needed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.calibration.gauss_newton import FURTHEST, Linearised, Problem

FURTHEST_DRAWN = FURTHEST + 1.0


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws of the unknowns.

    Attributes
    ----------
    z
        Shape (draws, unknowns).
    residuals
        Whitened misfits of each, shape (draws, observations).
    laplace_z, laplace_residuals
        The draws before the correction.
    """

    z: np.ndarray
    residuals: np.ndarray
    laplace_z: np.ndarray
    laplace_residuals: np.ndarray
    effective_share: float
    """Effective number of Laplace's draws weighted by importance, as a share of their number (Kish)."""


def posterior_draws(problem: Problem, at: Linearised, draws: int, seed: int) -> Draws:
    """Draw from the posterior around its most probable point.

    Parameters
    ----------
    at
        The most probable point with its slopes.
    draws
        How many.
    """
    random = np.random.default_rng(seed)
    own_prior = random.standard_normal((draws, len(at.z)))
    noise = random.standard_normal((draws, len(at.residuals)))
    laplace = held(at.z + solved(at, own_prior - noise @ at.jacobian))
    residuals = problem.residuals(laplace, "reading draws")
    misfit = (residuals + noise) @ at.jacobian + (laplace - own_prior)
    moved = held(laplace - solved(at, misfit))
    return Draws(
        moved,
        problem.residuals(moved, "reading moved draws"),
        laplace,
        residuals,
        effective_share(log_weights(at, laplace, residuals)),
    )


def solved(at: Linearised, gradients: np.ndarray) -> np.ndarray:
    """Gradients of shape (draws, unknowns) times the covariance of the linearised posterior."""
    return np.linalg.solve(at.precision, gradients.T).T


def held(z: np.ndarray) -> np.ndarray:
    """Points kept within the range in which the model is computed."""
    return np.clip(z, -FURTHEST_DRAWN, FURTHEST_DRAWN)


def log_weights(at: Linearised, z: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """Logarithms of posterior density over Laplace's density at its draws, up to a constant, shape (draws,)."""
    away = z - at.z
    laplace = np.einsum("ni,ij,nj->n", away, at.precision, away)
    return -0.5 * (np.sum(residuals**2, axis=1) + np.sum(z**2, axis=1) - laplace)


def effective_share(log_weight: np.ndarray) -> float:
    """Kish's effective share of weighted draws: 1 for equal weights, 1 / n where one draw has all."""
    weight = np.exp(log_weight - log_weight.max())
    return float(weight.sum() ** 2 / (len(weight) * (weight**2).sum()))
