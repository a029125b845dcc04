"""The kernel of many trials against the same trials one at a time: z, log HR, its error, medians to 1e-9."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.errors import InvalidInput, RunFailed
from hepatrial.survival import SurvivalTimes, cox, kaplan_meier, log_rank
from hepatrial.survival.many_trials import many_trials


def one_at_a_time(time, event, group, stratum, included):
    """What the single functions say; nan where they refuse."""
    keep = included.astype(bool)
    times = SurvivalTimes(time[keep], event[keep].astype(int))
    group, stratum = group[keep], stratum[keep]
    z, log_hr, se, medians = np.nan, np.nan, np.nan, [np.nan, np.nan]
    for side in (0, 1):
        if (group == side).any():
            medians[side] = kaplan_meier(times.select(group == side)).median().estimate
    try:
        z = log_rank(times, group, stratum).z
        fit = cox(times, group, "arm", strata=stratum)
        log_hr, se = fit.beta[0], fit.se[0]
    except (InvalidInput, RunFailed):
        pass
    return np.array([z, log_hr, se, *medians])


def trials(seed, count, n, *, ties, strata, empty):
    rng = np.random.default_rng(seed)
    time = rng.exponential(100, (count, n))
    if ties:
        time = np.floor(time / 20) * 20
    event = rng.random((count, n)) < rng.choice([0.1, 0.5, 0.9], (count, 1))
    group = rng.random((count, n)) < rng.choice([0.1, 0.5, 0.8], (count, 1))
    stratum = rng.integers(0, strata, (count, n))
    included = rng.random((count, n)) > empty
    return time, event, group, stratum, included


@pytest.mark.parametrize("n", [2, 5, 12, 150])
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(("strata", "empty"), [(1, 0.0), (1, 0.3), (4, 0.2)])
def test_many_trials_equal_the_same_trials_one_at_a_time(n, ties, strata, empty):
    time, event, group, stratum, included = trials(n, 60, n, ties=ties, strata=strata, empty=empty)
    found = many_trials(time, event, group, stratum=stratum, included=included)
    got = np.column_stack([found.z, found.log_hr, found.log_hr_se, found.median_days])
    expected = np.full((60, 5), np.nan)
    for i in range(60):
        if included[i].any():
            expected[i] = one_at_a_time(time[i], event[i], group[i], stratum[i], included[i])
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)
    for side in (0, 1):
        counted = (event & included & (group == side)).sum(axis=1)
        np.testing.assert_array_equal(found.events[:, side], counted)
    # The comparison is of numbers, not of nan with nan, where trials are large.
    assert n < 150 or np.isfinite(got[:, 1]).sum() > 40


def test_every_difference_of_the_shapes_of_group_and_stratum_is_taken():
    time, event, group, stratum, _ = trials(1, 5, 40, ties=True, strata=3, empty=0)
    wide = many_trials(
        time, event, np.tile(group[0], (5, 1)), stratum=np.tile(stratum[0], (5, 1)), included=np.ones((5, 40))
    )
    short = many_trials(time, event.astype(int), group[0].astype(float), stratum=stratum[0])
    for name in ("z", "log_hr", "log_hr_se", "median_days", "events"):
        np.testing.assert_array_equal(getattr(wide, name), getattr(short, name))


@pytest.mark.parametrize("workers", [2, 3, 50])
def test_the_number_of_workers_changes_no_bit(workers):
    time, event, group, stratum, included = trials(2, 31, 80, ties=True, strata=2, empty=0.1)
    alone = many_trials(time, event, group, stratum=stratum, included=included)
    more = many_trials(time, event, group, stratum=stratum, included=included, workers=workers)
    for name in ("z", "log_hr", "log_hr_se", "median_days", "events"):
        assert getattr(alone, name).tobytes() == getattr(more, name).tobytes()


def test_what_stands_in_empty_places_is_ignored():
    time, event, group, _, included = trials(3, 4, 50, ties=False, strata=1, empty=0.3)
    nonsense, code = np.where(included, time, np.nan), np.where(included, event, 7)
    a = many_trials(time, event, group, included=included)
    b = many_trials(nonsense, code, np.where(included, group, -3), included=included)
    np.testing.assert_array_equal(a.z, b.z)
    np.testing.assert_array_equal(a.log_hr, b.log_hr)


def test_trials_without_information_are_nan_beside_others_that_are_not():
    time = np.tile(np.arange(1.0, 7.0), (6, 1))
    event, group = np.ones((6, 6), dtype=bool), np.tile([0, 1, 0, 1, 0, 1], (6, 1))
    included = np.ones((6, 6), dtype=bool)
    event[0] = False  # all censored
    group[1], group[2] = 0, 1  # one arm
    included[3] = False  # nobody
    event[4] = [1, 0, 1, 0, 1, 0]  # no event in arm 1
    found = many_trials(time, event, group, included=included)
    assert np.isnan(found.z).tolist() == [True, True, True, True, False, False]
    assert np.isnan(found.log_hr).tolist() == [True, True, True, True, True, False]
    assert found.events.tolist() == [[0, 0], [6, 0], [0, 6], [0, 0], [3, 0], [3, 3]]
    assert found.hr[5] == np.exp(found.log_hr[5])


def test_no_trials_give_empty_results():
    found = many_trials(np.empty((0, 5)), np.empty((0, 5)), np.zeros(5))
    assert found.z.shape == (0,)
    assert found.median_days.shape == (0, 2)


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e9, 1e300])
def test_the_unit_of_time_does_not_matter(scale):
    time, event, group, _, _ = trials(4, 8, 60, ties=False, strata=1, empty=0)
    base, scaled = many_trials(time, event, group), many_trials(time * scale, event, group)
    np.testing.assert_array_equal(base.z, scaled.z)
    np.testing.assert_array_equal(base.log_hr, scaled.log_hr)
    np.testing.assert_allclose(base.median_days * scale, scaled.median_days, rtol=1e-12)


def test_times_crowded_below_a_far_outlier_are_sorted_all_the_same():
    rng = np.random.default_rng(5)
    time = rng.exponential(1.0, (3, 400))
    time[:, 0] = 1e12
    event, group = np.ones((3, 400), dtype=bool), rng.integers(0, 2, 400)
    found = many_trials(time, event, group)
    for i in range(3):
        assert found.z[i] == pytest.approx(log_rank(SurvivalTimes(time[i], event[i]), group).z, rel=1e-9)


@pytest.mark.parametrize("log_hr", [-9.0, 9.0])
def test_a_huge_effect_is_found(log_hr):
    rng = np.random.default_rng(6)
    group = np.repeat([0, 1], 3000)
    time = rng.exponential(1.0, (1, 6000)) * np.exp(-log_hr * group)
    found = many_trials(time, np.ones((1, 6000), dtype=bool), group)
    try:
        expected = cox(SurvivalTimes(time[0], np.ones(6000, dtype=int)), group, "arm").beta[0]
    except RunFailed:
        expected = np.nan
    assert found.log_hr[0] == pytest.approx(expected, rel=1e-9, nan_ok=True)
