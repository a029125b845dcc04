"""``hepatrial validate``: what it prints, writes and documents."""

from __future__ import annotations

import csv
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner
from validation_cases import DRAWS, PATIENTS, near_the_prior

from hepatrial.cli.app import app
from hepatrial.errors import UsageError
from hepatrial.validation.leave_one_out import LeftOutPrediction

PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
TWO = ("--trial", "sharp", "--trial", "gideon-child-pugh-a")
ARGUMENTS = (*TWO, "--draws", str(DRAWS), "--patients", str(PATIENTS), "--workers", "1", "--quiet")


def invoked(*arguments):
    return CliRunner().invoke(app, ["validate", *arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def provisional():
    """A small posterior in place of the shipped one, and a prediction of SHARP without SHARP."""
    places = ("posterior.drawing", "validation.kept_predictions", "validation.answer")
    left_out = {("sharp", "sorafenib v placebo", "OS"): LeftOutPrediction(math.log(0.8), 0.1)}
    with pytest.MonkeyPatch.context() as patch:
        for place in places:
            patch.setattr(f"hepatrial.{place}.shipped_posterior", near_the_prior)
        patch.setattr("hepatrial.validation.answer.shipped_left_out", lambda: left_out)
        yield


@pytest.fixture(scope="module")
def folder(provisional, tmp_path_factory):
    place = tmp_path_factory.mktemp("validation") / "answer"
    result = invoked(*ARGUMENTS, "--out", str(place))
    assert result.exit_code == 0
    return place, result


@pytest.fixture(scope="module")
def record(folder):
    return json.loads((folder[0] / "result.json").read_text(encoding="utf-8"))


def test_it_prints_comparisons_hash_verdict_and_disclosure(folder, record):
    text = folder[1].stdout
    assert re.search(r"^  sharp +OS +fitted +0\.69 \(0\.55 to 0\.87\) +\d\.\d\d \(", text, re.MULTILINE)
    assert record["preregistration"] in text
    assert "Fitted trials, overall survival (1 estimate): the model's chi-squared is" in text
    assert "An earlier version of the model" in text
    assert "not for treating a patient" in text


def test_the_folder_holds_page_figures_and_tables_and_no_leftovers(folder):
    place = folder[0]
    names = {
        "observed-os",
        "observed-progression",
        "scatter",
        "curves-os-fitted",
        "curves-progression-fitted",
    }
    assert {file.stem for file in (place / "figures").glob("*.svg")} == names
    page = (place / "validation.html").read_text(encoding="utf-8")
    for heading in ("Verdict", "Where it is furthest off", "Curves and medians", "What was fixed before"):
        assert f">{heading}</h2>" in page
    assert "hepatrial validate --trial sharp --trial gideon-child-pugh-a" in page
    with (place / "comparisons.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["endpoint"] for row in rows] == ["OS", "TTP"]
    assert {"predicted_ci80_low", "rivals_common_sense"} <= set(rows[0])
    assert [path.name for path in place.parent.iterdir()] == ["answer"]


def keys_of(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def test_every_key_of_the_record_is_documented(record):
    groups = set(record["groups"])
    assert set(keys_of(record)) - groups - set(re.findall(r"`([\w.]+)`", PAGE)) == set()
    assert all(f"`{group}`" in PAGE for group in groups)


def test_rows_and_scores_have_the_keys_that_are_promised(record):
    assert set(record["rows"][0]) >= {
        "trial", "comparison", "endpoint", "use", "published_hr", "published_ci", "predicted_hr",
        "predicted_ci80", "predicted_ci95",
    }  # fmt: skip
    promised = {"coverage80", "coverage95", "rmse_log_hr", "chi2", "n", "rmse_null", "rmse_class_mean",
                "rmse_common_sense", "rmse_indirect"}  # fmt: skip
    for scores in (record["groups"]["fitted"]["os"], record["groups"]["fitted"]["ttp_pfs"]):
        assert set(scores) >= promised
    assert set(record["leave_one_out"]["summary"]) >= promised
    assert record["leave_one_out"]["summary_ttp_pfs"] is None
    # Neither of the two trials is of the group that the summary covers.
    assert (record["summary"], record["summary_ttp_pfs"], record["all_trials"]) == (None, None, False)


def test_numbers_of_a_row_fit_together(record):
    row = record["rows"][0]
    assert row["published_std_error"] == pytest.approx(math.log(0.87 / 0.55) / (2 * 1.959964), abs=1e-5)
    low50, low80, low95 = (row[f"predicted_ci{percent}"][0] for percent in (50, 80, 95))
    high50, high80, high95 = (row[f"predicted_ci{percent}"][1] for percent in (50, 80, 95))
    assert low95 < low80 < low50 < row["predicted_hr"] < high50 < high80 < high95
    assert row["sd_between_trials"] == 0.08
    scores = record["groups"]["fitted"]["os"]
    apart = math.log(row["published_hr"] / row["predicted_hr"])
    assert scores["chi2"] == pytest.approx((apart / row["published_std_error"]) ** 2, abs=1e-3)
    assert scores["rmse_common_sense"] == pytest.approx(
        abs(math.log(row["published_hr"] / row["rivals"]["common_sense"])), abs=1e-4
    )


def test_a_trial_predicted_without_itself_is_as_wide_as_its_parts(record):
    (row,) = record["leave_one_out"]["rows"]
    assert row["predicted_hr"] == pytest.approx(0.8, abs=1e-4)
    sd = np.sqrt(0.1**2 + 0.08**2 + record["rows"][0]["published_std_error"] ** 2)
    assert math.log(row["predicted_ci80"][1] / 0.8) == pytest.approx(1.281552 * sd, abs=1e-4)


def test_medians_stand_beside_the_published_ones(record):
    rows = {(row["trial"], row["arm"], row["endpoint"]): row for row in record["medians"]}
    assert rows["sharp", "placebo", "OS"]["published_months"] == 7.9
    assert rows["sharp", "placebo", "OS"]["predicted_ci80"][0] > 1.0
    assert ("gideon-child-pugh-a", "Child-Pugh A", "OS") in rows


def test_an_interrupted_validation_goes_on_where_it_was(provisional, tmp_path, monkeypatch):
    from hepatrial.validation import predicting

    simulated, done = predicting.simulated_trial, []

    def stopped_at_the_second(task):
        if done:
            raise KeyboardInterrupt
        done.append(task.trial)
        return simulated(task)

    def the_rest(task):
        done.append(task.trial)
        return simulated(task)

    monkeypatch.setattr(predicting, "simulated_trial", stopped_at_the_second)
    assert invoked(*ARGUMENTS, "--out", str(tmp_path / "answer")).exit_code != 0
    assert not (tmp_path / "answer").exists()
    assert [path.name for path in (tmp_path / "answer.unfinished").iterdir()] == ["sharp.npz"]
    monkeypatch.setattr(predicting, "simulated_trial", the_rest)
    assert invoked(*ARGUMENTS, "--out", str(tmp_path / "answer")).exit_code == 0
    assert done == ["sharp", "gideon-child-pugh-a"]
    assert [path.name for path in tmp_path.iterdir()] == ["answer"]


def test_json_is_the_record_of_the_folder(folder, record, provisional):
    result = invoked(*ARGUMENTS, "--json")
    assert json.loads(result.stdout) == record


@pytest.mark.parametrize(("option", "value"), [("--draws", "1"), ("--patients", "10"), ("--workers", "0")])
def test_values_out_of_range_are_usage_errors(option, value):
    result = CliRunner().invoke(app, ["validate", option, value])
    assert result.exit_code == 2
    assert "allowed" in result.stderr


def test_an_unknown_option_and_an_unknown_trial_are_usage_errors(provisional):
    assert CliRunner().invoke(app, ["validate", "--trails", "sharp"]).exit_code == 2
    with pytest.raises(UsageError, match="did you mean sun1170"):
        invoked("--trial", "sun117")
