"""Rates of decompensation against visits of real patients (Shen 2018), which are not shipped."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hepatrial.disease.parameters import prior_parameters

TABLE = Path(__file__).parents[3] / "shared" / "data" / "hcc_longitudinal" / "hcc_longitudinal.csv"
pytestmark = pytest.mark.skipif(
    not TABLE.is_file(), reason="needs ../shared/data/hcc_longitudinal (Shen 2018, not shipped)"
)
LONGEST_GAP_DAYS = 120
ASCITES_PER_MONTH = 0.719 / 12.0
"""Under placebo in REACH and REACH-2, any grade, per patient-year (reach-ascites)."""


@pytest.fixture(scope="module")
def pairs():
    """Consecutive visits of a patient at most 120 days apart."""
    visits = pl.read_csv(TABLE).sort("patient", "day").drop_nulls("child_pugh_score")
    later = visits.with_columns(
        days=pl.col("day").shift(-1).over("patient") - pl.col("day"),
        next_score=pl.col("child_pugh_score").shift(-1).over("patient"),
    )
    return later.filter((pl.col("days") > 0) & (pl.col("days") <= LONGEST_GAP_DAYS))


def per_month(pairs, happened):
    return pairs.filter(happened).height / (pairs["days"].sum() / 30.4375)


def test_the_rate_is_the_geometric_mean_of_two_rates_that_its_spread_covers(pairs):
    worse = pl.col("next_score") - pl.col("child_pugh_score") >= 2
    of_score_5 = per_month(pairs.filter(pl.col("child_pugh_score") == 5), worse)
    assert of_score_5 == pytest.approx(0.017, abs=5e-4)
    quantity = prior_parameters().quantities["liver.decompensation_rate_per_month"]
    assert quantity.value == pytest.approx(np.sqrt(of_score_5 * ASCITES_PER_MONTH), rel=0.02)
    assert quantity.spread == pytest.approx(0.5 * np.log(ASCITES_PER_MONTH / of_score_5), rel=0.02)


def test_the_rate_of_recovery_is_that_from_class_b_to_class_a(pairs):
    recovery = per_month(pairs.filter(pl.col("child_pugh_score") == 7), pl.col("next_score") < 7)
    value = prior_parameters().quantities["liver.decompensation_recovery_per_month"].value
    assert value == pytest.approx(recovery, abs=0.005)
