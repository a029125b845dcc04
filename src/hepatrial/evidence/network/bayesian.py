"""Bayesian network meta-analysis without sampling: exact given tau, integrated over tau."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from hepatrial.errors import RunFailed
from hepatrial.evidence.network.evidence import Network, network_model
from hepatrial.evidence.network.priors import TauPrior, UniformTau
from hepatrial.evidence.network.quadrature import TauGrid, integrate_over_tau
from hepatrial.evidence.pooling.refusals import misuse
from hepatrial.evidence.pooling.scales import checked_confidence
from hepatrial.evidence.pooling.variance_component import RotatedModel, log_likelihoods

QUADRATURE_ERROR = 1e-6
"""Relative error of the evidence above which a result is refused."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """Posterior of a quantity on the log scale.

    ``lower`` and ``upper`` are equal-tailed credible limits. ``probability_below_0`` is the probability that the
    log hazard ratio is below 0, that is, that the arm is better.
    """

    mean: float
    sd: float
    median: float
    lower: float
    upper: float
    probability_below_0: float


@dataclass(frozen=True, slots=True)
class BayesianFit:
    """The posterior of a network.

    Attributes
    ----------
    network, prior
        What was fitted, with which prior on tau.
    grid
        Posterior of tau on quadrature nodes, shape (g,).
    basic, basic_cov
        Shapes (g, T - 1), (g, T - 1, T - 1): mean and covariance of the basic parameters given each tau.
    confidence
        Level of credible intervals.
    """

    network: Network
    prior: TauPrior
    grid: TauGrid
    basic: np.ndarray
    basic_cov: np.ndarray
    confidence: float

    @property
    def sources(self) -> tuple[str, ...]:
        """Citations of the prior and of all trials."""
        trials = (source for trial in self.network.trials for source in trial.sources)
        return tuple(dict.fromkeys((*trials, self.prior.source)))

    def effect(self, arm: str, control: str) -> Posterior:
        """Posterior of the mean log hazard ratio of ``arm`` to ``control``."""
        mean, variance = self._given_tau(arm, control)
        return mixture_posterior(self.grid.weight, mean, variance, self.confidence)

    def predicted(self, arm: str, control: str) -> Posterior:
        """Posterior predictive of the true log hazard ratio in a further trial of ``arm`` to ``control``."""
        mean, variance = self._given_tau(arm, control)
        return mixture_posterior(self.grid.weight, mean, variance + self.grid.tau**2, self.confidence)

    def probability_better(self, arm: str, control: str) -> float:
        """Posterior probability that the hazard ratio of ``arm`` to ``control`` is below 1."""
        mean, variance = self._given_tau(arm, control)
        return float(self.grid.weight @ ndtr(-mean / np.sqrt(variance)))

    def sucra(self, *, small_is_good: bool = True) -> dict[str, float]:
        """Surface under the cumulative ranking curve of each treatment, exact: the mean of `probability_better`.

        When not to use: see `hepatrial.evidence.network.p_scores`.

        References
        ----------
        Salanti, Ades & Ioannidis 2011, 10.1016/j.jclinepi.2010.03.016.
        """
        treatments = self.network.treatments
        better = dict.fromkeys(treatments, 0.0)
        for arm, control in self.network.pairs:
            probability = self.probability_better(arm, control)
            better[arm] += probability
            better[control] += 1.0 - probability
        scores = {arm: total / (len(treatments) - 1) for arm, total in better.items()}
        return scores if small_is_good else {arm: 1.0 - score for arm, score in scores.items()}

    def tau(self) -> Posterior:
        """Posterior of tau; ``probability_below_0`` is 0. Quantiles are interpolated between nodes."""
        cumulative = np.cumsum(self.grid.weight) - self.grid.weight / 2
        tail = (1.0 - self.confidence) / 2
        lower, median, upper = np.interp([tail, 0.5, 1.0 - tail], cumulative, self.grid.tau)
        mean = float(self.grid.weight @ self.grid.tau)
        sd = float(np.sqrt(self.grid.weight @ (self.grid.tau - mean) ** 2))
        return Posterior(mean, sd, float(median), float(lower), float(upper), 0.0)

    def _given_tau(self, arm: str, control: str) -> tuple[np.ndarray, np.ndarray]:
        if arm == control:
            raise misuse(
                "a treatment compared with itself", arm, "two different treatments", "name another one"
            )
        row = self.network.row(arm, control)
        return self.basic @ row, np.einsum("gij,i,j->g", self.basic_cov, row, row)


def bayesian_network(network: Network, prior: TauPrior, *, confidence: float = 0.95) -> BayesianFit:
    """Random-effects network meta-analysis with a prior on tau and flat priors on the effects.

    Parameters
    ----------
    network
        From `network_of`; with two treatments it is a pairwise meta-analysis, from one trial on.
    prior
        See `hepatrial.evidence.network.priors`; there is no default, because with few trials it decides much.
    confidence
        Level of equal-tailed credible intervals.

    Raises
    ------
    RunFailed
        The quadrature did not reach its precision.

    Notes
    -----
    Given tau the effects are exactly normal, and the marginal likelihood of tau is the restricted likelihood; tau is
    integrated out by quadrature. No chain, no seed, no convergence to check; ``grid.error`` bounds the error. Assumes
    what `fit_random` assumes. Flat priors on effects are proper here because the network is connected.

    When not to use: with a prior chosen after the result was seen; show the result under a second prior.

    References
    ----------
    Turner et al. 2015, 10.1002/sim.6381; Roever 2020, 10.18637/jss.v093.i06; Lu & Ades 2004, 10.1002/sim.1875.
    """
    checked_confidence(confidence)
    model = network_model(network)

    def log_integrand(tau: np.ndarray) -> np.ndarray:
        return prior.log_density(tau) + log_likelihoods(model, tau**2, restricted=True)

    upper = prior.upper if isinstance(prior, UniformTau) else None
    grid = integrate_over_tau(log_integrand, prior.centre, upper)
    if not grid.error < QUADRATURE_ERROR:
        raise RunFailed(
            f"integration over tau reached a relative error of {grid.error:.1e}, allowed {QUADRATURE_ERROR:.0e}\n"
            "  fix:     take a prior whose scale is nearer to the heterogeneity of the trials"
        )
    basic, basic_cov = _given_each_tau(model, grid.tau)
    return BayesianFit(network, prior, grid, basic, basic_cov, confidence)


def _given_each_tau(model: RotatedModel, tau: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Generalised least squares at every node at once: shapes (g, p) and (g, p, p)."""
    scale = 1.0 / np.sqrt(1.0 + tau[:, None] ** 2 * model.spread)
    q_factor, r_factor = np.linalg.qr(model.design * scale[:, :, None])
    inverse = np.linalg.inv(r_factor)
    along = np.einsum("gnp,gn->gp", q_factor, model.y * scale)
    return np.einsum("gij,gj->gi", inverse, along), inverse @ np.swapaxes(inverse, 1, 2)


def mixture_posterior(
    weight: np.ndarray, mean: np.ndarray, variance: np.ndarray, confidence: float
) -> Posterior:
    """Moments, quantiles and P(< 0) of a mixture of normals, all of shape (g,); quantiles by root finding."""
    sd = np.sqrt(variance)
    centre = float(weight @ mean)
    spread = float(np.sqrt(weight @ (variance + (mean - centre) ** 2)))

    def quantile(probability: float) -> float:
        def excess(x: float) -> float:
            return float(weight @ ndtr((x - mean) / sd)) - probability

        reach = spread
        while excess(centre - reach) > 0 or excess(centre + reach) < 0:
            reach *= 2
        return float(brentq(excess, centre - reach, centre + reach, xtol=1e-12 * spread))

    tail = (1.0 - confidence) / 2
    return Posterior(
        centre, spread, quantile(0.5), quantile(tail), quantile(1.0 - tail), float(weight @ ndtr(-mean / sd))
    )
