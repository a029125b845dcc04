"""Network meta-analysis of hazard ratios: frequentist and Bayesian, with checks of consistency and rankings."""

from hepatrial.evidence.network.bayesian import BayesianFit, Posterior, bayesian_network
from hepatrial.evidence.network.blocks import ArmVariance, TrialBlock
from hepatrial.evidence.network.contributions import Contributions, contributions
from hepatrial.evidence.network.direct import direct_estimates
from hepatrial.evidence.network.empirical_priors import empirical_prior
from hepatrial.evidence.network.evidence import Network, network_of
from hepatrial.evidence.network.fit import NetworkFit, fit_common, fit_random
from hepatrial.evidence.network.inconsistency import FPart, QDecomposition, QPart, decompose_q
from hepatrial.evidence.network.node_splitting import NodeSplit, split_nodes
from hepatrial.evidence.network.priors import (
    HalfNormalTau,
    LogNormalTau2,
    TauPrior,
    UniformTau,
    weakly_informative,
)
from hepatrial.evidence.network.rank_probabilities import RankProbabilities, rank_probabilities
from hepatrial.evidence.network.ranking import LeagueTable, league_table, p_scores

__all__ = [
    "ArmVariance",
    "BayesianFit",
    "Contributions",
    "FPart",
    "HalfNormalTau",
    "LeagueTable",
    "LogNormalTau2",
    "Network",
    "NetworkFit",
    "NodeSplit",
    "Posterior",
    "QDecomposition",
    "QPart",
    "RankProbabilities",
    "TauPrior",
    "TrialBlock",
    "UniformTau",
    "bayesian_network",
    "contributions",
    "decompose_q",
    "direct_estimates",
    "empirical_prior",
    "fit_common",
    "fit_random",
    "league_table",
    "network_of",
    "p_scores",
    "rank_probabilities",
    "split_nodes",
    "weakly_informative",
]
