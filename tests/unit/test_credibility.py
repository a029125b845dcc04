"""``hepatrial credibility`` and the page of a calibration say what the files hold, and what is judged."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from calibration_cases import TRIALS, finished_folder
from typer.testing import CliRunner

from hepatrial.calibration.finished import finished
from hepatrial.calibration.observed import observed_trials
from hepatrial.calibration.shipping import PLACES, drawn_values
from hepatrial.calibration.simulation_based import shipped_simulation_based
from hepatrial.cli.app import app
from hepatrial.disease.parameters import prior_parameters
from hepatrial.posterior import shipped_posterior
from hepatrial.report.calibration_page import write_calibration_page
from hepatrial.report.credibility_answer import credibility
from hepatrial.report.credibility_content import LEVELS, credibility_content
from hepatrial.report.credibility_record import credibility_record
from hepatrial.report.simulation_based_section import pooled_coverage
from hepatrial.validation import preregistration

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "credibility.md").read_text(encoding="utf-8")


def invoked(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    return finished_folder(tmp_path_factory.mktemp("calibrated"), draws=20)


def scores(chi2):
    rivals = ("null", "class_mean", "common_sense", "common_sense_by_setting", "indirect", "perfect")
    return {"n": 2, "chi2": chi2, "coverage80": 0.5, "coverage95": 1.0} | {f"chi2_{r}": 9.5 for r in rivals}


@pytest.fixture(scope="module")
def validated(calibrated, tmp_path_factory):
    """The folder of a validation with two ratios, one outside its 80 % interval; numbers of this test."""
    posterior = json.loads((calibrated / "posterior.json").read_text(encoding="utf-8"))["hash"]
    row = {"endpoint": "OS", "use": "held out", "published_hr": 1.3, "predicted_ci80": [0.9, 1.2]}
    rows = [
        {"trial": "sun1170", "predicted_hr": 1.05, "standardised_error": 2.25, **row},
        {
            "trial": "light",
            "predicted_hr": 1.1,
            "standardised_error": 1.0,
            **row,
            "predicted_ci80": [0.9, 1.4],
        },
    ]
    record = {
        "preregistration": preregistration().hash,
        "posterior": posterior,
        "all_trials": True,
        "groups": {"held-out systemic": {"os": scores(4.3), "ttp_pfs": None}},
        "rows": rows,
        "leave_one_out": {},
    }
    folder = tmp_path_factory.mktemp("validated")
    (folder / "result.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def written(calibrated, validated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("credibility") / "answer"
    options = ("--calibration", calibrated, "--validation", validated, "--out", folder)
    result = invoked("credibility", *options, "--json")
    assert result.exit_code == 0, result.output
    return folder, json.loads(result.stdout)


def test_json_and_the_folder_hold_one_record(written):
    folder, record = written
    assert json.loads((folder / "result.json").read_text(encoding="utf-8")) == record
    names = {
        "credibility.html",
        "assumed.csv",
        "misfits.csv",
        "verification.csv",
        "simulation-based.csv",
        "manifest.json",
        "figures",
    }
    assert names <= {file.name for file in folder.iterdir()}


def test_numbers_of_the_calibration_are_those_of_its_files(written, calibrated):
    told = written[1]["calibration"]
    record = json.loads((calibrated / "posterior.json").read_text(encoding="utf-8"))
    for name in ("chi2", "observations", "converged", "effective_share", "hash", "command"):
        assert told[name] == record[name]
    assert [*told["trials"], *told["early_arms"]] == list(TRIALS)
    counts = [n for group in told["learnt"].values() for n in group.values()]
    assert sum(counts) == told["unknowns"] == len(record["unknowns"])
    left_out = json.loads((calibrated / "leave_one_out.json").read_text(encoding="utf-8"))
    assert written[1]["leave_one_out"]["log_score_sum"] == pytest.approx(
        sum(left_out["log_score"].values()), abs=1e-3
    )


def test_every_number_graded_assumed_is_listed_and_no_other(written):
    assumed = {name for name, one in prior_parameters().quantities.items() if one.grade == "assumed"}
    rows = written[1]["assumed"]
    assert {row["name"] for row in rows} == assumed
    largest = [max(row["total_index_os_log_hr"].values(), default=0.0) for row in rows]
    assert largest == sorted(largest, reverse=True)
    with (written[0] / "assumed.csv").open(encoding="utf-8", newline="") as text:
        assert len(list(csv.DictReader(text))) == len(assumed)


def test_the_page_shows_scores_beside_rivals_and_what_lies_outside(written):
    text = (written[0] / "credibility.html").read_text(encoding="utf-8")
    row = re.search(r"Held-out systemic</t[dh]>\s*<td[^>]*>overall survival.*?</tr>", text, re.DOTALL)[0]
    assert "<strong>4.3</strong>" in row
    assert row.count("9.5") == 5
    assert [each["trial"] for each in written[1]["validation"]["outside_80"]] == ["sun1170"]
    # Predicted minus published: the published ratio was above the prediction.
    assert re.search(r"sun1170.*?-2\.25", text, re.DOTALL)
    assert "simulated, for research" in text.lower()


def test_the_page_shows_ranks_and_coverage_of_synthetic_trials(written):
    found, folder = shipped_simulation_based(), written[0]
    text = (folder / "credibility.html").read_text(encoding="utf-8")
    assert f"{found['truths']} truths were read beside their articles" in text
    assert (folder / "figures" / "simulation-based-ranks.svg").is_file() == (found["replicates"] > 0)
    for row in found["unknowns"]:
        (half, *_) = row["coverage"]
        assert f"{half['covered'] / half['of']:.0%} ({half['low']:.0%} to {half['high']:.0%})" in text
    told = written[1]["simulation_based"]
    assert told["unknowns"] == found["unknowns"]
    assert told["of_these_priors"] == (found["priors"] == prior_parameters().hash)


def test_the_summary_of_synthetic_trials_is_that_of_their_ranks():
    found = shipped_simulation_based()
    ranks = np.array([row["ranks"] for row in found["rows"] if "ranks" in row])
    assert (len(ranks), len(found["truth_rows"])) == (found["replicates"], found["truths"])
    for row, column in zip(found["unknowns"], ranks.T, strict=True):
        share = (column + 0.5) / (found["draws"] + 1)
        covered = [np.sum((share > 0.5 - q / 2) & (share < 0.5 + q / 2)) for q in (0.5, 0.8, 0.95)]
        assert [each["covered"] for each in row["coverage"]] == covered


def test_the_documented_coverage_of_synthetic_trials_is_that_of_the_file():
    found = shipped_simulation_based()
    told = re.findall(
        r"^\| `?([\w. ]+?)`? \| (\d+) of (\d+) \| (\d+) of \d+ \| (\d+) of \d+ \| ([\d.]+) \|$", PAGE, re.M
    )
    assert [(name, *map(int, (half, of, wide, widest)), p) for name, half, of, wide, widest, p in told] == [
        (
            row["name"], row["coverage"][0]["covered"], found["replicates"], row["coverage"][1]["covered"],
            row["coverage"][2]["covered"], f"{row['p_holm']:.2f}",
        )
        for row in found["unknowns"]
    ]  # fmt: skip


def test_a_record_of_another_posterior_is_told(validated, written, tmp_path):
    answer = credibility(None, validated)
    assert not answer.validation.of_this_posterior
    result = invoked("credibility", "--validation", validated)
    assert "of another posterior" in result.stdout


def test_a_folder_that_holds_no_validation_is_refused(tmp_path, calibrated):
    result = CliRunner().invoke(app, ["credibility", "--validation", str(tmp_path)])
    assert result.exit_code != 0
    assert "no record of a validation" in str(result.exception)
    (tmp_path / "result.json").write_text('{"rows": []}', encoding="utf-8")
    result = CliRunner().invoke(app, ["credibility", "--validation", str(tmp_path)])
    assert "found:   no preregistration, posterior" in str(result.exception)


def test_what_is_printed_names_risk_calibration_and_misses(calibrated, validated):
    text = invoked("credibility", "--calibration", calibrated, "--validation", validated).stdout
    assert "Whether to go into phase 3: influence medium, consequence high, risk high (judged)" in text
    assert "held-out systemic, os (2): chi2 4.3, HR = 1 9.5" in text
    assert "sun1170, brisk-fl" in text
    assert "not for treating a patient" in text


def test_the_shipped_files_are_of_one_calibration():
    found, posterior = finished(), shipped_posterior()
    assert found.record["hash"] == posterior.hash
    names, values = drawn_values(found.problem.unknowns, found.draws)
    assert names == posterior.names
    np.testing.assert_allclose(values, posterior.values, rtol=1e-6)
    assert credibility_record(credibility())["calibration"]["hash"] == posterior.hash
    assert set(PLACES) >= {"slopes.npz", "draws.npz", "progress.json", "posterior.json", "leave_one_out.json"}


def test_risk_lies_between_influence_and_consequence():
    contexts = credibility_content().contexts
    assert {each.risk for each in contexts} == set(LEVELS)
    for each in contexts:
        places = sorted(map(LEVELS.index, (each.influence, each.consequence)))
        assert places[0] <= LEVELS.index(each.risk) <= places[1]


def test_every_verification_names_a_test_that_is_there_and_holds_what_is_told():
    for row in credibility_content().verification:
        file, _, name = row.test.partition("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        start = text.index(f"def {name}(")
        following = text.find("\ndef ", start + 1)
        body = text[start : following if following > 0 else len(text)]
        for words in row.shown_by:
            assert words in body, (row.test, words)


def test_reasons_of_failure_are_of_trials_that_are_compared():
    known = {each.key for each in observed_trials()} | set(preregistration().trials)
    assert set(credibility_content().failures) <= known


def test_the_page_of_a_calibration_stands_beside_its_files(calibrated, tmp_path):
    page = write_calibration_page(finished(calibrated), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert page.name == "calibration.html"
    for heading in ("How the fit ended", "Prior against posterior", "How published numbers are met"):
        assert heading in text
    record = json.loads((calibrated / "posterior.json").read_text(encoding="utf-8"))
    assert f"{record['chi2']:.1f} of {record['observations']}" in text
    figures = {file.stem for file in (tmp_path / "figures").glob("*.svg")}
    groups = ("population", "hierarchy", "agents", "trials")
    assert figures == {"misfits", *(f"prior-posterior-{group}" for group in groups)}


def test_the_documentation_lists_every_key_of_the_record(written):
    keys = set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))
    assert set(written[1]) <= keys


def test_export_writes_the_problem_and_the_draws(calibrated, tmp_path):
    problem, draws = tmp_path / "petab", tmp_path / "draws.json"
    assert (
        invoked("export-calibration", "petab", "--out", problem, "--calibration", calibrated).exit_code == 0
    )
    assert (problem / "problem.yaml").is_file()
    again = CliRunner().invoke(app, ["export-calibration", "petab", "--out", str(problem)])
    assert again.exit_code != 0
    assert "holds an earlier run" in str(again.exception)
    assert invoked("export-calibration", "arviz", "--out", draws, "--calibration", calibrated).exit_code == 0
    again = CliRunner().invoke(app, ["export-calibration", "arviz", "--out", str(draws)])
    assert "replace it with --force" in str(again.exception)
    other = CliRunner().invoke(app, ["export-calibration", "csv", "--out", str(draws)])
    assert other.exit_code == 2


def test_the_documented_coverage_over_all_quantities_is_that_of_the_file():
    found = shipped_simulation_based()
    half, wide, widest = pooled_coverage(found).values()
    assert f"{found['replicates']} truths were fitted" in PAGE
    assert f"hold {half:.0%}, {wide:.0%} and {widest:.0%} of truths" in PAGE


def test_the_documented_misfit_of_synthetic_truths_is_that_of_the_file():
    found = shipped_simulation_based()
    assert f"Over {found['truths']} truths the numbers of their articles differ" in PAGE
    assert f"a chi-squared of {found['chi2_of_a_number']:.2f} a number" in PAGE
    sd = {row["name"]: row["sd"] for row in found["numbers"]}
    scanned = sorted(value for name, value in sd.items() if "ttp_median" in name)
    assert [f"{value:.2f}" for value in scanned] == ["0.45", "0.56"]
    assert all(0.9 < value < 1.2 for name, value in sd.items() if "ttp_median" not in name)
    placebo = next(row for row in found["numbers"] if row["name"] == "placebo: orr_percent")
    assert placebo["mean"] == pytest.approx(1 / 3, abs=0.05)
