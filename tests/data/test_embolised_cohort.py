"""The cohort of embolised patients that rates of new lesions come from, and how long its virtual patients live.

Shen et al. 2018, 10.1038/s41467-018-04633-7: 1,384 patients of intermediate stage whose first treatment was TACE,
without invasion or spread.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hepatrial.disease import locoregional_derivation as derivation
from hepatrial.disease.parameters import default_parameters
from hepatrial.protocol.loading import load_text
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.survival import SurvivalTimes, kaplan_meier
from hepatrial.units import DAYS_PER_MONTH

TABLE = Path(__file__).parents[3] / "shared" / "data" / "hcc_longitudinal" / "hcc_longitudinal.csv"
COHORT = Path(__file__).parent / "embolised_cohort.yaml"
SURVIVAL = {12: 0.68, 24: 0.48, 36: 0.38}


@pytest.fixture(scope="module")
def visits():
    """All visits of the cohort's patients, in order of time."""
    if not TABLE.is_file():
        pytest.skip("needs ../shared/data/hcc_longitudinal (Shen 2018, not shipped)")
    table = pl.read_csv(TABLE, infer_schema_length=20_000).sort("patient", "day")
    spread = ("vascular_invasion", "node_metastasis", "distant_metastasis")
    first = table.filter(pl.col("day") == 0).unique("patient", keep="first", maintain_order=True)
    chosen = first.filter((pl.col("tace") == 1) & pl.all_horizontal(pl.col(name) == 0 for name in spread))
    assert chosen.height == 1384
    return table.join(chosen.select("patient"), on="patient", how="semi")


def free_of(visits, *events):
    """Shares of patients who are free of these events at 6, 12 and 24 months; censored at the last visit."""
    happened = pl.any_horizontal(pl.col(name) == 1 for name in events) & (pl.col("day") > 0)
    each = visits.group_by("patient").agg(
        event=pl.col("day").filter(happened).min(), last=pl.col("day").max()
    )
    times = SurvivalTimes(
        each.select(pl.coalesce("event", "last")).to_series().to_numpy().astype(float),
        each["event"].is_not_null().to_numpy().astype(np.int8),
    )
    curve = kaplan_meier(times)
    return [curve.at(month * DAYS_PER_MONTH).estimate for month in (6, 12, 24)]


def test_the_shares_that_rates_of_new_lesions_come_from_are_those_of_the_data(visits):
    inside = free_of(visits, "new_lesion")
    assert inside == pytest.approx(list(derivation.FREE_OF_NEW_LESIONS.values()), abs=1.5e-3)
    spread = free_of(visits, "vascular_invasion", "node_metastasis", "distant_metastasis")
    assert spread == pytest.approx(list(derivation.FREE_OF_SPREAD.values()), abs=1.5e-3)


def test_the_cohorts_size_and_survival_are_those_of_the_data(visits):
    first = visits.filter(pl.col("day") == 0).unique("patient", keep="first")
    known = first.filter(pl.col("largest_diameter_mm") > 0)
    sum_mm = known["largest_diameter_mm"] * (1.0 + 0.5 * (known["n_lesions"].clip(1, 4) - 1))
    sld = load_text(COHORT.read_text(encoding="utf-8")).baseline.continuous["sld_mm"]
    assert sum_mm.median() == pytest.approx(sld["median"], rel=0.02)
    assert sum_mm.log().std() == pytest.approx(sld["log_sd"], abs=0.02)
    times = SurvivalTimes(
        first["os_days_from_visit"].to_numpy().astype(float), first["died"].to_numpy().astype(np.int8)
    )
    curve = kaplan_meier(times)
    for month, share in SURVIVAL.items():
        assert curve.at(month * DAYS_PER_MONTH).estimate == pytest.approx(share, abs=0.005)


def test_virtual_patients_of_the_cohort_die_in_its_order_of_size_and_as_the_page_says():
    protocol = load_text(COHORT.read_text(encoding="utf-8"))
    found = follow_patients(Work(protocol, default_parameters(), 1, block=2048), np.arange(2048))
    death = found.events[0].death
    survival = [np.mean(death > month * DAYS_PER_MONTH) for month in SURVIVAL]
    assert survival == pytest.approx([0.71, 0.52, 0.41], abs=0.03)  # docs/model.md
    largest = np.quantile(found.patients.sld_mm, [0.0, 0.25, 0.5, 0.75, 1.0])
    groups = np.digitize(found.patients.sld_mm, largest[1:-1])
    medians = [np.median(death[groups == group]) for group in range(4)]
    assert medians == sorted(medians, reverse=True)
    assert medians[0] > 2 * medians[3]  # observed: 38 and 12 months
