"""``hepatrial predict`` and ``hepatrial run --draws``: what they print, write and document."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from prediction_cases import phase2_text
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.posterior import shipped_posterior
from hepatrial.prediction import variance
from hepatrial.prediction.run_draws import run_under_draws
from hepatrial.protocol.loading import load, load_text
from hepatrial.report.outlook_record import run_under_draws_record

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "prediction.md").read_text(encoding="utf-8")
SMALL = ("--draws", "16", "--patients", "64", "--workers", "1", "--quiet")


def run(*arguments):
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("predict")
    file = place / "phase2.yaml"
    file.write_text(phase2_text(), encoding="utf-8")
    asked = ("predict", "brivanib", "--phase2", str(file), "--protocol", "brisk-ps", *SMALL)
    result = run(*asked, "--out", str(place / "answer"))
    assert result.exit_code == 0, result.output
    return place / "answer", result


def test_it_prints_question_answer_phase_2_and_what_drives_it(folder):
    text = folder[1].stdout
    assert text.startswith("brivanib has come through phase 2. Will ")
    assert "The probability of success is " in text
    assert re.search(r"^OS, brivanib +\d\.\d\d \(", text, re.MULTILINE)
    assert "T-1, response, %: 4.3; " in text
    assert "  without median OS, months: " in text
    assert "not for treating a patient" in text


def test_the_folder_holds_page_figures_and_tables(folder):
    place = folder[0]
    names = {"hazard-ratios", "phase2", "influence", "uncertainty"}
    assert {file.stem for file in (place / "figures").glob("*.svg")} == names
    assert {file.stem for file in (place / "figures").glob("*.png")} == names
    page = (place / "prediction.html").read_text(encoding="utf-8")
    for heading in ("The answer", "Phase 2, reported and expected", "What drives it", "What is assumed"):
        assert f">{heading}</h2>" in page
    assert "hepatrial predict brivanib --protocol brisk-ps" in page
    assert "hepatrial validate" in page
    assert "made up" in page
    with (place / "influence.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["kind"] for row in rows[:2]] == ["all", "prior"]


def keys_of(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def free_keys(record):
    """Keys that are no names of arms, endpoints, times or limits."""
    arms = {"brivanib", "placebo", "OS", "TTP", "PFS"}
    return {key for key in keys_of(record) if key not in arms and not re.fullmatch(r"[\d.]+", key)}


def test_every_key_of_the_record_is_documented(folder):
    record = json.loads((folder[0] / "result.json").read_text(encoding="utf-8"))
    documented = set(re.findall(r"`([\w.\[\]]+)`", PAGE)) | {"notice"}
    assert free_keys(record) - documented == set()
    assert record["posterior_hash"] == shipped_posterior().hash


@pytest.mark.long
def test_the_answer_is_made_again_by_reproduce(folder):
    again = run("reproduce", str(folder[0]))
    assert again.exit_code == 0, again.output


def test_mistakes_are_told_with_exit_codes(tmp_path):
    file = tmp_path / "phase2.yaml"
    file.write_text(phase2_text().replace("value: 4.3", "value: 430"), encoding="utf-8")
    with pytest.raises(InvalidInput) as raised:
        run("predict", "brivanib", "--phase2", str(file), "--protocol", "brisk-ps", *SMALL)
    assert f"{file}:" in str(raised.value)
    assert raised.value.exit_code == 3
    with pytest.raises(UsageError) as refused:
        run("predict", "brivanib", "--protocol", "sharp", *SMALL)
    assert refused.value.exit_code == 2
    assert run("predict", "brivanib").exit_code == 2


DRAWN = {"twins": 64}


@pytest.fixture(scope="module")
def sharp_under_draws():
    return run_under_draws(load("sharp"), 8, workers=1, **DRAWN)


def test_a_run_under_draws_has_all_effects_and_arms_and_shares_that_sum_to_1(sharp_under_draws):
    record = run_under_draws_record(sharp_under_draws)
    assert [effect["endpoint"] for effect in record["effects"]][:2] == ["OS", "TTP"]
    assert {arm["arm"] for arm in record["arms_under_draws"]} == {"sorafenib", "placebo"}
    assert (record["agents_fitted"], record["agents_from_hierarchy"]) == (["sorafenib"], [])
    assert record["population_from_hierarchy"] is False
    for effect in record["effects"]:
        assert sum(part["share"] for part in effect["variance"]) == pytest.approx(1.0)
        assert (
            effect["true_hr"]["interval_50"][0]
            < effect["true_hr"]["median"]
            < effect["true_hr"]["interval_50"][1]
        )
        assert effect["true_hr"]["interval_95"][1] < effect["estimated_hr"]["interval_95"][1]


def test_what_was_fitted_gives_nothing_from_the_hierarchies(sharp_under_draws):
    parts = {part.source: part for part in sharp_under_draws.outlook.effects[0].parts}
    assert parts[variance.NEW_AGENTS].variance == parts[variance.SHIFT].variance == 0.0
    assert parts[variance.BETWEEN].sd == pytest.approx(0.08)
    assert parts[variance.PATIENTS].variance > 0.0


def test_an_agent_and_a_population_that_were_not_fitted_bring_their_own_uncertainty():
    protocol = load_text(load("brisk-ps").text.replace("agent: brivanib", "agent: apatinib"))
    found = run_under_draws(protocol, 8, workers=1, **DRAWN)
    assert (found.new_agents, found.new_population) == (("apatinib",), True)
    parts = {part.source: part for part in found.outlook.effects[1].parts}
    assert parts[variance.SHIFT].variance > 0.0
    assert parts[variance.NEW_AGENTS].variance > parts[variance.SHIFT].variance
    assert parts[variance.FITTED_AGENTS].variance == 0.0


def test_draws_in_two_processes_give_the_same_bits(sharp_under_draws):
    again = run_under_draws(load("sharp"), 8, workers=2, **DRAWN)
    assert run_under_draws_record(again) == run_under_draws_record(sharp_under_draws)


def test_more_draws_keep_the_first(sharp_under_draws):
    more = run_under_draws(load("sharp"), 9, workers=1, **DRAWN)
    assert more.draws == 9
    assert more.outlook != sharp_under_draws.outlook


def test_a_number_of_draws_that_says_nothing_is_refused():
    for draws in (1, 7, 2001):
        with pytest.raises(UsageError, match="not a number of draws"):
            run_under_draws(load("sharp"), draws)


def test_the_error_of_sampling_is_what_trials_of_this_size_show(sharp, sharp_trial, sharp_under_draws):
    spread = np.std(sharp_trial.replicates["sorafenib", "OS"].log_hr)
    assert sharp_under_draws.outlook.effect("sorafenib", "OS").sampling_sd == pytest.approx(spread, rel=0.15)
    assert sharp.size == 602


def test_run_with_draws_writes_them_into_summary_and_report(tmp_path):
    place = tmp_path / "out"
    asked = ("run", "sharp", "--patients", "200", "--replicates", "50", "--workers", "1", "--out", str(place))
    done = run(*asked, "--draws", "8")
    assert done.exit_code == 0
    assert "Under 8 draws of what is not known" in done.stdout
    summary = json.loads((place / "summary.json").read_text(encoding="utf-8"))
    assert summary["draws"] == summary["under_draws"]["draws"] == 8
    report = (place / "report.html").read_text(encoding="utf-8")
    assert 'id="draws"' in report
    assert 'id="figure-variance"' in report
