"""Lead time, false alarms and sampling, on courses whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.biomarkers.monitoring import Courses, MarkerRule, lead_time, sampling_choice, thinned
from hepatrial.biomarkers.monitoring.lead_time import rate, share
from hepatrial.survival import SurvivalTimes

RISE = MarkerRule("AFP", "rise", 50.0, reference="nadir")


def courses(rows: list[tuple[list[float], float, int]], gap: float = 28.0) -> Courses:
    """Values every ``gap`` days, end of the course, and whether it ends with progression."""
    owner = np.concatenate([np.full(len(values), place) for place, (values, _, _) in enumerate(rows)]).astype(
        int
    )
    day = np.concatenate([np.arange(len(values)) * gap for values, _, _ in rows])
    value = np.concatenate([np.array(values, dtype=float) for values, _, _ in rows])
    times = SurvivalTimes(
        np.array([end for _, end, _ in rows]), np.array([event for *_, event in rows], dtype=np.int8)
    )
    return Courses("AFP", "ng/mL", np.arange(len(rows)), times, owner, day, value, value < 0, "TTP")


FOUR = courses(
    [
        ([100, 100, 160, 300], 112.0, 1),  # warned 56 days before
        ([100, 100, 100], 84.0, 1),  # not warned
        ([100, 160, 100, 100, 100, 100, 100], 300.0, 0),  # false: nothing follows for 12 weeks
        ([100, 160], 60.0, 0),  # gone before that is known
    ]
)


def test_lead_is_counted_from_the_first_alarm_to_progression():
    found = lead_time(FOUR, RISE)
    assert (found.subjects, found.progressions, found.alarms) == (4, 2, 3)
    assert found.lead_weeks.value == 8.0
    assert found.warning_weeks.value == 4.0  # over both progressions
    assert found.sensitivity_percent.value == 50.0


def test_alarms_are_true_false_or_open():
    found = lead_time(FOUR, RISE)
    assert (found.true_alarms, found.false_alarms, found.open_alarms) == (1, 1, 1)
    # Days until the first alarm or the end: 56, 84, 28, 28.
    assert found.false_per_year.value == pytest.approx(1 / (196 / 365.25))
    assert found.false_per_100_visits.value == pytest.approx(100 / 6)
    assert found.predictive_percent.value == 50.0
    assert found.against_chance == "not shown"


def test_a_longer_horizon_makes_fewer_alarms_false():
    assert lead_time(FOUR, RISE, horizon_days=300.0).false_alarms == 0


def test_alarms_before_resistance_has_set_in_are_told_from_those_after_it():
    onset = np.array([42.0, 50.0, np.nan, 10.0])
    found = lead_time(FOUR, RISE, onset_days=onset).onset
    assert found.onsets == 3
    assert found.before_onset_percent.value == pytest.approx(100 / 3)  # the third subject
    assert found.detected_percent.value == pytest.approx(200 / 3)
    assert found.delay_weeks.value == pytest.approx((14 + 18) / 2 / 7)


def test_sampling_every_other_visit_keeps_the_first_and_spaces_the_others():
    assert thinned(FOUR, 56.0).day.tolist() == [0, 56, 0, 56, 0, 56, 112, 168, 0]


def test_rarer_samples_never_warn_earlier_of_a_steady_rise():
    rising = courses([([100 * 1.6**visit for visit in range(13)], 340.0, 1)] * 30)
    found = sampling_choice(rising, RISE)
    assert [each.weeks for each in found.intervals] == [4.0, 8.0, 12.0]
    warning = [each.result.warning_weeks.value for each in found.intervals]
    assert warning == sorted(warning, reverse=True)
    assert {each.result.progressions for each in found.intervals} == {30}


def test_limits_of_shares_and_rates_are_exact():
    """Clopper-Pearson of 8 in 10 and Garwood of 3 events, from R: binom.test and poisson.test."""
    found = share(8, 10)
    assert (found.lower, found.upper) == pytest.approx((44.39045, 97.47893), abs=1e-4)
    found = rate(3, 1.0)
    assert (found.lower, found.upper) == pytest.approx((0.6186721, 8.7672731), abs=1e-6)
    assert rate(0, 2.0).lower == 0.0
