"""A table by the kind of its file: text, Parquet or SAS transport."""

from __future__ import annotations

from pathlib import Path

from hepatrial.userdata.binary_files import read_parquet_table, read_xpt_table
from hepatrial.userdata.table import RawTable, refused
from hepatrial.userdata.text_files import read_text_table

TEXT = (".csv", ".tsv", ".txt", ".dat")
PARQUET = (".parquet", ".pq")
XPT = (".xpt", ".xport")
WORKBOOKS = (".xlsx", ".xls", ".ods", ".sas7bdat", ".sav", ".dta", ".rds", ".rdata")


def read_table(path: str | Path) -> RawTable:
    """Read one file; the ending of its name says what it is.

    Raises
    ------
    InvalidInput
        A file that cannot be read, is of another kind, too large, or holds no rows.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending in PARQUET:
        return read_parquet_table(path)
    if ending in XPT:
        return read_xpt_table(path)
    if ending in WORKBOOKS:
        raise refused(
            str(path),
            "files of this kind are not read",
            found=ending,
            allowed=", ".join((*TEXT, *PARQUET, *XPT)),
            fix="export the table as CSV (UTF-8)",
        )
    return read_text_table(path)
