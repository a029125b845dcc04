"""Rules on numbers: intervals, levels, percentages, directions."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hepatrial.errors import Issue
from hepatrial.evidence.intervals import is_symmetric_on_log_scale
from hepatrial.evidence.rules.estimates import RATIO_ROWS, estimates, named
from hepatrial.evidence.rules.rule import CONFIRMED_ROWS, Draft, Rule, limits, number


class IntervalInOrder(Rule):
    """The lower limit of an interval is below the upper one."""

    name = "interval-in-order"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for one in estimates(draft):
            if one.reversed:
                yield self.issue(
                    draft,
                    one.path,
                    f"{one.what}: the interval is reversed or empty",
                    f"{one.low:g} to {one.high:g}",
                    "low < high",
                    "swap the limits, or read them again in the source",
                )


class IntervalHoldsEstimate(Rule):
    """An interval has its estimate beside it, and holds it."""

    name = "interval-holds-estimate"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for one in estimates(draft):
            if one.reversed or one.impossible:
                continue
            least = -math.inf if one.low is None else one.low
            most = math.inf if one.high is None else one.high
            if one.value is None or not least <= one.value <= most:
                value = "no estimate" if one.value is None else format(one.value, "g")
                yield self.issue(
                    draft,
                    one.path,
                    f"{one.what}: the interval does not hold its estimate",
                    f"{value} ({_limit(one.low)} to {_limit(one.high)})",
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
                            f"{named(row)}: a hazard ratio is not positive",
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
                        f"{named(row)} hazard ratio: not in the middle of its interval on the log scale",
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
                if row.get("level") is None and limits(row, "ci") is not None:
                    yield self.issue(
                        draft,
                        (*path, "level"),
                        f"{named(row)}: the interval has no level",
                        "no level",
                        "per cent, 80 to 99.9",
                        "write level: 95 if the source says so; where it is silent add level_stated: false",
                    )
                elif level is not None and not 80 <= level <= 99.9:
                    yield self.issue(
                        draft,
                        (*path, "level"),
                        f"{named(row)}: this is not a level of confidence",
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
    """Medians, times, doses, ages and counts are not negative."""

    name = "time-is-not-negative"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for section in (*CONFIRMED_ROWS, "unconfirmed"):
            for path, row in draft.rows(section):
                values = row.get("values")
                inner = [((*path, "values"), values)] if isinstance(values, dict) else []
                for place, mapping in [(path, row), *inner]:
                    for key, entry in mapping.items():
                        value = number(entry)
                        if value is not None and value < 0 and _cannot_be_negative(str(key), place == path):
                            yield self.issue(
                                draft,
                                (*place, str(key)),
                                f"{row.get('of') or row.get('arm')}: {key} is negative",
                                f"{value:g}",
                                "0 or more",
                                "read it again in the source",
                            )


_MEASURED = ("months", "weeks", "days", "years", "mg", "ng_ml", "patients", "hr")
"""Last words of names of quantities that are times, doses, levels, counts or ratios."""


def _cannot_be_negative(key: str, own_key: bool) -> bool:
    """A hazard ratio of a row has a rule of its own; so has the size of an arm, by its form."""
    if own_key:
        return key.endswith("months")
    return key == "n" or (key.endswith(_MEASURED) and not key.endswith("log_hr"))


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
            if arm is None or control is None or hr is None or min(arm, control) < 0 or hr <= 0:
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
