"""Intervals cut where markers change, immortal time, and what a landmark leaves out."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.biomarkers.monitoring import (
    Courses,
    MarkerRule,
    immortal_time,
    landmark_analysis,
    marker_steps,
    step_rows,
    switched_on,
)
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.survival import SurvivalTimes

TIMES = SurvivalTimes(np.array([100.0, 50.0]), np.array([1, 0], dtype=np.int8))
ALBI = Courses(
    "ALBI", "1", np.array(["a", "b"]), TIMES, np.array([0, 0, 0, 1]), np.array([0.0, 40.0, 100.0, 0.0]),
    np.array([-2.0, -1.0, 0.0, -3.0]), np.zeros(4, dtype=bool), "OS",
)  # fmt: skip


def rows(found) -> list[tuple[float, ...]]:
    at = found.at_risk
    whole = np.column_stack([at.subject, at.start_days, at.stop_days, at.event, found.covariates])
    return [tuple(map(float, row)) for row in whole]


def test_the_last_value_is_carried_and_a_value_of_the_day_of_death_is_not_used():
    assert rows(step_rows(TIMES, [marker_steps(ALBI)])) == [
        (0, 0, 40, 0, -2.0), (0, 40, 100, 1, -1.0), (1, 0, 50, 0, -3.0),
    ]  # fmt: skip


def test_a_lag_delays_values_and_carrying_ends():
    assert rows(step_rows(TIMES, [marker_steps(ALBI, lag_days=20)]))[0] == (0, 20, 60, 0, -2.0)
    carried = rows(step_rows(TIMES, [marker_steps(ALBI, carry_days=30)]))
    assert carried == [(0, 0, 30, 0, -2.0), (0, 40, 70, 0, -1.0), (1, 0, 30, 0, -3.0)]


def test_treatment_counts_from_its_start():
    found = step_rows(
        TIMES, [switched_on("treated", np.array([30.0, np.inf]))], np.array([[1.0], [2.0]]), ("age",)
    )
    assert rows(found) == [(0, 0, 30, 0, 0, 1), (0, 30, 100, 1, 1, 1), (1, 0, 50, 0, 0, 2)]


def test_a_treatment_without_effect_seems_to_protect_only_in_the_naive_analysis():
    rng = np.random.default_rng(11)
    n = 1500
    death, start, age = rng.exponential(400.0, n), rng.exponential(500.0, n), rng.normal(size=n)
    time = np.minimum(death, 900.0)
    start = np.where(start < time, start, np.inf)
    found = immortal_time(SurvivalTimes(time, (death < 900).astype(np.int8)), start, age[:, None], ("age",))
    assert found.naive.upper[0] < 0.7
    assert found.from_start.lower[0] < 1.0 < found.from_start.upper[0]


def test_a_landmark_before_the_response_is_measured_is_refused():
    rule = MarkerRule("ALBI", "rise", 0.3, percent=False, at_days=56.0)
    with pytest.raises(UsageError, match="not known by then"):
        landmark_analysis(ALBI, rule, landmark_days=40)
    with pytest.raises(InvalidInput, match="nobody is at risk"):
        landmark_analysis(ALBI, rule, landmark_days=400)
