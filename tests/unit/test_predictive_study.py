"""A predictive study from the frame to the page: subgroups, curves, sections, record and command."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from predictive_cases import Case
from test_predictive_verdict import frame_of
from typer.testing import CliRunner

from hepatrial.biomarkers.predictive import effect_curve, predictive_study, subgroup_tests
from hepatrial.biomarkers.predictive.subgroups import halves
from hepatrial.cli.app import app
from hepatrial.figures.biomarkers.benefit_curve import draw_benefit_over_marker
from hepatrial.figures.style import svg_text
from hepatrial.report.biomarker_predictive import predictive_record, predictive_sections
from hepatrial.survival import cox


@pytest.fixture(scope="module")
def study():
    trial = Case(n=400, log_ratio=-0.5, prognostic=0.3, log_hr=-0.3).trial(5)
    other = np.random.default_rng(1).integers(0, 2, trial.n).astype(float)
    trial = replace(trial, markers=np.column_stack([trial.markers, other]), names=("z", "half"))
    return predictive_study(frame_of(trial), permutations=99)


def test_a_subgroups_ratio_is_that_of_a_cox_model_of_its_own():
    trial = Case(n=300).trial(4)
    found = subgroup_tests(trial, [halves(trial, "z")])[0]
    high = trial.marker("z") > np.median(trial.marker("z"))
    own = cox(trial.times.select(high), trial.arm[high], ["arm"])
    assert found.levels[1].log_hr == pytest.approx(own.beta[0], rel=1e-7)
    assert found.levels[1].std_error == pytest.approx(own.se[0], rel=1e-6)


def test_subgroup_tests_are_adjusted_after_holm():
    trial = Case(n=300, log_ratio=0.5).trial(4)
    codes = np.random.default_rng(2).integers(0, 3, 300)
    first, second = subgroup_tests(trial, [halves(trial, "z"), ("site", ("a", "b", "c"), codes)])
    assert first.p_adjusted == pytest.approx(2 * first.p)
    assert second.p_adjusted == second.p


def test_a_subgroup_of_few_events_has_no_ratio_and_no_test():
    trial = Case(n=100).trial(4)
    codes = np.zeros(100, dtype=int)
    codes[:4] = 1
    found = subgroup_tests(trial, [("rare", ("no", "yes"), codes)])[0]
    assert np.isnan(found.levels[1].log_hr)
    assert np.isnan(found.p)


def test_continuous_markers_get_curves_and_two_valued_ones_do_not(study):
    assert [look.name for look in study.closely] == ["m0"]
    look = study.closely[0]
    assert look.spline.p_interaction < 0.01
    assert look.windows.p <= 0.05
    assert (look.spline.log_hr.band_lower <= look.spline.log_hr.lower).all()


def test_the_page_and_the_record_say_the_verdict(study):
    sections = predictive_sections(study)
    assert sections[0].heading.startswith("Prognostic or predictive")
    assert len(sections) == 4
    record = json.loads(json.dumps(predictive_record(study), allow_nan=False))
    assert record["markers"][0]["verdict"] == study.results.verdicts[0].word
    assert record["curves"][0]["p_stepp"] == study.closely[0].windows.p


def test_the_figure_of_a_curve_is_the_same_bytes_for_the_same_data(study):
    look = study.closely[0]
    first, second = (svg_text(draw_benefit_over_marker(look.spline, look.windows)) for _ in range(2))
    assert first == second


def test_the_command_gives_interaction_and_verdict_of_each_marker(tmp_path):
    trial = Case(n=200, log_ratio=-0.6).trial(6)
    lines = ["id,arm,days,dead,z"]
    for row in range(trial.n):
        arm = ("placebo", "drug")[trial.arm[row]]
        time, event = trial.times.time_days[row], trial.times.event[row]
        lines.append(f"{row},{arm},{max(1, round(time))},{event},{trial.markers[row, 0]:.4f}")
    file = tmp_path / "trial.csv"
    file.write_text("\n".join(lines))
    columns = ["--time", "days", "--event", "dead", "--arm", "arm", "--control", "placebo", "--subject", "id"]
    told = CliRunner().invoke(
        app, ["biomarker", str(file), *columns, "--time-unit", "days", "--markers", "z", "--json"]
    )
    assert told.exit_code == 0, told.output
    row = json.loads(told.stdout)["markers"][0]
    assert row["interaction_ci"][0] < row["interaction_hr"] < row["interaction_ci"][1] < 1
    assert row["verdict"] in ("predictive", "both", "not enough data")


@pytest.mark.long
@pytest.mark.parametrize("case", [Case(n=300, prognostic=0.8), Case(n=300, bent=0.3, treated_share=2 / 3)])
def test_curves_hold_their_level_and_their_bands_cover_over_2000_null_trials(case):
    points = np.linspace(-1.5, 1.5, 9)
    p, covered = [], []
    for seed in range(2_000):
        found = effect_curve(case.trial(seed), "z", 250.0, x=points)
        p.append((found.p_interaction, found.p_benefit))
        covered.append(
            [
                ((band.band_lower <= 0) & (band.band_upper >= 0)).all()
                for band in (found.log_hr, found.benefit)
            ]
        )
    allowed = 3.29 * np.sqrt(0.05 * 0.95 / 2_000)
    assert np.mean(np.array(p) <= 0.05, axis=0) == pytest.approx([0.05, 0.05], abs=allowed)
    assert np.mean(covered, axis=0) == pytest.approx([0.95, 0.95], abs=allowed)
