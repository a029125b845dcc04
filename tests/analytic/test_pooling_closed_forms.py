"""Pools whose answer can be written down: equal errors, two studies, one study, effects that agree."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hepatrial.evidence.pooling import (
    StudyEffect,
    cumulative,
    effect_from_interval,
    egger_test,
    leave_one_out,
    meta_regression,
    pool_common,
    pool_random,
)

VALUES = [-0.62, -0.31, -0.05, -0.44, 0.08, -0.29]
ERROR = 0.11


def effects_of(values, errors) -> list[StudyEffect]:
    errors = np.broadcast_to(errors, len(values))
    return [
        StudyEffect(f"trial {i}", "drug", "placebo", float(y), float(s), f"source {i}")
        for i, (y, s) in enumerate(zip(values, errors, strict=True))
    ]


# Equal standard errors: every estimator but ML gives the variance of the effects less the sampling variance


@pytest.mark.parametrize("estimator", ["reml", "paule-mandel", "dersimonian-laird", "hedges"])
def test_with_equal_errors_tau2_is_the_excess_variance(estimator):
    pooled = pool_random(effects_of(VALUES, ERROR), tau2_estimator=estimator)
    assert pooled.heterogeneity.tau2 == pytest.approx(np.var(VALUES, ddof=1) - ERROR**2, rel=1e-10)
    assert pooled.effect.value == pytest.approx(np.mean(VALUES), rel=1e-12)


def test_with_equal_errors_maximum_likelihood_divides_by_k():
    pooled = pool_random(effects_of(VALUES, ERROR), tau2_estimator="ml")
    assert pooled.heterogeneity.tau2 == pytest.approx(np.var(VALUES) - ERROR**2, rel=1e-10)


def test_with_equal_errors_knapp_hartung_is_a_t_interval_of_the_effects():
    pooled = pool_random(effects_of(VALUES, ERROR), interval="knapp-hartung")
    expected = stats.t.interval(0.95, len(VALUES) - 1, np.mean(VALUES), stats.sem(VALUES))
    assert (pooled.effect.lower, pooled.effect.upper) == pytest.approx(expected, rel=1e-9)
    assert pooled.effect.p == pytest.approx(stats.ttest_1samp(VALUES, 0).pvalue, rel=1e-9)


def test_the_default_prediction_interval_takes_t_with_two_studies_less():
    pooled = pool_random(effects_of(VALUES, ERROR), interval="wald")
    half = stats.t.ppf(0.975, len(VALUES) - 2) * np.sqrt(
        pooled.effect.std_error**2 + pooled.heterogeneity.tau2
    )
    expected = (np.mean(VALUES) - half, np.mean(VALUES) + half)
    assert pooled.effect.prediction == pytest.approx(expected, rel=1e-9)
    assert pool_random(effects_of(VALUES[:2], ERROR)).effect.prediction is None


# Few studies


def test_one_study_pools_to_itself():
    pooled = pool_common(effects_of([-0.4], 0.2))
    assert (pooled.effect.value, pooled.effect.std_error) == pytest.approx((-0.4, 0.2))
    assert pooled.heterogeneity.q == 0
    assert pooled.heterogeneity.tau2_interval is None
    assert pooled.weights_percent == pytest.approx([100.0])


def test_two_studies_have_dersimonian_and_lairds_tau2_by_hand():
    y1, y2, v1, v2 = -0.6, -0.1, 0.02, 0.05
    pooled = pool_random(effects_of([y1, y2], np.sqrt([v1, v2])), tau2_estimator="dersimonian-laird")
    # For two studies Q = (y1 - y2)^2 / (v1 + v2) and tau2 = ((y1 - y2)^2 - v1 - v2) / 2.
    assert pooled.heterogeneity.q == pytest.approx((y1 - y2) ** 2 / (v1 + v2), rel=1e-12)
    assert pooled.heterogeneity.tau2 == pytest.approx(((y1 - y2) ** 2 - v1 - v2) / 2, rel=1e-12)


@pytest.mark.parametrize("estimator", ["reml", "paule-mandel", "dersimonian-laird", "hedges", "ml"])
def test_effects_that_agree_have_no_heterogeneity_and_pool_alike_either_way(estimator):
    effects = effects_of([-0.3, -0.31, -0.29], [0.1, 0.2, 0.3])
    random, common = (
        pool_random(effects, tau2_estimator=estimator, interval="wald"),
        pool_common(effects),
    )
    assert random.heterogeneity.tau2 == 0
    assert random.heterogeneity.tau2_interval[0] == 0
    assert random.effect.value == pytest.approx(common.effect.value, rel=1e-13)
    assert random.effect.std_error == pytest.approx(common.effect.std_error, rel=1e-13)


def test_knapp_hartung_may_narrow_and_its_variant_never_does():
    effects = effects_of([-0.3, -0.31, -0.29], [0.1, 0.2, 0.3])
    wald, plain, never = (
        pool_random(effects, interval=name).effect
        for name in ("wald", "knapp-hartung", "knapp-hartung-never-narrower")
    )
    assert plain.upper - plain.lower < wald.upper - wald.lower
    assert never.upper - never.lower > wald.upper - wald.lower
    assert never.std_error == pytest.approx(wald.std_error, rel=1e-13)


def test_identical_effects_leave_knapp_hartung_without_width():
    effect = pool_random(effects_of([-0.5] * 4, 0.2), interval="knapp-hartung").effect
    assert effect.std_error == pytest.approx(0, abs=1e-12)
    assert effect.p < 1e-6


def test_i2_under_a_common_effect_rests_on_q():
    found = pool_common(effects_of(VALUES, ERROR)).heterogeneity
    assert found.tau2 == 0
    assert found.i2_percent == pytest.approx(100 * (found.q - 5) / found.q, rel=1e-12)


# Moderators, order, single studies


def test_a_moderator_of_two_kinds_of_trials_gives_their_difference():
    values, errors = np.array([-0.6, -0.5, -0.1, 0.0]), np.array([0.1, 0.2, 0.15, 0.1])
    kind = np.array([1, 1, 0, 0])
    fit = meta_regression(effects_of(values, errors), {"kind": kind}, interval="wald")
    assert fit.residual.tau2 == 0
    weight = errors**-2
    means = [np.average(values[kind == k], weights=weight[kind == k]) for k in (0, 1)]
    assert fit.coefficients["intercept"].value == pytest.approx(means[0], rel=1e-12)
    assert fit.coefficients["kind"].value == pytest.approx(means[1] - means[0], rel=1e-12)
    within = pool_common(effects_of(values[:2], errors[:2])).effect
    at = fit.effect_at(kind=1)
    assert (at.value, at.std_error) == pytest.approx((within.value, within.std_error), rel=1e-12)
    assert fit.r2_percent == pytest.approx(100.0)


def perfect_fit(interval):
    """Effects on a line: residuals are 0, or what rounding leaves of it."""
    x = np.array([0.0, 1.0, 2.0, 3.0])
    return meta_regression(effects_of(-0.5 + 0.25 * x, 0.25), {"x": x}, interval=interval)


def test_a_perfect_fit_leaves_knapp_hartung_without_width_and_nothing_undefined():
    fit = perfect_fit("knapp-hartung")
    at = fit.effect_at(x=1.5)
    assert (at.value, at.lower, at.upper) == pytest.approx((-0.125, -0.125, -0.125), abs=1e-12)
    assert at.std_error == pytest.approx(0, abs=1e-12)
    assert fit.test_p < 1e-12
    assert fit.test_df == (1, 2)


def test_a_perfect_fit_is_as_uncertain_as_its_standard_errors_where_the_interval_never_narrows():
    wald, never = perfect_fit("wald"), perfect_fit("knapp-hartung-never-narrower")
    assert never.effect_at(x=1.5).std_error == pytest.approx(wald.effect_at(x=1.5).std_error, rel=1e-13)
    # Four points a quarter wide, at the mean of x: an eighth.
    assert never.effect_at(x=1.5).std_error == pytest.approx(0.125, rel=1e-12)
    assert never.coefficients["x"].p == pytest.approx(
        2 * stats.t.sf(0.25 / (0.25 / np.sqrt(5)), 2), rel=1e-12
    )


def test_no_slope_in_a_perfect_fit_is_no_evidence_of_one():
    x = np.array([-1.0, 1.0, -1.0, 1.0])
    fit = meta_regression(effects_of([-0.5] * 4, 0.25), {"x": x}, interval="knapp-hartung")
    assert fit.rule.inflation == 0.0
    at = fit.effect_at(x=1.0)
    assert (at.value, at.lower, at.upper, at.std_error) == (-0.5, -0.5, -0.5, 0.0)
    assert (fit.test, fit.test_p) == (0.0, 1.0)


def test_a_prediction_of_a_meta_regression_is_its_intercept_where_the_moderator_is_0():
    rng = np.random.default_rng(1)
    x = rng.normal(size=10)
    fit = meta_regression(effects_of(rng.normal(x, 0.5), 0.2), {"x": x})
    assert fit.effect_at(x=0.0) == fit.coefficients["intercept"]


def test_eggers_slope_is_the_intercept_of_the_classical_regression():
    rng = np.random.default_rng(4)
    errors = rng.uniform(0.1, 0.5, 12)
    values = rng.normal(-0.2 - errors, errors)
    found = egger_test(effects_of(values, errors))
    classic = stats.linregress(1 / errors, values / errors)
    assert found.slope_statistic == pytest.approx(classic.intercept / classic.intercept_stderr, rel=1e-9)
    assert found.limit_effect == pytest.approx(classic.slope, rel=1e-9)


def test_leaving_one_out_and_adding_one_pool_what_they_say():
    effects = effects_of(VALUES, ERROR)
    left = leave_one_out(effects, pool_common)
    assert left["trial 2"].effect.value == pytest.approx(np.mean(VALUES[:2] + VALUES[3:]), rel=1e-12)
    assert "trial 2" not in left["trial 2"].studies
    grown = cumulative(effects, [2005, 2003, 2001, 2004, 2002, 2000], pool_common)
    assert [len(one.studies) for one in grown] == [1, 2, 3, 4, 5, 6]
    assert grown[1].studies == ("trial 5", "trial 2")
    assert grown[-1].effect.value == pytest.approx(np.mean(VALUES), rel=1e-12)


def test_a_pool_lists_the_trials_behind_it_with_sources_and_weights():
    pooled = pool_random(effects_of(VALUES, np.linspace(0.05, 0.3, 6)))
    assert pooled.studies == tuple(f"trial {i}" for i in range(6))
    assert pooled.sources == tuple(f"source {i}" for i in range(6))
    assert pooled.weights_percent.sum() == pytest.approx(100)
    assert np.all(np.diff(pooled.weights_percent) < 0)


def test_a_printed_interval_gives_back_its_standard_error():
    # SHARP, 10.1056/NEJMoa0708857: OS hazard ratio 0.69 (0.55 to 0.87).
    effect = effect_from_interval("SHARP", "sorafenib", "placebo", 0.69, (0.55, 0.87), "llovet2008")
    assert effect.hr == pytest.approx(0.69)
    assert effect.std_error == pytest.approx(np.log(0.87 / 0.55) / (2 * stats.norm.ppf(0.975)), rel=1e-12)
    ninety = effect_from_interval("SHARP", "sorafenib", "placebo", 0.69, (0.55, 0.87), "x", confidence=0.9)
    assert ninety.std_error / effect.std_error == pytest.approx(stats.norm.ppf(0.975) / stats.norm.ppf(0.95))
    assert effect.reversed().hr == pytest.approx(1 / 0.69)
    assert (effect.reversed().arm, effect.reversed().control) == ("placebo", "sorafenib")
