"""Which columns of the subjects can be a marker, and why the others cannot."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from hepatrial.trialdata import ENDPOINTS

IDENTIFIERS = ("subject", "arm", "randomised_day", "stratum", "rownames", "id", "patient", "patient_id", "case_id",
               "usubjid", "subjid", "number", "index", "row")  # fmt: skip
"""Names, in small letters, of columns that say who somebody is."""

COURSES = ("treatment_days", "treatment_end", "symptoms_days", "symptoms_event", "symptoms_reason",
           "decompensation_days", "decompensation_event", "decompensation_reason")  # fmt: skip
"""Columns of `TrialData.subjects` that are known only after randomisation, beside those of the endpoints."""

OUTCOME_NAME = re.compile(
    r"^(os|dfs|efs|dss|css|lrfs|dmfs|osd|time|futime|status|vital_?status|dead|death|died|event|censor\w*|"
    r"cnsr|recurrence|relapse|progression|survival(_?(time|days|months|years|status))?"
    r"|("
    + "|".join(name.lower() for name in ENDPOINTS)
    + r")([_.]?(days|months|years|time|event|status|reason))?"
    r"|os[_.]?(days|months|years|time|event|status|reason))$",
    re.IGNORECASE,
)
"""Names by which people call outcomes. An outcome among the markers would look like the best of them."""


def why_no_marker(column: pl.Series) -> str | None:
    """Why a column is no marker (outcome, identifier, text of many levels, one value), or None if it may be one."""
    name = column.name.lower()
    if name in IDENTIFIERS:
        return "it says who the patient is"
    if name in COURSES or OUTCOME_NAME.match(name):
        return "its name is that of an outcome"
    present = column.drop_nulls()
    if present.dtype.is_float():
        present = present.drop_nans()
    levels = present.n_unique()
    if levels < 2:
        return "it has one value"
    if not present.dtype.is_numeric() and levels > 2:
        return "it is text of more than two levels"
    if numbers_the_rows(present) and len(present) == len(column):
        return "it numbers the rows"
    return None


def numbers_the_rows(column: pl.Series) -> bool:
    """Whether a column of whole numbers counts 0, 1, 2, ... or 1, 2, 3, ... down the table."""
    if not column.dtype.is_integer() or len(column) < 3:
        return False
    steps = np.diff(column.to_numpy().astype(np.int64))
    return bool((steps == 1).all()) and column[0] in (0, 1)


def numbers_of(column: pl.Series) -> tuple[np.ndarray, tuple[str, str] | None]:
    """A column as float64 (n,), NaN where missing, and the two levels where it has just two.

    Two levels become 0 and 1 in their order (False before True, 1 before 2, "no" before "yes").
    """
    if column.dtype.is_float():
        column = column.fill_nan(None)
    levels = column.drop_nulls().unique().sort()
    if len(levels) == 2:
        # .eq keeps a missing value missing.
        second = (column == levels[1]).cast(pl.Float64)
        return second.to_numpy().astype(np.float64), (level_text(levels[0]), level_text(levels[1]))
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64), None


def design_of(column: pl.Series) -> tuple[np.ndarray, list[str]]:
    """A covariate as columns of a design, (n, k), and their names; text becomes one column a level but the first.

    A missing value is NaN in every column.
    """
    values, levels = (None, None) if is_text(column) else numbers_of(column)
    if values is not None:
        return values[:, None], [column.name if levels is None else f"{column.name}={levels[1]}"]
    present = column.drop_nulls().unique().sort()
    design = np.column_stack([(column == level).cast(pl.Float64).to_numpy() for level in present[1:]])
    return design.astype(np.float64), [f"{column.name}={level_text(level)}" for level in present[1:]]


def is_text(column: pl.Series) -> bool:
    """Whether a column holds words rather than numbers or yes and no."""
    return not column.dtype.is_numeric() and column.dtype != pl.Boolean


def level_text(level: object) -> str:
    """A level as names of columns show it: C, yes, 2."""
    if isinstance(level, bool):
        return "yes" if level else "no"
    return f"{level:g}" if isinstance(level, float) else str(level)
