"""Other published findings beside the simulation: the right share, of the right people, with what differs said."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from report_cases import run

from hepatrial.protocol.loading import load
from hepatrial.report.analyses import run_analyses
from hepatrial.report.finding_rows import NAMES, finding_rows, is_reprint, source_links
from hepatrial.report.formatting import signed
from hepatrial.report.one_trial import one_trial
from hepatrial.report.simulated_findings import Source, simulated_finding


def sources_of(result) -> dict[str, Source]:
    trial = one_trial(result, run_analyses(result).trial)
    return {arm.name: Source(result, trial, arm.name) for arm in result.protocol.arms}


@pytest.fixture(scope="module")
def sources(sharp_trial):
    return sources_of(sharp_trial)


def published(values: dict[str, float], *, arm="sorafenib", n=299, dcr=None, note=None, subgroup=None):
    own = {
        "of": arm,
        "subgroup": subgroup,
        "values": values,
        "source": "https://a.org/1; llovet2008",
        "note": note,
    }
    return {"arms": [{"arm": arm, "n": n, "dcr_percent": dcr}], "findings": [own]}


def only_row(values, sources, protocol=None, **told):
    (row,) = finding_rows(published(values, **told), sources, protocol or load("sharp"))
    return row


def test_shares_of_best_response_are_of_all_virtual_patients(sharp_trial, sources):
    best = sharp_trial.population.best
    own = best.filter((pl.col("arm") == "sorafenib") & (pl.col("criteria") == "RECIST 1.0"))["best"]
    for level, name in (("PR", "partial_response"), ("SD", "stable_disease"), ("PD", "progressive_disease")):
        found = simulated_finding(sources["sorafenib"], f"{name}_percent")
        assert (found.count, found.n) == ((own == level).sum(), len(own))
        assert not found.one_trial


def test_doses_and_events_are_of_the_one_trial(sharp_trial, sources):
    trial = sharp_trial.trial
    arm = trial.subjects.filter(pl.col("arm") == "sorafenib")["subject"]
    dose = trial.exposure.filter(pl.col("subject").is_in(arm.implode()))
    interrupted = dose.filter(pl.col("dose_mg_per_day") == 0)["subject"].n_unique()
    found = simulated_finding(sources["sorafenib"], "interrupted_percent")
    assert (found.count, found.n, found.one_trial) == (interrupted, len(arm), True)
    reduced = dose.filter(pl.col("dose_mg_per_day").is_between(1, 799))["subject"].n_unique()
    assert simulated_finding(sources["sorafenib"], "dose_reduced_percent").count == reduced
    severe = trial.adverse_events.filter(pl.col("grade") >= 3)
    skin = severe.filter(pl.col("event") == "hand-foot skin reaction")
    for quantity, rows in (("related_adverse_events", severe), ("hand_foot_skin_reaction", skin)):
        found = simulated_finding(sources["sorafenib"], f"{quantity}_grade_3_or_more_percent")
        assert (found.count, found.n) == (rows["subject"].n_unique(), len(arm))
    days = dose["end_day"] - dose["start_day"]
    mean = (dose["dose_mg_per_day"] * days).sum() / days.sum()
    assert simulated_finding(sources["sorafenib"], "mean_daily_dose_mg").value == pytest.approx(mean)


def test_time_to_symptomatic_progression_is_compared_with_its_definition(sharp_trial, sources):
    own = sharp_trial.population.subjects.filter(pl.col("arm") == "sorafenib")
    found = simulated_finding(sources["sorafenib"], "symptomatic_progression_median_months")
    before = own["symptoms_days"] < found.value * 30.4375
    # Without censoring in the first months the median would halve the patients; censoring by death moves it later.
    assert 0.3 < (before & (own["symptoms_event"] == 1)).mean() <= 0.5
    row = only_row({"symptomatic_progression_median_months": 4.1}, sources)
    assert row.simulated == f"{found.value:.1f}"
    assert row.verdict == f"{signed(found.value - 4.1)}, not judged; fitted"
    assert not row.misses
    assert "death without it censored" in row.difference


def test_who_stops_and_who_goes_on_is_of_all_virtual_patients(sharp_trial, sources):
    own = sharp_trial.population.subjects.filter(pl.col("arm") == "sorafenib")
    stopped = simulated_finding(sources["sorafenib"], "stopped_for_related_adverse_events_percent")
    assert stopped.count == (own["treatment_end"] == "adverse event").sum()
    progressed = own.filter(pl.col("ttp_event") == 1)
    beyond = simulated_finding(sources["sorafenib"], "continued_after_progression_percent")
    assert beyond.n == progressed.height
    assert beyond.count == (progressed["treatment_days"] > progressed["ttp_days"]).sum()


def test_who_has_a_severe_event_is_interrupted_or_withdrawn_at_once(sources):
    """Why a run interrupts fewer than have an event: the rest are withdrawn, which is no interruption."""
    trial = sources["sorafenib"].result.trial
    with_event = set(trial.adverse_events["subject"])
    interrupted = set(trial.exposure.filter(pl.col("dose_mg_per_day") == 0)["subject"])
    first = trial.adverse_events.sort("day").group_by("subject", maintain_order=True).first()
    withdrawn = set(first.filter(pl.col("action") == "drug withdrawn")["subject"])
    assert withdrawn
    assert not interrupted & withdrawn
    # An event on the last day of treatment leaves no day to interrupt.
    assert len(with_event - interrupted - withdrawn) <= 2
    assert interrupted <= with_event


def test_the_page_on_agents_tells_what_a_run_gives(sources):
    page = (Path(__file__).parents[2] / "docs" / "agents.md").read_text(encoding="utf-8")
    told = re.search(r"simulated SHARP gives about (\d+);\s(\d+); (\d+); (\d+)%", page)
    quantities = (
        "related_adverse_events_grade_3_or_more_percent",
        "interrupted_percent",
        "dose_reduced_percent",
        "stopped_for_related_adverse_events_percent",
    )
    for percent, quantity in zip(map(float, told.groups()), quantities, strict=True):
        found = simulated_finding(sources["sorafenib"], quantity)
        error = np.sqrt(percent * (100 - percent) / found.n)
        assert abs(found.value - percent) < 3 * error, quantity


def test_an_arm_without_active_agent_has_no_doses_and_no_events(sources):
    for quantity in ("interrupted_percent", "mean_daily_dose_mg", "diarrhoea_grade_3_or_more_percent"):
        assert simulated_finding(sources["placebo"], quantity) is None
    row = only_row({"diarrhoea_grade_3_or_more_percent": 2}, sources, arm="placebo", n=303)
    assert (row.simulated, row.verdict, row.misses) == ("–", "–", False)
    assert "none in an arm without active agent" in row.difference


def test_an_event_that_the_catalogue_does_not_give_is_not_simulated(sources):
    assert simulated_finding(sources["sorafenib"], "bleeding_grade_3_or_more_percent") is None


def test_a_share_of_all_patients_is_judged_by_the_exact_interval_and_a_share_of_one_trial_by_chance(sources):
    row = only_row({"partial_response_percent": 20}, sources)
    assert row.misses
    assert row.verdict.startswith("below the given interval")
    assert row.of == "all virtual patients"
    row = only_row({"interrupted_percent": 80}, sources)
    assert row.misses
    assert "Fisher p" in row.verdict
    assert row.of == "one trial"
    assert "who is withdrawn at the first event has none" in row.failure


def test_stable_disease_of_another_definition_is_not_judged(sources):
    judged = only_row({"stable_disease_percent": 5}, sources)
    assert judged.misses
    assert "at least 42 days" in judged.difference
    row = only_row({"stable_disease_percent": 54}, sources, load("asia-pacific"), dcr=35.0)
    assert not row.misses
    assert row.verdict.endswith("not judged")
    assert "of any length, as disease control was 35.0 %" in row.difference
    assert "at least 84 days" in row.difference


@pytest.mark.parametrize(
    "quantity",
    ["stopped_for_adverse_events_percent", "mean_daily_dose_mg", "continued_after_progression_percent"],
)
def test_what_is_not_the_same_is_shown_with_the_reason_and_not_judged(quantity, sources):
    row = only_row({quantity: 99}, sources)
    assert row.verdict.endswith("not judged")
    assert not row.misses
    assert row.difference


def test_reprints_are_called_so():
    assert is_reprint("https://plasignaling.com/x", "reprint of the text of Carr 2010")
    assert is_reprint("https://interleukinreceptor.com/?p=5532 (review reprint)", None)
    assert not is_reprint("https://pmc.ncbi.nlm.nih.gov/articles/PMC9060366/table/T3", None)


def test_sources_are_named_by_their_host_and_linked():
    one, two = source_links("https://pmc.org/T2 (table); llovet2008")
    assert (one.name, one.url) == ("pmc.org", "https://pmc.org/T2")
    assert (two.name, two.url) == ("llovet2008", "")
    assert len(source_links("https://a.org/1; https://a.org/1 (reprint)")) == 1


def test_findings_of_groups_of_patients_and_of_whole_trials_are_left_out(sources):
    told = published({"stable_disease_percent": 5}, subgroup="hepatitis B")
    assert finding_rows(told, sources, load("sharp")) == ()
    assert finding_rows(None, sources, load("sharp")) == ()


def test_the_findings_of_sharp_are_all_on_the_page(sharp_trial, tmp_path):
    from test_report_page import Page, page_of

    from hepatrial.evidence.published import published_summary

    text = Page(page_of(sharp_trial, tmp_path)).text
    known = published_summary("sharp")
    rows = finding_rows(known, sources_of(sharp_trial), sharp_trial.protocol)
    told = {quantity for row in known["findings"] if not row["subgroup"] for quantity in row["values"]}
    assert {row.measure for row in rows} == {NAMES[quantity] for quantity in told & set(NAMES)}
    for needed in ("stable_disease_percent", "interrupted_percent", "mean_daily_dose_mg"):
        assert NAMES[needed] in text
    assert "plasignaling.com (reprint; original not read)" in text
    assert "interleukinreceptor.com (reprint; original not read)" in text


def test_a_protocol_with_other_arms_has_rows_for_those_alone_that_were_published():
    result = run("four arms")
    rows = finding_rows(published({"partial_response_percent": 2}), sources_of(result), result.protocol)
    assert [row.arm for row in rows] == ["sorafenib"]
