"""A file as it was read: cells before they mean anything, with the place of every row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.userdata.limits import MOST_EXAMPLES


@dataclass(frozen=True, slots=True)
class RawTable:
    """The rows of one file.

    Attributes
    ----------
    file
        Its name as messages show it.
    frame
        One row a row. Of a text file all columns are text; of other files they have the file's types.
    lines
        Line of the file on which each row starts, shape (rows,); None for files that have no lines.
    issues
        What is odd about the file itself, as warnings.
    decimal_comma
        Whether ``12,5`` can be nothing but a number: cells are separated by something other than commas.
    """

    file: str
    frame: pl.DataFrame
    lines: np.ndarray | None = None
    issues: tuple[Issue, ...] = ()
    decimal_comma: bool = False

    def at(self, row: int | None = None, column: str | None = None) -> Location:
        """The place of a row (counted from 0) and a column, as messages name it."""
        line = None if row is None or self.lines is None else int(self.lines[row])
        return Location(self.file, line, None, column)

    def row_name(self, row: int) -> str:
        """ "line 7" in a text file, "row 6" in another one; both count from 1."""
        return f"row {row + 1}" if self.lines is None else f"line {int(self.lines[row])}"

    def cells(self, column: str, rows: Iterable[int]) -> str:
        """Some cells of a column with their rows: ``'n/a' in line 3, '<5' in line 9 and 2 more``."""
        places = [int(row) for row in rows]
        values = self.frame[column]
        shown = ", ".join(
            f"{shown_cell(values[row])} in {self.row_name(row)}" for row in places[:MOST_EXAMPLES]
        )
        further = len(places) - MOST_EXAMPLES
        return f"{shown} and {further} more" if further > 0 else shown


def shown_cell(value: object, longest: int = 40) -> str:
    """A cell as a message shows it: short, on one line, texts in quotes."""
    if value is None:
        return "nothing"
    if not isinstance(value, str):
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = repr(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def counted(number: int, noun: str) -> str:
    """``1 such row``, ``2 such rows``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def refused(file: str, what: str, *, found: str | None, allowed: str | None, fix: str, line: int | None = None,
            rule: str = "file") -> InvalidInput:  # fmt: skip
    """The error for a file that can't be read on."""
    return InvalidInput((Issue(what, Location(file, line), found, allowed, fix, rule=rule),))


def refuse(issues: Sequence[Issue]) -> None:
    """Raise `InvalidInput` if there are issues."""
    if issues:
        raise InvalidInput(tuple(issues))
