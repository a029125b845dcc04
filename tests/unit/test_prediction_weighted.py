"""Weighted draws, success and variance in parts, against hand calculation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from hepatrial.prediction.curves import Curve
from hepatrial.prediction.success import SuccessRule
from hepatrial.prediction.variance import parts_of
from hepatrial.prediction.weighted import equal_weights, mean_of, sd_of, spread_of, weighted_quantile
from hepatrial.units import DAYS_PER_MONTH

RNG = np.random.default_rng(7)


def test_equal_weights_give_hazens_quantile():
    values = RNG.standard_normal(101)
    for probability in (0.1, 0.25, 0.5, 0.9):
        found = weighted_quantile(values, equal_weights(101), probability)
        assert found == pytest.approx(np.quantile(values, probability, method="hazen"))


def test_a_weight_of_two_is_a_draw_that_stands_twice():
    values, weights = np.array([1.0, 2.0, 5.0]), np.array([0.25, 0.5, 0.25])
    assert weighted_quantile(values, weights, 0.5) == 2.0
    assert mean_of(values, weights).value == pytest.approx(np.mean([1.0, 2.0, 2.0, 5.0]))


def test_draws_without_weight_do_not_count():
    values, weights = np.array([-9.0, 1.0, 2.0, 99.0]), np.array([0.0, 0.5, 0.5, 0.0])
    assert spread_of(values, weights).intervals[95] == (1.0, 2.0)


def test_a_median_that_draws_do_not_reach_stays_infinite():
    values = np.array([10.0, np.inf, np.inf])
    assert math.isinf(spread_of(values, equal_weights(3)).median)


def test_the_error_of_a_mean_is_the_standard_error_with_equal_weights():
    values = RNG.standard_normal(400)
    found = mean_of(values, equal_weights(400))
    assert found.mc_se == pytest.approx(values.std() / math.sqrt(400))
    assert sd_of(values, equal_weights(400)) == pytest.approx(values.std(ddof=1))


def test_the_error_of_a_weighted_mean_is_what_repeated_draws_show():
    means, errors = [], []
    for _ in range(400):
        draws = RNG.standard_normal(300)
        weights = np.exp(0.5 * draws)
        found = mean_of(draws, weights / weights.sum())
        means.append(found.value)
        errors.append(found.mc_se)
    assert np.mean(means) == pytest.approx(0.5, abs=0.02)  # N(0, 1) tilted by exp(x / 2) is N(1/2, 1)
    assert np.mean(errors) == pytest.approx(np.std(means), rel=0.12)


def test_success_without_variation_between_trials_is_schoenfelds_power():
    rule = SuccessRule(one_sided_alpha=0.025, margin=1.0, between_trial_sd=0.0)
    # 331 deaths in two equal arms give 90 % power for 0.70 (Schoenfeld 1981).
    found = rule.probability(np.array([math.log(0.70)]), np.array([2.0 / math.sqrt(331)]))
    assert found[0] == pytest.approx(0.90, abs=0.002)


def test_success_counts_estimates_that_pass_the_test():
    rule = SuccessRule(one_sided_alpha=0.025, margin=1.08, between_trial_sd=0.08)
    log_hr, error = math.log(0.9), 0.1
    estimates = log_hr + math.hypot(error, 0.08) * RNG.standard_normal(200_000)
    share = np.mean(estimates + norm.ppf(0.975) * error < math.log(1.08))
    assert rule.probability(np.array([log_hr]), np.array([error]))[0] == pytest.approx(share, abs=0.005)


def test_a_wider_margin_and_a_better_effect_make_success_likelier():
    effects, error = np.array([-0.4, 0.0, 0.2]), np.full(3, 0.1)
    strict, lenient = (SuccessRule(0.025, margin, 0.08).probability(effects, error) for margin in (1.0, 1.2))
    assert np.all(np.diff(strict) < 0.0)
    assert np.all(lenient > strict)
    assert strict[1] < 0.1


def test_shares_of_the_variance_sum_to_1_and_none_is_below_0():
    parts = parts_of({"a": 0.03, "b": -0.001, "c": 0.01})
    assert sum(part.share for part in parts) == pytest.approx(1.0)
    assert [part.share for part in parts] == pytest.approx([0.75, 0.0, 0.25])
    assert parts[0].sd == pytest.approx(math.sqrt(0.03))


def test_a_curve_of_exponential_survival_has_its_median_share_and_mean():
    days = np.arange(0.0, 1500.0, DAYS_PER_MONTH / 4.0)
    curve = Curve(days, np.exp(-days / 300.0)[None], stepwise=False)
    # Between points h days apart the curve is taken for straight: the median moves by h^2 / (8 x 300) days at most.
    furthest = days[1] ** 2 / (8.0 * 300.0) / DAYS_PER_MONTH
    assert curve.median_months()[0] == pytest.approx(
        300.0 * math.log(2.0) / DAYS_PER_MONTH, abs=1.05 * furthest
    )
    assert curve.at_months(12.0)[0] == pytest.approx(math.exp(-12.0 * DAYS_PER_MONTH / 300.0), rel=1e-4)
    mean = 300.0 * (1.0 - math.exp(-12.3 * DAYS_PER_MONTH / 300.0)) / DAYS_PER_MONTH
    assert curve.lived_months(12.3)[0] == pytest.approx(mean, rel=1e-4)
