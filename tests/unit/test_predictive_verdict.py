"""The verdict follows its written rule, and says how many events settle what is open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from predictive_cases import Case

from hepatrial.biomarkers import MarkerFrame
from hepatrial.biomarkers.predictive import Margins, predictive_results, verdict
from hepatrial.errors import InvalidInput, UsageError

SURE, OPEN = 0.02, 0.3
"""Standard errors that settle a question at a margin of 1.25, and that don't."""
LARGE, NONE = np.log(1.6), 0.0


def given(prognostic, predictive, events=400):
    pairs = [(ratio, error, 0.5 if ratio == NONE else 1e-6) for ratio, error in (prognostic, predictive)]
    return verdict(*pairs, events, Margins())


@pytest.mark.parametrize(
    ("prognostic", "predictive", "word"),
    [
        ((LARGE, SURE), (NONE, SURE), "prognostic"),
        ((NONE, SURE), (-LARGE, SURE), "predictive"),
        ((-LARGE, SURE), (LARGE, SURE), "both"),
        ((NONE, SURE), (NONE, SURE), "neither"),
        ((LARGE, SURE), (NONE, OPEN), "not enough data"),
        ((NONE, OPEN), (LARGE, SURE), "not enough data"),
        ((np.nan, np.nan), (np.nan, np.nan), "not enough data"),
    ],
)
def test_the_word_follows_from_both_intervals_and_their_margins(prognostic, predictive, word):
    assert given(prognostic, predictive).word == word


def test_a_large_p_is_no_absence_of_an_effect():
    found = given((NONE, OPEN), (NONE, OPEN))
    assert found.word == "not enough data"
    assert found.sentence.startswith("Neither question is settled")


def test_an_effect_beyond_doubt_but_too_small_to_matter_is_no():
    found = given((np.log(1.05), 0.005), (np.log(0.96), 0.005))
    assert (found.prognostic, found.predictive) == ("no", "no")


def test_an_interval_that_excludes_one_around_an_estimate_within_the_margin_is_unsettled():
    assert given((np.log(1.2), 0.05), (NONE, SURE)).prognostic == "unsettled"


def test_an_adjusted_p_above_the_level_holds_a_yes_back():
    found = verdict((LARGE, 0.15, 0.2), (NONE, SURE, 0.9), 400, Margins())
    assert found.prognostic == "unsettled"


def test_the_events_named_would_settle_the_question_with_the_power_named():
    found = given((LARGE, SURE), (NONE, 0.25), events=100)
    # Errors fall as 1 / sqrt(events); an effect of none is ruled out if its estimate strays less than the rest.
    error = 0.25 * np.sqrt(100 / found.events_to_settle)
    strays = np.random.default_rng(1).normal(size=20_000) * error
    settled = np.mean(np.abs(strays) + 1.959964 * error < np.log(1.25))
    assert settled == pytest.approx(0.8, abs=0.012)
    assert f"{found.events_to_settle:,} would settle it" in found.sentence


def test_wider_margins_need_fewer_events():
    unsure = (NONE, OPEN, 0.9)
    few, many = (verdict(unsure, unsure, 400, Margins(ratio, ratio)) for ratio in (1.5, 1.2))
    assert few.events_to_settle < many.events_to_settle


def test_margins_of_one_are_refused():
    with pytest.raises(UsageError, match="smallest ratio that would matter"):
        Margins(predictive=1.0)


def frame_of(trial, arms=("control", "treated"), arm=None):
    names = tuple(f"m{j}" for j in range(trial.markers.shape[1]))
    return MarkerFrame(
        subject=np.arange(trial.n),
        times=trial.times,
        arm=trial.arm if arm is None else arm,
        arms=arms,
        markers=trial.markers,
        marker_names=names,
        adjust=trial.adjust,
        adjust_names=(),
        unit=("per SD",) * len(names),
    )


def test_a_large_trial_tells_the_four_kinds_of_marker_apart():
    kinds = {
        "prognostic": Case(n=6_000, prognostic=0.5, log_hr=-0.3),
        "predictive": Case(n=6_000, log_ratio=-0.5, log_hr=-0.3),
        "both": Case(n=6_000, prognostic=0.5, log_ratio=-0.5),
        "neither": Case(n=6_000, log_hr=-0.3),
    }
    for word, case in kinds.items():
        assert predictive_results(frame_of(case.trial(11))).verdicts[0].word == word


def test_a_small_trial_says_that_data_are_wanting():
    found = predictive_results(frame_of(Case(n=150, log_hr=-0.3).trial(3)))
    assert found.verdicts[0].word == "not enough data"
    assert found.verdicts[0].events_to_settle > 300


def test_a_row_has_the_keys_of_the_command_and_plain_values():
    row = predictive_results(frame_of(Case(n=300).trial(1))).rows()[0]
    wanted = {"marker", "n", "events", "interaction_hr", "interaction_ci", "interaction_p", "verdict"}
    assert wanted <= set(row)
    assert row["interaction_ci"][0] < row["interaction_hr"] < row["interaction_ci"][1]
    assert all(isinstance(value, (int, float, str, list, type(None))) for value in row.values())


def test_of_three_arms_one_is_set_against_the_control():
    trial = Case(n=400, log_ratio=0.4).trial(2)
    arm = trial.arm.copy()
    arm[:100] = 2
    frame = frame_of(trial, ("placebo", "low dose", "high dose"), arm)
    with pytest.raises(UsageError, match="low dose, high dose"):
        predictive_results(frame)
    found = predictive_results(frame, treated="high dose")
    assert found.trial.arms == ("placebo", "high dose")
    assert found.trial.n == (arm != 1).sum()


def test_a_cohort_without_arms_has_no_predictive_analysis():
    frame = frame_of(Case(n=100).trial(1))
    single = MarkerFrame(
        **{name: getattr(frame, name) for name in frame.__slots__ if name != "arm"}
        | {"arm": None, "arms": ("all",)}
    )
    with pytest.raises(InvalidInput, match="name the column of arms"):
        predictive_results(single)


def test_a_bent_prognostic_effect_does_not_make_a_marker_predictive():
    # Skewed marker, effect on its logarithm, one hazard ratio for all: a straight line finds an interaction.
    case = Case(n=1_500, prognostic=0.6, log_hr=-0.9, follow_up=(300.0, 900.0))
    found = []
    for seed in range(12):
        trial = case.trial(seed)
        skewed = replace(trial, markers=np.exp(1.3 * trial.markers) / 4.0)
        found.append(predictive_results(frame_of(skewed)))
    assert sum(one.interaction_p_adjusted[0] <= 0.05 for one in found) >= 3, "the straight line is not misled"
    assert all(one.verdicts[0].predictive != "yes" for one in found)
