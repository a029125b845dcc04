"""Draws from the posterior: a chain on a bent model of the misfits, corrected by weights of the misfits themselves.

Around the most probable point m the misfits are modelled as

    r(m + d) = r(m) + J d + C d^2 / 2,    d^2 by element,

with slopes and curvatures over the posterior's own standard deviations. Chains on this model start at draws of
Laplace's posterior N(m, H^-1) and take steps that keep it, m + sqrt(1 - b^2) (z - m) + b H^-1/2 xi, accepted by how the
density changes relative to it (preconditioned Crank-Nicolson: Cotter et al. 2013, 10.1214/13-STS421). Weights of the
true density over that of the model correct what is left; their evenness says how much that was. With hundreds of
numbers and unknowns, and misfits that are rough from counted events, a few draws would take all the weight: weights are
raised to the largest power, at most 1, that leaves half of the draws effective. Below 1 the draws stand between model
and truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import brentq

from hepatrial.calibration.gauss_newton import FURTHEST, Linearised, Misfits

FURTHEST_DRAWN = FURTHEST + 1.0
STEPS_OF_CHAIN = 600
LEAST_SHARE = 0.5
ACCEPTED = 0.3
"""Share of steps that should be accepted; b is moved towards it in the first half, which is thrown away."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws of the unknowns, equally likely.

    Attributes
    ----------
    z
        Shape (draws, unknowns); some more than once where weights were uneven.
    residuals
        Whitened misfits of each, shape (draws, observations).
    effective_share, effective_share_of_laplace
        Kish's effective number of draws as a share of their number: of the chain's draws weighted to the true
        posterior, and of Laplace's draws weighted to the modelled one.
    power
        To which the weights of the chain's draws were raised.
    accepted
        Share of the chain's steps that were accepted, in its second half.
    """

    z: np.ndarray
    residuals: np.ndarray
    effective_share: float
    effective_share_of_laplace: float
    power: float
    accepted: float


def posterior_draws(
    misfits: Misfits, at: Linearised, draws: int, seed: int, *, steps: int = STEPS_OF_CHAIN
) -> Draws:
    """Draw from the posterior around its most probable point.

    Parameters
    ----------
    at
        The most probable point with its slopes; its curvatures are found where it has none.
    draws
        How many.
    steps
        Of each chain, the first half of which is thrown away.
    """
    random = np.random.default_rng(seed)
    bent = at if at.curvature.any() else misfits.linearised(at.z, at.sd)
    start = at.z + _spread(at, random.standard_normal((draws, len(at.z))))
    z, accepted = _chain(bent, at, start, steps, random)
    residuals = misfits.residuals(z, "reading draws")
    weights = log_density(z, residuals) - log_density(z, bent.modelled(z))
    of_laplace = log_density(start, bent.modelled(start)) - _log_laplace(at, start)
    power = tempering(weights)
    # Shuffled, since whoever takes some of the draws takes the first: copies must not stand side by side.
    chosen = random.permutation(_evenly(power * weights, random))
    return Draws(
        z[chosen], residuals[chosen], effective_share(weights), effective_share(of_laplace), power, accepted
    )


def log_density(z: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """Logarithm of the posterior density at points, up to a constant, shape (points,)."""
    density = -0.5 * (np.sum(residuals**2, axis=1) + np.sum(z**2, axis=1))
    return np.where(np.abs(z).max(axis=1) > FURTHEST_DRAWN, -np.inf, density)


def effective_share(log_weight: np.ndarray) -> float:
    """Kish's effective share of weighted draws: 1 for equal weights, 1 / n where one draw has all."""
    weight = np.exp(log_weight - log_weight.max())
    return float(weight.sum() ** 2 / (len(weight) * (weight**2).sum()))


def tempering(log_weight: np.ndarray) -> float:
    """The largest power, at most 1, of weights that leaves `LEAST_SHARE` of the draws effective."""
    if effective_share(log_weight) >= LEAST_SHARE:
        return 1.0
    return float(brentq(lambda power: effective_share(power * log_weight) - LEAST_SHARE, 0.0, 1.0))


def _chain(
    bent: Linearised, at: Linearised, start: np.ndarray, steps: int, random: np.random.Generator
) -> tuple[np.ndarray, float]:
    """One chain a draw, all in step; the last point of each."""
    z, size, accepted = start, 0.5, []
    relative = log_density(z, bent.modelled(z)) - _log_laplace(at, z)
    for number in range(steps):
        move = size * _spread(at, random.standard_normal(z.shape))
        proposed = at.z + np.sqrt(1.0 - size**2) * (z - at.z) + move
        there = log_density(proposed, bent.modelled(proposed)) - _log_laplace(at, proposed)
        # Added, not subtracted: a point out of bounds has no density, and any within it is better.
        takes = np.log(random.uniform(size=len(z))) + relative < there
        z = np.where(takes[:, None], proposed, z)
        relative = np.where(takes, there, relative)
        if number < steps // 2:
            size = float(np.clip(size * np.exp(0.1 * (takes.mean() - ACCEPTED)), 0.01, 0.99))
        else:
            accepted.append(takes.mean())
    return z, float(np.mean(accepted))


def _spread(at: Linearised, normal: np.ndarray) -> np.ndarray:
    """Standard normal rows with the covariance of the linearised posterior."""
    return solve_triangular(np.linalg.cholesky(at.precision), normal.T, lower=True, trans="T").T


def _log_laplace(at: Linearised, z: np.ndarray) -> np.ndarray:
    away = z - at.z
    return -0.5 * np.einsum("ni,ij,nj->n", away, at.precision, away)


def _evenly(log_weight: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Positions of as many draws, each about as often as its weight says (systematic resampling)."""
    weight = np.exp(log_weight - log_weight.max())
    marks = (np.arange(len(weight)) + random.uniform()) / len(weight)
    return np.searchsorted(np.cumsum(weight) / weight.sum(), marks).clip(max=len(weight) - 1)
