"""The words of a report: units in the singular and the plural, nothing that was not asked for, reasons for gaps."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hepatrial.protocol.design import DataCut
from hepatrial.protocol.loading import load, load_text
from hepatrial.report.analyses import run_analyses
from hepatrial.report.design_rows import design_rows
from hepatrial.report.formatting import counted, survival_text
from hepatrial.report.html import write_report
from hepatrial.report.summary import summary_of
from hepatrial.virtual_trial import simulate

SHARP = load("sharp")
OWN = load_text(
    (Path(__file__).parents[1] / "messages" / "trial.yaml")
    .read_text(encoding="utf-8")
    .replace("published: sharp\n", "")
    .replace(
        "progression: RECIST 1.1, reported: [RECIST 1.1, mRECIST]",
        "progression: mRECIST, reported: [mRECIST]",
    )
    .replace("events: 200", "events: 20")
    .replace("size: 300", "size: 36")
    .replace("survival_at: [6 months], rmst: 12 months", "survival_at: [1 month, 12 months]")
)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    result = simulate(OWN, patients=60, seed=2, replicates=5, workers=1)
    folder, analyses = tmp_path_factory.mktemp("page"), run_analyses(result)
    write_report(result, summary_of(result, analyses), analyses, folder)
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("days", "text"), [(304.375, "10 months"), (30.4375, "1 month"), (430.0, "430 days")]
)
def test_a_cut_by_time_is_told_in_the_unit_that_says_it_shortest(days, text):
    cut = replace(SHARP, data_cut=DataCut(None, None, days))
    assert dict(design_rows(cut))["Data cut"] == f"{text} after enrolment opened"


def test_one_month_is_singular():
    assert (counted(1, "month"), counted(2.5, "month"), counted(0, "day")) == (
        "1 month",
        "2.5 months",
        "0 days",
    )
    plan = replace(SHARP.analysis, survival_at_months=(6.0, 12.0), rmst_months=1.0)
    rows = dict(design_rows(replace(SHARP, analysis=plan, horizon_days=30.4375)))
    assert "survival at 6, 12 months; restricted mean within 1 month" in rows["Analysis plan"]
    assert "simulated for 1 month after" in rows["Horizon"]


@pytest.mark.parametrize(
    ("value", "limits", "at_risk", "text"),
    [
        (51.25, [40.0, 60.0], 5, "51.2 (40.0 to 60.0)"),
        (51.25, [40.0, 60.0], 4, "51.2 (40.0 to 60.0), few at risk (4)"),
        (0.0, [None, None], 0, "0.0, no interval: all have died"),
        (None, [None, None], 0, "beyond follow-up"),
    ],
)
def test_survival_says_how_few_are_at_risk_and_why_it_has_no_interval(value, limits, at_risk, text):
    assert survival_text(value, limits, at_risk) == text


def test_a_page_without_published_record_speaks_of_none(page):
    result = page[page.index('id="result"') : page.index("</section>", page.index('id="result"'))]
    assert "no published record" in result
    assert '<th scope="col">published' not in page
    assert "interval of the published" not in page
    assert "fitted</em> was a target" not in page
    assert "published HR" not in page


def test_restricted_means_are_not_spoken_of_unless_asked_for(page):
    section = page[page.index('id="trial"') : page.index("</section>", page.index('id="trial"'))]
    assert "months gained" not in section
    assert not re.search("restricted mean", section, re.IGNORECASE)


def test_a_rate_by_the_protocols_own_criteria_stands_once(page):
    result = page[page.index('id="result"') : page.index("Definitions")]
    assert "response rate, %" in result
    assert "response rate by mRECIST" not in result


def test_no_row_of_results_is_empty(page):
    result = page[page.index('id="result"') : page.index("Definitions")]
    rows = re.findall(r"<tr>(<th scope=\"row\".*?)</tr>", result)
    assert len(rows) > 10
    assert not [row for row in rows if re.findall(r"<td>([^<]*)</td>", row) in (["–"], ["–", "–"])]


def test_months_of_survival_are_counted_in_words(page):
    assert "alive at 1 month, %" in page
    assert "alive at 12 months, %" in page
    assert not re.search(r"(?<![\d.])1 months", page)


def test_adverse_events_of_the_highest_grade_stand_for_all_above_it(page):
    assert '<th scope="col">grade 3 or more</th>' in page
    assert "stands for that grade and all above it" in page


def test_the_terminal_shows_a_rate_by_the_protocols_own_criteria_once():
    from hepatrial.cli.result_table import rows

    result = simulate(OWN, patients=60, seed=2, replicates=0, workers=1)
    summary = summary_of(result)
    assert summary["response_criteria"] == "mRECIST"
    labels = [label for label, *_ in rows(summary)]
    assert "response, %" in labels
    assert "response mRECIST, %" not in labels
    assert "response mRECIST, %" in [
        label for label, *_ in rows(summary | {"response_criteria": "RECIST 1.1"})
    ]


def test_warnings_of_a_run_stand_at_the_top_of_its_page(page, tmp_path):
    result = simulate(OWN, patients=60, seed=2, replicates=5, workers=1)
    analyses = run_analyses(result)
    for warnings in ([], ["Too <few> patients."]):
        write_report(result, summary_of(result, analyses) | {"warnings": warnings}, analyses, tmp_path)
        text = (tmp_path / "report.html").read_text(encoding="utf-8")
        header = text[text.index("<header>") : text.index("</header>")]
        assert ("Warning: Too &lt;few&gt; patients." in header) == bool(warnings)
        assert header.count("Warning:") == len(warnings)


def test_the_terminal_has_no_column_of_published_numbers_without_a_record_and_keeps_the_order(
    capsys, tmp_path
):
    from hepatrial.cli.result_table import print_result, rows

    plan = replace(OWN.analysis, endpoints=("PFS", "OS"))
    summary = summary_of(simulate(replace(OWN, analysis=plan), patients=60, seed=2, replicates=0, workers=1))
    medians = [label.split()[0] for label, *_ in rows(summary) if "median" in label]
    assert list(dict.fromkeys(medians)) == ["PFS", "OS", "TTP"]
    print_result(summary, tmp_path)
    assert "ublished" not in capsys.readouterr().out
    print_result(summary | {"published": {"arms": [], "comparisons": []}}, tmp_path)
    assert "Published: a" in capsys.readouterr().out
