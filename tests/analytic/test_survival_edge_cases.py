"""The least data there can be: one subject, nobody with an event, one arm without, time zero."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.errors import InvalidInput, RunFailed, UsageError
from hepatrial.survival import (
    SurvivalTimes,
    aalen_johansen,
    check_proportional_hazards,
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


def test_survival_of_nobody_with_an_event_is_one_throughout():
    curve = kaplan_meier(SurvivalTimes([3, 5, 8], [0, 0, 0]))
    assert curve.survival.tolist() == [1, 1, 1]
    assert curve.std_error.tolist() == [0, 0, 0]
    assert curve.lower.tolist() == curve.upper.tolist() == [1, 1, 1]
    assert np.isnan(curve.median()).all()
    assert restricted_mean(SurvivalTimes([3, 5, 8], [0, 0, 0]), 8).days == 8


def test_a_single_subject_makes_a_curve():
    died, alive = kaplan_meier(SurvivalTimes([4], [1])), kaplan_meier(SurvivalTimes([4], [0]))
    assert died.survival.tolist() == [0]
    assert died.median().estimate == 4
    assert alive.survival.tolist() == [1]
    found = aalen_johansen(SurvivalTimes([4], [2], TWO_CAUSES))
    assert found.incidence.tolist() == [[0], [1]]


def test_an_event_at_time_zero_counts():
    times = SurvivalTimes([0, 0, 5, 9], [1, 0, 1, 0])
    curve = kaplan_meier(times)
    assert curve.time_days[0] == 0
    assert curve.survival == pytest.approx([0.75, 0.375, 0.375])
    assert curve.at(0).estimate == pytest.approx(0.75)
    assert restricted_mean(times, 9).days == pytest.approx(0.75 * 5 + 0.375 * 4)
    assert log_rank(times, [0, 1, 1, 0]).df == 1
    assert np.isfinite(cox(times, np.array([0, 1, 1, 0]), "arm").beta).all()


def test_when_all_have_the_event_at_one_time_nothing_can_be_compared():
    times, arm = SurvivalTimes([7] * 6, [1] * 6), np.array([0, 0, 0, 1, 1, 1])
    with pytest.raises(InvalidInput, match="no event tells the groups apart"):
        log_rank(times, arm)
    with pytest.raises(InvalidInput, match="an event of all at risk at once"):
        cox(times, arm, "arm")
    # Nor do other strata help in which the arms do not meet.
    more = SurvivalTimes([7] * 6 + [1, 2], [1] * 8)
    with pytest.raises(InvalidInput, match="an event of all at risk at once"):
        cox(more, np.append(arm, [0, 0]), "arm", strata=np.repeat([0, 1], [6, 2]))


@pytest.mark.parametrize("test", [log_rank, gray_test])
def test_without_events_groups_are_not_compared(test):
    with pytest.raises(InvalidInput, match="no event"):
        test(SurvivalTimes([1, 2, 3], [0, 0, 0]), [0, 1, 0])


@pytest.mark.parametrize("fit", [cox, fine_gray, check_proportional_hazards])
def test_without_events_no_model_is_fitted(fit):
    with pytest.raises(InvalidInput, match="no event"):
        fit(SurvivalTimes([1, 2, 3], [0, 0, 0]), np.array([0, 1, 0]), "arm")


def test_log_rank_still_tells_when_one_arm_has_no_event():
    times = SurvivalTimes([1, 2, 3, 9, 9, 9], [1, 1, 1, 0, 0, 0])
    found = log_rank(times, [0, 0, 0, 1, 1, 1])
    assert found.observed.tolist() == [3, 0]
    assert found.z < -2


@pytest.mark.parametrize("fit", [cox, fine_gray, check_proportional_hazards])
def test_one_arm_without_events_has_no_finite_hazard_ratio(fit):
    times = SurvivalTimes([1, 2, 3, 9, 9, 9], [1, 1, 1, 0, 0, 0])
    with pytest.raises(RunFailed, match="coefficient of arm runs to infinity"):
        fit(times, np.array([0, 0, 0, 1, 1, 1]), "arm")


@pytest.mark.parametrize("fit", [cox, fine_gray])
@pytest.mark.parametrize("rare", [1, 3, 40])
def test_a_rare_marker_without_events_has_no_finite_hazard_ratio(fit, rare):
    rng = np.random.default_rng(1)
    n = 2000
    event, marker = rng.integers(0, 2, n), np.zeros(n)
    late = np.flatnonzero(event == 0)[:rare]
    marker[late] = 1
    time = rng.exponential(100, n)
    time[late] = time.max()
    with pytest.raises(RunFailed, match="coefficient of marker runs to infinity"):
        fit(SurvivalTimes(time, event), np.column_stack([rng.normal(size=n), marker]), ("age", "marker"))


def test_separation_by_a_continuous_covariate_is_named():
    times = SurvivalTimes([1, 2, 3, 4, 5], [1, 1, 1, 1, 1])
    with pytest.raises(RunFailed, match="coefficient of age runs to infinity"):
        cox(times, np.array([5.0, 4.0, 3.0, 2.0, 1.0]), "age")


@pytest.mark.parametrize("log_hr", [-8.0, 8.0])
def test_a_huge_but_finite_effect_is_fitted_not_refused(log_hr):
    rng = np.random.default_rng(2)
    n = 20_000
    arm = rng.integers(0, 2, n)
    time = rng.exponential(1.0, n) * np.exp(-log_hr * arm)
    fit = cox(SurvivalTimes(time, np.ones(n, dtype=int)), arm, "arm")
    assert fit.beta[0] == pytest.approx(log_hr, abs=4 * fit.se[0])


def test_one_arm_only_is_nothing_to_compare():
    times = SurvivalTimes([1, 2], [1, 1])
    for compare in (log_rank, gray_test, lambda t, g: compare_restricted_mean(t, g, 1)):
        with pytest.raises(InvalidInput, match="nothing to compare"):
            compare(times, ["a", "a"])


def test_every_stratum_with_one_arm_only_is_refused():
    times, arm = SurvivalTimes([1, 2, 3, 4], [1, 1, 1, 0]), [0, 1, 0, 1]
    with pytest.raises(InvalidInput, match="no event tells the groups apart"):
        log_rank(times, arm, strata=arm)
    with pytest.raises(InvalidInput, match="constant within every stratum"):
        cox(times, np.array(arm), "arm", strata=arm)
    with pytest.raises(InvalidInput, match="shares no information"):
        gray_test(times, arm, strata=arm)


def test_collinear_and_constant_covariates_are_named():
    rng = np.random.default_rng(3)
    times = SurvivalTimes(rng.exponential(9, 50), np.ones(50, dtype=int))
    a, b = rng.normal(size=(2, 50))
    with pytest.raises(InvalidInput, match=r"sum is a linear combination of a, b"):
        cox(times, np.column_stack([a, b, a + b]), ("a", "b", "sum"))
    with pytest.raises(InvalidInput, match="site is constant"):
        cox(times, np.column_stack([a, np.full(50, 0.1)]), ("a", "site"))


def test_a_covariate_that_differs_only_before_the_first_event_tells_nothing():
    with pytest.raises(InvalidInput, match="does not vary among the subjects at risk"):
        cox(SurvivalTimes([1, 2, 3, 4], [0, 0, 1, 1]), np.array([1.0, 0, 0, 0]), "x")


def test_concordance_of_one_subject_has_no_pair():
    with pytest.raises(InvalidInput, match="no comparable pair"):
        concordance(SurvivalTimes([1], [1]), [1.0])


def test_restricted_means_without_variation_are_not_compared():
    with pytest.raises(InvalidInput, match="no event within tau_days"):
        compare_restricted_mean(SurvivalTimes([9, 9, 9, 9], [0, 0, 1, 1]), [0, 0, 1, 1], 5)


def test_a_window_beyond_follow_up_is_refused_unless_all_had_the_event():
    assert restricted_mean(SurvivalTimes([2, 4], [1, 1]), 100).days == 3
    with pytest.raises(UsageError, match="beyond the follow-up"):
        restricted_mean(SurvivalTimes([2, 4], [1, 0]), 4.1)


def test_a_robust_error_needs_more_clusters_than_covariates_and_differences_between_them():
    rng = np.random.default_rng(5)
    times, x = SurvivalTimes(rng.exponential(9, 40), np.ones(40, dtype=int)), rng.normal(size=(40, 2))
    with pytest.raises(InvalidInput, match=r"too few clusters .*\n  found:   1 for 1"):
        cox(times, x[:, 0], "x", cluster=np.zeros(40))
    with pytest.raises(InvalidInput, match=r"too few clusters .*\n  found:   2 for 2"):
        cox(times, x, ("a", "b"), cluster=np.arange(40) % 2)
    # Two clusters, each a mirror of the other.
    mirror = SurvivalTimes([1, 2, 3, 1, 2, 3], [1] * 6)
    with pytest.raises(InvalidInput, match="nothing varies between clusters"):
        cox(mirror, np.array([0, 1, 0, 0, 1, 0]), "x", cluster=[0, 0, 0, 1, 1, 1])


def test_twins_alike_under_both_arms_have_a_hazard_ratio_of_exactly_one():
    rng = np.random.default_rng(6)
    one = SurvivalTimes(rng.exponential(9, 40), rng.integers(0, 2, 40))
    patient, arm = np.tile(np.arange(40), 2), np.repeat([0, 1], 40)
    fit = cox(one.select(patient), arm, "arm", cluster=patient)
    assert fit.beta == pytest.approx([0], abs=1e-12)
    assert (fit.lower[0], fit.hr[0], fit.upper[0]) == pytest.approx((1, 1, 1), abs=1e-12)
    assert (fit.z[0], fit.p[0], fit.robust_se[0]) == (0, 1, 0)


def test_gray_goes_on_when_a_group_has_died_out():
    # The pooled incidence comes to 1 where one group is left. Numbers of cuminc of R's cmprsk 2.2-11.
    two = gray_test(SurvivalTimes([1, 2, 3, 4], [1] * 4), [0, 0, 1, 1])
    assert two.chi2 == pytest.approx(2.815081, abs=5e-7)
    three = gray_test(SurvivalTimes(range(1, 7), [1] * 6), [0, 0, 1, 2, 1, 2])
    assert three.chi2 == pytest.approx(5.361785, abs=5e-7)
    # Where two groups are left at that point the variance is not defined (cuminc stops as well).
    with pytest.raises(InvalidInput, match="a variance that is singular or not defined"):
        gray_test(SurvivalTimes(range(1, 9), [1] * 8), [0, 0, 0, 0, 1, 2, 1, 2])


def test_arrays_of_a_hundred_thousand_are_no_burden():
    rng = np.random.default_rng(4)
    n = 100_000
    times = SurvivalTimes(rng.exponential(300, n), rng.integers(0, 3, n), TWO_CAUSES)
    arm, x = rng.integers(0, 2, n), rng.normal(size=(n, 2))
    assert np.isfinite(kaplan_meier(times.any_event()).median().estimate)
    incidence = aalen_johansen(times)
    assert incidence.incidence.sum(axis=0) + incidence.survival == pytest.approx(np.ones(n), rel=1e-9)
    assert abs(log_rank(times.any_event(), arm).z) < 5
    assert abs(gray_test(times, arm).z) < 5
    assert (np.abs(cox(times.any_event(), x, ("a", "b")).z) < 5).all()
    assert (np.abs(fine_gray(times, x, ("a", "b")).z) < 5).all()


def test_an_incidence_that_reaches_one_but_for_rounding_has_itself_for_limits():
    days = np.array([180.0, 120, 180, 120, 90, 30, 120, 90, 150, 180, 90, 60])
    found = aalen_johansen(SurvivalTimes(days, np.ones(12, dtype=np.int8), ("censored", "cancer", "liver")))
    assert found.incidence[0, -1] == pytest.approx(1.0)
    assert found.lower[0, -1] == pytest.approx(1.0)
    assert found.upper[0, -1] == pytest.approx(1.0)
