"""Cases whose answer can be written down: curves, means, tests and models against their closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.survival import (
    SurvivalTimes,
    aalen_johansen,
    compare_restricted_mean,
    concordance,
    cox,
    fine_gray,
    gray_test,
    kaplan_meier,
    log_rank,
    restricted_mean,
)

TWO_CAUSES = ("censored", "cancer", "liver")


def all_died(time) -> SurvivalTimes:
    return SurvivalTimes(np.asarray(time, dtype=float), np.ones(len(time), dtype=np.int8))


def exponential_quantiles(n: int, mean: float) -> np.ndarray:
    """A sample that lies on the exponential distribution as closely as n points can."""
    return -mean * np.log1p(-(np.arange(n) + 0.5) / n)


# Kaplan-Meier


def test_without_censoring_survival_is_the_empirical_share_and_its_error_is_binomial():
    time = np.random.default_rng(1).exponential(300, 200)
    curve = kaplan_meier(all_died(time))
    share = 1 - np.arange(1, 201) / 200
    assert curve.survival == pytest.approx(share, abs=1e-14)
    assert curve.std_error[:-1] == pytest.approx(np.sqrt(share * (1 - share) / 200)[:-1], rel=1e-10)


def test_survival_multiplies_over_event_times_by_hand():
    # Bland & Altman's way by hand: 1 of 6 dies at 6, 1 of 4 at 13 (one was censored at 10), 2 of 3 at 20.
    times = SurvivalTimes([6, 10, 13, 20, 20, 20], [1, 0, 1, 1, 1, 0])
    curve = kaplan_meier(times)
    assert curve.time_days.tolist() == [6, 10, 13, 20]
    assert curve.survival == pytest.approx([5 / 6, 5 / 6, 5 / 6 * 3 / 4, 5 / 6 * 3 / 4 / 3])
    assert curve.at_risk.tolist() == [6, 5, 4, 3]
    assert curve.censored.tolist() == [0, 1, 0, 1]
    greenwood = 1 / (6 * 5) + 1 / (4 * 3) + 2 / (3 * 1)
    assert curve.std_error[-1] == pytest.approx(curve.survival[-1] * np.sqrt(greenwood))


def test_a_subject_censored_at_the_time_of_an_event_is_at_risk_for_it():
    curve = kaplan_meier(SurvivalTimes([5, 5], [1, 0]))
    assert curve.survival.tolist() == [0.5]


def test_the_median_is_the_middle_of_a_stretch_flat_at_one_half():
    assert kaplan_meier(all_died([1, 2, 4, 9])).median().estimate == 3.0
    # It lasts to the end of follow-up: its start.
    assert kaplan_meier(SurvivalTimes([1, 2, 9, 9], [1, 1, 0, 0])).median().estimate == 2.0


def test_limits_after_the_formulas_of_each_scale():
    times = SurvivalTimes([1, 2, 3, 4, 5, 6, 7, 8], [1, 0, 1, 0, 1, 0, 1, 0])
    z = 1.6448536269514722
    found = {
        name: kaplan_meier(times, confidence=0.9, transform=name) for name in ("plain", "log", "log-log")
    }
    s, se = found["plain"].survival[4], found["plain"].std_error[4]
    assert found["plain"].upper[4] == pytest.approx(min(s + z * se, 1))
    assert found["log"].lower[4] == pytest.approx(s * np.exp(-z * se / s))
    theta = z * se / (s * np.log(s))
    assert found["log-log"].lower[4] == pytest.approx(s ** np.exp(-theta))
    assert found["log-log"].upper[4] == pytest.approx(s ** np.exp(theta))


def test_survival_at_any_time_is_that_of_the_last_step_and_unknown_beyond_follow_up():
    curve = kaplan_meier(SurvivalTimes([2, 4, 6], [1, 1, 0]))
    found = curve.at(np.array([0, 1.999, 2, 3, 6, 6.001, np.nan])).estimate
    assert found[:5] == pytest.approx([1, 1, 2 / 3, 2 / 3, 1 / 3])
    assert np.isnan(found[5:]).all()
    assert kaplan_meier(all_died([2, 4])).at(1000).estimate == 0
    assert curve.at_risk_at([0, 2, 2.5, 6, 7]).tolist() == [3, 3, 2, 1, 0]


# Restricted mean


def test_restricted_mean_of_a_complete_sample_is_the_mean_of_the_cut_times():
    time = np.random.default_rng(2).weibull(1.3, 150) * 400
    found = restricted_mean(all_died(time), 365)
    cut = np.minimum(time, 365)
    assert found.days == pytest.approx(cut.mean(), rel=1e-13)
    # The Greenwood variance is then the sample variance over n, exactly.
    assert found.std_error == pytest.approx(cut.std() / np.sqrt(150), rel=1e-12)


def test_restricted_mean_of_exponential_survival_is_its_closed_form():
    mean, tau, n = 300.0, 500.0, 20_000
    found = restricted_mean(all_died(exponential_quantiles(n, mean)), tau)
    assert found.days == pytest.approx(mean * (1 - np.exp(-tau / mean)), rel=1e-4)
    second = 2 * mean**2 * (1 - (1 + tau / mean) * np.exp(-tau / mean))
    assert found.std_error == pytest.approx(np.sqrt((second - found.days**2) / n), rel=1e-3)


def test_difference_of_restricted_means_by_hand():
    times = SurvivalTimes([2, 4, 6, 8, 3, 6, 9, 12], [1] * 8)
    found = compare_restricted_mean(times, [0] * 4 + [1] * 4, 6)
    low, high = np.array([2, 4, 6, 6]), np.array([3, 6, 6, 6])
    assert found.difference == pytest.approx(high.mean() - low.mean())
    assert found.std_error == pytest.approx(np.sqrt(low.var() / 4 + high.var() / 4))


# Competing risks


def test_cumulative_incidence_without_censoring_is_the_empirical_share_of_each_cause():
    rng = np.random.default_rng(3)
    time, cause = rng.exponential(200, 120), rng.integers(1, 3, 120)
    found = aalen_johansen(SurvivalTimes(time, cause, TWO_CAUSES))
    for code in (1, 2):
        share = np.mean((time[:, None] <= found.time_days) & (cause[:, None] == code), axis=0)
        assert found.incidence[code - 1] == pytest.approx(share, abs=1e-13)
        assert found.std_error[code - 1] == pytest.approx(np.sqrt(share * (1 - share) / 120), abs=1e-12)
    assert found.incidence.sum(axis=0) + found.survival == pytest.approx(np.ones(120))


def test_with_one_cause_cumulative_incidence_is_one_minus_kaplan_meier():
    rng = np.random.default_rng(4)
    times = SurvivalTimes(np.ceil(rng.exponential(20, 90)), rng.integers(0, 2, 90))
    found, curve = aalen_johansen(times), kaplan_meier(times)
    assert found.incidence[0] == pytest.approx(1 - curve.survival, abs=1e-14)
    assert found.std_error[0] == pytest.approx(np.nan_to_num(curve.std_error), abs=1e-12)


def test_incidence_at_a_time_is_that_of_the_last_step_and_unknown_beyond_follow_up():
    found = aalen_johansen(SurvivalTimes([1, 2, 3, 4], [1, 2, 1, 0], TWO_CAUSES))
    assert found.at([0.5, 1, 3.5], cause=1).estimate == pytest.approx([0, 0.25, 0.5])
    assert found.at(2, cause=2).estimate == pytest.approx(0.25)
    assert np.isnan(found.at(4.5, cause=1).estimate)


def test_with_one_cause_gray_is_close_to_log_rank_and_fine_gray_equals_cox():
    rng = np.random.default_rng(5)
    n = 400
    group = rng.integers(0, 2, n)
    died = rng.exponential(200, n) * np.where(group, 1.4, 1.0)
    times = SurvivalTimes(np.minimum(died, 300), (died < 300).astype(int))
    # Without competing events or ties both are the same score; the variances differ by estimation alone.
    assert gray_test(times, group).z == pytest.approx(log_rank(times, group).z, rel=0.02)
    one, other = fine_gray(times, group, "arm"), cox(times, group, "arm")
    assert one.beta == pytest.approx(other.beta, rel=1e-9)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-12)


# Log-rank and Cox


def test_log_rank_of_two_times_two_subjects_by_hand():
    # Deaths at 1 (control), 2 (treated), 3 (control); the other treated is censored at 4.
    times = SurvivalTimes([1, 3, 2, 4], [1, 1, 1, 0])
    found = log_rank(times, [0, 0, 1, 1])
    expected = 2 / 4 + 2 / 3 + 1 / 2
    variance = 2 / 4 * 2 / 4 + 2 / 3 * 1 / 3 + 1 / 2 * 1 / 2
    assert found.expected[1] == pytest.approx(expected)
    assert found.z == pytest.approx((1 - expected) / np.sqrt(variance))
    assert found.chi2 == pytest.approx(found.z**2)


def test_log_rank_of_two_subjects():
    found = log_rank(SurvivalTimes([1, 2], [1, 1]), ["a", "b"])
    # One informative event: observed 0 of 1/2 in b, variance 1/4.
    assert found.z == pytest.approx(-1.0)
    assert found.df == 1


def test_groups_that_meet_only_within_their_own_strata_count_as_the_comparisons_made():
    rng = np.random.default_rng(6)
    times = SurvivalTimes(rng.exponential(10, 80), rng.integers(0, 2, 80))
    group, stratum = np.arange(80) % 4, np.arange(80) % 4 // 2
    together = log_rank(times, group, stratum)
    apart = [log_rank(times.select(stratum == s), group[stratum == s]) for s in (0, 1)]
    assert together.df == 2
    assert together.chi2 == pytest.approx(sum(one.chi2 for one in apart), rel=1e-12)


def test_stratified_log_rank_sums_the_strata():
    rng = np.random.default_rng(7)
    times = SurvivalTimes(np.ceil(rng.exponential(10, 90)), rng.integers(0, 2, 90))
    group, stratum = rng.integers(0, 2, 90), rng.integers(0, 3, 90)
    parts = [log_rank(times.select(stratum == s), group[stratum == s]) for s in range(3)]
    difference = sum(part.observed[1] - part.expected[1] for part in parts)
    variance = sum(((part.observed[1] - part.expected[1]) / part.z) ** 2 for part in parts)
    assert log_rank(times, group, stratum).z == pytest.approx(difference / np.sqrt(variance), rel=1e-12)


def test_a_stratum_with_one_arm_only_adds_nothing_to_test_and_model():
    rng = np.random.default_rng(8)
    time, event, group = rng.exponential(10, 60), rng.integers(0, 2, 60), rng.integers(0, 2, 60)
    base = SurvivalTimes(time, event)
    more = SurvivalTimes(np.append(time, [1, 2, 3]), np.append(event, [1, 1, 0]))
    groups, strata = np.append(group, [1, 1, 1]), np.append(np.zeros(60), [1, 1, 1])
    assert log_rank(more, groups, strata).z == pytest.approx(log_rank(base, group).z, rel=1e-12)
    fitted, alone = cox(more, groups, "arm", strata=strata), cox(base, group, "arm")
    assert fitted.beta == pytest.approx(alone.beta, rel=1e-10)
    assert fitted.se == pytest.approx(alone.se, rel=1e-10)


def test_cox_of_three_subjects_has_its_closed_form():
    # x = 0, 1, 0 die in this order: L = 1/(2 + r) * r/(1 + r), greatest where r^2 = 2.
    fit = cox(all_died([1, 2, 3]), np.array([0, 1, 0]), "x")
    assert fit.hr[0] == pytest.approx(np.sqrt(2), rel=1e-10)
    r = np.sqrt(2)
    assert fit.log_likelihood == pytest.approx(np.log(r / ((2 + r) * (1 + r))), rel=1e-12)
    information = 2 * r / (2 + r) ** 2 + r / (1 + r) ** 2
    assert fit.se[0] == pytest.approx(1 / np.sqrt(information), rel=1e-10)


def test_cox_with_two_tied_events_differs_between_efron_and_breslow_as_written_down():
    # x = 1 and x = 0 die at 1, then x = 0 at 2. Breslow: r/(2 + r)^2, greatest at r = 2.
    # Efron: r / ((2 + r)(2 + r - (1 + r)/2)) = 2r / ((2 + r)(3 + r)), greatest at r^2 = 6.
    times, x = all_died([1, 1, 2]), np.array([1, 0, 0])
    assert cox(times, x, "x", ties="breslow").hr[0] == pytest.approx(2, rel=1e-10)
    assert cox(times, x, "x", ties="efron").hr[0] == pytest.approx(np.sqrt(6), rel=1e-10)


def test_score_test_without_ties_is_the_log_rank_test():
    rng = np.random.default_rng(9)
    times = SurvivalTimes(rng.exponential(10, 70), rng.integers(0, 2, 70))
    group = rng.integers(0, 2, 70)
    assert cox(times, group, "arm").score_chi2 == pytest.approx(log_rank(times, group).chi2, rel=1e-10)


def test_cox_recovers_the_hazard_ratio_of_a_huge_trial():
    n, hr = 400_000, 0.7
    time = np.concatenate([exponential_quantiles(n // 2, 300), exponential_quantiles(n // 2, 300 / hr)])
    times = SurvivalTimes(np.minimum(time, 700), (time < 700).astype(np.int8))
    group = np.repeat([0, 1], n // 2)
    fit = cox(times, group, "arm")
    assert fit.hr[0] == pytest.approx(hr, abs=4 * hr * fit.se[0] / 10)
    # The score at the null and the log-rank agree to rounding even here.
    assert fit.score_chi2 == pytest.approx(log_rank(times, group).chi2, rel=1e-6)


def test_strata_that_lie_far_apart_do_not_swamp_each_other():
    rng = np.random.default_rng(10)
    n = 300
    stratum, x = rng.integers(0, 3, n), rng.normal(size=n)
    times = SurvivalTimes(rng.exponential(np.exp(-x)), rng.integers(0, 2, n))
    near = cox(times, x, "x", strata=stratum)
    far = cox(times, x + 1e5 * stratum, "x", strata=stratum)
    assert far.beta == pytest.approx(near.beta, rel=1e-9)
    assert far.se == pytest.approx(near.se, rel=1e-9)
    assert far.concordance == pytest.approx(near.concordance, rel=1e-12)


@pytest.mark.parametrize("unit", [1e-100, 1e-6, 1e9, 1e100])
def test_the_unit_of_a_covariate_does_not_matter(unit):
    rng = np.random.default_rng(11)
    x = rng.normal(size=80)
    times = SurvivalTimes(rng.exponential(np.exp(-x)), rng.integers(0, 2, 80))
    plain, scaled = cox(times, x, "x"), cox(times, x * unit, "x")
    assert scaled.beta * unit == pytest.approx(plain.beta, rel=1e-9)
    assert scaled.z == pytest.approx(plain.z, rel=1e-9)


def test_with_one_subject_a_cluster_twice_over_robust_errors_stay_as_they_were():
    # Every patient entered twice, as one cluster: a robust error must not shrink as the model's does.
    rng = np.random.default_rng(12)
    x = rng.normal(size=100)
    times = SurvivalTimes(rng.exponential(np.exp(-x)), np.ones(100, dtype=int))
    twice = SurvivalTimes(np.tile(times.time_days, 2), np.tile(times.event, 2))
    once = cox(times, x, "x", cluster=np.arange(100), ties="breslow")
    doubled = cox(twice, np.tile(x, 2), "x", cluster=np.tile(np.arange(100), 2), ties="breslow")
    assert doubled.beta == pytest.approx(once.beta, rel=1e-9)
    assert doubled.robust_se == pytest.approx(once.robust_se, rel=1e-9)
    assert doubled.se == pytest.approx(once.se / np.sqrt(2), rel=1e-9)


def test_concordance_counts_pairs_as_a_double_loop_does():
    rng = np.random.default_rng(13)
    n = 60
    time, event, risk = rng.integers(1, 15, n), rng.integers(0, 2, n), rng.integers(0, 8, n)
    right = wrong = tied = 0
    for i in range(n):
        for j in range(n):
            if event[i] and (time[i] < time[j] or (time[i] == time[j] and not event[j])):
                right += risk[i] > risk[j]
                wrong += risk[i] < risk[j]
                tied += risk[i] == risk[j]
    found = concordance(SurvivalTimes(time, event), risk)
    assert (found.concordant, found.discordant, found.tied_risk) == (right, wrong, tied)
    assert found.estimate == pytest.approx((right + tied / 2) / (right + wrong + tied))
