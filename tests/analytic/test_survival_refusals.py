"""Data and calls that make no sense are refused with what was found, what is allowed and how to mend it."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.errors import InvalidInput, UsageError
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
from hepatrial.survival.many_trials import many_trials

ARM = np.array([0, 1, 0, 1])
GOOD = SurvivalTimes([1, 2, 3, 4], [1, 1, 0, 1])
NAN = float("nan")

EVERY_FUNCTION = {
    "kaplan_meier": kaplan_meier,
    "aalen_johansen": aalen_johansen,
    "restricted_mean": lambda times: restricted_mean(times, 2),
    "compare_restricted_mean": lambda times: compare_restricted_mean(times, ARM, 2),
    "log_rank": lambda times: log_rank(times, ARM),
    "gray_test": lambda times: gray_test(times, ARM),
    "cox": lambda times: cox(times, ARM, "arm"),
    "fine_gray": lambda times: fine_gray(times, ARM, "arm"),
    "concordance": lambda times: concordance(times, ARM),
    "check_proportional_hazards": lambda times: check_proportional_hazards(times, ARM, "arm"),
}
each_function = pytest.mark.parametrize("analyse", EVERY_FUNCTION.values(), ids=EVERY_FUNCTION)


@each_function
@pytest.mark.parametrize("bad", [-1.0, NAN, float("inf")])
def test_times_that_are_not_times(analyse, bad):
    with pytest.raises(InvalidInput) as caught:
        analyse(SurvivalTimes([1, bad, 3, 4], [1, 1, 0, 1]))
    assert str(caught.value) == (
        "1 problem\n"
        "times: time_days holds values that are not times\n"
        f"  found:   {bad} in row 1 (1 such rows)\n"
        "  allowed: finite numbers of days, 0 or more\n"
        "  fix:     drop or mend these rows before the analysis"
    )


@each_function
@pytest.mark.parametrize("bad", [3, -1, 0.5, NAN])
def test_events_of_unknown_code(analyse, bad):
    with pytest.raises(InvalidInput, match=r"event holds unknown codes\n  found:   \S+ in row 2"):
        analyse(SurvivalTimes([1, 2, 3, 4], [1, 1, bad, 1]))


@each_function
def test_text_instead_of_numbers(analyse):
    with pytest.raises(InvalidInput, match="time_days: not numbers"):
        analyse(SurvivalTimes(["1 day", "2", "3", "4"], [1, 1, 0, 1]))
    with pytest.raises(InvalidInput, match="event holds unknown codes"):
        analyse(SurvivalTimes([1, 2, 3, 4], ["dead", "dead", "alive", "dead"]))


@each_function
def test_lengths_that_differ(analyse):
    with pytest.raises(InvalidInput, match=r"time_days and event differ in length"):
        analyse(SurvivalTimes([1, 2, 3, 4], [1, 1, 0]))


@each_function
def test_no_subjects(analyse):
    with pytest.raises(InvalidInput, match="no subjects"):
        analyse(SurvivalTimes([], []))


@each_function
def test_arrays_instead_of_survival_times(analyse):
    with pytest.raises(UsageError, match="wrap the arrays as SurvivalTimes"):
        analyse(np.array([1.0, 2.0, 3.0, 4.0]))


@pytest.mark.parametrize(
    "name", [name for name in EVERY_FUNCTION if name not in {"aalen_johansen", "gray_test", "fine_gray"}]
)
def test_competing_causes_where_one_kind_of_event_is_meant(name):
    times = SurvivalTimes([1, 2, 3, 4], [1, 2, 0, 1], ("censored", "cancer", "liver"))
    with pytest.raises(UsageError, match=r"times.any_event\(\) .* times.only\(cause\)"):
        EVERY_FUNCTION[name](times)


@pytest.mark.parametrize("cause", [0, 2, -1, "cancer"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda cause: GOOD.only(cause),
        lambda cause: gray_test(GOOD, ARM, cause=cause),
        lambda cause: fine_gray(GOOD, ARM, "arm", cause=cause),
        lambda cause: aalen_johansen(GOOD).at(2, cause),
    ],
    ids=["only", "gray_test", "fine_gray", "incidence"],
)
def test_a_cause_that_is_not_in_the_data(ask, cause):
    with pytest.raises(UsageError, match=r"no such cause\n.*\n  allowed: 1 \(event\)"):
        ask(cause)


def test_a_cause_that_never_happened():
    times = SurvivalTimes([1, 2, 3, 4], [1, 1, 0, 1], ("censored", "cancer", "liver"))
    with pytest.raises(InvalidInput, match=r"no event of cause 2 \(liver\)"):
        gray_test(times, ARM, cause=2)
    with pytest.raises(InvalidInput, match=r"no event of cause 2 \(liver\)"):
        fine_gray(times, ARM, "arm", cause=2)


@pytest.mark.parametrize(
    "labels",
    [
        [0, 1, NAN, 1],
        np.array([0, 1, NAN, 1]),
        ["a", None, "b", "b"],
        ["a", NAN, "b", "b"],
        np.array(["2020-01-01", "NaT", "2020-01-02", "2020-01-02"], dtype="datetime64[D]"),
    ],
)
@pytest.mark.parametrize(
    "analyse",
    [
        lambda labels: log_rank(GOOD, labels),
        lambda labels: log_rank(GOOD, ARM, strata=labels),
        lambda labels: gray_test(GOOD, labels),
        lambda labels: cox(GOOD, ARM, "arm", strata=labels),
        lambda labels: cox(GOOD, ARM, "arm", cluster=labels),
        lambda labels: compare_restricted_mean(GOOD, labels, 2),
    ],
)
def test_missing_labels(analyse, labels):
    with pytest.raises(InvalidInput, match=r"missing labels\n  found:   1 of 4, the first in row \d"):
        analyse(labels)


def test_labels_of_another_length():
    with pytest.raises(InvalidInput, match=r"group: one label a subject is needed\n  found:   shape \(3,\)"):
        log_rank(GOOD, [0, 1, 0])
    with pytest.raises(InvalidInput, match="cluster: one label a subject is needed"):
        cox(GOOD, ARM, "arm", cluster=[1, 2])


def test_covariates_that_can_not_be_used():
    with pytest.raises(InvalidInput, match=r"age has missing values\n  found:   1 rows"):
        cox(GOOD, np.array([50.0, NAN, 60.0, 70.0]), "age")
    with pytest.raises(InvalidInput, match="one row a subject is needed"):
        cox(GOOD, np.ones((3, 1)), "age")
    with pytest.raises(UsageError, match="each covariate needs a name of its own"):
        cox(GOOD, np.ones((4, 2)), ("age", "age"))
    with pytest.raises(InvalidInput, match="covariates: not numbers"):
        cox(GOOD, np.array(["A", "B", "A", "B"]), "child_pugh")
    with pytest.raises(InvalidInput, match="risk: not numbers"):
        concordance(GOOD, ["low", "high", "low", "high"])
    with pytest.raises(InvalidInput, match="one finite number a subject"):
        concordance(GOOD, [1, 2, NAN, 4])


@pytest.mark.parametrize("level", [0, 1, 95, NAN])
def test_confidence_that_is_not_a_level(level):
    with pytest.raises(UsageError, match=r"write 0.95 for 95%"):
        kaplan_meier(GOOD, confidence=level)


@pytest.mark.parametrize("share", [0, 1, 50, NAN])
def test_quantiles_that_are_not_shares(share):
    with pytest.raises(UsageError, match=r"write 0.5 for the median"):
        kaplan_meier(GOOD).quantile(share)


@pytest.mark.parametrize("tau", [0, -5, NAN, float("inf")])
def test_windows_that_are_none(tau):
    with pytest.raises(UsageError, match="tau_days: not a window"):
        restricted_mean(GOOD, tau)


def test_words_that_are_no_choice():
    with pytest.raises(
        UsageError, match=r"transform: no such choice\n.*'loglog'\n  allowed: log-log, log, plain"
    ):
        kaplan_meier(GOOD, transform="loglog")
    with pytest.raises(UsageError, match="allowed: efron, breslow"):
        cox(GOOD, ARM, "arm", ties="exact")
    with pytest.raises(UsageError, match="allowed: km, rank, identity, log"):
        check_proportional_hazards(GOOD, ARM, "arm", scale="sqrt")


def test_restricted_means_of_three_groups_and_a_logarithm_of_time_zero():
    with pytest.raises(InvalidInput, match="3 groups: 0, 1, 2"):
        compare_restricted_mean(GOOD, [0, 1, 2, 1], 2)
    times = SurvivalTimes([0, 1, 2, 3, 4, 5], [1] * 6)
    with pytest.raises(InvalidInput, match="the log scale needs positive times"):
        check_proportional_hazards(times, np.array([0, 1, 1, 0, 0, 1]), "arm", scale="log")


# Many trials at once

TIME, EVENT = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]]), np.ones((2, 4), dtype=bool)


@pytest.mark.parametrize("bad", [-1.0, NAN, float("inf")])
@pytest.mark.parametrize("workers", [1, 2])
def test_many_trials_name_the_trial_with_a_time_that_is_none(bad, workers):
    time = TIME.copy()
    time[1, 2] = bad
    with pytest.raises(InvalidInput, match="negative or missing time in trial 1"):
        many_trials(time, EVENT, ARM, workers=workers)


def test_many_trials_refuse_codes_and_shapes_that_do_not_fit():
    with pytest.raises(InvalidInput, match="event: a code other than 0 and 1"):
        many_trials(TIME, EVENT * 2, ARM)
    with pytest.raises(InvalidInput, match="group: a code other than 0 and 1"):
        many_trials(TIME, EVENT, [1, 2, 1, 2])
    with pytest.raises(InvalidInput, match=r"group: shape does not fit time_days\n  found:   \(3,\)"):
        many_trials(TIME, EVENT, [0, 1, 1])
    with pytest.raises(InvalidInput, match="time_days: not numbers"):
        many_trials(np.full((2, 4), "1 d"), EVENT, ARM)
    with pytest.raises(InvalidInput, match="a row for each trial"):
        many_trials(TIME[0], EVENT[0], ARM)
    with pytest.raises(InvalidInput, match="no subjects"):
        many_trials(np.empty((3, 0)), np.empty((3, 0)), [])
    for stratum in ([0, -1, 0, 0], [0.5, 0, 0, 0], [0, 0, 0, 4096], [NAN, 0, 0, 0]):
        with pytest.raises(InvalidInput, match="not a stratum number"):
            many_trials(TIME, EVENT, ARM, stratum=stratum)
    with pytest.raises(InvalidInput, match=r"event: a code other than 0 and 1\n  found:   dead in trial 0"):
        many_trials(TIME, np.full((2, 4), "dead"), ARM)
