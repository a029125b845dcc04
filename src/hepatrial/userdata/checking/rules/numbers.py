"""Numbers that are not written as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from hepatrial.errors import Issue
from hepatrial.userdata.cells import BELOW_LIMIT, DECIMAL_COMMA, MISSING
from hepatrial.userdata.checking.examined import DataRule, Examined

LIMIT = re.compile(r"^[<>≤≥]")


class TextsInNumbers(DataRule):
    """A column of numbers holds numbers only; with a text in it, it stays text and is no marker."""

    name = "text-in-numbers"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column in table.others:
            odd = table.cells[column].odd
            if len(odd):
                texts = [table.values(column)[int(row)] for row in odd]
                yield self.issue(
                    table, f"column {column} holds texts among numbers, and stays text", column, odd,
                    allowed="numbers with a decimal point; an empty cell where there is no value", fix=_remedy(texts),
                )  # fmt: skip


def _remedy(texts: list[str]) -> str:
    if all(BELOW_LIMIT.match(text) or LIMIT.match(text) for text in texts):
        return "write the assay's limit as a number, and keep a yes/no column that says where it stands"
    if all(re.match(DECIMAL_COMMA, text) for text in texts):
        return "write the decimal mark as a point: 12.5"
    return "write numbers in these cells, or leave them empty"


class InfiniteValues(DataRule):
    """Numbers are finite."""

    name = "infinite-values"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column in table.others:
            rows = table.cells[column].infinite
            if len(rows):
                yield self.issue(
                    table, f"column {column} holds infinite values", column, rows, allowed="finite numbers",
                    fix="leave the cell empty where there is no value",
                )  # fmt: skip


class PaddedNumbers(DataRule):
    """Cells with numbers hold nothing else, not even spaces."""

    name = "spaces"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column, rows in _texts(table, r"^(\s+\S.*|.*\S\s+)$"):
            if table.values(column).dtype.is_numeric():
                yield self.issue(
                    table, f"column {column} has spaces around numbers", column, rows, allowed="numbers alone",
                    fix="nothing: they are read as the numbers that they are",
                )  # fmt: skip


class WordsForMissing(DataRule):
    """What stands for a missing value is told."""

    name = "missing-words"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.raw.lines is None:
            return
        words: dict[str, int] = {}
        first: dict[str, str] = {}
        for column in table.raw.frame.columns:
            cells = table.raw.frame[column].str.strip_chars()
            counts = cells.filter(cells.is_in([word for word in MISSING if word])).value_counts()
            for word, count in counts.iter_rows():
                words[word] = words.get(word, 0) + int(count)
                first.setdefault(word, column)
        for word, count in sorted(words.items()):
            yield self.issue(
                table, f"{count} {'cell holds' if count == 1 else 'cells hold'} {word!r}, read as missing",
                first[word], found=f"{word!r}, first in column {first[word]}",
                fix="nothing, if that is what it means; else write the category in another word",
            )  # fmt: skip


class DecimalCommas(DataRule):
    """Decimal commas are read where nothing else separates with commas, and told."""

    name = "decimal-comma"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column, cells in table.cells.items():
            if cells.decimal_comma:
                rows = np.flatnonzero(table.raw.frame[column].str.contains(",").fill_null(False).to_numpy())
                yield self.issue(
                    table, f"column {column} has decimal commas", column, rows,
                    fix="nothing, if 12,5 is twelve and a half; it is read so",
                )  # fmt: skip


def _texts(table: Examined, pattern: str) -> Iterator[tuple[str, np.ndarray]]:
    """Columns of a text file with the rows whose cells are written like ``pattern``."""
    if table.raw.lines is None:
        return
    for column in table.raw.frame.columns:
        cells: pl.Series = table.raw.frame[column]
        rows = np.flatnonzero(cells.str.contains(pattern).fill_null(False).to_numpy())
        if len(rows):
            yield column, rows
