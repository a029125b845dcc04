"""What each column holds."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hepatrial.userdata.cells import Cells
from hepatrial.userdata.checking.known_names import known_covariate
from hepatrial.userdata.date_texts import holds_dates
from hepatrial.userdata.outcome import value_text

MOST_LEVELS = 12
"""Distinct values up to which a column's values are listed."""
MANY_TEXTS = 50


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """One column in a line.

    Attributes
    ----------
    kind
        "number", "whole number", "yes/no", "category", "text", "date" or "empty".
    missing, missing_share
        Rows without a value, and their share of all rows.
    distinct
        Different values, missing not counted.
    low, high
        Range of numbers and dates, as text.
    levels
        Values with their counts, where there are at most `MOST_LEVELS`.
    covariate
        The covariate of the field that the name stands for.
    """

    name: str
    kind: str
    missing: int
    missing_share: float
    distinct: int
    low: str | None
    high: str | None
    levels: tuple[tuple[str, int], ...]
    covariate: str | None


def summary_of(name: str, cells: Cells) -> ColumnSummary:
    """What one column holds."""
    values = cells.values
    present = values.drop_nulls()
    distinct = present.n_unique() if len(present) else 0
    low, high = _range(present)
    missing = values.null_count()
    return ColumnSummary(
        name=name,
        kind=_kind(values, distinct),
        missing=missing,
        missing_share=missing / len(values) if len(values) else 0.0,
        distinct=distinct,
        low=low,
        high=high,
        levels=_levels(present, distinct),
        covariate=known_covariate(name),
    )


def _kind(values: pl.Series, distinct: int) -> str:
    if distinct == 0:
        return "empty"
    if values.dtype == pl.Boolean:
        return "yes/no"
    if values.dtype.is_integer():
        return "yes/no" if set(values.drop_nulls().unique()) <= {0, 1} else "whole number"
    if values.dtype.is_numeric():
        return "yes/no" if distinct <= 2 and set(values.drop_nulls().unique()) <= {0.0, 1.0} else "number"
    if holds_dates(values):
        return "date"
    return "category" if distinct <= MANY_TEXTS else "text"


def _range(present: pl.Series) -> tuple[str | None, str | None]:
    if len(present) == 0 or present.dtype in (pl.String, pl.Boolean):
        return None, None
    low, high = present.min(), present.max()
    return (f"{low:g}", f"{high:g}") if present.dtype.is_numeric() else (str(low), str(high))


def _levels(present: pl.Series, distinct: int) -> tuple[tuple[str, int], ...]:
    if not 0 < distinct <= MOST_LEVELS:
        return ()
    counts = present.value_counts().sort(present.name or "")
    return tuple((value_text(value), int(count)) for value, count in counts.iter_rows())
