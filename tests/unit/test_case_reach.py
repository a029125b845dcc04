"""The case from REACH to REACH-2: its page is that of its numbers, its commands run, and directions hold.

HEPATRIAL_WRITE_SNAPSHOTS=1 writes the tables of the page anew; `examples/reach-to-reach-2/case.py` makes the numbers.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.disease.parameters import fit_content
from hepatrial.posterior import shipped_posterior

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "reach-to-reach-2"
PAGE = ROOT / "docs" / "case-reach.md"
SCRIPTS = ("case", "drawing", "first_trial", "page", "published", "second_trial", "sharp_markers")


@pytest.fixture(scope="module")
def scripts():
    """The example's scripts as modules, as they find each other when they are run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)
        found = {name: __import__(name) for name in SCRIPTS}
        yield found
        for name in SCRIPTS:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def numbers():
    return json.loads((FOLDER / "case.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def versions(scripts):
    first = scripts["first_trial"]
    return {name: first.reach_of(name, 600, 1) for name in first.VERSIONS}


def test_the_tables_of_the_page_are_those_of_the_numbers(scripts, numbers):
    page = PAGE.read_text(encoding="utf-8")
    made = scripts["page"].with_tables(page, numbers)
    if os.environ.get("HEPATRIAL_WRITE_SNAPSHOTS"):
        PAGE.write_text(made, encoding="utf-8")
        page = made
    assert page == made


def test_what_is_derived_from_printed_ratios_adds_up_to_the_whole_trial(scripts):
    ratios = scripts["published"].printed()
    made = scripts["published"].derived(ratios)
    assert (ratios["reach-2"].hr, ratios["reach-2"].lower, ratios["reach-2"].upper) == (0.71, 0.531, 0.949)
    assert made["high"].hr == pytest.approx(0.675, abs=0.001)
    weights = [1.0 / made[name].log_se ** 2 for name in ("high", "low")]
    logs = np.log([made[name].hr for name in ("high", "low")])
    assert np.exp(np.average(logs, weights=weights)) == pytest.approx(ratios["reach"].hr, rel=1e-6)
    assert made["ratio"].hr == pytest.approx(0.63, abs=0.01)


def test_no_draw_of_the_posterior_comes_near_the_assumed_interaction(scripts):
    (assumed,) = scripts["first_trial"].VERSIONS["assumed interaction"].values()
    posterior = shipped_posterior()
    slopes = [posterior.draw(number)["angiogenesis.afp_log_slope"] for number in range(100)]
    assert min(slopes) > -0.10 > assumed


def test_the_fit_misses_the_numbers_that_ask_for_an_interaction_by_no_more_than_chance():
    rows = [row for row in fit_content()["targets"] if row["trial"] == "reach" and "os_hr" in row["quantity"]]
    misfits = [row["misfit_in_sd"] for row in rows]
    assert [f"{abs(misfit):.1f}" for misfit in misfits] == ["0.8", "0.4", "1.2"]
    assert f"{sum(misfit**2 for misfit in misfits):.1f}" == "2.2"


def test_a_table_is_put_in_without_a_word_of_the_page_lost(scripts, numbers):
    names = scripts["page"].tables(numbers)
    empty = "".join(f"<!-- {name} -->\n\nafter {name}\n\n" for name in names)
    once = scripts["page"].with_tables(empty, numbers)
    assert [f"after {name}" in once for name in names] == [True] * len(names)
    assert scripts["page"].with_tables(once, numbers) == once


def test_afp_changes_the_effect_where_that_is_assumed_and_hardly_as_fitted(scripts, versions):
    found = {name: scripts["first_trial"].findings(result, 60) for name, result in versions.items()}
    fitted, assumed = found["as fitted"], found["assumed interaction"]
    assert 0.85 < fitted["truth"]["ratio"] < 1.2
    assert assumed["truth"]["ratio"] < 0.8
    gains = assumed["truth"]["gain months"]
    assert gains["high"]["mean"] > gains["low"]["mean"] + 2 * gains["high"]["error"]
    for marker in scripts["first_trial"].MARKERS:
        assert assumed["power"][marker]["significant"] > fitted["power"][marker]["significant"] + 0.2
        assert assumed["one"]["markers"][marker]["interaction_hr"] < 1.0


def test_enrichment_pays_in_the_second_trial_where_the_interaction_is_assumed(scripts, numbers):
    assumed = numbers["second"]["assumed interaction"]
    assert assumed["enriched"]["hr"] < assumed["unenriched"]["hr"]
    assert assumed["enriched"]["success"] > assumed["unenriched"]["success"]
    second = scripts["second_trial"]
    enriched, plain = second.enriched(), second.unenriched()
    assert (enriched.size, enriched.randomisation, enriched.data_cut) == (
        plain.size,
        plain.randomisation,
        plain.data_cut,
    )
    assert enriched.eligibility.ranges["afp_ng_ml"] == (400, None)
    assert "afp_ng_ml" not in plain.eligibility.ranges


def test_no_plasma_marker_of_the_simulated_sharp_is_called_predictive_or_prognostic(numbers):
    for row in numbers["sharp"]:
        assert row["verdict"] in ("neither", "not enough data")


def test_the_figure_shows_what_was_published_and_names_what_is_assumed(scripts, numbers):
    ratios = scripts["published"].printed()
    figure = scripts["drawing"].draw_case(numbers, ratios, scripts["published"].derived(ratios))
    (axes,) = figure.axes
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert any("ASSUMED" in label for label in labels)
    assert any("derived" in label for label in labels)
    assert sum(label.startswith("REACH") for label in labels) == 4


def test_the_cases_commands_run_one_after_another(tmp_path):
    run, found = tmp_path / "reach", tmp_path / "afp"
    small = ["--patients", "600", "--replicates", "20", "--quiet"]
    assert CliRunner().invoke(app, ["run", "reach", *small, "--out", str(run)]).exit_code == 0
    asked = ["--endpoint", "OS", "--markers", "afp_ng_ml", "--transform", "log1p", "--json"]
    done = CliRunner().invoke(app, ["biomarker", str(run), *asked, "--out", str(found)])
    assert done.exit_code == 0, done.output
    (row,) = json.loads(done.stdout)["markers"]
    assert row["interaction_hr"] is not None
    assert row["interaction_ci"][0] < row["interaction_hr"] < row["interaction_ci"][1]
