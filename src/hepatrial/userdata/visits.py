"""Tables with one row a visit: the first visit is the baseline, and every measurement goes into the long table."""

from __future__ import annotations

import numpy as np
import polars as pl

from hepatrial.errors import Issue
from hepatrial.userdata.cells import BELOW_LIMIT, Cells
from hepatrial.userdata.columns import DataColumns
from hepatrial.userdata.date_texts import holds_dates
from hepatrial.userdata.table import RawTable, counted

LABS = {
    "subject": None,
    "day": pl.Float64,
    "parameter": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "below_limit": pl.Boolean,
}
UNITS = {
    "_ng_ml": "ng/mL",
    "_ug_l": "ug/L",
    "_pg_ml": "pg/mL",
    "_mg_dl": "mg/dL",
    "_umol_l": "umol/L",
    "_g_l": "g/L",
    "_g_dl": "g/dL",
    "_u_l": "U/L",
    "_mm": "mm",
    "_cm": "cm",
    "_kg": "kg",
}
"""Unit by the ending of a column's name."""


def first_visits(
    raw: RawTable, cells: dict[str, Cells], columns: DataColumns
) -> tuple[np.ndarray, list[Issue]]:
    """Rows of each patient's first visit, in the order of the table, and what forbids to tell."""
    name, days = columns.visit, cells[columns.visit].values
    if not days.dtype.is_numeric():
        dates = holds_dates(days)
        odd = cells[name].odd if len(cells[name].odd) and not dates else np.arange(min(1, len(days)))
        return np.arange(0), [
            Issue(
                f"column {name} holds {'dates' if dates else 'texts'} in place of days",
                raw.at(int(odd[0]) if len(odd) else None, name),
                found=raw.cells(name, odd),
                allowed="days since the patient's day 0",
                fix="give the date of the visit less the date of the first one"
                if dates
                else "write plain numbers",
                rule="dates" if dates else "text-in-numbers",
            )
        ]
    missing = np.flatnonzero((days.is_null() | ~days.cast(pl.Float64).is_finite()).fill_null(True).to_numpy())
    if len(missing):
        return np.arange(0), [
            Issue(
                f"column {name} has visits without a day",
                raw.at(int(missing[0]), name),
                found=raw.cells(name, missing),
                allowed="days since the patient's day 0, on every row",
                fix="give the day or delete these rows",
                rule="visits",
            )
        ]
    order = pl.DataFrame(
        {"subject": cells[columns.subject].values, "day": days, "row": np.arange(len(days))}
    ).sort("subject", "day", "row")
    first = order.group_by("subject", maintain_order=True).first()
    return np.sort(first["row"].to_numpy()), status_issues(raw, cells, columns)


def status_issues(raw: RawTable, cells: dict[str, Cells], columns: DataColumns) -> list[Issue]:
    """Columns that must say the same on every row of a patient and do not: the event and the arm."""
    issues = []
    for role in ("event", "arm"):
        name = getattr(columns, role)
        if name is None:
            continue
        table = pl.DataFrame({"s": cells[columns.subject].values, "v": cells[name].values}).with_row_index(
            "row"
        )
        changed = table.filter((pl.col("v") != pl.col("v").first().over("s")) & pl.col("v").is_not_null())
        if changed.height:
            row = int(changed["row"][0])
            issues.append(
                Issue(
                    f"column {name} differs between the rows of one patient",
                    raw.at(row, name),
                    found=f"patient {changed['s'][0]}: {raw.cells(name, [row])}; "
                    f"{counted(changed['s'].n_unique(), 'patient')} in all",
                    allowed="one value for each patient, the same on every row",
                    fix=f"give each patient's final {role} on every row",
                    rule="visits",
                )
            )
    return issues


def measurements(
    raw: RawTable, cells: dict[str, Cells], columns: DataColumns, subject: pl.Series, start: pl.DataFrame
) -> pl.DataFrame:
    """The long table of all visits: every numeric column that changes within some patient.

    Parameters
    ----------
    subject
        The patient of every row.
    start
        Day of each patient's first visit (``subject, first``): days count from it.
    """
    who = pl.DataFrame({"subject": subject, "day": cells[columns.visit].values.cast(pl.Float64)})
    who = who.join(start, on="subject", how="left", maintain_order="left").select(
        "subject", day=pl.col("day") - pl.col("first")
    )
    tables = []
    for name in raw.frame.columns:
        if name in columns.roles.values():
            continue
        value, below = _numbers(cells[name])
        if value is None:
            continue
        table = who.with_columns(
            parameter=pl.lit(name), value=value, unit=pl.lit(unit_of(name)), below_limit=below
        ).drop_nulls(["subject", "value", "day"])
        spread = table.group_by("subject").agg(pl.col("value").n_unique())["value"].max()
        if spread is not None and spread > 1:
            tables.append(table)
    if not tables:
        return no_measurements(subject.dtype)
    return pl.concat(tables).sort("subject", "parameter", "day", maintain_order=True)


def no_measurements(subject: pl.DataType) -> pl.DataFrame:
    """The long table without rows."""
    return pl.DataFrame(schema={name: dtype or subject for name, dtype in LABS.items()})


def unit_of(column: str) -> str:
    """The unit that a column's name ends with, or an empty text."""
    return next((unit for ending, unit in UNITS.items() if column.lower().endswith(ending)), "")


def _numbers(cells: Cells) -> tuple[pl.Series | None, pl.Series]:
    """Values as numbers, and which of them are the limit of quantification ("<5"); None for texts."""
    values = cells.values
    if values.dtype == pl.Boolean or values.dtype.is_numeric():
        numbers = values.cast(pl.Float64)
        finite = numbers.set(numbers.is_infinite().fill_null(False), None)
        return finite, pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(values))
    if len(cells.odd) and all(BELOW_LIMIT.match(values[int(row)]) for row in cells.odd):
        below = values.str.contains(BELOW_LIMIT.pattern).fill_null(False)
        return values.str.replace(r"^[<≤=\s]+", "").cast(pl.Float64, strict=False), below
    return None, pl.Series([], dtype=pl.Boolean)
