"""docs/evidence.md tells the truth: its record is sound, its keys and rules are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hepatrial.evidence import load_trial, standard_error_of_log_hr
from hepatrial.evidence.collection import check_file
from hepatrial.evidence.record_schema import RecordFile

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")


def test_the_record_of_the_page_is_sound(tmp_path):
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "newtrial.yaml"
    path.write_text(text, encoding="utf-8")
    found = check_file(path)
    assert found.issues == ()
    assert found.trial.unconfirmed_value("sorafenib", "n") == 198


def test_the_page_names_every_key_of_a_record():
    table = PAGE.split("| key | what it holds |")[1].split("\n\n")[0]
    first = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    named = {word for cell in first for word in re.findall(r"`(\w+)`", cell)}
    elsewhere = {"use", "population", "identifiers_not_confirmed", "notes", "not_shown"}
    assert named | elsewhere == set(RecordFile.model_fields)


def test_the_effect_of_the_unconfirmed_level_is_as_told():
    (row,) = (row for row in load_trial("brisk-fl").comparisons if row["endpoint"] == "OS")
    ratio = standard_error_of_log_hr(*row["ci"], 95.8) / standard_error_of_log_hr(*row["ci"], row["level"])
    assert 1 - ratio == pytest.approx(0.04, abs=0.005)


@pytest.mark.parametrize("key", ["sun1170", "brisk-fl", "resorce", "reach", "reach-2"])
def test_the_trials_that_the_page_calls_incomplete_are(key):
    quantities = {quantity for row in load_trial(key).unconfirmed for quantity in row.values}
    assert {"ttp_hr_low", "ttp_hr_high"} <= quantities
