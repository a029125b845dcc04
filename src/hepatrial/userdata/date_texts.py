"""How dates look that stand as text."""

from __future__ import annotations

import polars as pl

FORMATS = {
    "year-month-day": (r"^\d{4}-\d{1,2}-\d{1,2}", "%Y-%m-%d"),
    "with slashes": (r"^\d{1,2}/\d{1,2}/\d{4}", "%d/%m/%Y"),
    "with points": (r"^\d{1,2}\.\d{1,2}\.\d{4}", "%d.%m.%Y"),
    "with a month's name": (r"^\d{1,2}[ -]?[A-Za-z]{3}[ -]?\d{4}", "%d%b%Y"),
}
"""Date formats by name: how they look, and how they are read."""
DATES_FROM = 0.5
"""Share of a column's cells that look like dates from which on it is one of dates."""


def dates_by_format(values: pl.Series) -> dict[str, pl.Series]:
    """Which cells of a text column look like dates of each format; empty for a column that holds no dates."""
    present = len(values) - values.null_count()
    if values.dtype != pl.String or present == 0:
        return {}
    looks = {name: values.str.contains(pattern).fill_null(False) for name, (pattern, _) in FORMATS.items()}
    return looks if sum(int(one.sum()) for one in looks.values()) >= DATES_FROM * present else {}


def holds_dates(values: pl.Series) -> bool:
    """Whether a column holds dates, as dates or as text."""
    return values.dtype.is_temporal() or bool(dates_by_format(values))


def as_dates(values: pl.Series) -> pl.Series | None:
    """A column as dates by its commonest format, null where they cannot be read; None for a column of no dates."""
    if values.dtype in (pl.Date, pl.Datetime):
        return values.cast(pl.Date)
    looks = dates_by_format(values)
    if not looks:
        return None
    _, format_ = FORMATS[max(looks, key=lambda name: int(looks[name].sum()))]
    return values.str.extract(r"^(\S+)").str.to_date(format_, strict=False)
