"""A network with a prior on tau: effects, ranks, and how much the prior decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hepatrial.evidence.network import (
    BayesianFit,
    Network,
    RankProbabilities,
    bayesian_network,
    rank_probabilities,
)
from hepatrial.evidence.questions.prior_choice import prior_of, second_prior, usual_prior
from hepatrial.simulation.streams import Streams


@dataclass(frozen=True, slots=True)
class BayesianAnswer:
    """The network under a prior, and the same under a second one.

    Attributes
    ----------
    fit, prior, prior_chosen
        The fit, the name of its prior, and whether nobody asked for that prior.
    second, second_prior
        The fit under another prior.
    sucra, ranks
        Exact surface under the cumulative ranking; the probability of each rank from draws with ``seed``.
    """

    fit: BayesianFit
    prior: str
    prior_chosen: bool
    second: BayesianFit
    second_prior: str
    sucra: Mapping[str, float]
    ranks: RankProbabilities
    seed: int


def bayesian_answer(
    network: Network, endpoint: str, prior: str | None, *, seed: int, confidence: float = 0.95
) -> BayesianAnswer:
    """Fit a network under a prior on tau and under a second one.

    Parameters
    ----------
    prior
        See `hepatrial.evidence.questions.prior_choice.prior_of`; if left out, that of `usual_prior`.
    seed
        Of the draws behind the probabilities of ranks; nothing else is random.

    Raises
    ------
    UsageError
        An unknown prior.
    RunFailed
        The integration over tau did not reach its precision.

    Notes
    -----
    When not to use: see `hepatrial.evidence.network.bayesian_network`.

    References
    ----------
    Turner et al. 2015, 10.1002/sim.6381; Roever et al. 2021, 10.1002/jrsm.1475.
    """
    name = usual_prior(endpoint, network) if prior is None else prior
    fit = bayesian_network(network, prior_of(name), confidence=confidence)
    second = second_prior(name, endpoint, network)
    sucra = fit.sucra()
    return BayesianAnswer(
        fit=fit,
        prior=name,
        prior_chosen=prior is None,
        second=bayesian_network(network, prior_of(second), confidence=confidence),
        second_prior=second,
        sucra=dict(sorted(sucra.items(), key=lambda row: (-row[1], row[0]))),
        ranks=rank_probabilities(fit, Streams(seed)),
        seed=seed,
    )
