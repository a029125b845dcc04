"""Simulated meta-analyses: intervals cover what they should, tests reject as often as they should.

Each rate is a count of independent simulations, so its own error is binomial: a rate may stray from the nominal by 4
of its standard errors (once in 16,000 by chance; the seeds are fixed), and by the error of the method itself where
the method is approximate, which is said.
"""

from __future__ import annotations

import numpy as np
import pytest
from pooling_coverage import made_network

from hepatrial.evidence.network import (
    HalfNormalTau,
    bayesian_network,
    decompose_q,
    fit_common,
    fit_random,
    network_of,
    split_nodes,
)
from hepatrial.evidence.pooling import (
    StudyEffect,
    SurrogateTrial,
    egger_test,
    meta_regression,
    pool_common,
    pool_random,
    surrogacy,
)

TRUE = -0.3


def assert_rate(hits, nominal: float, own_error: float = 0.0):
    rate, count = np.mean(hits), len(hits)
    monte_carlo = np.sqrt(nominal * (1 - nominal) / count)
    assert abs(rate - nominal) < 4 * monte_carlo + own_error, f"{rate:.4f} of {count} for {nominal}"


def made(rng, k, tau, errors=(0.1, 0.3), slope=0.0):
    spread = rng.uniform(*errors, k)
    values = rng.normal(TRUE + slope * spread, np.hypot(tau, spread))
    return [
        StudyEffect(f"t{i}", "drug", "placebo", float(y), float(s), "made")
        for i, (y, s) in enumerate(zip(values, spread, strict=True))
    ]


def covers(estimate, true=TRUE):
    return estimate.lower <= true <= estimate.upper


# Pairs


def test_knapp_hartung_covers_with_six_heterogeneous_studies_where_wald_does_not():
    rng = np.random.default_rng(1)
    knapp, wald = [], []
    for _ in range(2000):
        effects = made(rng, 6, 0.25)
        knapp.append(covers(pool_random(effects, interval="knapp-hartung").effect))
        wald.append(covers(pool_random(effects, interval="wald").effect))
    # Knapp and Hartung's t is exact for equal variances and close to it here.
    assert_rate(knapp, 0.95, own_error=0.01)
    assert np.mean(wald) < 0.93


def test_the_common_effect_covers_exactly_and_q_holds_its_level_without_heterogeneity():
    rng = np.random.default_rng(2)
    found = [pool_common(made(rng, 5, 0.0)) for _ in range(4000)]
    assert_rate([covers(one.effect) for one in found], 0.95)
    assert_rate([one.heterogeneity.p < 0.05 for one in found], 0.05)


def test_the_q_profile_interval_covers_tau2_exactly():
    rng = np.random.default_rng(3)
    found = [pool_common(made(rng, 7, 0.2)).heterogeneity.tau2_interval for _ in range(3000)]
    assert_rate([low <= 0.04 <= high for low, high in found], 0.95)


def held_by_prediction(rng, k, times):
    hits = []
    for _ in range(times):
        low, high = pool_random(made(rng, k, 0.25), interval="wald").effect.prediction
        hits.append(low <= rng.normal(TRUE, 0.25) <= high)
    return hits


def test_a_prediction_interval_holds_a_further_trial_with_many_studies_and_less_often_with_a_dozen():
    rng = np.random.default_rng(4)
    assert_rate(held_by_prediction(rng, 80, 2000), 0.95, own_error=0.005)
    # What `PredictionMethod` says of a dozen studies: about 90%, as tau2 is put in as if it were known.
    assert_rate(held_by_prediction(rng, 12, 2000), 0.90)


def test_eggers_test_holds_its_level_and_sees_small_studies_that_differ():
    rng = np.random.default_rng(5)
    assert_rate([egger_test(made(rng, 12, 0.0)).p < 0.05 for _ in range(4000)], 0.05)
    power = np.mean([egger_test(made(rng, 12, 0.0, slope=-3.0)).p < 0.05 for _ in range(300)])
    assert power > 0.4


def test_the_test_of_a_moderator_holds_its_level():
    rng = np.random.default_rng(6)
    x = rng.normal(size=10)
    hits = [meta_regression(made(rng, 10, 0.25), {"x": x}).test_p < 0.05 for _ in range(2000)]
    assert_rate(hits, 0.05, own_error=0.01)


# Networks

FEW_LOOPS = ("AB", "AB", "BC", "BC", "AC", "CD", "BD", "ABD")


def test_a_network_of_common_effects_covers_and_its_tests_of_consistency_hold_their_level():
    rng = np.random.default_rng(7)
    hits, between, splits, indirect = [], [], [], []
    for _ in range(2000):
        network = made_network(rng, 0.0, FEW_LOOPS)
        fit = fit_common(network)
        hits.append(covers(fit.effect("D", "A"), 0.3))
        between.append(decompose_q(network).between.p < 0.05)
        split = next(one for one in split_nodes(fit) if (one.arm, one.control) == ("B", "C"))
        splits.append(split.difference.p < 0.05)
        indirect.append(covers(split.indirect, -0.1))
    for rates, nominal in ((hits, 0.95), (between, 0.05), (splits, 0.05), (indirect, 0.95)):
        assert_rate(rates, nominal)


@pytest.mark.long
def test_knapp_hartung_covers_in_a_small_heterogeneous_network_where_wald_does_not():
    rng = np.random.default_rng(8)
    pairs = ("AB", "AB", "BC", "BC", "AC", "CD", "BD", "ABD", "ACD", "CD")
    knapp, wald = [], []
    for _ in range(4000):
        network = made_network(rng, 0.3, pairs)
        knapp.append(covers(fit_random(network, interval="knapp-hartung").effect("D", "A"), 0.3))
        wald.append(covers(fit_random(network).effect("D", "A"), 0.3))
    assert_rate(knapp, 0.95, own_error=0.015)
    assert np.mean(wald) < 0.94


def test_credible_and_predictive_intervals_cover_exactly_where_tau_comes_from_its_prior():
    rng = np.random.default_rng(9)
    prior = HalfNormalTau(0.3, "made")
    hits, predicted = [], []
    for _ in range(600):
        tau = abs(rng.normal(0, 0.3))
        fit = bayesian_network(network_of(made(rng, 3, tau)), prior)
        hits.append(covers(fit.effect("drug", "placebo")))
        predicted.append(covers(fit.predicted("drug", "placebo"), rng.normal(TRUE, tau)))
    assert_rate(hits, 0.95)
    assert_rate(predicted, 0.95)


# Surrogacy


def test_fishers_interval_of_r2_covers_and_a_trial_left_out_is_within_its_limits():
    rng = np.random.default_rng(10)
    k, true_r2 = 15, 0.36 * 0.09 / (0.36 * 0.09 + 0.04)
    covered, left = [], []
    for _ in range(1000):
        x = rng.normal(-0.4, 0.3, k)
        y = 0.6 * x + rng.normal(0, 0.2, k)
        found = surrogacy(
            [SurrogateTrial(f"t{i}", x[i], 0.1, y[i], 0.1, "m") for i in range(k)], weights="equal"
        )
        covered.append(found.r2_interval[0] <= true_r2 <= found.r2_interval[1])
        left.append(found.left_out["t0"].covered)
    # Fisher's z is an approximation; the prediction limits are exact.
    assert_rate(covered, 0.95, own_error=0.01)
    assert_rate(left, 0.95)
