"""CSV and its kin: encodings, separators, and lines that do not fit."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from hepatrial.errors import Issue, Location
from hepatrial.files.text_file import waits_for_a_writer
from hepatrial.userdata.limits import MAX_BYTES, MAX_CELL_CHARACTERS, MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from hepatrial.userdata.table import RawTable, refused, shown_cell

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
ROWS_AT_ONCE = 2_000
"""Rows kept as Python objects before they go into columns: bounds memory for wide tables."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_text_table(path: Path) -> RawTable:
    """Read a file with a line of column names and cells between commas, semicolons, tabs or bars.

    Raises
    ------
    InvalidInput
        A file that cannot be read, is too large or empty, or whose lines have more cells than columns.
    """
    file = str(path)
    text, issues = _decoded(read_bytes(path), file)
    if not text.strip():
        raise refused(
            file, "the file is empty", found="no rows", allowed="a line of names, then a row a patient",
            fix="export the table again",
        )  # fmt: skip
    separator = separator_of(text)
    if separator != ",":
        issues.append(
            _said(
                file,
                "separator",
                f"cells are separated by {SEPARATORS[separator]}",
                "nothing: they are read so",
            )
        )
    frame, lines = _columns(text, separator, file, issues)
    return RawTable(file, frame, lines, tuple(issues), decimal_comma=separator != ",")


def read_bytes(path: Path) -> bytes:
    """The content of a file within bounds, or `InvalidInput` that says why not."""
    file = str(path)
    try:
        if path.is_dir():
            raise refused(
                file, "this is a folder, not a file", found="a folder", allowed=None, fix="give a file in it"
            )
        if waits_for_a_writer(path):
            raise refused(file, "this is not a file", found="a pipe", allowed=None, fix="give a file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a path with a byte of value 0 is a ValueError
        reason = getattr(error, "strerror", None) or str(error)
        raise refused(
            file, "the file cannot be read", found=reason, allowed=None,
            fix="check the path and the permission to read it",
        ) from error  # fmt: skip
    if len(raw) > MAX_BYTES:
        raise refused(
            file, "the file is too large", found=f"more than {MAX_BYTES:,} bytes",
            allowed=f"at most {MAX_BYTES:,} bytes", fix="keep the columns that the analysis needs",
        )  # fmt: skip
    return raw


def separator_of(text: str) -> str:
    """The mark that separates the cells of most lines at the top; a comma if none does."""
    head = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    found = {mark: len(next(csv.reader(head[:1], delimiter=mark), [])) - 1 for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: found[mark])


def _decoded(raw: bytes, file: str) -> tuple[str, list[Issue]]:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding), []
            except UnicodeDecodeError as error:
                raise _not_text(file, f"byte 0x{raw[error.start]:02x} in {encoding}") from error
    if b"\x00" in raw:
        raise _not_text(file, "a byte of value 0")
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{raw[error.start]:02x} in line {line}"
        issue = Issue(
            "the file is not in UTF-8", Location(file, line), found=found, allowed="text in UTF-8",
            fix="read as Windows-1252; check the letters with accents, or save the file as CSV (UTF-8)",
            rule="encoding", severity="warning",
        )  # fmt: skip
        return raw.decode("cp1252", errors="replace"), [issue]


def _columns(text: str, separator: str, file: str, issues: list[Issue]) -> tuple[pl.DataFrame, np.ndarray]:
    rows = _rows(text, separator, file)
    _, head = next(rows)
    names = _names(head, file, issues)
    if len(names) > MAX_COLUMNS:
        raise _too_many(file, "columns", MAX_COLUMNS)
    lines: list[int] = []
    parts: list[pl.DataFrame] = []
    chunk: list[list[str]] = []

    def flush() -> None:
        if chunk:
            cells = zip(*chunk, strict=True)
            parts.append(
                pl.DataFrame([pl.Series(n, c, dtype=pl.String) for n, c in zip(names, cells, strict=True)])
            )
            chunk.clear()

    short: list[int] = []
    for line, row in rows:
        if len(row) > len(names) and not any(cell.strip() for cell in row[len(names) :]):
            row = row[: len(names)]
        if len(row) > len(names):
            raise refused(
                file, "a line has more cells than there are columns", line=line,
                found=f"{len(row)} cells, {len(names)} columns; the first too many is "
                f"{shown_cell(row[len(names)])}",
                allowed="a cell for each column",
                fix="put texts that hold the separator in quotes, or name every column in the first line",
            )  # fmt: skip
        if len(row) < len(names):
            short.append(line)
            row = row + [""] * (len(names) - len(row))
        lines.append(line)
        chunk.append(row)
        if len(lines) > MAX_ROWS or len(lines) * len(names) > MAX_CELLS:
            raise _too_many(file, "rows", min(MAX_ROWS, MAX_CELLS // len(names)))
        if len(chunk) >= ROWS_AT_ONCE:
            flush()
    flush()
    if not lines:
        raise refused(
            file, "the file has names of columns and no rows", found="1 line",
            allowed="a row a patient, or a row a visit", fix="export the table again",
        )  # fmt: skip
    if short:
        issues.append(
            Issue(
                "lines with fewer cells than there are columns",
                Location(file, short[0]),
                found=f"{len(short)} {'line' if len(short) == 1 else 'lines'}, the first is line {short[0]}",
                allowed=f"{len(names)} cells",
                fix="the cells that are not there count as missing; check these lines",
                rule="short-lines",
                severity="warning",
            )
        )
    return pl.concat(parts), np.asarray(lines)


def _rows(text: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Cells of every line that is not blank, with the line on which they start."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        start = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise refused(
                file, "a line cannot be read as cells", line=start, found=str(error), allowed="cells of a table",
                fix="close the quote on this line, or delete it",
            ) from error  # fmt: skip
        if row is None:
            return
        if any(cell.strip() for cell in row):
            longest = max(row, key=len)
            if len(longest) > MAX_CELL_CHARACTERS:
                raise refused(
                    file, "a cell is too long", line=start, found=f"{len(longest):,} characters",
                    allowed=f"at most {MAX_CELL_CHARACTERS:,}", fix="close the quote that opens on this line",
                )  # fmt: skip
            yield start, row


def _names(head: list[str], file: str, issues: list[Issue]) -> list[str]:
    """Names of the columns: those of the first line, made to differ, and some for those that have none."""
    names: list[str] = []
    for place, cell in enumerate(head, start=1):
        name = "".join(letter if letter.isprintable() else " " for letter in cell).strip()
        if not name:
            name = f"column_{place}"
            issues.append(
                _said(
                    file,
                    "column-names",
                    f"column {place} has no name",
                    f"called {name}; name it in the first line",
                )
            )
        if name in names:
            first, name = name, _free(name, [*names, *(c.strip() for c in head)])
            issues.append(
                _said(
                    file,
                    "column-names",
                    f"the column {first} stands twice",
                    f"the second one is called {name}",
                )
            )
        names.append(name)
    return names


def _free(name: str, taken: list[str]) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _said(file: str, rule: str, what: str, fix: str) -> Issue:
    return Issue(what, Location(file, 1), "the first line", None, fix, rule=rule, severity="warning")


def _too_many(file: str, what: str, most: int) -> Exception:
    return refused(
        file, f"the table has too many {what}", found=f"more than {most:,}", allowed=f"at most {most:,}",
        fix="keep what the analysis needs",
    )  # fmt: skip


def _not_text(file: str, found: str) -> Exception:
    return refused(
        file, "this is not a text file", found=found, allowed="a table as text in UTF-8",
        fix="export the table as CSV, not as a workbook",
    )  # fmt: skip
