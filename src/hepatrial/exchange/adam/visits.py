"""What the datasets of visits share: names and numbers of visits, baseline and change from it."""

from __future__ import annotations

import polars as pl

from hepatrial.exchange.adam.subjects import IDENTIFIERS, TREATMENT, date_of, study_day
from hepatrial.trialdata import TrialData

VISIT = ("AVISIT", "AVISITN", "VISITNUM", "ADT", "ADY")
CHANGE = ("AVAL", "BASE", "CHG", "PCHG", "ABLFL")
HEAD = (*IDENTIFIERS, *TREATMENT, "ITTFL", "PARAMCD", "PARAM")
PER_VISIT = ("USUBJID", "PARAMCD", "AVISITN")


def visit_columns(trial: TrialData, table: pl.DataFrame) -> pl.DataFrame:
    """``table`` (with ``day`` and ``randomised_day``) with the visit's variables.

    AVISIT is BASELINE up to day 0, then WEEK n, or DAY d (a study day) off whole weeks. AVISITN is the day since
    randomisation, VISITNUM the place among all days on which the trial's subjects have data, 1 for the first.
    """
    day = pl.col("day")
    week = pl.lit("WEEK ") + (day / 7.0).cast(pl.Int64).cast(pl.String)
    other = pl.lit("DAY ") + study_day(day).cast(pl.String)
    number = {value: place for place, value in enumerate(_days(trial), start=1)}
    return table.with_columns(
        AVISIT=pl.when(day <= 0.0)
        .then(pl.lit("BASELINE"))
        .when(day % 7.0 == 0.0)
        .then(week)
        .otherwise(other),
        AVISITN=day,
        VISITNUM=day.replace_strict(number, default=None, return_dtype=pl.Int64),
        ADT=date_of(pl.col("randomised_day") + day),
        ADY=study_day(day),
    )


def change_columns(table: pl.DataFrame) -> pl.DataFrame:
    """``table`` (with USUBJID, PARAMCD, ``day``, AVAL) with baseline, the last value up to day 0, and change.

    A percent change needs a baseline above 0.
    """
    key = ["USUBJID", "PARAMCD"]
    before = table.filter((pl.col("day") <= 0.0) & pl.col("AVAL").is_not_null()).sort(*key, "day")
    base = before.group_by(key).agg(BASE=pl.col("AVAL").last(), base_day=pl.col("day").last())
    change = pl.col("AVAL") - pl.col("BASE")
    return (
        table.join(base, on=key, how="left")
        .with_columns(
            CHG=change,
            PCHG=pl.when(pl.col("BASE") > 0.0).then(100.0 * change / pl.col("BASE")),
            ABLFL=pl.when(pl.col("day") == pl.col("base_day")).then(pl.lit("Y")).otherwise(pl.lit("")),
        )
        .drop("base_day")
    )


def _days(trial: TrialData) -> list[float]:
    tables = [table for table in (trial.tumour, trial.responses, trial.labs) if not table.is_empty()]
    return sorted({day for table in tables for day in table["day"].unique().to_list()})
