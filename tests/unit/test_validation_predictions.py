"""Trials predicted under draws: in any order, kept and found again, without any outcome."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from validation_cases import DRAWS, PATIENTS, SMALL, near_the_prior

import hepatrial.validation
from hepatrial.errors import RunFailed, UsageError
from hepatrial.prediction.curves import Curve
from hepatrial.validation import KeptPredictions, validate
from hepatrial.validation.kept_predictions import fingerprint
from hepatrial.validation.predicting import predicted_trials
from hepatrial.validation.simulated_trial import PredictionTask

TRIALS = ("sharp", "gideon-child-pugh-a")
ASKED = {**SMALL, "seed": 1}
"""Without a posterior: it is given where it is used, as its arrays do not compare."""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("predictions") / "kept"
    steps = []
    trials = predicted_trials(
        TRIALS, **ASKED, posterior=near_the_prior(), kept=KeptPredictions(folder),
        progress=lambda *step: steps.append(step),
    )  # fmt: skip
    return folder, trials, steps


def no_more(task):
    raise AssertionError(f"{task.trial} is simulated again")


def same(one, other):
    return (
        one.log_hr.keys() == other.log_hr.keys()
        and all(np.array_equal(one.log_hr[key], other.log_hr[key]) for key in one.log_hr)
        and one.monte_carlo_sd == other.monte_carlo_sd
        and all(np.array_equal(one.curves[key].free, other.curves[key].free) for key in one.curves)
        and np.array_equal(one.agent_values, other.agent_values)
    )


def test_each_draw_has_a_ratio_of_each_endpoint_and_a_curve_of_each_arm(found):
    sharp = found[1]["sharp"]
    assert set(sharp.log_hr) == {("sorafenib v placebo", endpoint) for endpoint in ("OS", "TTP", "PFS")}
    assert all(values.shape == (DRAWS,) and len(set(values)) == DRAWS for values in sharp.log_hr.values())
    assert all(0.0 < sd < 0.5 for sd in sharp.monte_carlo_sd.values())
    assert {arm for arm, _ in sharp.curves} == {"sorafenib", "placebo"}
    for curve in sharp.curves.values():
        assert curve.free.shape == (DRAWS, len(curve.days))
        assert np.all(curve.free[:, 0] == 1.0)
        assert np.all(np.diff(curve.free) <= 1e-12)


def test_a_single_arm_has_curves_and_no_ratio(found):
    single = found[1]["gideon-child-pugh-a"]
    assert single.log_hr == {}
    assert ("Child-Pugh A", "OS") in single.curves


def test_progress_is_told_from_nothing_to_all(found):
    assert [done for _, done, _ in found[2]] == [0, 1, 2]


def test_trials_in_another_order_are_predicted_the_same(found):
    again = predicted_trials(TRIALS[::-1], **ASKED, posterior=near_the_prior())
    assert list(again) == list(TRIALS[::-1])
    assert all(same(again[trial], found[1][trial]) for trial in TRIALS)


def test_what_was_kept_is_not_simulated_again(found, monkeypatch):
    monkeypatch.setattr("hepatrial.validation.predicting.simulated_trial", no_more)
    again = predicted_trials(TRIALS, **ASKED, posterior=near_the_prior(), kept=KeptPredictions(found[0]))
    assert all(same(again[trial], found[1][trial]) for trial in TRIALS)
    assert again["sharp"].curves["sorafenib", "TTP"].stepwise


TASK = PredictionTask("sharp", DRAWS, PATIENTS, 1, near_the_prior())


@pytest.mark.parametrize(
    "other",
    [
        replace(TASK, draws=2),
        replace(TASK, patients=256),
        replace(TASK, seed=2),
        replace(TASK, posterior=near_the_prior(seed=2)),
    ],
    ids=["draws", "patients", "seed", "posterior"],
)
def test_what_was_kept_for_another_question_is_not_taken(found, other):
    kept = KeptPredictions(found[0])
    assert kept.read(TASK) is not None
    assert kept.read(other) is None
    assert fingerprint(other) != fingerprint(TASK)


def test_a_file_cut_short_is_not_taken(found, tmp_path):
    whole = (found[0] / "sharp.npz").read_bytes()
    (tmp_path / "sharp.npz").write_bytes(whole[: len(whole) // 2])
    assert KeptPredictions(tmp_path).read(TASK) is None


def test_a_folder_that_cannot_be_written_is_told(found, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFailed, match="could not be written"):
        KeptPredictions(tmp_path / "file").keep(TASK, found[1]["sharp"])


def test_a_misspelt_trial_is_a_usage_error_with_the_near_miss():
    with pytest.raises(UsageError, match="did you mean sharp") as caught:
        validate(draws=2, patients=128, trials=("shapr",))
    assert "allowed: sharp, asia-pacific" in str(caught.value)


def curve(*free, days=(0.0, 30.4375, 60.875), stepwise=False):
    return Curve(np.array(days), np.array(free), stepwise)


def test_the_median_lies_on_the_line_between_points():
    assert curve([1.0, 0.6, 0.4]).median_months() == pytest.approx([1.5])


def test_the_median_of_progression_is_a_scan():
    assert curve([1.0, 0.6, 0.4], stepwise=True).median_months() == pytest.approx([2.0])


def test_a_median_that_is_not_reached_is_infinite():
    assert curve([1.0, 0.8, 0.7], [1.0, 0.5, 0.2]).median_months() == pytest.approx([np.inf, 1.0])


def test_nothing_that_predicts_imports_published_outcomes():
    room = Path(hepatrial.validation.__file__).parent
    waiting, seen = {"predicting"}, set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        tree = ast.parse((room / f"{name}.py").read_text(encoding="utf-8"))
        imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(module.startswith("hepatrial.evidence") for module in imported), name
        inside = {
            module.removeprefix("hepatrial.validation.") for module in imported if ".validation." in module
        }
        waiting |= inside - seen
    assert {"simulated_trial", "kept_predictions"} <= seen
    assert not seen & {"published_comparisons", "published_medians", "comparison", "answer", "rivals"}
