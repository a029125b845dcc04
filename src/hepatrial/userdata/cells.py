"""From text to values: what is a number, what is missing, and what is neither."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.userdata.table import RawTable

MISSING = ("", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", ".", "#N/A", "#NULL!", "#VALUE!",
           "#DIV/0!", "#NUM!")  # fmt: skip
"""Cells that say that there is no value. "none" and "unknown" are not among them: both are categories somewhere."""

NUMBERS_FROM = 0.5
"""Share of the cells that are numbers from which on a column is meant as numbers, and other texts in it are slips."""

DECIMAL_COMMA = r"^[+-]?\d+,\d+(?:[eE][+-]?\d+)?$"
BELOW_LIMIT = re.compile(r"^(?:<|<=|≤)\s*(\d+(?:\.\d+)?)$")
_WHOLE = r"^[+-]?\d{1,15}$"


@dataclass(frozen=True, slots=True)
class Cells:
    """One column with its type.

    Attributes
    ----------
    values
        Boolean, Int64, Float64, Date, Datetime or String; missing cells are null.
    odd
        Rows of texts in a column that is meant as numbers; it is then left as text.
    infinite
        Rows of infinite values.
    decimal_comma
        Whether numbers were written with a decimal comma.
    """

    values: pl.Series
    odd: np.ndarray
    infinite: np.ndarray
    decimal_comma: bool = False


NO_ROWS = np.empty(0, dtype=np.int64)


def typed(raw: RawTable) -> dict[str, Cells]:
    """Every column of a table with its type, in the order of the file."""
    return {
        name: column_cells(raw.frame[name], decimal_comma=raw.decimal_comma) for name in raw.frame.columns
    }


def column_cells(column: pl.Series, *, decimal_comma: bool = False) -> Cells:
    """One column with its type, by what its cells hold."""
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if column.dtype == pl.String:
        return _from_text(column, decimal_comma=decimal_comma)
    if column.dtype.is_float():
        return _number(column.cast(pl.Float64).fill_nan(None))
    if column.dtype.is_integer():
        return _whole(column)
    if column.dtype.is_decimal():
        return _number(column.cast(pl.Float64))
    if column.dtype in (pl.Boolean, pl.Date) or column.dtype == pl.Datetime:
        return Cells(column, NO_ROWS, NO_ROWS)
    return Cells(column.cast(pl.String), NO_ROWS, NO_ROWS)


def _from_text(column: pl.Series, *, decimal_comma: bool) -> Cells:
    text = column.str.strip_chars()
    text = text.set(text.is_in(MISSING), None)
    present = text.is_not_null()
    if not present.any():
        return Cells(text, NO_ROWS, NO_ROWS)
    written = text.str.replace("\N{MINUS SIGN}", "-", literal=True)
    commas = written.str.contains(DECIMAL_COMMA).fill_null(False)
    comma = decimal_comma and bool(commas.any())
    if comma:
        written = written.str.replace(",", ".", literal=True)
    numbers = written.cast(pl.Float64, strict=False)
    odd = present & numbers.is_null()
    if not odd.any():
        whole = bool(written.drop_nulls().str.contains(_WHOLE).all())
        return _number(numbers.cast(pl.Int64) if whole else numbers, comma)
    if present.sum() and set(text.drop_nulls().str.to_lowercase().unique()) <= {"true", "false"}:
        return Cells(text.str.to_lowercase() == "true", NO_ROWS, NO_ROWS)
    slips = 1 - odd.sum() / present.sum() >= NUMBERS_FROM
    return Cells(text, odd.arg_true().to_numpy().astype(np.int64) if slips else NO_ROWS, NO_ROWS)


def _whole(column: pl.Series) -> Cells:
    whole = column.cast(pl.Int64, strict=False)
    if whole.null_count() > column.null_count():
        return _number(column.cast(pl.Float64))
    return Cells(whole, NO_ROWS, NO_ROWS)


def _number(values: pl.Series, comma: bool = False) -> Cells:
    if values.dtype != pl.Float64:
        return Cells(values, NO_ROWS, NO_ROWS, comma)
    values = values.fill_nan(None)
    infinite = values.is_infinite().fill_null(False).arg_true().to_numpy().astype(np.int64)
    return Cells(values, NO_ROWS, infinite, comma)
