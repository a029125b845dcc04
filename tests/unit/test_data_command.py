"""``hepatrial data``: a file checked, and the example written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.userdata import example_data, example_file, example_record
from hepatrial.userdata.checking.rules import RULES

SHARED = Path(__file__).parents[3] / "shared" / "data"
NAMED = {
    "hepatocellular/hepatocellular.csv": "--time OS --event Death --subject Number --time-unit months",
    "hcc_longitudinal/hcc_longitudinal.csv": "--time os_days_from_visit --event died --subject patient --visit day",
    "pbcseq/pbcseq.csv": "--time futime --event status --event-values 0=0,1=0,2=1 --arm trt --subject id --visit day",
    "tcga_lihc/tcga_lihc.csv": "--time survival_months --time-unit months --event censorship --event-values 1=0,0=1",
}
EXPECTED = {
    "hepatocellular/hepatocellular.csv": (227, "227 patients, 97 events", {"survival", "prognostic"}),
    "hcc_longitudinal/hcc_longitudinal.csv": (
        11684,
        "2360 patients, 1346 events",
        {"survival", "prognostic", "monitoring"},
    ),
    "pbcseq/pbcseq.csv": (
        1945,
        "312 patients, 140 events",
        {"survival", "prognostic", "predictive", "monitoring"},
    ),
    "tcga_lihc/tcga_lihc.csv": (333, "333 patients, 115 events", {"survival", "prognostic"}),
}


def data(*arguments: str):
    return CliRunner().invoke(app, ["data", *arguments], catch_exceptions=False)


def checked(file, *arguments: str) -> dict:
    return json.loads(data("check", str(file), *arguments, "--json").stdout)


@pytest.mark.parametrize("name", EXPECTED)
def test_real_data_are_read_and_their_analyses_told(name):
    if not (SHARED / name).is_file():
        pytest.skip("the shared data are absent")
    rows, survival, possible = EXPECTED[name]
    found = checked(SHARED / name, *NAMED[name].split())
    assert found["rows"] == rows
    assert [issue for issue in found["issues"] if issue["severity"] == "error"] == []
    analyses = {one["analysis"]: one for one in found["analyses"]}
    assert analyses["survival"]["has"] == survival
    assert {one for one in analyses if analyses[one]["possible"]} == possible


def test_the_example_is_the_data_set_of_the_source():
    if not (SHARED / "hepatocellular").is_dir():
        pytest.skip("the shared data are absent")
    shared = SHARED / "hepatocellular" / "hepatocellular.csv"
    assert example_file().read_bytes() == shared.read_bytes()


def test_the_example_holds_what_its_record_says():
    record = example_record()
    deaths, recurrences = example_data("OS"), example_data("RFS")
    assert len(deaths) == record.patients
    assert deaths.times("OS").event.sum() == record.deaths
    assert (recurrences.times("RFS").event == 1).sum() == record.recurrences
    assert set(record.columns) <= set(example_file().read_text("utf-8").splitlines()[0].split(","))


def test_the_example_is_written_with_its_citation_and_not_over_a_file(tmp_path):
    assert data("example", "--out", str(tmp_path / "new")).exit_code == 0
    readme = (tmp_path / "new" / "README.md").read_text("utf-8")
    assert "CC0" in readme
    assert "10.1371/journal.pone.0110064" in readme
    assert (tmp_path / "new" / "hepatocellular.csv").read_bytes() == example_file().read_bytes()
    again = CliRunner().invoke(app, ["data", "example", "--out", str(tmp_path / "new")])
    assert "--force" in str(again.exception)
    assert data("example", "--out", str(tmp_path / "new"), "--force").exit_code == 0


def test_guesses_are_shown_as_guesses():
    found = checked(example_file())
    guessed = {guess["role"]: guess["value"] for guess in found["guesses"]}
    assert guessed == {"subject": "Number", "time": "OS", "event": "Death", "time-unit": "days"}
    text = data("check", str(example_file())).stdout
    assert "OS  (a guess" in text
    assert "may not be in days" in text


def test_columns_that_are_missing_together_are_one_block():
    (block,) = checked(example_file())["missing_blocks"]
    assert len(block["columns"]) == 26
    assert block["rows"] == 126


def test_a_file_with_errors_ends_with_code_3(tmp_path):
    path = tmp_path / "trial.csv"
    path.write_text("time,event\n1,1\n-2,0\n3,1\n", encoding="utf-8")
    done = data("check", str(path))
    assert done.exit_code == 3
    assert "'-2' in line 3" in done.stdout


@pytest.mark.parametrize("text", ["dead", "dead=", "=1", "dead=x", "dead=1,,alive=0"])
def test_codes_that_are_none_are_a_usage_error(text):
    done = CliRunner().invoke(app, ["data", "check", str(example_file()), "--event-values", text])
    assert done.exit_code == 2
    assert "dead=1,alive=0" in done.stderr


def test_every_key_of_the_json_and_every_rule_is_on_the_page():
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")
    found = checked(example_file())
    nested = [found["columns"][0], found["guesses"][0], found["missing_blocks"][0], found["analyses"][0]]
    keys = {key for part in (found, *nested) for key in part} | {
        rule.name for rule in RULES if rule.severity == "warning"
    }
    assert {key for key in keys if f"`{key}`" not in page} == set()


def test_visits_need_to_be_somebodys(tmp_path):
    path = tmp_path / "trial.csv"
    path.write_text("time,event,week\n1,1,0\n2,0,1\n3,1,2\n", encoding="utf-8")
    named = ("--time", "time", "--event", "event", "--visit", "week")
    refused = CliRunner().invoke(app, ["data", "check", str(path), *named])
    assert "visits without subjects" in str(refused.exception)
