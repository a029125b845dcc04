"""Parquet and SAS transport files."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from hepatrial.errors import Issue, Location
from hepatrial.userdata.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from hepatrial.userdata.table import RawTable, refused
from hepatrial.userdata.text_files import read_bytes

PLAIN = (pl.String, pl.Boolean, pl.Date, pl.Datetime)
"""Types of columns beside numbers that an analysis can read."""


def read_parquet_table(path: Path) -> RawTable:
    """Read a Parquet file within bounds; `InvalidInput` for one that is none."""
    file, raw = str(path), read_bytes(path)
    try:
        lazy = pl.scan_parquet(io.BytesIO(raw))
        columns = len(lazy.collect_schema())
        # Counted from the file's own directory, before a small file is let unfold into a large table.
        rows = int(lazy.select(pl.len()).collect().item())
        _within_bounds(file, rows, columns)
        frame = pl.read_parquet(io.BytesIO(raw))
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException) as error:
        raise _unreadable(file, "a Parquet file", error) from error
    plain, issues = _plain(file, _with_rows(file, frame))
    return RawTable(file, plain, issues=issues)


def read_xpt_table(path: Path) -> RawTable:
    """Read a SAS transport file, version 5 or 8; `InvalidInput` for one that is none."""
    import pyreadstat

    file = str(path)
    read_bytes(path)
    try:
        frame, about = pyreadstat.read_xport(path, output_format="polars")
    except Exception as error:  # the library raises its own errors, and ValueError, and UnicodeDecodeError
        raise _unreadable(file, "a SAS transport file", error) from error
    _within_bounds(file, frame.height, len(about.column_names))
    return RawTable(file, _with_rows(file, frame))


def _plain(file: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Issue, ...]]:
    """The table with columns that hold neither numbers, texts, truths nor dates as text, and a warning for each."""
    odd = [
        name
        for name, dtype in frame.schema.items()
        if not (dtype.is_numeric() or dtype in PLAIN or isinstance(dtype, (pl.Enum, pl.Categorical)))
    ]
    texts = [
        pl.Series(name, [None if value is None else str(value) for value in frame[name]], dtype=pl.String)
        for name in odd
    ]
    issues = tuple(
        Issue(
            f"column {name} holds neither numbers, texts nor dates",
            Location(file, key=name),
            found=str(frame.schema[name])[:60],
            allowed="numbers, texts, true and false, dates",
            fix="nothing, if it is no marker: it is kept as text; else write one value a cell",
            rule="types",
            severity="warning",
        )
        for name in odd
    )
    return frame.with_columns(texts), issues


def _within_bounds(file: str, rows: int, columns: int) -> None:
    for what, count, most in (
        ("columns", columns, MAX_COLUMNS),
        ("rows", rows, min(MAX_ROWS, MAX_CELLS // max(columns, 1))),
    ):
        if count > most:
            raise refused(
                file,
                f"the table has too many {what}",
                found=f"{count:,}",
                allowed=f"at most {most:,}",
                fix="keep what the analysis needs",
            )


def _with_rows(file: str, frame: pl.DataFrame) -> pl.DataFrame:
    if frame.is_empty():
        raise refused(
            file,
            "the file has no rows",
            found=f"{frame.width} columns, 0 rows",
            allowed="a row a patient, or a row a visit",
            fix="export the table again",
            rule="no-rows",
        )
    return frame


def _unreadable(file: str, kind: str, error: BaseException) -> Exception:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return refused(
        file,
        f"this is not {kind} that can be read",
        found=reason,
        allowed=kind,
        fix="export the table again, or as CSV (UTF-8)",
    )
