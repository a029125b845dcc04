"""`hepatrial evidence meta` and `network`: text, JSON, folders, exit codes."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import subprocess
import sys

import pytest
from test_report_page import Page
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.evidence.collection import ENVIRONMENT

SORAFENIB = ("meta", "--agent", "sorafenib", "--control", "placebo", "--line", "1L")
FULL = ("meta", "--agent", "all", "--line", "2L", "--by", "year", "--by", "hbv")
APART = ("meta", "--agent", "ramucirumab", "--apart", "afp-400")
ONE = ("meta", "--agent", "lenvatinib", "--control", "sorafenib")
NETWORK = ("network", "--line", "1L", "--bayesian")
TACE = ("network", "--line", "TACE", "--endpoint", "TTP")
EVERY = [SORAFENIB, FULL, APART, ONE, NETWORK, TACE, ("network", "--line", "2L", "--model", "random")]


@pytest.fixture(autouse=True)
def no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def run(*arguments):
    return CliRunner().invoke(app, ["evidence", *map(str, arguments)])


def shown(*arguments) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.exception
    return result.stdout


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("question", EVERY, ids=" ".join)
def test_text_fits_into_80_columns_but_for_addresses(question):
    long = [line for line in shown(*question).splitlines() if len(line) > 80]
    assert all(re.fullmatch(r"\s*https://\S+", line) for line in long), long


def test_the_text_holds_pool_trials_and_both_citations():
    text = shown(*SORAFENIB)
    assert "common effect                             HR 0.69 (0.57 to 0.83), p <0.0001" in text
    assert "random effects (REML, Knapp-Hartung)      HR 0.69 (0.21 to 2.27)" in text
    assert "10.1056/NEJMoa0708857" in text
    assert "10.1016/S1470-2045(08)70285-7" in text
    assert "random effects can't tell how far the effect differs" in words(text)
    assert "STORM [storm]: its line is adjuvant" in words(text)


@pytest.mark.parametrize("question", EVERY, ids=" ".join)
def test_what_did_not_count_stands_under_a_heading_of_its_own(question):
    sources, _, rest = shown(*question).partition("\nnot counted\n")
    assert "records of other treatments" in words(rest)
    assert "records of other treatments" not in words(sources)


def test_the_text_says_which_interval_was_taken_and_what_a_slope_of_few_trials_is_worth():
    text = words(shown(*FULL))
    assert "truncated so as never to be narrower than Wald, t with 8 df; prediction t with 7 df" in text
    assert "With 9 trials the slope is a hint at most. A difference between trials is not an effect" in text
    assert "Wald, normal: too narrow with few trials that differ" in words(shown(*FULL, "--no-knapp-hartung"))


def test_pairs_of_a_network_that_exclude_1_are_not_told_as_if_one_had_been_looked_at():
    assert "105 pairs were looked at and the intervals are not adjusted for that" in words(shown(*NETWORK))


def test_the_text_shows_afp_apart():
    text = words(shown(*APART))
    assert "400 or more: common effect 0.69 (0.56 to 0.85)" in text
    assert "REACH (derived) 1.06" in text


def test_the_text_of_a_network_names_what_it_cannot_tell():
    text = words(shown(*NETWORK))
    assert "sorafenib 2 0.69 (0.57 to 0.83) 0.37" in text
    assert "no loop is closed by different designs" in text
    assert "lenvatinib: LEAP-002 lenvatinib" in text
    assert "second prior" in text


META_KEYS = {
    "question", "model", "model_chosen", "pooled", "common", "random", "studies", "left_out", "leave_one_out",
    "cumulative", "small_study_test", "apart", "regressions", "not_done", "cautions", "notice",
}  # fmt: skip
NETWORK_KEYS = {
    "question", "reference", "model", "model_chosen", "treatments", "against_reference", "common", "random", "league",
    "q", "node_splits", "bayesian", "shared_arms", "set_aside", "would_connect", "studies", "left_out", "not_done",
    "cautions", "notice",
}  # fmt: skip
ESTIMATE = {"hr", "ci", "prediction", "log_hr", "log_hr_standard_error", "p"}
STUDY = {
    "study", "trial", "report", "year", "line", "treatment", "control", "treatment_patients", "control_patients",
    "endpoint", "hr", "ci", "level_percent", "level_stated", "inverse_printed", "log_hr", "log_hr_standard_error",
    "own", "source", "citation",
}  # fmt: skip
WEIGHTS = {"weight_percent_common", "weight_percent_random"}


@pytest.mark.parametrize("question", [SORAFENIB, FULL, APART, ONE], ids=" ".join)
def test_the_json_of_a_pool_has_the_same_keys_whatever_is_known(question):
    found = json.loads(shown(*question, "--json"))
    assert set(found) == META_KEYS
    assert set(found["pooled"]) >= ESTIMATE
    assert all(set(row) == STUDY | WEIGHTS for row in found["studies"])
    assert all(set(row) == {"trial", "name", "reason", "near", "citation"} for row in found["left_out"])
    assert sum(row["weight_percent_common"] for row in found["studies"]) == pytest.approx(100)


def test_the_json_of_a_pool_holds_the_numbers():
    found = json.loads(shown(*SORAFENIB, "--json"))
    assert found["question"] == {
        "agents": ["sorafenib"], "control": "placebo", "endpoint": "OS", "line": "1L", "line_chosen": False,
    }  # fmt: skip
    assert found["pooled"] == found["common"]
    assert found["pooled"]["hr"] == pytest.approx(0.6865, abs=5e-5)
    assert found["pooled"]["ci"] == pytest.approx([0.5709, 0.8255], abs=5e-5)
    assert found["random"]["heterogeneity"]["df"] == 1
    assert found["random"]["prediction"] is None


@pytest.mark.parametrize("question", [NETWORK, TACE], ids=" ".join)
def test_the_json_of_a_network_has_the_same_keys_whatever_is_known(question):
    found = json.loads(shown(*question, "--json"))
    assert set(found) == NETWORK_KEYS
    assert all(set(row) == STUDY for row in found["studies"])
    size = len(found["treatments"])
    assert len(found["against_reference"]) == size - 1
    assert len(found["league"]) == size * (size - 1) // 2
    assert all(
        set(row) == ESTIMATE | {"treatment", "control", "direct_trials", "direct"} for row in found["league"]
    )
    for row in found["league"]:
        assert (row["direct"] is None) == (not row["direct_trials"])
        if row["direct"] is not None:  # neither network closes a loop
            assert row["direct"]["hr"] == pytest.approx(row["hr"])
            assert row["direct"]["ci"] == pytest.approx(row["ci"])


def test_the_json_of_a_prior_holds_both_priors_and_the_ranks():
    found = json.loads(shown(*NETWORK, "--json"))["bayesian"]
    assert found["prior"] == "mortality-drug-v-placebo"
    assert set(found["against_reference"]) == set(found["against_reference_second_prior"])
    low, high = found["against_reference"]["lenvatinib"]["prediction"]
    assert low < found["against_reference"]["lenvatinib"]["ci"][0] < high
    assert all(sum(row) == pytest.approx(1) for row in found["rank_probability"].values())


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder of each question, written once."""
    base = tmp_path_factory.mktemp("answers")
    made = {}
    for name, question in (("full", FULL), ("apart", APART), ("network", NETWORK), ("one", ONE)):
        made[name] = base / "not there yet" / name
        result = run(*question, "--out", made[name])
        assert result.exit_code == 0, result.exception
        assert str(made[name] / "evidence.html") in result.stderr
    return made


def test_a_folder_holds_page_figures_result_and_tables(folders):
    names = {
        path.relative_to(folders["full"]).as_posix() for path in folders["full"].rglob("*") if path.is_file()
    }
    figures = {"forest", "leave-one-out", "cumulative", "funnel", "regression-year"}
    assert names == {
        "evidence.html", "result.json", "manifest.json", "studies.csv", "left_out.csv", "figures/captions.txt",
        *(f"figures/{name}.{kind}" for name in figures for kind in ("svg", "png")),
    }  # fmt: skip
    network = {path.stem for path in (folders["network"] / "figures").iterdir()}
    assert network == {"forest", "forest-bayesian", "network", "league", "scores", "ranks", "captions"}
    assert (folders["apart"] / "figures" / "apart-afp-400.svg").is_file()


def test_the_result_in_the_folder_is_what_json_prints(folders):
    assert json.loads((folders["full"] / "result.json").read_text()) == json.loads(shown(*FULL, "--json"))


def test_the_tables_hold_the_studies_of_the_result(folders):
    for name in ("full", "network"):
        result = json.loads((folders[name] / "result.json").read_text())
        with (folders[name] / "studies.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert [row["trial"] for row in rows] == [row["trial"] for row in result["studies"]]
        assert [float(row["hr_low"]) for row in rows] == [row["ci"][0] for row in result["studies"]]
    with (folders["network"] / "league.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(result["league"])


@pytest.mark.parametrize("name", ["full", "apart", "network", "one"])
def test_a_page_needs_nothing_from_elsewhere_and_names_its_trials(folders, name):
    text = (folders[name] / "evidence.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.faults == []
    for tag in ("script", "link", "iframe", "img"):
        assert not page.all(tag)
    assert "@import" not in text
    assert "url(http" not in text
    result = json.loads((folders[name] / "result.json").read_text())
    for row in result["studies"]:
        assert row["study"] in page.text
        assert row["citation"].split(", ")[-1] in page.text
    for row in result["left_out"]:
        assert not row["near"] or row["name"] in page.text
    for caution in result["cautions"]:
        assert caution in page.text
    assert not re.search(r"\b(None|nan|NaN|Undefined)\b", page.text)


def test_a_page_says_how_to_make_it_again(folders):
    page = Page((folders["full"] / "evidence.html").read_text(encoding="utf-8"))
    assert "hepatrial evidence meta --agent all --control placebo --endpoint OS --line 2L" in page.text
    assert "--by year --by hbv" in page.text


def test_a_folder_is_replaced_only_with_force_and_only_if_it_was_an_answer(folders):
    target = folders["one"]
    refused = run(*ONE, "--out", target)
    assert refused.exception.exit_code == 2
    assert "--force" in str(refused.exception)
    assert run(*ONE, "--out", target, "--force").exit_code == 0
    own = target.parent / "own"
    own.mkdir()
    (own / "thesis.txt").write_text("years of work")
    assert run(*ONE, "--out", own, "--force").exception.exit_code == 2
    assert (own / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("question", [ONE, TACE], ids=" ".join)
def test_a_full_disk_leaves_nothing_behind(monkeypatch, tmp_path, question):
    from hepatrial.report import evidence_folder

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(evidence_folder, "write_json", full)
    result = run(*question, "--out", tmp_path / "answer")
    assert result.exception.exit_code == 1
    assert not [path for path in tmp_path.iterdir() if path.name != "home"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*SORAFENIB, "--tau2", "XYZ"), 2),
        ((*SORAFENIB, "--model", "fixed"), 2),
        (("meta", "--agent", "sorafinib"), 2),
        (("meta",), 2),
        (("meta", "--agent", "sorafenib", "--with-unconfirmed"), 2),
        (("meta", "--agent", "sorafenib", "--endpoint", "QOL"), 2),
        (("meta", "--agent", "ramucirumab", "--endpoint", "TTP"), 1),
        (("meta", "--agent", "lenvatinib", "--control", "sorafenib", "--model", "random"), 3),
        (("network",), 2),
        (("network", "--line", "4L"), 2),
        (("network", "--line", "2L", "--prior", "vague"), 2),
        (("network", "--line", "2L", "--reference", "sorafenib"), 2),
        (("network", "--line", "SIRT", "--endpoint", "TTP"), 1),
        (("network", "--line", "1L", "--endpoint", "PFS", "--model", "random"), 3),
        (("network", "--line", "2L", "--seed", "-1"), 2),
        (("network", "--line", "2L", "--seed", "5"), 2),
        (("meta", "--agent", "sorafenib", "--records", "/not/there"), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_exit_codes(arguments, code):
    result = run(*arguments)
    assert (getattr(result.exception, "exit_code", None) or result.exit_code) == code


def test_estimators_and_intervals_are_those_asked_for():
    base = ("meta", "--agent", "all", "--line", "2L", "--json")
    found = {tau2: json.loads(shown(*base, "--tau2", tau2))["random"] for tau2 in ("REML", "DL", "PM")}
    assert {one["tau2_estimator"] for one in found.values()} == {"reml", "dersimonian-laird", "paule-mandel"}
    assert len({one["heterogeneity"]["tau2"] for one in found.values()}) == 3
    wald = json.loads(shown(*base, "--no-knapp-hartung"))["random"]
    assert wald["interval"] == "wald"
    assert wald["ci"][0] > found["REML"]["ci"][0]


def test_a_text_answer_loads_no_library_of_figures():
    code = (
        "import sys; sys.argv = ['hepatrial', 'evidence', 'meta', '--agent', 'sorafenib']\n"
        "from hepatrial.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('matplotlib', 'jax', 'jinja2') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "HR 0.69" in done.stdout
