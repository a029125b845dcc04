"""Times that can be read and may still be wrong."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hepatrial.errors import Issue
from hepatrial.units import DAYS_PER_YEAR
from hepatrial.userdata.checking.examined import DataRule, Examined
from hepatrial.userdata.table import counted

SHORT_FOLLOW_UP_DAYS = 200.0
"""A trial with deaths is rarely followed for less: then the unit may be another one."""
LONGEST_LIFE_DAYS = 100 * DAYS_PER_YEAR


class TimesAboveZero(DataRule):
    """Times are above 0."""

    name = "zero-times"

    def check(self, table: Examined) -> Iterator[Issue]:
        if table.time_days is None:
            return
        rows = table.rows[table.time_days == 0]
        if len(rows):
            name = table.columns.time
            yield self.issue(
                table, f"column {name} holds times of 0", name, rows, allowed="times above 0",
                found=f"{table.raw.cells(name, rows[:1])}; {counted(len(rows), 'such row')}",
                fix="a patient who dies on day 0 has day 1 (half a day, a hundredth of a month); check the others",
            )  # fmt: skip


class TimesInTheirUnit(DataRule):
    """The longest time is one that the unit allows."""

    name = "time-unit"

    def check(self, table: Examined) -> Iterator[Issue]:
        time = table.time_days
        if time is None or not np.isfinite(time).any():
            return
        name, unit = table.columns.time, table.columns.time_unit
        longest = float(np.nanmax(time))
        row = table.rows[[int(np.nanargmax(time))]]
        if longest > LONGEST_LIFE_DAYS:
            yield self.issue(
                table, f"column {name} has times longer than a life, if they are {unit}", name, row,
                allowed=f"times in {unit}", fix="say the unit: --time-unit days",
            )  # fmt: skip
        elif not table.unit_said and unit == "days" and 0 < longest < SHORT_FOLLOW_UP_DAYS:
            yield self.issue(
                table, f"column {name} may not be in days", name, row,
                found=f"the longest is {longest:g}", allowed="times in the unit that is said",
                fix="if they are months, say --time-unit months; if they are days, nothing",
            )  # fmt: skip
