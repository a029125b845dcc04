"""A small text table: cells by line, whatever the separator and the decimal mark."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.files.text_file import waits_for_a_writer

MAX_BYTES = 5_000_000
"""A digitised curve has some hundred points; this is a hundred thousand of them."""
MOST_ISSUES = 20

_NUMBER = re.compile(r"^[+-]?\d*[.,]?\d+(?:[eE][+-]?\d+)?%?$")
_DECIMAL_COMMA = re.compile(r"^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line, stripped; lines count from 1."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """The cell in that column, empty where the line is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class TextTable:
    """The lines of a file that are not blank, and how they were separated."""

    file: str
    rows: tuple[Row, ...]
    separator: str

    @property
    def width(self) -> int:
        """Columns, trailing empty ones left out."""
        return max((i + 1 for row in self.rows for i, cell in enumerate(row.cells) if cell), default=0)

    def number(self, cell: str) -> float | None:
        """The number in a cell, with a decimal point or comma, or with a per cent sign; None if it is none."""
        text = cell.removesuffix("%").strip().replace("\N{MINUS SIGN}", "-")
        # Where commas separate, only a quoted cell can hold one.
        if _DECIMAL_COMMA.match(text):
            text = text.replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def at(self, line: int, column: int | None = None) -> Location:
        """The place of a line, and of a column counted from 1."""
        return Location(self.file, line, None if column is None else column + 1)

    def refuse(self, issues: list[Issue]) -> None:
        """Raise `InvalidInput` if there are issues; all of them up to a page full."""
        if not issues:
            return
        shown = issues[:MOST_ISSUES]
        if len(issues) > MOST_ISSUES:
            shown.append(
                Issue(
                    f"{len(issues) - MOST_ISSUES} further problems of this file",
                    Location(self.file),
                    fix="mend these first",
                )
            )
        raise InvalidInput(tuple(shown))


def read_text_table(path: str | Path) -> TextTable:
    """Read a table with commas, semicolons, tabs or spaces between cells.

    Raises
    ------
    InvalidInput
        A file that cannot be read, is not text in UTF-8, is too large or holds nothing.

    Notes
    -----
    Semicolons or tabs in the first or last line decide, then spaces between numbers, then commas, so that
    ``1,5;0,83`` is two numbers and so is ``1,5 0,83``.
    """
    path = Path(path)
    text = read_table_text(path)
    lines = text.splitlines()
    filled = [line for line in lines if line.strip(" \t,;")]
    if not filled:
        raise _refused(path, "the file holds no rows", found="nothing", fix="export the data set again")
    separator = next((mark for mark in (";", "\t") if mark in filled[0] or mark in filled[-1]), ",")
    if separator == "," and _are_numbers(filled[-1].split()):
        separator = " "
    rows = []
    # One line at a time: a quote that was never closed must not swallow the rest of the file.
    for number, line in enumerate(lines, start=1):
        parts = line.split() if separator == " " else next(csv.reader([line], delimiter=separator), [])
        cells = tuple(cell.strip() for cell in parts)
        if any(cells) and not line.lstrip().startswith("#"):
            rows.append(Row(number, cells))
    return TextTable(str(path), tuple(rows), separator)


def _are_numbers(words: list[str]) -> bool:
    return len(words) > 1 and all(_NUMBER.match(word) for word in words)


def read_table_text(path: Path) -> str:
    """The text of a file of digitised points; `InvalidInput` for one that is none, or too large."""
    try:
        if path.is_dir():
            raise _refused(path, "this is a folder, not a file", fix="give the CSV file inside it")
        if waits_for_a_writer(path):
            raise _refused(path, "this is not a file", found="a pipe", fix="give a file, or /dev/stdin")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refused(
            path, "the file cannot be read", found=reason, fix="check the path and the permission to read it"
        ) from error
    if len(raw) > MAX_BYTES:
        raise _refused(
            path,
            "the file is too large for a digitised curve",
            found=f"more than {MAX_BYTES:,} bytes",
            allowed=f"at most {MAX_BYTES:,} bytes",
            fix="check that this is the right file",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(
            path,
            "the file is not in UTF-8",
            line=line,
            found=f"byte 0x{raw[error.start]:02x}",
            allowed="text in UTF-8",
            fix="save the table as CSV (UTF-8)",
        ) from error
    if "\x00" in text:
        raise _refused(
            path,
            "this is not a text file",
            found="a byte of value 0",
            allowed="text in UTF-8",
            fix="export the table as CSV, not as a workbook",
        )
    return text


def _refused(
    path: Path,
    what: str,
    *,
    line: int | None = None,
    found: str | None = None,
    allowed: str | None = None,
    fix: str,
) -> InvalidInput:
    return InvalidInput((Issue(what, Location(str(path), line), found, allowed, fix, rule="file"),))
