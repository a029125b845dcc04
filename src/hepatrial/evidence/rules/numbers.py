"""Rules on numbers: intervals, levels, percentages, directions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from hepatrial.errors import Issue
from hepatrial.evidence.intervals import is_symmetric_on_log_scale
from hepatrial.evidence.rules.rule import (
    CONFIRMED_ROWS,
    ENDPOINT_MEDIANS,
    Draft,
    Rule,
    limits,
    number,
)
from hepatrial.files.document import KeyPath

RATIO_ROWS = ("comparisons", "subgroups")


def _intervals(draft: Draft) -> Iterator[tuple[KeyPath, str, float | None, float | None, float | None]]:
    """Every estimate with an interval: path of the interval, what it is of, estimate, low, high."""
    for section in RATIO_ROWS:
        for path, row in draft.rows(section):
            hr, pair = number(row.get("hr")), limits(row, "ci")
            if pair is not None and hr is not None:
                yield (*path, "ci"), f"{_named(row)} hazard ratio", hr, *pair
    for path, row in draft.rows("landmarks"):
        if (pair := limits(row, "ci")) is not None:
            yield (*path, "ci"), f"{row.get('of')}: {row.get('endpoint')}", number(row.get("percent")), *pair
    for path, row in draft.rows("arms"):
        for endpoint in ENDPOINT_MEDIANS:
            if (pair := limits(row, f"{endpoint}_median_ci")) is not None:
                estimate = number(row.get(f"{endpoint}_median_months"))
                yield (
                    (*path, f"{endpoint}_median_ci"),
                    f"{row.get('arm')}: {endpoint}_median",
                    estimate,
                    *pair,
                )
    for section in ("baseline", "findings"):
        for path, row in draft.rows(section):
            yield from _of_values(path, row)


def _of_values(
    path: KeyPath, row: dict[str, Any]
) -> Iterator[tuple[KeyPath, str, float | None, float | None, float | None]]:
    """Intervals that a finding writes as ``x_low`` and ``x_high`` beside ``x`` (or ``x_months``)."""
    values = row.get("values")
    if not isinstance(values, dict):
        return
    stems = dict.fromkeys(
        str(key).rsplit("_", 1)[0] for key in values if str(key).endswith(("_low", "_high"))
    )
    for stem in stems:
        names = (stem, *(f"{stem}_{unit}" for unit in ("months", "days", "weeks", "percent")))
        estimate = next((number(values[name]) for name in names if name in values), None)
        low, high = number(values.get(f"{stem}_low")), number(values.get(f"{stem}_high"))
        last = f"{stem}_low" if low is not None else f"{stem}_high"
        yield (*path, "values", last), f"{row.get('of')}: {stem}", estimate, low, high


def _named(row: dict[str, Any]) -> str:
    group = f", {row['factor']} {row.get('group')}" if row.get("factor") else ""
    return f"{row.get('endpoint')}{group}"


class IntervalInOrder(Rule):
    """The lower limit of an interval is below the upper one."""

    name = "interval-in-order"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, what, _, low, high in _intervals(draft):
            if low is not None and high is not None and low >= high:
                yield self.issue(
                    draft,
                    path,
                    f"{what}: the interval is reversed or empty",
                    f"{low:g} to {high:g}",
                    "low < high",
                    "swap the limits, or read them again in the source",
                )


class IntervalHoldsEstimate(Rule):
    """An interval has its estimate beside it, and holds it."""

    name = "interval-holds-estimate"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, what, estimate, low, high in _intervals(draft):
            if low is not None and high is not None and low >= high:
                continue
            least = -math.inf if low is None else low
            most = math.inf if high is None else high
            if estimate is None or not least <= estimate <= most:
                yield self.issue(
                    draft,
                    path,
                    f"{what}: the interval does not hold its estimate",
                    f"{'no estimate' if estimate is None else format(estimate, 'g')} ({_limit(low)} to {_limit(high)})",
                    "low <= estimate <= high",
                    "read the three numbers again in the source; perhaps one is of the inverse ratio",
                )


def _limit(value: float | None) -> str:
    return "not reached" if value is None else f"{value:g}"


class RatioIsPositive(Rule):
    """A hazard ratio and its limits are above 0."""

    name = "ratio-is-positive"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for section in RATIO_ROWS:
            for path, row in draft.rows(section):
                low, high = limits(row, "ci") or (None, None)
                for key, value in (("hr", number(row.get("hr"))), ("ci", low), ("ci", high)):
                    if value is not None and value <= 0:
                        yield self.issue(
                            draft,
                            (*path, key),
                            f"{_named(row)}: a hazard ratio is not positive",
                            f"{value:g}",
                            "above 0",
                            "write the ratio, not its logarithm",
                        )


class IntervalIsSymmetric(Rule):
    """A hazard ratio is the middle of its interval on the log scale, up to rounding."""

    name = "interval-symmetric-on-log-scale"
    severity = "warning"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for section in RATIO_ROWS:
            for path, row in draft.rows(section):
                hr, (low, high) = number(row.get("hr")), limits(row, "ci") or (None, None)
                if hr is None or low is None or high is None or not 0 < low <= hr <= high:
                    continue
                if not is_symmetric_on_log_scale(hr, low, high):
                    yield self.issue(
                        draft,
                        (*path, "ci"),
                        f"{_named(row)} hazard ratio: not in the middle of its interval on the log scale",
                        f"{hr:g} ({low:g} to {high:g}), middle {math.sqrt(low * high):.3g}",
                        "the middle within rounding",
                        "read the three numbers again in the source; a standard error from this interval is rough",
                    )


class LevelOfInterval(Rule):
    """An interval of a hazard ratio says its level, in per cent."""

    name = "level-of-interval"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for section in RATIO_ROWS:
            for path, row in draft.rows(section):
                level = number(row.get("level"))
                if level is None and limits(row, "ci") is not None:
                    yield self.issue(
                        draft,
                        (*path, "level"),
                        f"{_named(row)}: the interval has no level",
                        "no level",
                        "per cent, 80 to 99.9",
                        "write level: 95 if the source says so; where it is silent add level_stated: false",
                    )
                elif level is not None and not 80 <= level <= 99.9:
                    yield self.issue(
                        draft,
                        (*path, "level"),
                        f"{_named(row)}: this is not a level of confidence",
                        f"{level:g}",
                        "per cent, 80 to 99.9",
                        "write 95, not 0.95" if 0 < level < 1 else "read it again in the source",
                    )


class PercentageInRange(Rule):
    """What is given in per cent lies between 0 and 100."""

    name = "percentage-in-range"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for section in (*CONFIRMED_ROWS, "unconfirmed"):
            for path, row in draft.rows(section):
                values = row.get("values")
                inner = [((*path, "values"), values)] if isinstance(values, dict) else []
                for place, mapping in [(path, row), *inner]:
                    for key, entry in mapping.items():
                        value = number(entry)
                        is_share = key == "percent" or str(key).endswith(("_percent", "_percent_below"))
                        if is_share and value is not None and not 0 <= value <= 100:
                            yield self.issue(
                                draft,
                                (*place, str(key)),
                                f"{row.get('of') or row.get('arm')}: {key} is no percentage",
                                f"{value:g}",
                                "0 to 100",
                                "read it again in the source",
                            )


class NumberIsNotNegative(Rule):
    """Medians and times are not negative."""

    name = "time-is-not-negative"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for section in ("arms", "landmarks"):
            for path, row in draft.rows(section):
                for key, entry in row.items():
                    value = number(entry)
                    if str(key).endswith("months") and value is not None and value < 0:
                        yield self.issue(
                            draft,
                            (*path, str(key)),
                            f"{row.get('arm') or row.get('of')}: {key} is negative",
                            f"{value:g}",
                            "0 or more",
                            "read it again in the source",
                        )


class MediansAgreeWithRatio(Rule):
    """The arm with the lower hazard has the longer median."""

    name = "medians-agree-with-ratio"
    severity = "warning"

    def check(self, draft: Draft) -> Iterator[Issue]:
        arms = {row.get("arm"): row for _, row in draft.rows("arms")}
        for path, row in draft.rows("comparisons"):
            key = f"{str(row.get('endpoint')).lower()}_median_months"
            arm, control = (number(arms.get(row.get(role), {}).get(key)) for role in ("arm", "control"))
            hr = number(row.get("hr"))
            if arm is None or control is None or hr is None or hr <= 0:
                continue
            if (arm - control) * math.log(hr) > 0:
                yield self.issue(
                    draft,
                    (*path, "hr"),
                    f"{row.get('endpoint')}: medians and hazard ratio point in opposite directions",
                    f"medians {arm:g} against {control:g} months, hazard ratio {hr:g}",
                    "a ratio below 1 with the longer median, above 1 with the shorter",
                    "see whether arm and control are swapped; crossing curves can do this too",
                )
