"""The arms of a user's data, and which of them is the control."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from hepatrial.errors import Issue, UsageError, near_miss
from hepatrial.userdata.cells import Cells
from hepatrial.userdata.columns import DataColumns
from hepatrial.userdata.limits import MAX_ARMS
from hepatrial.userdata.outcome import value_text
from hepatrial.userdata.table import RawTable, shown_cell

ALL = "all"
"""The one arm of data without arms."""
CONTROL_WORDS = re.compile(r"placebo|control|supportive|observation|standard|^soc$|^bsc$", re.IGNORECASE)


def read_arms(
    raw: RawTable, cells: dict[str, Cells], columns: DataColumns, rows: np.ndarray
) -> tuple[pl.Series, list[Issue]]:
    """The arm of these rows as text, null where missing, and what is wrong with the column."""
    if columns.arm is None:
        return pl.Series("arm", [ALL] * len(rows), dtype=pl.String), []
    values = cells[columns.arm].values.gather(rows)
    distinct = values.unique(maintain_order=True).drop_nulls()
    if len(distinct) > MAX_ARMS:
        issue = Issue(
            f"column {columns.arm} has too many values for an arm",
            raw.at(None, columns.arm),
            found=f"{len(distinct)} values: {', '.join(shown_cell(value) for value in distinct[:5])}, ...",
            allowed=f"at most {MAX_ARMS}",
            fix="name the column of the treatment arm",
            rule="arms",
        )
        return pl.Series("arm", [None] * len(rows), dtype=pl.String), [issue]
    texts = [None if value is None else value_text(value) for value in values]
    return pl.Series("arm", texts, dtype=pl.String), []


def control_of(arm: pl.Series, columns: DataColumns) -> tuple[str, list[str]]:
    """The control arm, and a sentence where it was not named.

    Raises
    ------
    UsageError
        ``columns.control`` is not among the arms.
    """
    found = sorted(arm.unique())
    if columns.control is not None:
        if columns.control not in found:
            meant = near_miss(str(columns.control), found)
            raise UsageError(
                f"control: no such arm\n  found:   {columns.control}\n  allowed: {', '.join(found)}\n"
                f"  fix:     {f'did you mean {meant}?' if meant else 'choose one of these'}"
            )
        return columns.control, []
    if len(found) == 1:
        return found[0], []
    taken = next((name for name in found if CONTROL_WORDS.search(name)), found[0])
    return taken, [f"No control arm was named: {taken} is taken, of {', '.join(found)}."]
