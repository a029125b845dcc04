"""The variance of a restricted mean: survRM2's, and not the spread of the times themselves.

lifelines returns E[min(T, tau)^2] - E[min(T, tau)]^2 under that name (its issue 1682), which does not fall as
subjects are added. The numbers of survRM2 for its data set waltons (group miR-137, tau 10) are printed there.
"""

from __future__ import annotations

import pytest
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_waltons
from lifelines.utils import restricted_mean_survival_time

from hepatrial.survival import SurvivalTimes, compare_restricted_mean, restricted_mean

TAU = 10


@pytest.fixture(scope="module")
def waltons():
    table = load_waltons()
    return SurvivalTimes(table["T"].to_numpy(), table["E"].to_numpy()), table["group"].to_numpy()


def test_estimate_error_and_p_are_those_of_survrm2(waltons):
    times, group = waltons
    found = restricted_mean(times.select(group == "miR-137"), TAU)
    assert found.days == pytest.approx(9.794, abs=5e-4)
    assert found.std_error == pytest.approx(0.123, abs=5e-4)
    assert compare_restricted_mean(times, group, TAU).p == pytest.approx(0.145, abs=5e-4)


def test_the_estimate_is_that_of_lifelines_and_the_variance_is_not(waltons):
    times, group = waltons
    arm = times.select(group == "miR-137")
    found = restricted_mean(arm, TAU)
    theirs = KaplanMeierFitter().fit(arm.time_days, arm.event)
    mean, variance = restricted_mean_survival_time(theirs, t=TAU, return_variance=True)
    assert found.days == pytest.approx(mean, rel=1e-12)
    # Their number is n times the variance of a mean, as for a complete sample: 34 subjects.
    assert len(arm) == 34
    assert found.std_error**2 == pytest.approx(variance / len(arm), rel=1e-3)
