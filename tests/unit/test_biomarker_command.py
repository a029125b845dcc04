"""``hepatrial biomarker``: what it prints, writes and refuses, on the example data."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from hepatrial.biomarkers import marker_frame
from hepatrial.biomarkers.prognostic.external import coded_alike, marker_model, validate
from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.report import checklist_answers
from hepatrial.report.checklists_section import checklist
from hepatrial.userdata import DataColumns, example_file, read_trial_data

COLUMNS = ("--time", "OS", "--event", "Death", "--subject", "Number", "--time-unit", "months")
ANSWERS = Path(checklist_answers.__file__).read_text(encoding="utf-8")
CLINICAL = "AFP,Tumorsize,Vascularinvasion,BCLC"
KEYS = ["marker", "n", "events", "hr", "ci", "p", "p_adjusted", "interaction_hr", "interaction_ci", "interaction_p",
        "verdict"]  # fmt: skip


def run(*arguments: str, data: str | None = None):
    return CliRunner().invoke(
        app, ["biomarker", data or str(example_file()), *arguments], catch_exceptions=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("biomarker") / "answer"
    result = run(
        *COLUMNS, "--transform", "log1p", "--adjust", CLINICAL, "--cutpoint", "--impute", "2", "--markers",
        "CXCL17T,CXCL17P,CD68T", "--panel", "lasso", "--horizon", "36", "--out", str(place), "--json",
    )  # fmt: skip
    assert result.exit_code == 0
    return place, json.loads(result.stdout)


def test_the_json_has_a_row_a_marker_with_the_named_keys(folder):
    record = folder[1]
    assert [list(row) for row in record["markers"]] == [KEYS] * 3
    assert record["markers"][0]["interaction_p"] is None
    assert record == json.loads((folder[0] / "result.json").read_text(encoding="utf-8"))


def test_cxcl17t_is_found_again(folder):
    """Per SD of log1p, OS hazard ratio 1.40 (1.14 to 1.71) alone and 1.55 beside clinical covariates."""
    record = folder[1]
    alone = record["models"]["alone"][0]
    assert alone["hr"] == pytest.approx(1.40, abs=0.006)
    assert alone["ci"] == [pytest.approx(1.14, abs=0.005), pytest.approx(1.71, abs=0.005)]
    assert record["markers"][0]["hr"] == pytest.approx(1.55, abs=0.005)
    assert record["markers"][0]["verdict"] == "prognostic"


def test_a_panel_and_what_a_marker_adds_are_of_unseen_patients(folder):
    record = folder[1]
    assert record["panel"]["left_out"] == ["CD68T"]
    assert record["panel"]["candidates"] == 2
    added = record["added_value"][0]
    assert added["horizon_months"] == pytest.approx(36)
    harrell = added["scores"][0]
    assert harrell["extended"] - harrell["base"] == pytest.approx(harrell["difference"])
    assert harrell["as_fitted"][1] > harrell["extended"] > harrell["base"]


def test_the_page_of_the_documentation_has_the_numbers_of_the_run(folder):
    cut, alone, beside = (folder[1]["cutpoints"][0], folder[1]["models"]["alone"][0], folder[1]["markers"][0])
    page = " ".join(
        (Path(__file__).parents[2] / "docs" / "biomarkers.md").read_text(encoding="utf-8").split()
    )
    for said in (
        f"{cut['hr_naive']:.2f} at p {cut['p_naive']:.4f}; corrected for the search it is "
        f"{cut['hr_corrected']:.2f} at p {cut['p_permutation']:.3f}",
        f"{alone['hr']:.2f} ({alone['ci'][0]:.2f} to {alone['ci'][1]:.2f}) per SD of log1p",
        f"{beside['hr']:.2f} ({beside['ci'][0]:.2f} to {beside['ci'][1]:.2f}) beside AFP",
    ):
        assert said in page, said
    assert cut["hr_out_of_sample"][0] < 1


def test_a_searched_cut_point_is_shown_beside_its_correction(folder):
    cut = folder[1]["cutpoints"][0]
    assert cut["p_naive"] < cut["p_permutation"] < cut["p_lausen_schumacher"] * 2
    assert 1 < cut["hr_corrected"] < cut["hr_naive"]


def test_the_page_holds_figures_of_everything(folder):
    place = folder[0]
    page = (place / "biomarker.html").read_text(encoding="utf-8")
    for heading in (
        "What the data say",
        "Every marker",
        "The shape of the effect",
        "Cut-points",
        "What is missing",
    ):
        assert heading in page
    for heading in (
        "What a marker adds to the clinical base",
        "A panel of markers",
        "The model, and its test",
        "Checklists for the report",
    ):
        assert heading in page
    assert "not for treating a patient" in page
    names = {file.stem for file in (place / "figures").glob("*.svg")}
    assert {"markers", "curve-1", "curve-2", "cutpoint-1", "cutpoint-2"} <= names


def test_checklists_say_what_the_run_did_or_that_it_is_for_the_writer(folder):
    page = (folder[0] / "biomarker.html").read_text(encoding="utf-8")
    assert "for you to write" in page
    assert "Not done: no other data were given (--validate)." in page
    known = set(re.findall(r'"(\w+)"(?:: |\] = )', ANSWERS))
    for name, items in (("remark", 20), ("tripod", 37)):
        found = checklist(name)["items"]
        assert len(found) == items
        assert {item["answer"] for item in found if "answer" in item} <= known


def test_what_survives_the_correction_over_all_markers():
    result = run(*COLUMNS, "--transform", "log1p", "--multiplicity", "holm", "--json")
    rows = json.loads(result.stdout)["markers"]
    assert len(rows) == 43
    survive = {row["marker"] for row in rows if row["verdict"] == "prognostic"}
    assert {"CD68T", "Tumormultiplicity", "TNM"} <= survive
    assert "Age" not in survive


def test_a_model_is_tested_on_data_that_had_no_part_in_it(tmp_path):
    table = pl.read_csv(example_file(), null_values=["NA"], infer_schema_length=None)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    table[::2].write_csv(first)
    table[1::2].write_csv(second)
    asked = (*COLUMNS, "--transform", "log1p", "--adjust", "AFP,BCLC", "--markers", "CXCL17T", "--json")
    record = json.loads(run(*asked, "--validate", str(second), data=str(first)).stdout)
    found = record["validation"]
    assert (found["n"], found["left_out"]) == (113, 0)
    assert found["c"] > 0.6
    # The risk of a patient by hand from what the record holds.
    model = record["model"]
    row = table[1::2].row(0, named=True)
    scale = model["markers"][0]
    marker = (np.log1p(row["CXCL17T"]) - scale["centre"]) / scale["width"]
    values = [float(row["AFP"] == 2), float(row["BCLC"] == 2), marker]
    eta = sum(c["log_hr"] * (v - c["centre"]) for c, v in zip(model["columns"], values, strict=True))
    days, hazard = (np.array(model["baseline"][key]) for key in ("days", "cumulative_hazard"))
    by_hand = 1 - np.exp(-np.exp(eta) * hazard[days <= 365].max())
    data = read_trial_data(second, DataColumns("OS", "Death", subject="Number", time_unit="months"))
    fit_on = read_trial_data(first, DataColumns("OS", "Death", subject="Number", time_unit="months"))
    frame = marker_frame(fit_on, markers=["CXCL17T"], adjust=["AFP", "BCLC"], transform="log1p")
    fitted = marker_model(frame, ["CXCL17T"])
    assert validate(fitted, data, 365.0).c.estimate == found["c"]
    alone = replace(data, subjects=data.subjects[:1])
    risk = 1 - fitted.risk.survival(coded_alike(fitted, alone), np.array([365.0]))[0, 0]
    assert risk == pytest.approx(by_hand, rel=1e-9)


def test_other_data_without_a_column_of_the_model_are_refused(tmp_path):
    table = pl.read_csv(example_file(), null_values=["NA"], infer_schema_length=None)
    file = tmp_path / "other.csv"
    table.drop("CXCL17T").write_csv(file)
    with pytest.raises(InvalidInput, match="lack CXCL17T"):
        run(*COLUMNS, "--markers", "CXCL17T", "--validate", str(file))


def test_a_file_without_named_columns_is_told_how_to_find_them():
    with pytest.raises(UsageError, match="--time and --event"):
        run()


def test_words_of_many_levels_are_no_marker(tmp_path):
    file = tmp_path / "cohort.csv"
    rows = [f"{i + 1},{i % 2},{'abc'[i % 3]},{i * 7 % 5}" for i in range(30)]
    file.write_text("days,dead,stage,x\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="stage is text of 3 levels"):
        run("--time", "days", "--event", "dead", "--markers", "stage", data=str(file))
