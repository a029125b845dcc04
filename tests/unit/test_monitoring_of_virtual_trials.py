"""Monitoring of a virtual trial: rules against progression, and against the onset that only a model knows."""

from __future__ import annotations

import numpy as np
import pytest

import hepatrial
from hepatrial.biomarkers.monitoring import (
    ALARMS,
    RESPONSES,
    landmark_analysis,
    lead_time,
    marker_courses,
    markers_of,
    onset_of_resistance,
    sampling_choice,
)
from hepatrial.errors import UsageError


@pytest.fixture(scope="module")
def result():
    return hepatrial.simulate("sharp", patients=400, replicates=0)


def test_a_trial_has_laboratory_markers_and_sums_of_diameters(result):
    assert {"AFP", "ALBI", "VEGF", "SVEGFR2", "SLD", "VIABLE_SLD"} <= set(markers_of(result.trial))


def test_resistance_sets_in_under_treatment_alone(result):
    numbers = result.trial.subjects["patient"].to_numpy()
    onset = onset_of_resistance(result.work, numbers)
    assert np.isnan(onset["placebo"]).all()
    assert 0.3 < np.isfinite(onset["sorafenib"]).mean() <= 1.0
    again = onset_of_resistance(result.work, numbers[::-1])
    np.testing.assert_array_equal(again["sorafenib"][::-1], onset["sorafenib"])


def test_every_alarm_is_true_false_or_open_and_a_higher_threshold_raises_fewer(result):
    afp = marker_courses(result.trial, "AFP", endpoint="TTP")
    low, high = (lead_time(afp, rule) for rule in ALARMS[:2])
    for found in (low, high):
        assert found.alarms == found.true_alarms + found.false_alarms + found.open_alarms
        assert found.samples_per_year == pytest.approx(365.25 / 21, rel=0.1)
    assert high.alarms < low.alarms
    assert high.false_per_year.value < low.false_per_year.value


def test_sampling_intervals_are_those_that_three_weekly_visits_can_show(result):
    afp = marker_courses(result.trial, "AFP", endpoint="TTP")
    weeks = [each.weeks for each in sampling_choice(afp, ALARMS[0]).intervals]
    assert weeks == [3.0, 6.0, 8.0, 12.0]


def test_every_response_can_be_judged_in_a_virtual_trial(result):
    for rule in RESPONSES:
        found = landmark_analysis(marker_courses(result.trial, rule.marker), rule, landmark_days=84.0)
        total = found.chosen.responders + found.chosen.others + found.chosen.gone + found.chosen.unknown
        assert total == result.trial.subjects.height
        assert found.chosen.responders > 0


def test_twins_are_refused(result):
    with pytest.raises(UsageError, match="twins"):
        marker_courses(result.population, "AFP")
