"""The main numbers of a run, worked out again from the files of its folder alone, with lifelines."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.utils import median_survival_times, restricted_mean_survival_time

MONTH = 30.4375
ENDPOINTS = ("OS", "TTP", "PFS")
ARMS = ("sorafenib", "placebo")


class Folder:
    """A run folder as a reader finds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.summary = json.loads((path / "summary.json").read_text(encoding="utf-8"))
        page = (path / "report.html").read_text(encoding="utf-8")
        page = re.sub(r"<(svg|style).*?</\1>", "", page, flags=re.S)
        self.page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.path / "tables" / f"{name}.parquet")

    def comparison(self, endpoint: str) -> dict:
        return next(row for row in self.summary["comparisons"] if row["endpoint"] == endpoint)


@pytest.fixture(scope="module")
def folder(sharp_trial, tmp_path_factory) -> Folder:
    path = tmp_path_factory.mktemp("run") / "sharp"
    sharp_trial.report(path)
    return Folder(path)


def frame(rows: pl.DataFrame, endpoint: str):
    """Days, event, treatment, patient and stratum as lifelines takes them; death is no event of TTP."""
    code = pl.col(f"{endpoint.lower()}_event")
    columns = rows.select(
        days=pl.col(f"{endpoint.lower()}_days").cast(pl.Float64),
        event=(code == 1 if endpoint == "TTP" else code > 0).cast(pl.Int64),
        treated=(pl.col("arm") == "sorafenib").cast(pl.Int64),
        patient=pl.col("patient"),
        stratum=pl.col("stratum"),
    )
    return pd.DataFrame(columns.to_dict(as_series=False))


def curve(rows: pl.DataFrame, endpoint: str, arm: str) -> KaplanMeierFitter:
    own = frame(rows.filter(pl.col("arm") == arm), endpoint)
    return KaplanMeierFitter().fit(own["days"], own["event"])


def months(days: float) -> float | None:
    return days / MONTH if math.isfinite(days) else None


def log_rank_p(data, by: str) -> float:
    """Two-sided stratified log-rank test, step by step: observed less expected, hypergeometric variance."""
    difference = variance = 0.0
    for _, own in data.groupby(by):
        days, event, treated = (own[name].to_numpy() for name in ("days", "event", "treated"))
        for day in np.unique(days[event == 1]):
            at_risk, dies = days >= day, (days == day) & (event == 1)
            n, d, share = at_risk.sum(), dies.sum(), treated[at_risk].mean()
            difference += (dies & (treated == 1)).sum() - d * share
            if n > 1:
                variance += d * share * (1 - share) * (n - d) / (n - 1)
    return math.erfc(abs(difference) / math.sqrt(2.0 * variance))


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_medians_of_the_arms_and_their_limits(folder, endpoint):
    rows = folder.table("virtual_patients")
    for arm in folder.summary["arms"]:
        fitted = curve(rows, endpoint, arm["arm"])
        limits = median_survival_times(fitted.confidence_interval_).to_numpy()[0]
        key = f"{endpoint.lower()}_median"
        assert arm[f"{key}_months"] == pytest.approx(months(fitted.median_survival_time_))
        assert arm[f"{key}_ci"] == pytest.approx([months(limit) for limit in limits])


def test_survival_at_months(folder):
    rows = folder.table("virtual_patients")
    for arm in folder.summary["arms"]:
        fitted = curve(rows, "OS", arm["arm"])
        for month, percent in arm["survival_at_months"].items():
            assert percent == pytest.approx(100.0 * float(fitted.predict(float(month) * MONTH)))


def test_response_rates(folder):
    best = folder.table("virtual_patients_best")
    for arm in folder.summary["arms"]:
        for criteria, levels, key in (
            ("RECIST 1.0", ["CR", "PR"], "orr_percent"),
            ("RECIST 1.0", ["CR", "PR", "SD"], "dcr_percent"),
            ("mRECIST", ["CR", "PR"], "orr_mrecist_percent"),
        ):
            own = best.filter((pl.col("arm") == arm["arm"]) & (pl.col("criteria") == criteria))["best"]
            assert len(own) == arm["n"]
            assert arm[key] == pytest.approx(100.0 * own.is_in(levels).mean())


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_hazard_ratio_over_all_virtual_patients_with_its_cluster_robust_interval(folder, endpoint):
    data = frame(folder.table("virtual_patients"), endpoint).drop(columns="stratum")
    fitted = CoxPHFitter().fit(data, "days", "event", cluster_col="patient")
    row = folder.comparison(endpoint)
    assert row["hr"] == pytest.approx(float(fitted.hazard_ratios_["treated"]), rel=1e-5)
    limits = np.exp(fitted.confidence_intervals_.loc["treated"].to_numpy())
    # lifelines' sandwich leaves ties out, which scans make; R's does not (test_survival_models_in_r).
    if endpoint == "OS":
        assert row["ci"] == pytest.approx(limits, rel=1e-4)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_hazard_ratio_and_log_rank_test_of_the_one_trial(folder, endpoint):
    data = frame(folder.table("subjects"), endpoint).drop(columns="patient")
    fitted = CoxPHFitter().fit(data, "days", "event", strata=["stratum"])
    row = folder.comparison(endpoint)
    assert row["hr_one_trial"] == pytest.approx(float(fitted.hazard_ratios_["treated"]), rel=1e-5)
    limits = np.exp(fitted.confidence_intervals_.loc["treated"].to_numpy())
    assert row["ci_one_trial"] == pytest.approx(limits, rel=1e-5)
    assert row["p_logrank"] == pytest.approx(log_rank_p(data, "stratum"), rel=1e-8)


def test_the_report_shows_the_one_trial_as_its_tables_give_it(folder):
    rows = folder.table("subjects")
    for endpoint in ENDPOINTS:
        fitted = [curve(rows, endpoint, arm) for arm in ARMS]
        for one in fitted:
            assert f" {months(one.median_survival_time_):.1f} (" in folder.page
        row = folder.comparison(endpoint)
        low, high = row["ci_one_trial"]
        assert f"{row['hr_one_trial']:.2f} ({low:.2f} to {high:.2f})" in folder.page
        gained, lost = (restricted_mean_survival_time(one, 12 * MONTH) / MONTH for one in fitted)
        assert f" {gained - lost:.2f} (" in folder.page
    for arm in ARMS:
        own = rows.filter(pl.col("arm") == arm)["os_event"]
        counts = [len(own), (own > 0).sum(), (own == 1).sum(), (own == 2).sum()]
        assert f" {arm} " + " ".join(str(count) for count in counts) in folder.page


def test_the_report_shows_treatment_and_events_as_the_tables_give_them(folder):
    subjects = folder.table("subjects").filter(pl.col("arm") == "sorafenib")["subject"]
    doses = folder.table("exposure")
    days = doses["end_day"] - doses["start_day"]
    mean = (doses["dose_mg_per_day"] * days).sum() / days.sum()
    interrupted = doses.filter(pl.col("dose_mg_per_day") == 0)["subject"].n_unique() / len(subjects)
    assert f" {mean:.0f} {100 * interrupted:.1f} " in folder.page
    events = folder.table("adverse_events")
    for event in events["event"].unique():
        share = events.filter(pl.col("event") == event)["subject"].n_unique() / len(subjects)
        assert f"{event} sorafenib {100 * share:.1f} (" in folder.page


def test_agreement_shows_the_numbers_of_the_summary(folder):
    for arm in folder.summary["arms"]:
        low, high = arm["os_median_ci"]
        shown = f"OS median, months {arm['arm']} {arm['os_median_months']:.1f} ({low:.1f} to {high:.1f})"
        assert shown in folder.page
        assert f"response rate, % {arm['arm']} {arm['orr_percent']:.1f} " in folder.page
