"""The Bayesian network by quadrature beside brute-force integration, limits that are known, and draws."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from hepatrial.evidence.network import (
    HalfNormalTau,
    LogNormalTau2,
    UniformTau,
    bayesian_network,
    empirical_prior,
    fit_common,
    fit_random,
    network_of,
    p_scores,
    rank_probabilities,
    weakly_informative,
)
from hepatrial.evidence.network.empirical_priors import TABLE_IV
from hepatrial.evidence.pooling import StudyEffect
from hepatrial.simulation.streams import Streams

PRIORS = {
    "half-normal": HalfNormalTau(0.5, "a choice"),
    "log-normal": LogNormalTau2(-3.95, 1.34, "a choice"),
    "uniform": UniformTau(2.0),
}


def effect(study, arm, control, log_hr, std_error):
    return StudyEffect(study, arm, control, log_hr, std_error, f"source of {study}")


PAIR = [effect("one", "A", "B", -0.5, 0.2), effect("two", "A", "B", 0.1, 0.3)]


def loop():
    rng = np.random.default_rng(11)
    return [
        effect(f"{pair}{i}", pair[0], pair[1], rng.normal(-0.2, 0.2), rng.uniform(0.1, 0.25))
        for pair in ("AB", "BC", "AC", "CD")
        for i in range(4)
    ]


@pytest.mark.parametrize("name", PRIORS)
def test_two_studies_equal_brute_force_integration(name):
    prior = PRIORS[name]
    y, s = np.array([-0.5, 0.1]), np.array([0.2, 0.3])

    # Both parameters on a plain grid: Gauss-Legendre pieces in tau, equal steps in the effect.
    mu = np.linspace(-40, 40, 8001)
    x, gauss = np.polynomial.legendre.leggauss(60)
    moments = np.zeros(3)
    edges = [0.0, 0.003, 0.03, 0.1, 0.3, 1.0, 2.0] + ([] if name == "uniform" else [4.0, 9.0])
    for low, high in pairwise(edges):
        for tau, weight in zip(
            (low + high) / 2 + (high - low) / 2 * x, gauss * (high - low) / 2, strict=True
        ):
            density = stats.norm.pdf(y[:, None], mu, np.hypot(s, tau)[:, None]).prod(axis=0)
            density *= weight * float(np.exp(prior.log_density(np.array(tau))))
            moments += [density.sum(), (mu * density).sum(), (mu**2 * density).sum()]
    mean = moments[1] / moments[0]
    sd = np.sqrt(moments[2] / moments[0] - mean**2)
    found = bayesian_network(network_of(PAIR), prior).effect("A", "B")
    assert (found.mean, found.sd) == pytest.approx((mean, sd), rel=1e-6)


@pytest.mark.parametrize("name", PRIORS)
def test_tau_and_tail_probabilities_equal_integration_over_tau_alone(name):
    prior = PRIORS[name]
    y, s = np.array([-0.5, 0.1]), np.array([0.2, 0.3])

    def marginal(tau):
        variance = s**2 + tau**2
        weight = 1 / variance
        mean = np.average(y, weights=weight)
        return float(
            np.exp(prior.log_density(np.array(tau)))
            * np.exp(-0.5 * np.sum(weight * (y - mean) ** 2))
            / np.sqrt(variance.prod() * weight.sum())
        )

    def below_0(tau):
        weight = 1 / (s**2 + tau**2)
        return stats.norm.cdf(-np.average(y, weights=weight) * np.sqrt(weight.sum()))

    edges = [0.0, 0.01, 0.1, 0.5, 2.0] + ([] if name == "uniform" else [20.0])

    def integral(function):
        pieces = pairwise(edges)
        return sum(
            quad(lambda tau: function(tau) * marginal(tau) if tau > 0 else 0.0, low, high, epsabs=1e-13)[0]
            for low, high in pieces
        )

    total = integral(lambda tau: 1.0)
    fit = bayesian_network(network_of(PAIR), prior)
    assert fit.tau().mean == pytest.approx(integral(lambda tau: tau) / total, rel=1e-8)
    assert fit.probability_better("A", "B") == pytest.approx(integral(below_0) / total, rel=1e-8)
    assert fit.grid.error < 1e-8


def test_a_prior_at_nothing_gives_the_common_effect():
    network = network_of(loop())
    found = bayesian_network(network, HalfNormalTau(1e-5, "a choice"))
    common = fit_common(network)
    for pair in network.pairs:
        posterior, estimate = found.effect(*pair), common.effect(*pair)
        assert posterior.mean == pytest.approx(estimate.value, abs=1e-6)
        assert posterior.sd == pytest.approx(estimate.std_error, rel=1e-6)
        assert (posterior.lower, posterior.upper) == pytest.approx((estimate.lower, estimate.upper), abs=1e-6)
    assert found.sucra() == pytest.approx(p_scores(common), abs=1e-6)


def test_given_tau_known_the_posterior_is_the_frequentist_fit():
    # A prior that is all but a point at the REML estimate.
    network = network_of(loop())
    fit = fit_random(network)
    tau2 = fit.heterogeneity.tau2
    assert tau2 > 0
    found = bayesian_network(network, LogNormalTau2(float(np.log(tau2)), 0.05, "a choice"))
    for pair in network.pairs:
        posterior, estimate = found.effect(*pair), fit.effect(*pair)
        assert posterior.mean == pytest.approx(estimate.value, abs=1e-3)
        assert posterior.sd == pytest.approx(estimate.std_error, rel=2e-3)


def test_a_flat_prior_puts_the_mode_of_tau_at_the_reml_estimate():
    network = network_of(loop())
    grid = bayesian_network(network, UniformTau(3.0)).grid
    spacing = np.gradient(grid.tau)
    mode = grid.tau[np.argmax(grid.weight / spacing)]
    assert mode == pytest.approx(fit_random(network).heterogeneity.tau, rel=0.05)


def test_one_trial_a_comparison_leaves_tau_to_its_prior():
    network = network_of([effect("one", "A", "B", -0.4, 0.1), effect("two", "C", "B", -0.1, 0.2)])
    fit = bayesian_network(network, HalfNormalTau(0.5, "a choice"))
    tau = fit.tau()
    assert tau.mean == pytest.approx(0.5 * np.sqrt(2 / np.pi), rel=1e-8)
    assert (tau.lower, tau.median, tau.upper) == pytest.approx(
        stats.halfnorm.ppf([0.025, 0.5, 0.975], scale=0.5), rel=1e-3
    )
    # Var(A v C) given tau is 0.05 + 2 tau^2, and E tau^2 is 0.25.
    assert fit.effect("A", "C").sd ** 2 == pytest.approx(0.05 + 2 * 0.25, rel=1e-8)
    assert fit.predicted("A", "C").sd ** 2 == pytest.approx(0.05 + 3 * 0.25, rel=1e-8)


@pytest.mark.parametrize("prior", [*PRIORS.values(), *(empirical_prior(*pair) for pair in TABLE_IV)])
def test_priors_are_densities(prior):
    edges = [0.0, 1e-3, 0.05, 0.3, 1.0, 2.0, 10.0, 200.0]
    total = sum(
        quad(lambda tau: float(np.exp(prior.log_density(np.array(tau)))) if tau > 0 else 0.0, low, high)[0]
        for low, high in pairwise(edges)
    )
    assert total == pytest.approx(1.0, abs=1e-7)


def test_the_priors_that_ship_have_the_quantiles_they_state():
    medians = {
        ("mortality", "drug-v-placebo"): 0.14,
        ("mortality", "drug-v-drug"): 0.12,
        ("mortality", "procedure-v-drug"): 0.23,
        ("composite", "drug-v-placebo"): 0.16,
        ("composite", "drug-v-drug"): 0.14,
        ("composite", "procedure-v-drug"): 0.26,
    }
    for pair, median in medians.items():
        assert np.exp(empirical_prior(*pair).log_mean / 2) == pytest.approx(median, abs=0.005)
    assert stats.halfnorm.ppf(0.95, scale=weakly_informative().scale) == pytest.approx(0.98, abs=0.005)
    assert stats.halfnorm.median(scale=weakly_informative().scale) == pytest.approx(0.34, abs=0.005)


def test_rank_probabilities_agree_with_the_exact_sucra_within_monte_carlo_error():
    fit = bayesian_network(network_of(loop()), weakly_informative())
    ranks = rank_probabilities(fit, Streams(5), draws=40_000)
    np.testing.assert_allclose(ranks.probability.sum(axis=0), 1.0)
    np.testing.assert_allclose(ranks.probability.sum(axis=1), 1.0)
    places = np.arange(1, 5)
    for arm, score in fit.sucra().items():
        row = ranks.probability[ranks.treatments.index(arm)]
        error = np.sqrt((row @ places**2 - (row @ places) ** 2) / ranks.draws)
        assert ranks.mean_rank[arm] == pytest.approx(4 - 3 * score, abs=4 * error)


def test_rank_probabilities_of_two_treatments_are_the_probability_of_being_better():
    fit = bayesian_network(network_of(PAIR), weakly_informative())
    ranks = rank_probabilities(fit, Streams(1))
    exact = fit.probability_better("A", "B")
    assert ranks.probability[0, 0] == pytest.approx(exact, abs=4 * ranks.monte_carlo_error[0, 0])


def test_where_large_is_good_the_ranks_are_turned_round():
    fit = bayesian_network(network_of(loop()), weakly_informative())
    small, large = (rank_probabilities(fit, Streams(2), small_is_good=good) for good in (True, False))
    np.testing.assert_allclose(large.probability, small.probability[:, ::-1])
    assert fit.sucra(small_is_good=False)["A"] == pytest.approx(1 - fit.sucra()["A"])


def test_the_same_seed_gives_the_same_ranks_to_the_bit():
    fit = bayesian_network(network_of(loop()), weakly_informative())
    one, two, other = (rank_probabilities(fit, Streams(seed)).probability for seed in (7, 7, 8))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_the_prior_is_cited_with_the_trials():
    fit = bayesian_network(network_of(PAIR), empirical_prior("mortality", "drug-v-placebo"))
    assert fit.sources == ("source of one", "source of two", "10.1002/sim.6381")
