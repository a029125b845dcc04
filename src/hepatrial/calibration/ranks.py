"""Whether ranks of truths among draws are even: coverage of central intervals, and the band of their distribution.

If draws come from the posterior of the problem that the data come from, the rank of the truth among L draws
is uniform on 0..L (Talts et al. 2018, arXiv:1804.06788). The band is simultaneous over all ranks, by
simulation (Säilynoja, Bürkner and Vehtari 2022, 10.1007/s11222-022-10090-6).

When not to use: draws that hang together within a replicate, or truths that were not drawn from the prior of
the fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, binomtest

LEVELS = (50, 80, 95)
"""Central intervals, in per cent."""
SIMULATIONS = 4_000
LEVEL = 0.95
"""Of the band and of the intervals of coverage."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often a central interval held the truth, with a Clopper-Pearson interval (10.1093/biomet/26.4.404)."""

    level_percent: int
    covered: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.covered / self.of


@dataclass(frozen=True, slots=True)
class Evenness:
    """What the ranks of one unknown say.

    Attributes
    ----------
    p
        Probability that even ranks leave a narrower band than these do.
    p_holm
        The same, adjusted for all that were looked at (Holm 1979, jstor 4615733).
    """

    coverage: tuple[Coverage, ...]
    p: float
    p_holm: float


@dataclass(frozen=True, slots=True)
class Band:
    """Where 95 % of even samples of ranks stay entirely, shape (draws + 1,), as differences from even shares."""

    low: np.ndarray
    high: np.ndarray


def coverages(ranks: np.ndarray, draws: int) -> tuple[Coverage, ...]:
    """Coverage of the intervals of `LEVELS` by ranks of shape (replicates,) among so many draws.

    An interval of level q holds the ranks whose share (rank + 1/2) / (draws + 1) is within q / 2 of one half; with 39
    draws all three levels are met exactly.
    """
    found = []
    for level in LEVELS:
        inside = int(np.sum(np.abs((ranks + 0.5) / (draws + 1) - 0.5) <= level / 200.0))
        interval = binomtest(inside, len(ranks)).proportion_ci(LEVEL)
        found.append(Coverage(level, inside, len(ranks), float(interval.low), float(interval.high)))
    return tuple(found)


def evenness(ranks: np.ndarray, draws: int, seed: int) -> tuple[Evenness, ...]:
    """What ranks of shape (replicates, unknowns) say of each unknown."""
    least = simulated_extremes(len(ranks), draws, seed)
    p = np.mean(least[:, None] <= extremes(ranks.T, draws), axis=0)
    return tuple(
        Evenness(coverages(column, draws), float(raw), float(adjusted))
        for column, raw, adjusted in zip(ranks.T, p, holm(p), strict=True)
    )


def ecdf_difference(ranks: np.ndarray, draws: int) -> np.ndarray:
    """Share of ranks up to each minus the even share, shape (draws + 1,)."""
    return _up_to(ranks, draws) / len(ranks) - _even(draws)


def band(replicates: int, draws: int, seed: int) -> Band:
    """The simultaneous band of `ecdf_difference`."""
    tail = np.quantile(simulated_extremes(replicates, draws, seed), 1.0 - LEVEL) / 2.0
    even = _even(draws)
    low, high = binom.ppf(tail, replicates, even), binom.ppf(1.0 - tail, replicates, even)
    return Band(low / replicates - even, high / replicates - even)


def simulated_extremes(replicates: int, draws: int, seed: int) -> np.ndarray:
    """`extremes` of even samples, shape (`SIMULATIONS`,)."""
    random = np.random.default_rng(seed)
    return extremes(random.integers(0, draws + 1, (SIMULATIONS, replicates)), draws)


def extremes(ranks: np.ndarray, draws: int) -> np.ndarray:
    """The least two-sided binomial probability of the number of ranks up to each.

    Parameters
    ----------
    ranks
        Shape (samples, replicates).

    Returns
    -------
    ndarray
        Shape (samples,).
    """
    replicates, even = ranks.shape[1], _even(draws)[:-1]
    number = np.arange(replicates + 1)[:, None]
    below, above = binom.cdf(number, replicates, even), binom.sf(number - 1, replicates, even)
    two_sided = np.minimum(1.0, 2.0 * np.minimum(below, above))
    count = np.stack([_up_to(row, draws)[:-1] for row in ranks])
    return two_sided[count, np.arange(draws)].min(axis=1)


def holm(p: np.ndarray) -> np.ndarray:
    """Adjusted p-values, in the order given."""
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    found = np.empty(len(p))
    found[order] = np.minimum(stepped, 1.0)
    return found


def _up_to(ranks: np.ndarray, draws: int) -> np.ndarray:
    return np.cumsum(np.bincount(ranks, minlength=draws + 1))


def _even(draws: int) -> np.ndarray:
    return np.arange(1, draws + 2) / (draws + 1)
