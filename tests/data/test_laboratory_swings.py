"""Swings of laboratory values between visits against real patients' visits, which are not shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hepatrial.disease.parameters import prior_parameters

DATA = Path(__file__).parents[3] / "shared" / "data"
CHOLANGITIS, CARCINOMA = DATA / "pbcseq" / "pbcseq.csv", DATA / "hcc_longitudinal" / "hcc_longitudinal.csv"
pytestmark = pytest.mark.skipif(
    not (CHOLANGITIS.is_file() and CARCINOMA.is_file()),
    reason="needs ../shared/data/pbcseq and hcc_longitudinal (not shipped)",
)
LONGEST_DAYS = 800


def swings(column):
    """Log of a value less the straight line between its neighbours, scaled to the sd of a single visit."""
    rows = pl.read_csv(CHOLANGITIS, null_values=["", "NA"]).select("id", "day", column).drop_nulls()
    rows = rows.sort("id", "day")
    who, day = rows["id"].to_numpy(), rows["day"].to_numpy().astype(float)
    value = np.log(rows[column].to_numpy())
    span = day[2:] - day[:-2]
    use = (who[2:] == who[:-2]) & (span < LONGEST_DAYS)
    weight = (day[1:-1] - day[:-2])[use] / span[use]
    off = value[1:-1][use] - (1.0 - weight) * value[:-2][use] - weight * value[2:][use]
    return off / np.sqrt(1.0 + weight**2 + (1.0 - weight) ** 2)


@pytest.mark.parametrize(
    ("column", "name", "by_median"),
    [("albumin", "albumin", 0.071), ("bili", "bilirubin", 0.21), ("protime", "inr", 0.040)],
)
def test_the_spreads_are_those_of_1205_real_visits(column, name, by_median):
    found = swings(column)
    quantity = prior_parameters().quantities[f"markers.{name}_visit_log_sd"]
    assert len(found) == 1205
    assert np.sqrt(np.mean(found**2)) == pytest.approx(quantity.value, rel=0.02)
    robust = 1.4826 * np.median(np.abs(found))
    assert robust == pytest.approx(by_median, rel=0.02)
    assert abs(np.log(robust / quantity.value)) < 1.1 * quantity.spread


def test_a_score_changes_as_often_over_3_to_7_weeks_as_over_10_to_14():
    visits = pl.read_csv(CARCINOMA).sort("patient", "day").drop_nulls("child_pugh_score")
    pairs = visits.with_columns(
        days=pl.col("day").shift(-1).over("patient") - pl.col("day"),
        then=pl.col("child_pugh_score").shift(-1).over("patient"),
    ).filter(pl.col("child_pugh_score") == 6)

    def changed(first, last):
        near = pairs.filter(pl.col("days").is_between(first, last))
        return (near["then"] != 6).mean(), near.height

    (soon, n_soon), (late, n_late) = changed(22, 50), changed(71, 100)
    error = np.sqrt(0.25 / n_soon + 0.25 / n_late)
    # Were swings to last for months, a score would change less often between visits that lie close together.
    assert soon > late - 2.0 * error
    assert soon > 0.5
