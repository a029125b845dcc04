"""Rules on markers: what the words mean, and when a course shows them."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.biomarkers.monitoring import Courses, MarkerRule, parse_rule
from hepatrial.errors import UsageError
from hepatrial.survival import SurvivalTimes


def courses(*values: list[tuple[float, float]], marker: str = "AFP") -> Courses:
    owner = np.concatenate([np.full(len(rows), place) for place, rows in enumerate(values)]).astype(int)
    day, value = (np.array([row[part] for rows in values for row in rows], dtype=float) for part in (0, 1))
    times = SurvivalTimes(np.full(len(values), 400.0), np.zeros(len(values), dtype=np.int8))
    return Courses(marker, "ng/mL", np.arange(len(values)), times, owner, day, value, value < 0, "OS")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("AFP fall 20% at 8 weeks", MarkerRule("AFP", "fall", 20.0, at_days=56.0)),
        (
            "AFP rise 50% over nadir from 20",
            MarkerRule("AFP", "rise", 50.0, True, "nadir", least_reference=20.0),
        ),
        ("ALBI rise 0.3 over baseline", MarkerRule("ALBI", "rise", 0.3, percent=False)),
        (
            "afp_ng_ml rise 20 % over nadir within 10 days confirmed",
            MarkerRule("afp_ng_ml", "rise", 20.0, True, "nadir", window_days=10.0, confirmed=True),
        ),
    ],
)
def test_words_make_a_rule(text, rule):
    assert parse_rule(text) == rule


@pytest.mark.parametrize("rule", ["AFP", "AFP falls 20%", "AFP rise 0%", "AFP fall 120%", "rise 20%", ""])
def test_words_that_are_no_rule_are_refused_with_the_grammar(rule):
    with pytest.raises(UsageError, match="MARKER rise"):
        parse_rule(rule)


def test_a_rise_over_nadir_is_seen_at_the_first_visit_that_shows_it():
    found = courses([(0, 100), (28, 40), (56, 47), (84, 48), (112, 90)])
    rule = MarkerRule("AFP", "rise", 20.0, reference="nadir")
    assert rule.shown(found).tolist() == [False, False, False, True, True]
    assert rule.first_alarm(found).tolist() == [84.0]
    assert MarkerRule("AFP", "rise", 20.0, reference="nadir", confirmed=True).first_alarm(found) == [112.0]


def test_a_nadir_below_the_least_reference_cannot_raise_an_alarm():
    found = courses([(0, 3), (28, 9)], [(0, 30), (28, 90)])
    rule = MarkerRule("AFP", "rise", 20.0, reference="nadir", least_reference=20.0)
    assert rule.first_alarm(found).tolist() == [np.inf, 28.0]


def test_a_response_takes_the_measurement_nearest_to_its_time():
    rule = MarkerRule("AFP", "fall", 20.0, at_days=56.0, window_days=14.0)
    found = courses(
        [(0, 100), (50, 95), (58, 70)], [(0, 100), (30, 10)], [(28, 100), (56, 10)], [(0, 50), (56, 45)]
    )
    response = rule.response(found, known_by_days=60.0)
    np.testing.assert_array_equal(response, [1.0, np.nan, np.nan, 0.0])


def test_what_is_measured_after_the_landmark_is_not_known_at_it():
    rule = MarkerRule("AFP", "fall", 20.0, at_days=56.0)
    late = courses([(0, 100), (60, 10)])
    assert np.isnan(rule.response(late, known_by_days=57.0)).all()
    assert rule.response(late, known_by_days=60.0).tolist() == [1.0]


def test_a_fall_of_a_negative_score_is_towards_better():
    found = courses([(0, -2.5), (56, -2.1)], [(0, -2.5), (56, -2.9)], marker="ALBI")
    assert MarkerRule("ALBI", "rise", 0.3, percent=False).shown(found)[[1, 3]].tolist() == [True, False]
