"""Monitoring of 2,360 patients with intermediate-stage HCC (Shen et al. 2018, 10.1038/s41467-018-04633-7)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hepatrial.biomarkers.monitoring import (
    check_predictions,
    immortal_time,
    landmark_analysis,
    marker_courses,
    parse_rule,
)
from hepatrial.userdata import DataColumns, read_trial_data

FILE = Path(__file__).parents[3] / "shared" / "data" / "hcc_longitudinal" / "hcc_longitudinal.csv"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"no patients to monitor: {FILE} is not there")
BASELINE = ("child_pugh_score", "largest_diameter_mm", "vascular_invasion")


@pytest.fixture(scope="module")
def data():
    columns = DataColumns("os_days_from_visit", "died", subject="patient", visit="day")
    return read_trial_data(FILE, columns)


@pytest.fixture(scope="module")
def afp(data):
    return marker_courses(data, "afp_ng_ml")


@pytest.fixture(scope="module")
def baseline(data):
    return data.subjects.select(BASELINE).to_numpy().astype(np.float64)


def shown(fit) -> str:
    return f"{fit.hr[0]:.2f} ({fit.lower[0]:.2f}-{fit.upper[0]:.2f})"


def test_targeted_therapy_looks_protective_until_it_counts_from_its_start(data, afp, baseline):
    on = data.labs.filter((pl.col("parameter") == "targeted_therapy") & (pl.col("value") > 0))
    first = data.subjects.select("subject").join(
        on.group_by("subject").agg(pl.col("day").min()), on="subject", how="left", maintain_order="left"
    )
    found = immortal_time(
        afp.times,
        first["day"].fill_null(np.inf).to_numpy(),
        np.column_stack([afp.baseline(), baseline]),
        ("log_afp", *BASELINE),
        current=(afp,),
        replaces=("log_afp",),
    )
    assert (found.ever, found.at_baseline) == (246, 33)
    assert shown(found.naive) == "0.70 (0.58-0.84)"
    assert shown(found.from_start) == "1.03 (0.85-1.24)"
    assert shown(found.current) == "0.84 (0.70-1.02)"
    assert found.median_start_days > 150


def test_prediction_that_follows_the_markers_beats_baseline_in_patients_who_were_not_in_the_fit(
    data, baseline
):
    markers = [marker_courses(data, name) for name in ("afp_ng_ml", "child_pugh_score")]
    found = check_predictions(markers, (90, 180, 365), 365, baseline[:, 1:], BASELINE[1:])
    dynamic = found.overall[1]
    assert dynamic.auc_gain.value == pytest.approx(0.06, abs=0.015)
    assert dynamic.auc_gain.lower > 0.03
    assert dynamic.brier_gain.lower > 0.005


def test_afp_response_at_eight_weeks_goes_with_longer_survival_from_the_landmark_on(afp):
    rule = parse_rule("afp_ng_ml fall 20% at 8 weeks within 4 weeks from 20")
    found = landmark_analysis(afp, rule, landmark_days=84, sensitivity_days=(112, 168))
    assert found.chosen.responders + found.chosen.others + found.chosen.gone + found.chosen.unknown == len(
        afp
    )
    for landmark in (found.chosen, *found.sensitivity):
        assert landmark.ratio.upper < 0.7
