"""Every estimate of a record that has an interval, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hepatrial.evidence.rules.rule import ENDPOINT_MEDIANS, Draft, limits, number
from hepatrial.files.document import KeyPath

RATIO_ROWS = ("comparisons", "subgroups")
_UNITS = ("months", "days", "weeks", "percent")


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with its interval.

    Attributes
    ----------
    path
        Of the interval.
    what
        Of whom and of what it is.
    value, low, high
        None where there is none, or a limit that was not reached.
    positive
        Nothing below or at 0 can be meant: a hazard ratio, a median, a share of patients.
    """

    path: KeyPath
    what: str
    value: float | None
    low: float | None
    high: float | None
    positive: bool = False

    @property
    def reversed(self) -> bool:
        """The limits are the wrong way round, or one."""
        return self.low is not None and self.high is not None and self.low >= self.high

    @property
    def impossible(self) -> bool:
        """A number among them is one that another rule refuses."""
        known = [number for number in (self.value, self.low, self.high) if number is not None]
        return self.positive and min(known, default=1.0) <= 0


def estimates(draft: Draft) -> Iterator[Estimate]:
    """Every estimate with an interval; those that are no numbers at all are told by their form."""
    for section in RATIO_ROWS:
        for path, row in draft.rows(section):
            hr, pair = number(row.get("hr")), limits(row, "ci")
            if pair is not None and hr is not None:
                yield Estimate((*path, "ci"), f"{named(row)} hazard ratio", hr, *pair, positive=True)
    for path, row in draft.rows("landmarks"):
        pair = limits(row, "ci")
        if pair is not None and _is_readable(row.get("percent")):
            what = f"{row.get('of')}: {row.get('endpoint')}"
            yield Estimate((*path, "ci"), what, number(row.get("percent")), *pair, positive=True)
    for path, row in draft.rows("arms"):
        for endpoint in ENDPOINT_MEDIANS:
            pair, median = limits(row, f"{endpoint}_median_ci"), row.get(f"{endpoint}_median_months")
            if pair is not None and _is_readable(median):
                what = f"{row.get('arm')}: {endpoint}_median"
                place = (*path, f"{endpoint}_median_ci")
                yield Estimate(place, what, number(median), *pair, positive=True)
    for section in ("baseline", "findings"):
        for path, row in draft.rows(section):
            yield from _of_values(path, row)


def _of_values(path: KeyPath, row: dict[str, Any]) -> Iterator[Estimate]:
    """Intervals that a finding writes as ``x_low`` and ``x_high`` beside ``x`` (or ``x_months``)."""
    values = row.get("values")
    if not isinstance(values, dict):
        return
    stems = dict.fromkeys(
        str(key).rsplit("_", 1)[0] for key in values if str(key).endswith(("_low", "_high"))
    )
    for stem in stems:
        names = (stem, *(f"{stem}_{unit}" for unit in _UNITS))
        value = next((number(values[name]) for name in names if name in values), None)
        low, high = number(values.get(f"{stem}_low")), number(values.get(f"{stem}_high"))
        last = f"{stem}_low" if low is not None else f"{stem}_high"
        yield Estimate((*path, "values", last), f"{row.get('of')}: {stem}", value, low, high)


def _is_readable(value: object) -> bool:
    """A number, or nothing at all."""
    return value is None or number(value) is not None


def named(row: dict[str, Any]) -> str:
    """What a ratio is of: its endpoint, and the group of patients."""
    group = f", {row['factor']} {row.get('group')}" if row.get("factor") else ""
    return f"{row.get('endpoint')}{group}"
