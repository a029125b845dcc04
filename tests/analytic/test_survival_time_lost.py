"""Restricted mean time lost: what it adds up to, its closed form, its variance, its coverage."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.errors import InvalidInput, UsageError
from hepatrial.survival import (
    SurvivalTimes,
    compare_restricted_mean,
    compare_time_lost,
    restricted_mean,
    time_lost,
)

CAUSES = ("censored", "cancer death", "liver death")


def drawn(rng, n, rates=(0.10, 0.05), censored=(6.0, 30.0), grid=None):
    first, second = (rng.exponential(1.0 / rate, n) for rate in rates)
    end = rng.uniform(*censored, n)
    time = np.minimum(np.minimum(first, second), end)
    code = np.where(end <= np.minimum(first, second), 0, np.where(first < second, 1, 2))
    return SurvivalTimes(np.ceil(time * grid) / grid if grid else time, code, CAUSES)


@pytest.mark.parametrize("grid", [None, 2.0])
def test_time_lived_and_times_lost_fill_the_window(grid):
    times = drawn(np.random.default_rng(1), 150, grid=grid)
    found = time_lost(times, 12.0)
    alive = restricted_mean(times.any_event(), 12.0)
    assert found.days.sum() + alive.days == pytest.approx(12.0, abs=1e-12)
    assert found.lived == pytest.approx(alive.days, abs=1e-12)
    assert found.lived_std_error == pytest.approx(alive.std_error, rel=1e-10)


def test_without_censoring_it_is_a_mean_over_subjects():
    rng = np.random.default_rng(2)
    times = drawn(rng, 80, censored=(1e6, 2e6))
    lost = np.maximum(10.0 - times.time_days, 0.0)[:, None] * (times.event[:, None] == [1, 2])
    found = time_lost(times, 10.0)
    np.testing.assert_allclose(found.days, lost.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.std_error, lost.std(axis=0) / np.sqrt(80), rtol=1e-12)


def test_constant_hazards_have_a_closed_form():
    h = np.array([0.10, 0.05])
    total, tau = h.sum(), 12.0
    exact = h / total * (tau - (1.0 - np.exp(-total * tau)) / total)
    found = time_lost(drawn(np.random.default_rng(3), 40_000), tau)
    assert np.all(np.abs(found.days - exact) < 4.0 * found.std_error)
    assert found.std_error.max() < 0.03


def test_influence_is_the_derivative_by_the_weight_of_a_subject():
    """Against areas reckoned anew with one weight moved, by the definition and in a loop."""
    times = drawn(np.random.default_rng(4), 40, grid=2.0)
    found = time_lost(times, 9.0)

    def areas(weight):
        survival, total = 1.0, np.zeros(2)
        for day in np.unique(times.time_days):
            here = times.time_days == day
            at_risk = weight[times.time_days >= day].sum()
            hazard = np.array([weight[here & (times.event == k)].sum() for k in (1, 2)]) / at_risk
            total += survival * hazard * max(9.0 - day, 0.0)
            survival *= 1.0 - hazard.sum()
        return total

    for subject in range(0, 40, 5):
        up, down = (np.ones(40) + step * (np.arange(40) == subject) for step in (1e-5, -1e-5))
        np.testing.assert_allclose(
            found.influence[subject], (areas(up) - areas(down)) / 2e-5, rtol=1e-6, atol=1e-9
        )


def test_where_all_die_within_the_window_it_needs_no_more_follow_up():
    found = time_lost(SurvivalTimes([1.0, 2.0, 3.0], [1, 2, 1], CAUSES), 10.0)
    np.testing.assert_allclose(found.days, [(9.0 + 7.0) / 3.0, 8.0 / 3.0])
    assert np.all(np.isfinite(found.std_error))


def test_an_event_at_the_end_of_the_window_costs_nothing():
    found = time_lost(SurvivalTimes([5.0, 5.0, 8.0], [1, 2, 0], CAUSES), 5.0)
    assert found.days.tolist() == [0.0, 0.0]
    assert found.lived == 5.0


def test_a_window_beyond_the_follow_up_is_refused():
    with pytest.raises(UsageError, match="beyond the follow-up"):
        time_lost(SurvivalTimes([1.0, 4.0], [1, 0], CAUSES), 6.0)
    with pytest.raises(UsageError, match="not a window"):
        time_lost(SurvivalTimes([1.0, 4.0], [1, 0], CAUSES), -1.0)


def test_differences_sum_to_nothing_and_that_of_time_lived_is_the_known_one():
    rng = np.random.default_rng(5)
    one, other = drawn(rng, 120), drawn(rng, 90, rates=(0.06, 0.05))
    both = SurvivalTimes(
        np.concatenate([one.time_days, other.time_days]), np.concatenate([one.event, other.event]), CAUSES
    )
    group = np.repeat([0, 1], [120, 90])
    found = compare_time_lost(both, group, 12.0)
    known = compare_restricted_mean(both.any_event(), group, 12.0)
    assert found.difference.sum() == pytest.approx(0.0, abs=1e-12)
    assert found.difference[-1] == pytest.approx(known.difference, abs=1e-12)
    assert found.std_error[-1] == pytest.approx(known.std_error, rel=1e-10)
    assert found.p[-1] == pytest.approx(known.p, rel=1e-8)
    turned = compare_time_lost(both, 1 - group, 12.0)
    np.testing.assert_allclose(turned.difference, -found.difference, atol=1e-12)


def test_identical_twins_differ_by_nothing_without_error():
    times = drawn(np.random.default_rng(6), 60)
    twice = times.select(np.tile(np.arange(60), 2))
    found = compare_time_lost(twice, np.repeat([0, 1], 60), 8.0, cluster=np.tile(np.arange(60), 2))
    np.testing.assert_allclose(found.difference, 0.0, atol=1e-12)
    np.testing.assert_allclose(found.std_error, 0.0, atol=1e-12)
    apart = compare_time_lost(twice, np.repeat([0, 1], 60), 8.0)
    assert np.all(apart.std_error > 0.1)


def test_more_than_two_groups_are_refused():
    times = drawn(np.random.default_rng(7), 30)
    with pytest.raises(InvalidInput, match="two groups are compared"):
        compare_time_lost(times, np.arange(30) % 3, 6.0)


def test_intervals_cover_the_truth_as_often_as_they_say():
    rng, trials, n = np.random.default_rng(8), 1500, 100
    treated, control = np.array([0.06, 0.05]), np.array([0.10, 0.05])
    tau = 12.0

    def exact(h):
        total = h.sum()
        return h / total * (tau - (1.0 - np.exp(-total * tau)) / total)

    truth = exact(treated) - exact(control)
    truth = np.append(truth, -truth.sum())
    hits = np.zeros(3)
    group = np.repeat([0, 1], n)
    for _ in range(trials):
        one, other = (drawn(rng, n, rates=rates, censored=(12.0, 30.0)) for rates in (control, treated))
        both = SurvivalTimes(
            np.concatenate([one.time_days, other.time_days]),
            np.concatenate([one.event, other.event]),
            CAUSES,
        )
        # The last subject may be censored before the window ends: shorten it by what no interval notices.
        found = compare_time_lost(both, group, min(tau, one.time_days.max(), other.time_days.max()))
        hits += (found.lower <= truth) & (truth <= found.upper)
    # Three binomial standard errors of 95 % in 1,500 trials are 1.7 %.
    assert np.all(np.abs(hits / trials - 0.95) < 0.017), hits / trials
