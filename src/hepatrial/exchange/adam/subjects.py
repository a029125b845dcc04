"""What every dataset says of a subject, and the dates of a trial that has no calendar.

Day 0 of a trial, on which enrolment opened, is shown as 1960-01-01: date 0 of SAS. So a date is a day of the trial in
another dress, and no clock enters the files. The study day ADY has no day 0: the day of randomisation is day 1.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from hepatrial.trialdata import TrialData

REFERENCE_DATE = date(1960, 1, 1)
WHAT_DATES_MEAN = "No calendar: enrolment opened on 1960-01-01, which is SAS date 0"
IDENTIFIERS = ("STUDYID", "USUBJID")
TREATMENT = ("TRTP", "TRTPN", "TRTA")


def date_of(day: pl.Expr) -> pl.Expr:
    """The date of a day of the trial; a day that is not whole counts as the day it falls in."""
    return pl.lit(REFERENCE_DATE) + pl.duration(days=day.floor().cast(pl.Int64))


def study_day(day: pl.Expr) -> pl.Expr:
    """Study day of a day since randomisation: 1 on the day itself, -1 on the day before."""
    whole = day.floor().cast(pl.Int64)
    return pl.when(whole >= 0).then(whole + 1).otherwise(whole)


def identified(trial: TrialData) -> pl.DataFrame:
    """The table of subjects with identifiers, treatment, strata and RANDDT."""
    study = trial.name.upper()
    number = pl.col("subject").cast(pl.String).str.zfill(6)
    codes = {arm: code for code, arm in enumerate(trial.arms, start=1)}
    return trial.subjects.with_columns(
        STUDYID=pl.lit(study),
        USUBJID=pl.lit(f"{study}-") + number,
        SUBJID=number,
        TRTP=pl.col("arm"),
        TRTPN=pl.col("arm").replace_strict(codes, return_dtype=pl.Int64),
        TRTA=pl.col("arm"),
        STRATAR=pl.col("stratum"),
        ITTFL=pl.lit("Y"),
        RANDDT=date_of(pl.col("randomised_day")),
    )


def with_subjects(trial: TrialData, table: pl.DataFrame) -> pl.DataFrame:
    """Rows of a long table with what `identified` says of their subjects."""
    said = ("randomised_day", "ttp_days", "ttp_event", *IDENTIFIERS, *TREATMENT, "ITTFL")
    who = identified(trial).select("subject", *said)
    return table.join(who, on="subject")
