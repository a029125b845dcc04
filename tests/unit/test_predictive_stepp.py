"""STEPP: windows that overlap, their effects against the survival room, and the permutation test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from predictive_cases import Case, near_nominal

from hepatrial.biomarkers.predictive import stepp, windows_of
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.survival import compare_restricted_mean, kaplan_meier, log_rank


def test_windows_overlap_cover_all_and_keep_equal_values_together():
    values = np.round(np.random.default_rng(1).normal(size=200), 1)
    found = windows_of(values, window=60, shift=20)
    assert found.starts[0] == 0
    assert found.ends[-1] == 200
    assert (found.starts[1:] < found.ends[:-1]).all()
    for start, end in zip(found.starts, found.ends, strict=True):
        assert start == 0 or found.sorted_values[start - 1] < found.sorted_values[start]
        assert end == 200 or found.sorted_values[end] > found.sorted_values[end - 1]


@pytest.mark.parametrize("measure", ["hr", "rmst", "survival"])
def test_the_effect_in_a_window_is_that_of_its_subjects_alone(measure):
    trial = Case(n=240, log_ratio=0.4, follow_up=(150.0, 500.0)).trial(3)
    times = replace(trial.times, time_days=np.ceil(trial.times.time_days / 7))
    trial = replace(trial, times=times)
    found = stepp(trial, "z", 20.0, measure=measure, permutations=9)
    members = windows_of(trial.markers[:, 0]).members(2)
    own, arm = times.select(members), trial.arm[members]
    if measure == "rmst":
        wanted = compare_restricted_mean(own, arm, 20.0)
        assert found.estimate[2] == pytest.approx(wanted.difference)
        assert found.std_error[2] == pytest.approx(wanted.std_error)
    elif measure == "survival":
        one, none = (kaplan_meier(own.select(arm == code)).at(20.0).estimate for code in (1, 0))
        assert found.estimate[2] == pytest.approx(one - none)
    else:
        assert (found.estimate[2] / found.std_error[2]) ** 2 == pytest.approx(log_rank(own, arm).chi2)


def test_the_band_is_wider_than_the_pointwise_limits_and_narrower_than_bonferronis():
    found = stepp(Case(n=300).trial(2), "z", 200.0, permutations=9)
    critical = (found.band_upper - found.estimate) / found.std_error
    np.testing.assert_allclose(critical, critical[0])
    assert 1.96 < critical[0] < 2.78  # Bonferroni over 9 windows: 2.773


def test_a_strong_interaction_is_found_and_the_seed_settles_p():
    trial = Case(n=400, log_ratio=0.6).trial(1)
    first, second = (stepp(trial, "z", 250.0, seed=7) for _ in range(2))
    assert first.p == second.p == pytest.approx(1 / 1001)
    assert first.estimate[0] < first.overall < first.estimate[-1]


def test_a_window_nobody_was_followed_in_is_named():
    with pytest.raises(InvalidInput, match="a window without follow-up to 880 days"):
        stepp(Case(n=200, log_hr=-3.0).trial(1), "z", 880.0, measure="rmst")


def test_a_marker_of_two_values_has_no_windows():
    trial = Case(n=200).trial(1)
    coarse = replace(trial, markers=(trial.markers > 0).astype(float))
    with pytest.raises(InvalidInput, match="too few different values for windows"):
        stepp(coarse, "z", 100.0)
    with pytest.raises(UsageError, match="shift from 1 to window"):
        stepp(trial, "z", 100.0, window=30, shift=40)


NULLS = {
    "nothing at all": Case(n=120),
    "a strong prognostic marker, 2 : 1": Case(
        n=200, prognostic=0.9, treated_share=2 / 3, follow_up=(200.0, 500.0)
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("name", NULLS)
@pytest.mark.parametrize("measure", ["hr", "rmst", "survival"])
def test_the_permutation_test_holds_its_level_over_2000_null_trials(name, measure):
    found = [
        stepp(NULLS[name].trial(seed), "z", 100.0, measure=measure, permutations=99).p
        for seed in range(2_000)
    ]
    assert near_nominal(np.array(found))
