"""Draws of the posterior: a population of chains that move along differences of each other.

Differential evolution Monte Carlo (ter Braak 2006, 10.1007/s11222-006-8769-1): a chain steps along the difference of
two others, scaled by 2.38 / sqrt(2 p), and now and then by 1 so that it may cross between peaks. Each half of the
population moves by pairs of the other half. A Gaussian about the mode would not do for what is only bounded from above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.signalling.fit.free_parameters import FreeParameters
from hepatrial.signalling.fit.posterior import Mode, Predict

CROSSING_EVERY = 10
JITTER = 1e-3


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws (draws, p), the share of accepted steps, and the worst ratio of between- to within-chain spread."""

    theta: np.ndarray
    accepted: float
    r_hat: float


def posterior_draws(
    predict: Predict,
    observed: np.ndarray,
    free: FreeParameters,
    mode: Mode,
    start: np.ndarray,
    *,
    steps: int,
    keep: int,
    seed: int,
) -> Draws:
    """Move chains ``start`` (an even number, p) for ``steps`` and keep ``keep`` draws of the second half."""
    random = np.random.default_rng(seed)
    chains, count = start.copy(), start.shape[1]

    def log_density(theta: np.ndarray) -> np.ndarray:
        misfit = ((predict(theta) - observed) / mode.noise_sd) ** 2
        prior = ((theta - free.mean) / free.sd) ** 2
        return -0.5 * (misfit.sum(axis=(1, 2)) + prior.sum(axis=1))

    density = log_density(chains)
    halves = np.array_split(np.arange(len(chains)), 2)
    history, accepted = [], 0
    for step in range(steps):
        scale = 1.0 if step % CROSSING_EVERY == 0 else 2.38 / np.sqrt(2.0 * count)
        for own, other in (halves, halves[::-1]):
            first, second = (random.permutation(other)[: len(own)] for _ in range(2))
            proposal = chains[own] + scale * (chains[first] - chains[second])
            proposal = proposal + JITTER * random.standard_normal(proposal.shape)
            proposed = log_density(proposal)
            takes = np.log(random.random(len(own))) < proposed - density[own]
            chains[own[takes]], density[own[takes]] = proposal[takes], proposed[takes]
            accepted += int(takes.sum())
        if step >= steps // 2:
            history.append(chains.copy())
    kept = np.array(history)
    places = np.linspace(0, len(kept) * len(chains) - 1, keep).astype(int)
    return Draws(kept.reshape(-1, count)[places], accepted / (steps * len(chains)), float(_r_hat(kept).max()))


def _r_hat(kept: np.ndarray) -> np.ndarray:
    """Gelman and Rubin's ratio by parameter; ``kept`` has shape (steps, chains, p)."""
    steps = len(kept)
    within = kept.var(axis=0, ddof=1).mean(axis=0)
    between = kept.mean(axis=0).var(axis=0, ddof=1)
    return np.sqrt((steps - 1) / steps + between / within)
