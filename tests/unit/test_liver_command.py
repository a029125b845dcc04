"""``hepatrial liver``: what it prints, writes and documents."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hepatrial.analysis import Threshold
from hepatrial.cli.app import app
from hepatrial.errors import UsageError
from hepatrial.report.liver_page import threshold_text
from hepatrial.reserve import NamedThreshold

PAGE = (Path(__file__).parents[2] / "docs" / "liver.md").read_text(encoding="utf-8")
SMALL = ("--patients", "400", "--draws", "2", "--quiet")


def run(*arguments):
    return CliRunner().invoke(app, ["liver", *arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("liver") / "answer"
    result = run("sharp", *SMALL, "--window", "12", "--out", str(place))
    assert result.exit_code == 0
    return place, result


def test_it_prints_groups_thresholds_and_what_is_inside(folder):
    text = folder[1].stdout
    assert re.search(r"^Child-Pugh score 5 +\d+ +0\.\d\d \(", text, re.MULTILINE)
    assert "ALBI, benefit at or below 0.5 months [virtual patients (bootstrap)]: " in text
    assert "[parameters (2 draws)]" in text
    assert "not for treating a patient" in text


def test_the_folder_holds_page_figures_and_tables(folder):
    place = folder[0]
    names = {"benefit", "deaths", "time-lost"}
    assert {file.stem for file in (place / "figures").glob("*.svg")} == names
    assert {file.stem for file in (place / "figures").glob("*.png")} == names
    page = (place / "liver.html").read_text(encoding="utf-8")
    assert "From which reserve on the benefit is gone" in page
    assert "hepatrial liver sharp --patients 400" in page
    record = json.loads((place / "result.json").read_text(encoding="utf-8"))
    with (place / "groups.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == sum(len(group["times"]) for group in record["groups"])


def keys_of(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def test_every_key_of_the_record_is_documented(folder):
    record = json.loads((folder[0] / "result.json").read_text(encoding="utf-8"))
    parameters = set(record.pop("drawn_parameters"))
    documented = set(re.findall(r"`([\w.\[\]]+)`", PAGE)) | {"value", "notice"}
    assert set(keys_of(record)) - parameters - documented == set()
    assert record["patients"] + record["patients_left_out"] == 400
    for group in record["groups"]:
        assert sum(time["change_months"]["value"] for time in group["times"]) == pytest.approx(0.0, abs=1e-9)


def test_without_draws_it_says_that_parameters_are_not_inside():
    result = run("sharp", "--patients", "400", "--draws", "0", "--quiet", "--json")
    record = json.loads(result.stdout)
    assert record["draws"] == 0
    assert record["curve"][0]["parameters_lower"] is None
    assert {row["inside"] for row in record["thresholds"]} == {
        "virtual patients (bootstrap)",
        "virtual patients",
    }
    text = run("sharp", "--patients", "400", "--draws", "0", "--quiet").stdout
    assert "The uncertainty of the parameters is not in them; --draws adds it." in text


def test_a_single_arm_has_no_benefit_and_says_so():
    with pytest.raises(UsageError, match="has one arm") as caught:
        run("gideon-child-pugh-a", *SMALL)
    assert "add an arm without agents" in str(caught.value)


@pytest.mark.parametrize(("option", "value"), [("--window", "0"), ("--margin", "x"), ("--patients", "10")])
def test_values_out_of_range_are_usage_errors(option, value):
    result = CliRunner().invoke(app, ["liver", "sharp", option, value])
    assert result.exit_code == 2
    assert "in range" in result.stderr
    assert "allowed" in result.stderr


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (
            Threshold("reached", -1.83, -1.9, -1.75, 100.0, 0.0),
            "from −1.83 on; 95 % interval −1.90 to −1.75; reached in 100 %",
        ),
        (
            Threshold("reached", -1.5, float("-inf"), float("inf"), 70.0, 20.0),
            "from −1.50 on; 95 % interval better than shown to not reached; reached in 70 %",
        ),
        (Threshold("not reached", None), "not reached at any reserve shown"),
        (
            Threshold("at every reserve", None, float("-inf"), float("-inf"), 100.0, 100.0),
            "so at every reserve shown; in 100 % of the samples",
        ),
    ],
)  # fmt: skip
def test_thresholds_in_words(found, text):
    assert threshold_text(NamedThreshold("ALBI", "asked", "inside", found)) == text


def test_a_score_in_words():
    found = NamedThreshold(
        "Child-Pugh score", "asked", "inside", Threshold("reached", 8.0, 7.0, 10.0, 100.0, 0.0)
    )
    assert threshold_text(found) == "from 8 on; 95 % interval 7 to 10+; reached in 100 %"
