"""Dates: in one format, in order, and not in place of times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import numpy as np
import polars as pl

from hepatrial.errors import Issue
from hepatrial.userdata.checking.examined import DataRule, Examined
from hepatrial.userdata.date_texts import as_dates, dates_by_format, holds_dates
from hepatrial.userdata.table import counted

START = re.compile(r"diagnos|rand|start|surg|resect|enrol|entry|birth|baseline|first", re.IGNORECASE)
END = re.compile(r"death|died|last|follow|end|progress|recur|relapse|event|censor", re.IGNORECASE)


class DatesInOneFormat(DataRule):
    """A column of dates is written in one way, in which day and month cannot be mistaken."""

    name = "date-formats"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column in table.cells:
            looks = dates_by_format(table.values(column))
            used = {name: np.flatnonzero(which.to_numpy()) for name, which in looks.items() if which.any()}
            if len(used) > 1:
                rarest = min(used.values(), key=len)
                said = ", ".join(
                    f"{len(rows)} {name} ({table.raw.cells(column, rows[:1])})" for name, rows in used.items()
                )
                yield self.issue(
                    table, f"column {column} mixes formats of dates", column, rarest, found=said,
                    allowed="one format, best 2020-02-01 (year-month-day)",
                    fix="write all dates as year-month-day: 01/02/2020 may be in January or in February",
                )  # fmt: skip
            elif "with slashes" in used:
                yield from self._slashes(table, column, used["with slashes"])

    def _slashes(self, table: Examined, column: str, rows: np.ndarray) -> Iterator[Issue]:
        parts = table.values(column).gather(rows).str.extract_groups(r"^(\d{1,2})/(\d{1,2})/")
        first, second = (parts.struct.field(part).cast(pl.Int64) for part in ("1", "2"))
        if (first > 12).any() and (second > 12).any():
            yield self.issue(
                table, f"column {column} mixes day/month and month/day", column,
                rows[np.flatnonzero((first > 12).to_numpy() | (second > 12).to_numpy())],
                allowed="one order", fix="write all dates as year-month-day: 2020-02-01",
            )  # fmt: skip
        elif not (first > 12).any() and not (second > 12).any():
            yield self.issue(
                table, f"column {column}: whether day or month comes first cannot be told", column, rows,
                allowed="dates as year-month-day", fix="write all dates as year-month-day: 2020-02-01",
            )  # fmt: skip


class DatesInOrder(DataRule):
    """Nobody's end lies before the start."""

    name = "date-order"

    def check(self, table: Examined) -> Iterator[Issue]:
        dates = {name: read for name in table.cells if (read := as_dates(table.values(name))) is not None}
        starts = [name for name in dates if START.search(name) and not END.search(name)]
        ends = [name for name in dates if END.search(name)]
        for start, end in product(starts, ends):
            rows = np.flatnonzero((dates[end] < dates[start]).fill_null(False).to_numpy())
            if len(rows):
                first = int(rows[0])
                yield self.issue(
                    table, f"{end} lies before {start}", end, rows,
                    found=f"{dates[start][first]} to {dates[end][first]} in {table.raw.row_name(first)}; "
                    f"{counted(len(rows), 'such row')}",
                    allowed=f"{start} first", fix="correct these dates; a day and a month may be swapped",
                )  # fmt: skip


class DatesAreNoTimes(DataRule):
    """Where there are dates and no times, how times are made of them is told."""

    name = "dates"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.columns is not None:
            return
        dates = [name for name in table.cells if holds_dates(table.values(name))]
        if dates:
            yield self.issue(
                table, "dates, and no column of times", dates[0], found=", ".join(dates[:10]),
                allowed="a column of days since each patient's own day 0",
                fix="subtract the date of randomisation (or diagnosis) from that of the event or last visit",
            )  # fmt: skip
