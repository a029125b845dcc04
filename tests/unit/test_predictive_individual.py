"""Learners of individual effects, their calibration, and every method against the truth of twins."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from predictive_cases import Case

from hepatrial.biomarkers.predictive import (
    benefit_calibration,
    individual_effects,
    score_methods,
    truth_of,
    two_arms,
)
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.survival import SurvivalTimes


def trial_of(log_ratio, *, n=1_000, seed=3):
    return Case(n=n, log_ratio=log_ratio, log_hr=-0.3, follow_up=(400.0, 900.0)).trial(seed)


def twins(log_ratio, patients=4_000, seed=8):
    """Patients under both arms with the same chance; the marker acts through treatment alone."""
    generator = np.random.default_rng(seed)
    z, other = generator.normal(size=(2, patients))
    chance, cut = generator.exponential(size=patients), generator.uniform(400, 800, patients)
    days = [300 * chance * np.exp(-arm * (-0.3 + log_ratio * z)) for arm in (0, 1)]
    seen = [SurvivalTimes(np.minimum(d, cut), (d <= cut).astype(np.int8)) for d in days]
    lived = [np.minimum(d, 365.25) for d in days]
    return truth_of(lived[1] - lived[0], tuple(seen), np.column_stack([z, other]), ("z", "other"), 365.25)


@pytest.mark.parametrize(
    ("kind", "form"), [("t", "linear"), ("x", "linear"), ("dr", "linear"), ("dr", "forest")]
)
def test_learners_find_who_gains(kind, form):
    pytest.importorskip("sklearn")
    trial = trial_of(-0.6, n=600)
    found = individual_effects(trial, 365.25, kind=kind, form=form)
    assert np.corrcoef(found.benefit, trial.markers[:, 0])[0, 1] > 0.5
    calibrated = benefit_calibration(found)
    assert calibrated.slope_p < 0.01
    # A forest exaggerates: its slope lies below 1, which is what calibration is there to show.
    assert calibrated.slope_lower < 1.0 < calibrated.slope_upper or form == "forest"
    assert calibrated.slope > 0.4
    assert calibrated.c > 0.52
    assert calibrated.n.sum() == trial.n


def test_doubly_robust_values_average_to_the_difference_of_the_arms():
    pytest.importorskip("sklearn")
    found = individual_effects(trial_of(-0.4), 365.25)
    raw = found.outcome[found.arm == 1].mean() - found.outcome[found.arm == 0].mean()
    assert found.score.mean() == pytest.approx(raw, abs=3.0)


@pytest.mark.long
def test_without_heterogeneity_the_slope_claims_it_no_oftener_than_its_level():
    pytest.importorskip("sklearn")
    case = Case(n=300, prognostic=0.6)
    p = [
        benefit_calibration(individual_effects(case.trial(seed), 250.0, folds=2), groups=2).slope_p
        for seed in range(60)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 3.29 * np.sqrt(0.05 * 0.95 / 60)


def test_the_same_seed_gives_the_same_predictions():
    pytest.importorskip("sklearn")
    first, second = (individual_effects(trial_of(-0.3, n=200), 300.0, seed=9).benefit for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_without_the_library_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    with pytest.raises(UsageError, match=r'pip install "hepatrial\[learners\]"'):
        individual_effects(trial_of(0.0, n=200), 300.0)


def test_too_few_subjects_are_refused():
    trial = trial_of(0.0, n=40)
    with pytest.raises(InvalidInput, match="30 an arm"):
        individual_effects(two_arms(trial.times, trial.arm, trial.markers, ("z",)), 200.0)


def test_scores_tell_a_trial_of_a_predictive_marker_from_one_of_none():
    scored = {
        ratio: {
            one.method: one for one in score_methods(twins(ratio), size=600, replicates=8, methods=METHODS)
        }
        for ratio in (-0.6, 0.0)
    }
    with_effect, without = scored[-0.6], scored[0.0]
    for method in METHODS:
        assert with_effect[method].failed == 0
        assert with_effect[method].found[0] > 0.8
        assert without[method].found[0] < 0.4
        # Closer to the truth than one mean for all where there is something to find, and not where there isn't.
        assert with_effect[method].error_months[0] < 0.7 * with_effect["all alike"].error_months[0]
        assert without[method].error_months[0] >= without["all alike"].error_months[0]
        # All or none treated have a sensitivity and specificity that sum to 1.
        assert with_effect[method].sensitivity[0] + with_effect[method].specificity[0] > 1.1
    assert with_effect["best from markers"].error_months[0] == 0.0
    assert with_effect["best from markers"].error_individual_months[0] > 1.0, "chance cannot be predicted"


METHODS = ("interaction", "spline", "stepp")


def test_a_trial_of_twins_shows_each_patient_under_one_arm_only():
    truth = twins(-0.4, patients=500)
    trial, left = truth.trial(200, seed=4)
    assert trial.n == 200
    assert trial.arm.sum() == 100
    assert len(left) == 300
    with pytest.raises(UsageError, match="simulate more virtual patients"):
        truth.trial(500, seed=1)
