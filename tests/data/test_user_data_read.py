"""Real data sets, read as a user would: known hazard ratios, first visits as baseline, all measurements."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hepatrial.survival import cox
from hepatrial.userdata import DataColumns, example_data, read_trial_data

SHARED = Path(__file__).parents[3] / "shared" / "data"


def shared(name: str) -> Path:
    path = SHARED / name / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{name} is absent: it may not ship")
    return path


def test_cxcl17_is_prognostic_in_the_example():
    data = example_data()
    marker = np.log1p(data.subjects["CXCL17T"].to_numpy())
    fit = cox(data.times("OS"), (marker / marker.std(ddof=1))[:, None], ["CXCL17T"])
    found = [float(value[0]) for value in (fit.hr, fit.lower, fit.upper)]
    # The reference has two digits; 0.01 is one in the last of them.
    assert found == pytest.approx([1.40, 1.14, 1.71], abs=0.01)


def test_tp53_is_prognostic_in_tcga_where_1_is_censored():
    columns = DataColumns("survival_months", "censorship", time_unit="months", event_values={"1": 0, "0": 1})
    data = read_trial_data(shared("tcga_lihc"), columns)
    fit = cox(data.times("OS"), data.subjects["TP53_mut"].to_numpy()[:, None].astype(float), ["TP53"])
    assert round(float(fit.hr[0]), 2) == 1.52


def test_the_first_visit_is_the_baseline_of_the_longitudinal_cohort():
    path = shared("hcc_longitudinal")
    data = read_trial_data(path, DataColumns("os_days_from_visit", "died", subject="patient", visit="day"))
    first = pl.read_csv(path, infer_schema_length=None).sort("patient", "day", maintain_order=True)
    first = first.group_by("patient", maintain_order=True).first()
    read = data.subjects.sort("subject")
    assert read["subject"].to_list() == first["patient"].to_list()
    for column in ("age", "afp_ng_ml", "child_pugh_score", "vascular_invasion", "targeted_therapy"):
        assert read[column].to_list() == first[column].to_list()
    assert read["os_days"].to_list() == first["os_days_from_visit"].to_list()


def test_every_measurement_of_the_longitudinal_cohorts_is_in_the_long_table():
    cohort = read_trial_data(
        shared("hcc_longitudinal"), DataColumns("os_days_from_visit", "died", subject="patient", visit="day")
    )
    afp = cohort.labs.filter(cohort.labs["parameter"] == "afp_ng_ml")
    assert afp.height == 11_684
    assert set(afp["unit"]) == {"ng/mL"}
    codes = {"0": 0, "1": 0, "2": 1}
    columns = DataColumns("futime", "status", arm="trt", subject="id", visit="day", event_values=codes)
    cholangitis = read_trial_data(shared("pbcseq"), columns)
    albumin = cholangitis.labs.filter(cholangitis.labs["parameter"] == "albumin")
    assert (albumin.height, cholangitis.subjects.height) == (1945, 312)
