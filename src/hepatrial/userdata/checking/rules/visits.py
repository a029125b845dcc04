"""Tables with a row a visit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from hepatrial.errors import Issue
from hepatrial.userdata.checking.examined import DataRule, Examined
from hepatrial.userdata.table import counted

TOLERANCE_DAYS = 1.5
"""Times that were made from dates and from months may differ by as much between two rows."""


class VisitsDiffer(DataRule):
    """A patient has one row a day."""

    name = "duplicate-visits"

    def check(self, table: Examined) -> Iterator[Issue]:
        visits = _visits(table)
        if visits is None:
            return
        again = visits.filter(~pl.struct("subject", "day").is_first_distinct())["row"].to_numpy()
        if len(again):
            yield self.issue(
                table, "patients have two rows of one day", table.columns.visit, again,
                found=f"patient {visits['subject'][int(again[0])]} on day {visits['day'][int(again[0])]:g} again in "
                f"{table.raw.row_name(int(again[0]))}; {counted(len(again), 'such row')}",
                allowed="one row a patient and day", fix="keep one of them, or give each its own day",
            )  # fmt: skip


class VisitsInOrder(DataRule):
    """A patient's visits stand in order of their days."""

    name = "visit-order"

    def check(self, table: Examined) -> Iterator[Issue]:
        visits = _visits(table)
        if visits is None:
            return
        back = visits.filter(pl.col("day").diff().over("subject") < 0)["row"].to_numpy()
        if len(back):
            yield self.issue(
                table, "visits do not stand in order of their days", table.columns.visit, back,
                found=f"{table.raw.cells(table.columns.visit, back[:1])} after a later day; "
                f"{counted(len(back), 'such row')}",
                allowed="days that rise within a patient",
                fix="nothing, if the days are right: they are sorted; check them for swapped days and months",
            )  # fmt: skip


class TimesAgree(DataRule):
    """The time to the event is one time: the same on every row, or less by the days since the first visit."""

    name = "times-of-visits"

    def check(self, table: Examined) -> Iterator[Issue]:
        visits = _visits(table)
        name = table.columns.time if table.columns else None
        if visits is None or not table.values(name).dtype.is_numeric():
            return
        time = table.values(name).cast(pl.Float64) * table.columns.days_per_unit
        told = visits.with_columns(time=time).drop_nulls().with_columns(
            fixed=(pl.col("time") - pl.col("time").first().over("subject")).abs(),
            left=(
                pl.col("time") + pl.col("day") - (pl.col("time") + pl.col("day")).first().over("subject")
            ).abs(),
        )  # fmt: skip
        fixed, left = told["fixed"] <= TOLERANCE_DAYS, told["left"] <= TOLERANCE_DAYS
        odd = told.filter(~(fixed if fixed.sum() >= left.sum() else left))["row"].to_numpy()
        if len(odd):
            yield self.issue(
                table, f"column {name} does not agree between the visits of a patient", name, odd,
                found=f"{table.raw.cells(name, odd[:3])}; {counted(len(odd), 'such row')}",
                allowed="the same on every row, or the time that is left from each visit",
                fix="check these patients: the time of the first visit counts",
            )  # fmt: skip


class SomebodyReturns(DataRule):
    """Patients have more than one visit."""

    name = "one-visit"

    def check(self, table: Examined) -> Iterator[Issue]:
        visits = _visits(table)
        if visits is not None and visits["subject"].n_unique() == visits.height:
            yield self.issue(
                table, "every patient has one visit", table.columns.visit, np.arange(1),
                found=f"{visits.height} rows of as many patients", allowed="two visits or more, to follow a marker",
                fix="add the later visits, or leave --visit out",
            )  # fmt: skip


def _visits(table: Examined) -> pl.DataFrame | None:
    """``subject, day, row`` of every row, in the order of the file; None for tables without visits."""
    if table.columns is None or table.columns.visit is None:
        return None
    day = table.values(table.columns.visit)
    if not day.dtype.is_numeric():
        return None
    return pl.DataFrame(
        {
            "subject": table.values(table.columns.subject),
            "day": day.cast(pl.Float64),
            "row": np.arange(len(day)),
        }
    )
