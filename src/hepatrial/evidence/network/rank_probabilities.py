"""The probability of each rank, by exact draws from the posterior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.network.bayesian import BayesianFit
from hepatrial.evidence.pooling.refusals import misuse
from hepatrial.simulation.streams import Streams


@dataclass(frozen=True, slots=True)
class RankProbabilities:
    """How often each treatment took each rank.

    Attributes
    ----------
    treatments
        T names.
    probability
        Shape (T, T): row treatment, column rank (0 is best); rows and columns sum to 1.
    monte_carlo_error
        Shape (T, T): standard error of each probability from the finite number of draws.
    draws
        Their number.
    """

    treatments: tuple[str, ...]
    probability: np.ndarray
    monte_carlo_error: np.ndarray
    draws: int

    @property
    def mean_rank(self) -> dict[str, float]:
        """Mean rank by treatment, 1 the best; SUCRA is (T - mean rank) / (T - 1)."""
        ranks = np.arange(1, len(self.treatments) + 1)
        return {arm: float(row @ ranks) for arm, row in zip(self.treatments, self.probability, strict=True)}


def rank_probabilities(
    fit: BayesianFit, streams: Streams, *, draws: int = 20_000, small_is_good: bool = True
) -> RankProbabilities:
    """Rank treatments in draws from the posterior: tau from its nodes, then exact multivariate normals.

    Parameters
    ----------
    fit
        From `bayesian_network`.
    streams
        Source of random numbers; the stream is named "network ranks".
    draws
        1,000 or more.

    Notes
    -----
    When not to use: alone. The probability of being best is largest for treatments with little evidence; SUCRA
    (`BayesianFit.sucra`, exact) and credible intervals belong beside it.

    References
    ----------
    Salanti, Ades & Ioannidis 2011, 10.1016/j.jclinepi.2010.03.016.
    """
    if draws < 1000:
        raise misuse("draws: too few to rank", repr(draws), "1000 or more", "leave it at its default")
    random = streams.generator("network ranks")
    node = random.choice(len(fit.grid.tau), size=draws, p=fit.grid.weight)
    noise = random.standard_normal((draws, fit.basic.shape[1]))
    lower = np.linalg.cholesky(fit.basic_cov)
    values = fit.basic[node] + np.einsum("dij,dj->di", lower[node], noise)
    level = np.column_stack([np.zeros(draws), values if small_is_good else -values])
    rank = np.argsort(np.argsort(level, axis=1), axis=1)
    size = level.shape[1]
    probability = np.stack([np.bincount(rank[:, arm], minlength=size) for arm in range(size)]) / draws
    return RankProbabilities(
        fit.network.treatments, probability, np.sqrt(probability * (1 - probability) / draws), draws
    )
