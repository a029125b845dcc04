"""ALBI over time in primary biliary cholangitis (R survival's pbcseq): time-varying and joint model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hepatrial.biomarkers.monitoring import (
    check_predictions,
    fit_joint_model,
    marker_courses,
    marker_steps,
    step_rows,
    time_varying_cox,
)
from hepatrial.userdata import DataColumns, read_trial_data

FILE = Path(__file__).parents[3] / "shared" / "data" / "pbcseq" / "pbcseq.csv"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"no courses of ALBI: {FILE} is not there")
MG_DL_TO_UMOL_L = 17.1


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    table = pl.read_csv(FILE, null_values="NA").with_columns(
        albi=0.66 * (pl.col("bili") * MG_DL_TO_UMOL_L).log10() - 0.085 * pl.col("albumin") * 10.0,
        died=(pl.col("status") == 2).cast(pl.Int8),
    )
    file = tmp_path_factory.mktemp("pbc") / "albi.csv"
    table.select("id", "day", "futime", "died", "albi", "age", "trt").write_csv(file)
    return read_trial_data(file, DataColumns("futime", "died", subject="id", visit="day"))


@pytest.fixture(scope="module")
def albi(data):
    return marker_courses(data, "albi")


def test_a_unit_of_albi_multiplies_the_hazard_by_fifteen_to_sixteen(data, albi):
    alone = time_varying_cox(step_rows(albi.times, [marker_steps(albi)]))
    assert (alone.subjects, alone.events) == (312, 140)
    # R: coxph(Surv(start, stop, died) ~ albi) gives 16.14 (11.83 to 22.01).
    assert [round(float(x[0]), 2) for x in (alone.hr, alone.lower, alone.upper)] == [16.14, 11.83, 22.01]
    fixed = data.subjects.select("age", "trt").to_numpy().astype(np.float64)
    adjusted = time_varying_cox(step_rows(albi.times, [marker_steps(albi)], fixed, ("age", "arm")))
    assert adjusted.hr[0] == pytest.approx(15.56, abs=0.01)
    assert adjusted.lower[2] < 1.0 < adjusted.upper[2]  # the randomised arm is null


def test_the_joint_model_finds_more_than_the_last_measurement_tells(albi):
    """Error of measurement pulls a ratio towards 1; the joint model has that error in it."""
    found = fit_joint_model(albi)
    last = time_varying_cox(step_rows(albi.times, [marker_steps(albi)]))
    assert found.alpha > last.beta[0] + found.alpha_se
    assert found.hr == pytest.approx(24.5, rel=0.02)
    assert 14 < found.lower < 16
    assert 38 < found.upper < 42
    finer = fit_joint_model(albi, nodes=8)
    assert finer.alpha == pytest.approx(found.alpha, abs=0.05 * found.alpha_se)


def test_a_lag_of_half_a_year_weakens_the_marker(albi):
    now = time_varying_cox(step_rows(albi.times, [marker_steps(albi)]))
    then = time_varying_cox(step_rows(albi.times, [marker_steps(albi, lag_days=182)]))
    assert then.beta[0] < now.beta[0] - 0.1


def test_both_dynamic_predictions_do_better_than_baseline_though_142_deaths_leave_it_open_by_how_much(albi):
    found = check_predictions([albi], (365, 730, 1461), 1096, joint=True)
    for method in found.overall[1:]:
        assert method.auc_gain.value > 0.02
        assert method.brier_gain.value > 0.0
        assert method.auc_gain.upper < 0.15
