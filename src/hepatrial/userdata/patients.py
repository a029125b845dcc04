"""Who each row is about."""

from __future__ import annotations

import numpy as np
import polars as pl

from hepatrial.errors import Issue
from hepatrial.userdata.cells import Cells
from hepatrial.userdata.columns import DataColumns
from hepatrial.userdata.table import RawTable, counted

LEADING_ZERO = r"^\s*0\d"


def patient_ids(raw: RawTable, cells: dict[str, Cells], columns: DataColumns) -> pl.Series:
    """The patient of every row: numbers where all are whole numbers, else text as in the file; 1, 2, ... without."""
    if columns.subject is None:
        return pl.Series("subject", np.arange(1, raw.frame.height + 1))
    values = cells[columns.subject].values.rename("subject")
    text = raw.frame[columns.subject]
    # 007 and 7 may be two patients.
    if text.dtype == pl.String and text.str.contains(LEADING_ZERO).any():
        text = text.str.strip_chars().rename("subject")
        return text.set(values.is_null(), None)
    if values.dtype == pl.Float64:
        present = values.drop_nulls()
        whole = bool((present.is_finite() & (present == present.floor()) & (present.abs() < 2**53)).all())
        return values.cast(pl.Int64) if whole else values.cast(pl.String)
    return values if values.dtype == pl.Int64 else values.cast(pl.String)


def check_patients(raw: RawTable, subject: pl.Series, columns: DataColumns) -> list[Issue]:
    """Rows without a patient, and patients on several rows where each should have one."""
    if columns.subject is None:
        return []
    name = columns.subject
    missing = np.flatnonzero(subject.is_null().to_numpy())
    if len(missing):
        return [
            Issue(
                f"column {name} is empty in {counted(len(missing), 'row')}",
                raw.at(int(missing[0]), name),
                found=f"the first is {raw.row_name(int(missing[0]))}",
                allowed="a patient on every row",
                fix="name the patient or delete these rows",
                rule="patients",
            )
        ]
    twice = np.flatnonzero((~subject.is_first_distinct()).to_numpy())
    if columns.visit is None and len(twice):
        row = int(twice[0])
        return [
            Issue(
                f"column {name} has patients on more than one row",
                raw.at(row, name),
                found=f"patient {subject[row]} again in {raw.row_name(row)}; {counted(len(twice), 'such row')}",
                allowed="one row a patient, or a column with the day of the visit",
                fix="name the column of visit days (--visit), or delete the rows that stand twice",
                rule="patients",
            )
        ]
    return []
