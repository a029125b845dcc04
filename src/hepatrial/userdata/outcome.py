"""Times in days and event codes, out of the two columns that the user names for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.errors import Issue
from hepatrial.trialdata import ENDPOINTS
from hepatrial.userdata.cells import Cells
from hepatrial.userdata.columns import DataColumns
from hepatrial.userdata.date_texts import holds_dates
from hepatrial.userdata.table import RawTable, shown_cell

CENSORING_COLUMN = re.compile(r"cens|cnsr", re.IGNORECASE)
"""Names of columns that mostly are 1 where a time is censored, as ADaM's CNSR."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of some rows of a table; shapes (rows,).

    Attributes
    ----------
    time_days
        NaN where missing or unusable.
    event
        Event codes; -1 where missing or unusable.
    issues
        What makes a time or a code unusable: errors.
    """

    time_days: np.ndarray
    event: np.ndarray
    issues: tuple[Issue, ...]


def read_outcome(raw: RawTable, cells: dict[str, Cells], columns: DataColumns, rows: np.ndarray) -> Outcome:
    """Times and events of these rows; every problem is listed, none raised."""
    time, wrong_times = times_of(raw, cells[columns.time], columns, rows)
    event, wrong_events = events_of(raw, cells[columns.event], columns, rows)
    return Outcome(time, event, (*wrong_times, *wrong_events))


def times_of(
    raw: RawTable, cells: Cells, columns: DataColumns, rows: np.ndarray
) -> tuple[np.ndarray, list[Issue]]:
    """Times in days, NaN where missing."""
    name, values = columns.time, cells.values
    allowed = f"numbers of {columns.time_unit}, 0 or more"
    if not values.dtype.is_numeric():
        return np.full(len(rows), np.nan), [_not_times(raw, cells, name, allowed)]
    time = values.cast(pl.Float64).to_numpy()[rows].astype(np.float64)
    issues = []
    for bad, what in (
        (np.isinf(time), "holds infinite times"),
        (np.isfinite(time) & (time < 0), "holds times below 0"),
    ):
        if bad.any():
            issues.append(
                Issue(
                    f"column {name} {what}",
                    raw.at(rows[bad][0], name),
                    found=raw.cells(name, rows[bad]),
                    allowed=allowed,
                    fix="mend or delete these rows; a time counts from the patient's own day 0",
                    rule="times",
                )
            )
    return time * columns.days_per_unit, issues


def events_of(
    raw: RawTable, cells: Cells, columns: DataColumns, rows: np.ndarray
) -> tuple[np.ndarray, list[Issue]]:
    """Event codes, -1 where missing."""
    values = cells.values.gather(rows)
    codes = np.full(len(rows), -1, dtype=np.int64)
    texts = [value_text(value) for value in values.unique(maintain_order=True).drop_nulls()]
    if columns.event_values is not None:
        known = {value_text(value): code for value, code in columns.event_values.items()}
    elif values.dtype == pl.Boolean:
        known = {"false": 0, "true": 1}
    elif CENSORING_COLUMN.search(columns.event):
        return codes, [_censoring(raw, columns, rows, texts)]
    else:
        known = {"0": 0, "1": 1}
    unknown = [text for text in texts if text not in known]
    if unknown:
        return codes, [_unknown_codes(raw, columns, rows, values, texts, unknown)]
    found = [known[value_text(value)] if value is not None else -1 for value in values]
    return np.asarray(found, dtype=np.int64), []


def value_text(value: object) -> str:
    """A value of an event or arm column as one writes it: 1 and 1.0 are "1", True is "true"."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def causes_of(columns: DataColumns, event: np.ndarray) -> tuple[str, ...]:
    """Text of every event code: the user's own words where they gave some, else those of the endpoint.

    Deaths of which no cause is known are not said to be of cancer.
    """
    known = ENDPOINTS[columns.endpoint]
    if columns.endpoint == "OS" and (len(event) == 0 or event.max() <= 1):
        known = ("censored", "death")
    said: dict[int, list[str]] = {}
    for value, code in (columns.event_values or {}).items():
        if not re.fullmatch(r"[+-]?[\d.]+|true|false", value_text(value)):
            said.setdefault(code, []).append(value_text(value))
    return (known[0], *(" or ".join(said.get(code, [text])) for code, text in enumerate(known) if code))


def _not_times(raw: RawTable, cells: Cells, name: str, allowed: str) -> Issue:
    if holds_dates(cells.values):
        fix = "give days since randomisation or diagnosis: the date of the event less the date of the start"
        return Issue(f"column {name} holds dates, not times", raw.at(0, name), raw.cells(name, [0]), allowed, fix,
                     rule="dates")  # fmt: skip
    numbers = cells.values.cast(pl.Float64, strict=False)
    odd = np.flatnonzero((cells.values.is_not_null() & numbers.is_null()).to_numpy())
    if len(odd) == 0:
        return Issue(f"column {name} holds no times", raw.at(0, name), "every cell is missing", allowed,
                     "name the column of the times", rule="times")  # fmt: skip
    return Issue(
        f"column {name} holds texts in place of times",
        raw.at(int(odd[0]), name),
        raw.cells(name, odd),
        allowed,
        "write plain numbers with a decimal point; leave a cell empty where the time is not known",
        rule="text-in-numbers",
    )


def _censoring(raw: RawTable, columns: DataColumns, rows: np.ndarray, texts: list[str]) -> Issue:
    return Issue(
        f"column {columns.event} is named after censoring: whether 1 means an event cannot be told",
        raw.at(int(rows[0]), columns.event),
        found=f"values {', '.join(texts[:10])}",
        allowed="event values that are said: 0 censored, 1 the event",
        fix=f"say {_as_option({'1': 0, '0': 1})} where 1 is censored, else {_as_option({'0': 0, '1': 1})}",
        rule="event-codes",
    )


def _unknown_codes(
    raw: RawTable,
    columns: DataColumns,
    rows: np.ndarray,
    values: pl.Series,
    texts: list[str],
    unknown: list[str],
) -> Issue:
    first = next(i for i, value in enumerate(values) if value is not None and value_text(value) in unknown)
    causes = ", ".join(f"{code} ({text})" for code, text in enumerate(ENDPOINTS[columns.endpoint]))
    said = "that are no event codes" if columns.event_values is None else "to which no code is given"
    further = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
    return Issue(
        f"column {columns.event} holds values {said}",
        raw.at(int(rows[first]), columns.event),
        found=f"{', '.join(shown_cell(text) for text in unknown[:10])}{further}, "
        f"first in {raw.row_name(int(rows[first]))}",
        allowed=f"0 and 1, or values with a code of {columns.endpoint}: {causes}",
        fix=f"give every value its code, for example {_as_option(_suggested(columns.event, texts))}",
        rule="event-codes",
    )


def _suggested(name: str, texts: list[str]) -> dict[str, int]:
    """Codes to begin with: censored for the words, or the lowest number, that mostly mean it."""
    if CENSORING_COLUMN.search(name) and set(texts) <= {"0", "1"}:
        return {"1": 0, "0": 1}
    alive = re.compile(r"alive|censor|lost|withdr|^no$|^n$|none|living|^0|false", re.IGNORECASE)
    numbers = all(re.fullmatch(r"-?\d+", text) for text in texts)
    lowest = min(texts, key=int) if numbers else None
    return {text: 0 if (text == lowest if numbers else alive.search(text)) else 1 for text in texts[:4]}


def _as_option(codes: dict[str, int]) -> str:
    return "--event-values " + ",".join(f"{value}={code}" for value, code in codes.items())
