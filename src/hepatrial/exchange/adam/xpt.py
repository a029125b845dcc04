"""SAS transport files, version 5, in which regulators take datasets."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import polars as pl

from hepatrial.errors import InvalidInput, Issue
from hepatrial.exchange.adam.dataset import AdamDataset

# A fixed time keeps the files of a repeated run the same to the byte.
XPT_CREATED = b"01JAN60:00:00:00"
XPT_TIME = re.compile(rb"\d{2}[A-Z]{3}\d{2}:\d{2}:\d{2}:\d{2}")
HEADER_BYTES = 8 * 80  # library and member headers; the times stand nowhere else
LONGEST_TEXT = 200
DATE_FORMAT = "DATE9"


def write_xpt(dataset: AdamDataset, path: Path) -> Path:
    """Write one dataset; returns the file.

    Letters with accents lose them, and what is not ASCII then becomes a question mark: version 5 knows ASCII alone.

    Raises
    ------
    InvalidInput
        A text is longer than the 200 bytes of a version 5 file.
    """
    import pyreadstat

    table = _in_ascii(dataset.table)
    _refuse_long_texts(dataset.name, table)
    dates = table.select(pl.col(pl.Date)).columns
    pyreadstat.write_xport(
        table,
        str(path),
        file_label=dataset.label,
        column_labels=[dataset.labels[column] for column in table.columns],
        table_name=dataset.name,
        file_format_version=5,
        variable_format=dict.fromkeys(dates, DATE_FORMAT),
    )
    content = path.read_bytes()
    path.write_bytes(XPT_TIME.sub(XPT_CREATED, content[:HEADER_BYTES]) + content[HEADER_BYTES:])
    return path


def _in_ascii(table: pl.DataFrame) -> pl.DataFrame:
    beyond = [
        column
        for column in table.select(pl.col(pl.String)).columns
        if table[column].str.contains(r"[^\x00-\x7F]").any()
    ]
    return (
        table.with_columns(pl.col(beyond).map_elements(_ascii, return_dtype=pl.String)) if beyond else table
    )


def _ascii(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.encode("ascii", "replace").decode("ascii")


def _refuse_long_texts(name: str, table: pl.DataFrame) -> None:
    issues = []
    for column in table.select(pl.col(pl.String)).columns:
        longest = int(table[column].str.len_bytes().max() or 0)
        if longest > LONGEST_TEXT:
            issues.append(
                Issue(
                    rule="XPT text",
                    what=f"a text in {name}.{column} is too long for a SAS transport file",
                    found=f"{longest} bytes",
                    allowed=f"{LONGEST_TEXT} bytes",
                    fix="shorten the names of arms or strata",
                )
            )
    if issues:
        raise InvalidInput(tuple(issues))
