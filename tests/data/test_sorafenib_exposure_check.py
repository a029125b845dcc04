"""Sorafenib's exposure against digitised concentrations, and the page that reports it."""

import re
from pathlib import Path

import numpy as np
import pytest

from hepatrial.agents import load_agent, reference_concentration_mg_l
from hepatrial.agents.exposure_check import Cohort, accumulation, agreement, cohorts, compare, predicted_mg_l
from hepatrial.errors import UsageError
from hepatrial.figures.exposure_check import draw_exposure_check, groups, main

ROOT = Path(__file__).parents[2]
TABLE = ROOT.parent / "shared" / "data" / "sorafenib_pk" / "sorafenib_pk_long.csv"
PAGE = (ROOT / "docs" / "sorafenib-exposure.md").read_text(encoding="utf-8")
SORAFENIB = load_agent("sorafenib")
needs_points = pytest.mark.skipif(
    not TABLE.is_file(), reason="needs ../shared/data/sorafenib_pk (CC BY-SA, not shipped)"
)


@pytest.fixture(scope="module")
def compared():
    return compare(SORAFENIB, TABLE)


@needs_points
def test_the_page_reports_what_the_comparison_gives(compared):
    rows = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[1].isdigit():
            rows[cells[0]] = cells[1:]
    found = {name: agreement(members) for name, members in groups(compared).items()}
    assert rows == {
        name: [
            str(each.cohorts),
            str(each.points),
            f"{each.median_ratio:.2f}",
            f"{each.cohorts_within_2_fold:.0%}",
            f"{each.points_within_2_fold:.0%}",
        ]
        for name, each in found.items()
    }


@needs_points
def test_every_cohort_on_repeated_doses_is_predicted_within_twofold(compared):
    repeated = [each for each in compared if each.cohort.kind == "repeated"]
    assert len(repeated) == 24
    assert all(0.5 <= each.ratio <= 2.0 for each in repeated)


@needs_points
def test_what_the_page_says_of_the_liver_and_of_accumulation_is_so(compared):
    a, b = (next(e for e in compared if e.cohort.label == f"CPT_{grade}") for grade in "AB")
    assert f"Observed {b.observed_average / a.observed_average:.2f}, predicted" in PAGE
    assert f"predicted {b.predicted_average / a.predicted_average:.2f}." in PAGE
    deviation = np.log(a.ratio) / SORAFENIB.pharmacokinetics.clearance_l_per_h.spread
    assert f"{deviation:.1f} standard deviations" in PAGE
    seen = accumulation(compared)
    observed = {
        study: [ratio for (of, _), (ratio, _) in seen.items() if of == study]
        for study in ("Awada2005", "Strumberg2005")
    }
    awada, strumberg = observed["Awada2005"], observed["Strumberg2005"]
    assert f"{min(awada):.1f} to {max(awada):.1f} in one trial" in PAGE
    assert f"{min(strumberg):.1f} to {round(max(strumberg), -1):.0f} in the other" in PAGE
    assert all(5.3 < predicted < 6.0 for _, predicted in seen.values())


@needs_points
def test_the_script_prints_the_table_and_draws_the_figure_of_the_page(tmp_path, capsys):
    figure = tmp_path / "exposure.svg"
    assert main([str(TABLE), str(figure)]) == 0
    assert re.search(r"^all +38 +284 +1\.05", capsys.readouterr().out, re.MULTILINE)
    shipped = (ROOT / "docs" / "images" / "sorafenib-exposure.svg").read_text(encoding="utf-8")
    assert figure.read_text(encoding="utf-8") == shipped


@needs_points
def test_the_figure_has_a_panel_for_each_question(compared):
    titles = [axes.get_title(loc="left") for axes in draw_exposure_check(compared).axes]
    assert [title.split(" (")[0] for title in titles] == [
        "Steady state",
        "Accumulation",
        "Liver",
        "All cohorts",
    ]


def test_the_prediction_is_the_record():
    """A long time on 400 mg twice daily leaves the part of exposure that does not drift away."""
    late = Cohort("x", "x", 400.0, "x", "repeated", 0.5, 2000.0)
    level = predicted_mg_l(SORAFENIB, late, np.array([0.0, 6.0]))
    final = SORAFENIB.pharmacokinetics.drift_final_fraction.value
    np.testing.assert_allclose(level, reference_concentration_mg_l(SORAFENIB) * final, rtol=1e-6)


def test_a_single_dose_leaves_the_body_as_dose_over_clearance():
    """The area under the curve to infinity, by the trapezoidal rule on a fine grid."""
    single = Cohort("x", "x", 400.0, "x", "single")
    hours = np.linspace(0.0, 600.0, 60_001)
    area = np.trapezoid(predicted_mg_l(SORAFENIB, single, hours), hours)
    assert area == pytest.approx(400.0 / SORAFENIB.pharmacokinetics.clearance_l_per_h.value, rel=1e-5)


def test_a_table_without_the_points_is_told(tmp_path, capsys):
    table = tmp_path / "points.csv"
    table.write_text("study,label,substance,mean,time,timerel,count\n")
    with pytest.raises(UsageError, match=f"no points of {cohorts()[0].study}"):
        compare(SORAFENIB, table)
    assert main([str(table)]) == 3
    assert main([str(tmp_path / "none.csv")]) == 2
    assert "usage:" in capsys.readouterr().err
