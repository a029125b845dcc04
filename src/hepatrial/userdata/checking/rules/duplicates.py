"""Rows and columns that stand twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from hepatrial.errors import Issue
from hepatrial.userdata.checking.examined import DataRule, Examined
from hepatrial.userdata.checking.known_names import names_an_identifier
from hepatrial.userdata.table import counted


class RowsDiffer(DataRule):
    """No row stands twice, whatever number it has."""

    name = "duplicate-rows"

    def check(self, table: Examined) -> Iterator[Issue]:
        frame = table.raw.frame
        subject = table.columns.subject if table.columns else None
        content = [name for name in frame.columns if not names_an_identifier(name) and name != subject]
        if len(content) < 2 or frame.height < 2:
            return
        keys = frame.select(content).hash_rows()
        again = np.flatnonzero((~keys.is_first_distinct()).to_numpy())
        filled = frame.select(pl.any_horizontal(pl.col(content).is_not_null())).to_series().to_numpy()
        again = again[filled[again]]
        if len(again):
            first = int(np.flatnonzero((keys == keys[int(again[0])]).to_numpy())[0])
            yield self.issue(
                table, "rows stand twice: all columns but the numbers of rows and patients are the same", None, again,
                found=f"{table.raw.row_name(int(again[0]))} repeats {table.raw.row_name(first)}; "
                f"{counted(len(again), 'such row')}",
                allowed="each patient, or each visit, once", fix="delete the copies, if they are of one patient",
            )  # fmt: skip


class ColumnsDiffer(DataRule):
    """No two columns hold the same."""

    name = "duplicate-columns"

    def check(self, table: Examined) -> Iterator[Issue]:
        seen: dict[tuple[object, ...], str] = {}
        for column in table.raw.frame.columns:
            values = table.values(column)
            if values.n_unique() < 3 or names_an_identifier(column):
                continue
            key = (str(values.dtype), int(values.hash().sum() or 0), int(values.head(50).hash().sum() or 0))
            first = seen.setdefault(key, column)
            if first != column and values.equals(table.values(first), null_equal=True):
                yield self.issue(
                    table, f"columns {first} and {column} hold the same", column, found=f"{len(values)} equal cells",
                    allowed="columns that differ", fix=f"delete {column}: twice the same marker counts twice",
                )  # fmt: skip
