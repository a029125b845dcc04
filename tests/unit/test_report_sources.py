"""Sources that a protocol gives are shown: of the scan interval, of the next line, of the baseline table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hepatrial.patients.baseline import load_baseline
from hepatrial.protocol.loading import load, load_text
from hepatrial.report.baseline_sources import baseline_sources, changed_table
from hepatrial.report.design_rows import design_rows

TRIAL = load_text(
    (Path(__file__).parents[1] / "messages" / "trial.yaml")
    .read_text(encoding="utf-8")
    .replace(
        "visits: {clinic: 3 weeks, scan: 6 weeks}",
        "visits: {clinic: 3 weeks, scan: 6 weeks, scan_source: plan 5.2}",
    )
)


def test_the_design_shows_the_sources_of_the_scan_interval_and_of_the_next_line():
    rows = dict(design_rows(TRIAL))
    assert rows["Visits"].endswith("imaging every 42 days (source: plan 5.2)")
    assert "Next line in 20 %, hazard ratio 0.9 (source: own registry)." in rows["Arm: sorafenib"]


def test_a_scan_interval_without_a_source_is_shown_without_one():
    plain = load_text(TRIAL.text.replace(", scan_source: plan 5.2", ""))
    assert dict(design_rows(plain))["Visits"].endswith("imaging every 42 days")


def test_the_design_does_not_say_that_a_lower_dose_always_follows_an_interruption():
    text = dict(design_rows(load("sharp")))["Arm: sorafenib"]
    assert "interrupt it for 14 days; dose levels below: 400 mg once daily, 400 mg every other day." in text


def test_every_source_of_a_table_is_shown_once_with_its_covariates():
    shown = baseline_sources(TRIAL.baseline)
    assert ("Aetiology", "own registry") in shown
    assert ("Age, years", "protocol Trial") in shown
    assert ("Albumin, g/L, Bilirubin, µmol/L, INR, Encephalopathy", "assumed") in shown
    assert {source for _, source in shown} == set(TRIAL.baseline.sources.values())


def test_a_bundled_table_gives_a_source_for_every_covariate():
    table = load_baseline("sharp")
    assert set(table.sources) == {*table.categories, *table.continuous}


def test_what_a_protocol_changes_stands_beside_the_bundled_table_with_its_source():
    changed = changed_table(TRIAL.baseline)
    assert changed.based_on == "sharp"
    aetiology, age = changed.rows
    assert aetiology == (
        "Aetiology",
        "HBV 70 %, HCV 10 %, alcohol 10 %, other 10 %",
        "HBV 19 %, HCV 28 %, alcohol 26 %, other 27 %",
        "own registry",
    )
    assert age == ("Age, years", "mean 60, sd 10", "mean 65.6, sd 10.5", "protocol Trial")


def test_a_bundled_table_has_no_changes():
    assert changed_table(load_baseline("sharp")) is None


def test_a_table_whose_source_alone_differs_shows_that_source():
    table = load_baseline("sharp")
    sourced = replace(table, sources={**table.sources, "ecog": "own registry"})
    (row,) = changed_table(sourced).rows
    assert (row.here == row.bundled, row.source) == (True, "own registry")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    from hepatrial.report.analyses import run_analyses
    from hepatrial.report.html import write_report
    from hepatrial.report.summary import summary_of
    from hepatrial.virtual_trial import simulate

    result = simulate(TRIAL, patients=300, seed=5, replicates=0, workers=1)
    folder, analyses = tmp_path_factory.mktemp("page"), run_analyses(result)
    write_report(result, summary_of(result, analyses), analyses, folder)
    return (folder / "report.html").read_text(encoding="utf-8")


def test_the_page_holds_them_in_the_design_and_below_table_one(page):
    design = page[page.index('id="design"') : page.index("</section>", page.index('id="design"'))]
    baseline = page[page.index('id="baseline"') : page.index("</section>", page.index('id="baseline"'))]
    assert "source: plan 5.2" in design
    assert "Baseline table sharp, changed by this protocol" in design
    assert "sharp, changed by this protocol" in baseline
    for source in ("own registry", "protocol Trial", "assumed; no distribution was found"):
        assert source in baseline
    assert '<td class="text">mean 60, sd 10</td><td class="text">mean 65.6, sd 10.5</td>' in baseline


def test_table_one_of_a_changed_table_speaks_of_no_published_one(page):
    baseline = page[page.index('id="baseline"') : page.index("</section>", page.index('id="baseline"'))]
    assert "Table one: the arms of the trial and all virtual patients<" in baseline
    assert "published, %" not in baseline
    assert "Published: confirmed shares" not in baseline
    assert "no published table belongs to it" in baseline
