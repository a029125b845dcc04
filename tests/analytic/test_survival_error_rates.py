"""Simulated trials: limits cover what they should, tests reject as often as they should, within Monte-Carlo error.

Each rate is a count of independent trials, so its own error is binomial: a rate may stray from the nominal by 4 of
its standard errors (once in 16,000 by chance; the seeds are fixed), and by the error of the method itself in samples
of this size where that is said.
"""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.survival import (
    SurvivalTimes,
    aalen_johansen,
    compare_restricted_mean,
    cox,
    fine_gray,
    gray_test,
    kaplan_meier,
    log_rank,
)
from hepatrial.survival.many_trials import many_trials

CRITICAL = 1.959963984540054
CAUSES = ("censored", "cancer", "liver")


def assert_rate(hits, trials: int, nominal: float, own_error: float = 0.0):
    rate = np.sum(hits) / trials
    monte_carlo = np.sqrt(nominal * (1 - nominal) / trials)
    assert abs(rate - nominal) < 4 * monte_carlo + own_error, f"{rate:.4f} for {nominal}"


def censored_exponential(rng, shape, mean=300.0, follow_up=(200.0, 800.0)):
    died, left = rng.exponential(mean, shape), rng.uniform(*follow_up, shape)
    return np.minimum(died, left), died <= left


# Many trials at once: quick


def test_one_sided_log_rank_rejects_2_5_percent_of_60000_null_trials():
    rng = np.random.default_rng(1)
    n, blocks, of = 200, 3, 20_000
    fewer, more, wald = 0, 0, 0
    for _ in range(blocks):
        time, event = censored_exponential(rng, (of, n))
        found = many_trials(time, event, np.arange(n) % 2)
        fewer += np.sum(found.z < -CRITICAL)
        more += np.sum(found.z > CRITICAL)
        wald += np.sum(np.abs(found.log_hr / found.log_hr_se) > CRITICAL)
    # The product promises 2.5 % +- 0.3 points: at 60,000 trials more than 4 Monte-Carlo errors.
    assert fewer / (blocks * of) == pytest.approx(0.025, abs=0.003)
    assert more / (blocks * of) == pytest.approx(0.025, abs=0.003)
    assert_rate(wald, blocks * of, 0.05, own_error=0.002)


def test_stratified_log_rank_holds_its_level_where_strata_differ_and_power_rises():
    rng = np.random.default_rng(2)
    trials, n = 8000, 160
    stratum, group = np.arange(n) % 4, np.arange(n) // 4 % 2
    time, event = censored_exponential(rng, (trials, n), mean=80.0 * 3.0**stratum, follow_up=(100.0, 1500.0))
    null = many_trials(time, event, group, stratum=stratum)
    assert_rate(np.abs(null.z) > CRITICAL, trials, 0.05, own_error=0.002)
    slower = np.where(group == 1, 1.6, 1.0)
    time, event = censored_exponential(rng, (2000, n), mean=80.0 * 3.0**stratum * slower)
    with_strata = np.mean(many_trials(time, event, group, stratum=stratum).z < -CRITICAL)
    without = np.mean(many_trials(time, event, group).z < -CRITICAL)
    assert with_strata > without + 0.1


def test_the_interval_of_the_hazard_ratio_covers_it_and_the_estimate_is_not_biased():
    rng = np.random.default_rng(3)
    trials, n, hr = 8000, 300, 0.69
    group = np.arange(n) % 2
    time, event = censored_exponential(rng, (trials, n), mean=300.0 / np.where(group == 1, hr, 1.0))
    found = many_trials(time, event, group)
    within = np.abs(found.log_hr - np.log(hr)) < CRITICAL * found.log_hr_se
    assert_rate(within, trials, 0.95, own_error=0.002)
    spread = found.log_hr.std()
    assert found.log_hr.mean() == pytest.approx(np.log(hr), abs=4 * spread / np.sqrt(trials) + 0.003)
    assert found.log_hr_se.mean() == pytest.approx(spread, rel=0.03)


# One trial at a time


def test_limits_of_survival_and_median_cover_the_truth():
    rng = np.random.default_rng(4)
    trials, n, mean = 1500, 80, 300.0
    median = mean * np.log(2)
    at_year = np.exp(-365.25 / mean)
    inside, inside_median = 0, 0
    for _ in range(trials):
        curve = kaplan_meier(SurvivalTimes(*censored_exponential(rng, n, mean)))
        found = curve.at(365.25)
        inside += found.lower <= at_year <= found.upper
        reached = curve.median()
        inside_median += reached.lower <= median and not reached.upper < median
    # The normal approximation at 80 subjects is given a point of its own.
    assert_rate(inside, trials, 0.95, own_error=0.01)
    assert_rate(inside_median, trials, 0.95, own_error=0.01)


def test_limits_of_cumulative_incidence_cover_the_truth():
    rng = np.random.default_rng(5)
    trials, n = 1500, 150
    rates = np.array([1 / 300, 1 / 600])
    truth = rates[0] / rates.sum() * -np.expm1(-rates.sum() * 365.25)
    inside = 0
    for _ in range(trials):
        found = aalen_johansen(competing(rng, n, 1 / rates)).at(365.25, cause=1)
        inside += found.lower <= truth <= found.upper
    assert_rate(inside, trials, 0.95, own_error=0.01)


def test_the_interval_of_the_difference_of_restricted_means_covers_it():
    rng = np.random.default_rng(6)
    trials, n, tau = 1500, 160, 400.0
    mean = np.array([250.0, 350.0])
    truth = np.diff(mean * -np.expm1(-tau / mean))[0]
    group = np.arange(n) % 2
    inside = 0
    for _ in range(trials):
        time, event = censored_exponential(rng, n, mean[group], follow_up=(450.0, 900.0))
        found = compare_restricted_mean(SurvivalTimes(time, event), group, tau)
        inside += found.lower <= truth <= found.upper
    # Without censoring the variance is that of a mean with n where n - 1 belongs, and the limits are normal, not
    # Student's: half a point at 80 an arm.
    assert_rate(inside, trials, 0.95, own_error=0.005)


def competing(rng, n, means, follow_up=(200.0, 900.0), faster=1.0) -> SurvivalTimes:
    """Two causes with exponential times of the given means, the second ``faster`` in some subjects."""
    each = rng.exponential(means, (n, 2)) / np.column_stack([np.ones(n), faster * np.ones(n)])
    left = rng.uniform(*follow_up, n)
    time = np.minimum(each.min(axis=1), left)
    return SurvivalTimes(time, np.where(left < each.min(axis=1), 0, 1 + each.argmin(axis=1)), CAUSES)


def test_gray_and_fine_gray_hold_their_level_under_competing_causes():
    rng = np.random.default_rng(7)
    trials, n = 1500, 120
    group = np.arange(n) % 2
    gray, regression = 0, 0
    for _ in range(trials):
        times = competing(rng, n, (300.0, 500.0))
        gray += gray_test(times, group).p < 0.05
        regression += fine_gray(times, group, "arm").p[0] < 0.05
    assert_rate(gray, trials, 0.05, own_error=0.005)
    # Wald with a sandwich variance is a little short at 60 a group.
    assert_rate(regression, trials, 0.05, own_error=0.01)


def test_gray_sees_a_competing_cause_that_the_cause_specific_test_does_not():
    rng = np.random.default_rng(8)
    trials, n = 400, 300
    group = np.arange(n) % 2
    gray, specific = 0, 0
    for _ in range(trials):
        times = competing(rng, n, (300.0, 300.0), faster=np.where(group == 1, 3.0, 1.0))
        gray += gray_test(times, group).p < 0.05
        specific += log_rank(times.only(1), group).p < 0.05
    assert gray > 0.8 * trials
    assert_rate(specific, trials, 0.05, own_error=0.005)


def test_robust_errors_are_right_for_twins_where_those_of_the_model_are_not():
    rng = np.random.default_rng(9)
    trials, patients = 300, 150
    patient, arm = np.tile(np.arange(patients), 2), np.repeat([0, 1], patients)
    beta, robust, model = np.empty((3, trials))
    for i in range(trials):
        frailty = rng.gamma(2.0, 0.5, patients)[patient]
        time = rng.exponential(300.0, 2 * patients) / frailty
        times = SurvivalTimes(np.minimum(time, 700.0), time < 700.0)
        fit = cox(times, arm, "arm", cluster=patient)
        beta[i], robust[i], model[i] = fit.beta[0], fit.robust_se[0], fit.se[0]
    # A standard deviation of 300 has itself an error of 4 %.
    assert robust.mean() == pytest.approx(beta.std(), rel=0.16)
    assert model.mean() > 1.08 * robust.mean()
