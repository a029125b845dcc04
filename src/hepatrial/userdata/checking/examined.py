"""What the rules look at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import polars as pl

from hepatrial.errors import Issue
from hepatrial.userdata.cells import Cells
from hepatrial.userdata.checking.describe import ColumnSummary
from hepatrial.userdata.columns import DataColumns
from hepatrial.userdata.outcome import read_outcome
from hepatrial.userdata.table import RawTable


@dataclass(frozen=True)
class Examined:
    """A table with its types, and the columns that have a meaning so far.

    Attributes
    ----------
    columns
        None while time or event is not known.
    rows
        One row a patient: all rows, or those of the first visits.
    unit_said
        Whether the unit of time was said, by the user or by the column's name.
    """

    raw: RawTable
    cells: dict[str, Cells]
    summaries: dict[str, ColumnSummary]
    columns: DataColumns | None
    rows: np.ndarray
    unit_said: bool = False

    @cached_property
    def event(self) -> np.ndarray | None:
        """Event codes of ``rows``, -1 where missing; None while they cannot be read."""
        if self.columns is None:
            return None
        found = read_outcome(self.raw, self.cells, self.columns, self.rows)
        return None if found.issues else found.event

    @cached_property
    def time_days(self) -> np.ndarray | None:
        """Times of ``rows`` in days; None while they cannot be read."""
        if self.columns is None:
            return None
        found = read_outcome(self.raw, self.cells, self.columns, self.rows)
        return None if found.issues else found.time_days

    def values(self, name: str) -> pl.Series:
        """Values of a column, every row."""
        return self.cells[name].values

    @property
    def others(self) -> list[str]:
        """Columns that have no role."""
        taken = self.columns.roles.values() if self.columns else ()
        return [name for name in self.raw.frame.columns if name not in taken]


class DataRule(ABC):
    """One thing that may be wrong with a table."""

    name: ClassVar[str]
    severity: ClassVar[str] = "warning"

    @abstractmethod
    def check(self, table: Examined) -> Iterator[Issue]:
        """Every place where it is wrong."""

    def issue(
        self, table: Examined, what: str, column: str | None, rows: np.ndarray | None = None, *, fix: str,
        found: str | None = None, allowed: str | None = None,
    ) -> Issue:  # fmt: skip
        """The problem of a column, at the first of some rows."""
        first = int(rows[0]) if rows is not None and len(rows) else None
        if found is None and column is not None and rows is not None:
            found = table.raw.cells(column, rows)
        where = table.raw.at(first, column)
        return Issue(what, where, found, allowed, fix, rule=self.name, severity=self.severity)
