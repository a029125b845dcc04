"""Best overall response read again from the tables of a trial."""

from __future__ import annotations

import numpy as np
import polars as pl

from hepatrial.response.best import best_response
from hepatrial.response.rules import AssessmentRules
from hepatrial.response.scan_responses import CODES, NOT_ASSESSED, response_names

SUMS = {"mRECIST": "viable_sld_mm"}
"""Column of the tumour table that criteria look at, where it is not ``sld_mm``."""


def best_from_tables(
    subjects: pl.Series,
    criteria: list[str],
    responses: pl.DataFrame,
    tumour: pl.DataFrame,
    rules: AssessmentRules,
) -> pl.DataFrame:
    """The table of best overall responses, one row a subject and criteria.

    Parameters
    ----------
    subjects, criteria
        Who and what the table is for; without an assessed scan the best response is NE.
    responses, tumour
        As in `TrialData`. Baseline is the last scan up to day 0.
    """
    who = pl.DataFrame({"subject": subjects})
    own = [table.join(who, on="subject", how="semi") for table in (responses, tumour)]
    tables = [_of_criteria(subjects, name, *own, rules) for name in criteria]
    return pl.concat(tables).sort("subject", "criteria")


def best_table(subject: np.ndarray, criteria: str, code: np.ndarray, change: np.ndarray) -> pl.DataFrame:
    """Best overall response, one row a subject, from codes and changes of shape (n,)."""
    return pl.DataFrame(
        {
            "subject": subject,
            "criteria": np.full(len(subject), criteria),
            "best": response_names(code),
            "best_change_percent": pl.Series(change, nan_to_null=True, dtype=pl.Float32),
        }
    )


def _of_criteria(
    subjects: pl.Series, criteria: str, responses: pl.DataFrame, tumour: pl.DataFrame, rules: AssessmentRules
) -> pl.DataFrame:
    column = SUMS.get(criteria, "sld_mm")
    number = {subject: row for row, subject in enumerate(subjects.to_list())}
    sums = tumour.select("subject", "day", pl.col(column).cast(pl.Float64).alias("sum")).sort(
        "subject", "day"
    )
    scans = (
        responses.filter(pl.col("criteria") == criteria)
        .join(sums, on=["subject", "day"], how="left")
        .sort("subject", "day")
        .with_columns(pl.int_range(pl.len()).over("subject").alias("scan"))
    )
    most = int(scans["scan"].max() or 0) + 1
    row = np.array([number[subject] for subject in scans["subject"].to_list()], dtype=np.int64)
    at = scans["scan"].to_numpy(), row
    codes = np.full((most, len(number)), NOT_ASSESSED, dtype=np.int8)
    codes[at] = [CODES[response] for response in scans["response"].to_list()]
    days = np.zeros(codes.shape)
    days[at] = scans["day"].to_numpy()
    measured = np.full((most + 1, len(number)), np.nan)
    measured[at[0] + 1, row] = scans["sum"].fill_null(np.nan).to_numpy()
    first = sums.filter(pl.col("day") <= 0.0).group_by("subject").agg(pl.col("sum").last())
    for subject, value in first.iter_rows():
        measured[0, number[subject]] = value
    found = best_response(codes, measured, days, rules.confirmation_days, rules.stable_disease_days)
    return best_table(subjects.to_numpy(), criteria, found.code[:, -1], found.change_percent[:, -1])
