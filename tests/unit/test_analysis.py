"""The numbers of the analysis plan, against values worked out by hand or by another road."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from trials_by_hand import MONTH, trial_by_hand

from hepatrial.analysis import (
    adverse_event_table,
    analyse,
    baseline_table,
    best_responses,
    cause_effects,
    deaths_by_cause,
    dose_intensities,
    follow_up_months,
    proportional_hazards_p,
    restricted_means,
    treatment_given,
    twin_effect,
)
from hepatrial.analysis.arms import proportion
from hepatrial.analysis.baseline_table import standardised_difference
from hepatrial.analysis.effects import effect

CONTROL = [("control", months, 1) for months in (1, 2, 3, 4, 5, 6)]
ACTIVE = [("active", months, 1) for months in (2, 4, 6, 8, 10, 12)]


def test_follow_up_counts_the_censored_not_the_dead():
    # Deaths at 1 and 2 months, subjects alive at 6, 8 and 10: reverse Kaplan-Meier halves at 8 months.
    trial = trial_by_hand([("control", 1, 1), ("control", 2, 2)] + [("control", m, 0) for m in (6, 8, 10)])
    median, _ = follow_up_months(trial)
    assert median == pytest.approx(8.0)


def test_follow_up_is_unknown_where_everybody_died():
    median, limits = follow_up_months(trial_by_hand(CONTROL))
    assert median is None
    assert limits == [None, None]


def test_the_restricted_mean_is_the_area_under_the_curve():
    # Within 6 months: control 21/6 months; active lives (2 + 4 + 6 + 6 + 6 + 6) / 6 months.
    found = restricted_means(trial_by_hand(ACTIVE + CONTROL), "active", "control", "OS", 6.0)
    assert found.control_months == pytest.approx(21 / 6)
    assert found.arm_months == pytest.approx(5.0)
    assert found.difference == pytest.approx(5.0 - 21 / 6)
    assert found.lower < found.difference < found.upper


def test_a_window_beyond_follow_up_has_no_restricted_mean():
    alive = [("active", 3, 0), ("active", 4, 0)]
    assert restricted_means(trial_by_hand(alive + CONTROL), "active", "control", "OS", 12.0) is None


def test_swapping_arm_and_control_inverts_the_hazard_ratio():
    one = effect(trial_by_hand(ACTIVE + CONTROL), "active", "control", "OS")
    other = effect(trial_by_hand(ACTIVE + CONTROL), "control", "active", "OS")
    assert one.hr == pytest.approx(1 / other.hr)
    assert one.hr < 1
    assert one.p_logrank == pytest.approx(other.p_logrank)
    assert (one.events_arm, one.events_control, one.events) == (6, 6, 12)


@pytest.mark.parametrize("arm", [[("active", 3, 0)], [("active", 0.0, 0)]])
def test_what_an_arm_without_events_cannot_tell_is_none(arm):
    trial = trial_by_hand(arm + CONTROL)
    assert effect(trial, "active", "control", "OS") is None
    assert proportional_hazards_p(trial, "active", "control", "OS") is None
    assert all(
        one.p_gray is None and one.subdistribution is None
        for one in cause_effects(trial, "active", "control")
    )


def test_strata_that_hold_one_arm_each_leave_no_effect():
    trial = trial_by_hand(ACTIVE + CONTROL)
    alone = trial.subjects.with_columns(stratum=pl.col("arm"))
    from dataclasses import replace

    assert effect(replace(trial, subjects=alone), "active", "control", "OS", stratified=True) is None


def test_hazards_that_cross_are_found_not_to_be_proportional():
    generator = np.random.default_rng(7)
    early = [("active", m, 1) for m in generator.exponential(2.0, 80)]
    late = [("active", 6 + m, 1) for m in generator.exponential(20.0, 80)]
    steady = [("control", m, 1) for m in generator.exponential(7.0, 160)]
    assert proportional_hazards_p(trial_by_hand(early + late + steady), "active", "control", "OS") < 0.001
    same = [("active", m, 1) for m in generator.exponential(7.0, 160)]
    assert proportional_hazards_p(trial_by_hand(same + steady), "active", "control", "OS") > 0.01


def test_deaths_are_counted_by_cause_and_the_causes_add_up():
    rows = [
        ("active", 1, 1),
        ("active", 2, 2),
        ("active", 3, 2),
        ("active", 4, 0),
        ("active", 5, 3),
        *CONTROL,
    ]
    trial = trial_by_hand(rows)
    assert deaths_by_cause(trial, "active") == {
        "censored": 1,
        "cancer death": 1,
        "liver death": 2,
        "toxic death": 1,
    }
    cancer, liver, toxic = cause_effects(trial, "active", "control")
    assert (cancer.events_arm, cancer.events_control) == (1, 6)
    assert (liver.events_arm, liver.events_control) == (2, 0)
    assert (toxic.events_arm, toxic.events_control) == (1, 0)
    # No liver death in control: a ratio would be infinite.
    assert liver.subdistribution is None


def test_without_a_competing_cause_the_two_hazard_ratios_agree():
    generator = np.random.default_rng(2)
    rows = [("active", m, 1) for m in generator.exponential(12.0, 100)]
    rows += [("control", m, 1) for m in generator.exponential(8.0, 100)]
    found = cause_effects(trial_by_hand(rows), "active", "control")[0]
    assert found.subdistribution[0] == pytest.approx(found.cause_specific[0], rel=1e-6)


def test_of_a_cause_with_fewer_than_ten_deaths_nothing_is_estimated():
    def rows(active):
        return [("active", m, 1) for m in range(2, 2 + active)] + [("control", m, 1) for m in (1, 2, 3, 4, 5)]

    few = cause_effects(trial_by_hand(rows(4)), "active", "control")[0]
    assert few.too_few
    assert (few.p_gray, few.subdistribution, few.cause_specific) == (None, None, None)
    enough = cause_effects(trial_by_hand(rows(5)), "active", "control")[0]
    assert not enough.too_few
    assert None not in (enough.p_gray, enough.subdistribution, enough.cause_specific)


def test_the_three_views_of_a_cause_of_death_agree_whatever_the_strata():
    # Deaths of one arm stand in one stratum, of the other in the other: stratified there would be no effect at all.
    generator = np.random.default_rng(4)
    rows = [("active", m, 1) for m in generator.exponential(20.0, 40)]
    rows += [("control", m, 1) for m in generator.exponential(5.0, 40)]
    trial = trial_by_hand(rows)
    from dataclasses import replace

    alone = replace(trial, subjects=trial.subjects.with_columns(stratum=pl.col("arm")))
    found = cause_effects(alone, "active", "control")[0]
    assert found == cause_effects(trial, "active", "control")[0]
    assert found.p_gray < 0.001
    assert found.subdistribution[2] < 1
    assert found.cause_specific[2] < 1


def test_an_exact_interval_is_that_of_the_binomial_distribution():
    from scipy.stats import binom

    found = proportion(3, 40)
    assert found.percent == pytest.approx(7.5)
    assert binom.sf(2, 40, found.lower / 100) == pytest.approx(0.025, rel=1e-6)
    assert binom.cdf(3, 40, found.upper / 100) == pytest.approx(0.025, rel=1e-6)
    assert (proportion(0, 9).lower, proportion(9, 9).upper) == (0.0, 100.0)


def test_best_responses_are_shares_of_all_subjects_assessed_or_not():
    best = pl.DataFrame(
        {
            "subject": range(1, 7),
            "criteria": ["RECIST 1.1"] * 6,
            "best": ["CR", "PR", "SD", "PD", "NE", "NE"],
            "best_change_percent": [-100.0, -40.0, 0.0, 30.0, None, None],
        }
    )
    (found,) = best_responses(trial_by_hand(CONTROL, best=best))
    assert found.counts == {"CR": 1, "PR": 1, "SD": 1, "PD": 1, "NE": 2}
    assert found.response.percent == pytest.approx(100 * 2 / 6)
    assert found.control.percent == pytest.approx(50.0)


def test_dose_intensity_is_what_was_taken_of_what_was_planned():
    # 10 days of 800 mg, 10 days off, 20 days of 400 mg: 16,000 of 32,000 mg.
    exposure = pl.DataFrame(
        {
            "subject": [1, 1, 1, 2],
            "start_day": [0.0, 10.0, 20.0, 0.0],
            "end_day": [10.0, 20.0, 40.0, 30.0],
            "agent": ["x"] * 4,
            "dose_mg_per_day": [800.0, 0.0, 400.0, 800.0],
            "reason": ["planned dose", "interrupted", "reduced", "planned dose"],
        }
    )
    (found,) = dose_intensities(trial_by_hand(CONTROL, exposure=exposure), "control")
    assert found.n == 2
    assert found.relative_percent[1] == pytest.approx(75.0)
    assert found.mean_mg_per_day == pytest.approx((16_000 + 24_000) / 70)
    assert (found.interrupted_percent, found.reduced_percent) == (50.0, 50.0)


def test_reasons_for_stopping_add_up_to_the_subjects():
    found = treatment_given(trial_by_hand([*CONTROL, ("control", 9, 0)]), "control")
    assert found.ends == {"death": 6, "ongoing": 1}
    assert found.months[1] == pytest.approx(4.0)


def test_a_subject_counts_once_an_event_by_its_worst_grade():
    events = pl.DataFrame(
        {
            "subject": [1, 1, 2, 7],
            "day": [3.0, 9.0, 4.0, 5.0],
            "event": ["rash", "rash", "rash", "fatigue"],
            "grade": [2, 3, 2, 3],
            "action": ["none", "dose reduced", "none", "drug withdrawn"],
        }
    )
    rows = adverse_event_table(trial_by_hand(CONTROL + ACTIVE, adverse_events=events))
    found = {(row.event, row.arm): row for row in rows}
    assert found["rash", "control"].by_grade == {2: 1, 3: 1}
    assert found["rash", "control"].subjects.percent == pytest.approx(100 * 2 / 6)
    assert found["any event recorded", "active"].by_grade == {3: 1}
    assert found["fatigue", "active"].withdrawn == 1
    assert found["rash", "active"].subjects.percent == 0.0


def test_standardised_differences_are_those_of_the_formula():
    assert standardised_difference(0.5, 0.25, 0.4, 0.24) == pytest.approx(0.1 / np.sqrt(0.245))
    assert standardised_difference(1.0, 0.0, 1.0, 0.0) == 0.0
    assert standardised_difference(1.0, 0.0, 0.0, 0.0) is None


def test_table_one_counts_every_subject_once_a_covariate(sharp_trial):
    trial = sharp_trial.trial
    rows = baseline_table(trial)
    for covariate in ("ecog", "aetiology", "albi_grade"):
        levels = [row for row in rows if row.covariate == covariate]
        for arm in trial.arms:
            assert sum(row.cells[arm].count for row in levels) == (trial.subjects["arm"] == arm).sum()
    age = next(row for row in rows if row.covariate == "age_years")
    own = trial.subjects.filter(pl.col("arm") == "placebo")["age_years"]
    assert age.cells["placebo"].mean == pytest.approx(own.mean())
    assert age.cells["placebo"].sd == pytest.approx(own.std())


def test_the_gain_of_twins_is_counted_within_the_horizon():
    days = np.array([3.0, 12.0, 30.0, 5.0]) * MONTH
    control = np.array([3.0, 6.0, 25.0, 7.0]) * MONTH
    found = twin_effect("active", "control", days, control, 24.0 * MONTH)
    assert (found.longer, found.shorter, found.same) == (25.0, 25.0, 50.0)
    assert found.mean == pytest.approx((0 + 6 + 0 - 2) / 4)
    assert found.at_least == {1.0: 25.0, 3.0: 25.0, 6.0: 25.0}


def test_a_trial_of_one_subject_an_arm_has_medians_but_no_infinite_or_undefined_number():
    found = analyse(trial_by_hand([("control", 3, 1), ("active", 5, 1)]))
    for arm in found.arms:
        assert arm.medians["OS"][0] in (pytest.approx(3.0), pytest.approx(5.0))
        assert all(value is None or np.isfinite(value) for value in arm.medians["OS"][1])
