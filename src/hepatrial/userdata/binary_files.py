"""Parquet and SAS transport files."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from hepatrial.userdata.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from hepatrial.userdata.table import RawTable, refused
from hepatrial.userdata.text_files import read_bytes


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
    return RawTable(file, _with_rows(file, frame))


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
