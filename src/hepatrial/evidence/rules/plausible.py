"""Rules on numbers that are possible by themselves, but not where they stand: a slip of unit, scale or column."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from statistics import NormalDist

from hepatrial.errors import Issue
from hepatrial.evidence.intervals import standard_error_of_log_hr
from hepatrial.evidence.rules.estimates import RATIO_ROWS, named
from hepatrial.evidence.rules.rule import ENDPOINT_MEDIANS, Draft, Rule, limits, number
from hepatrial.units import months

# No hazard ratio of the registry lies outside 0.3 to 3; per cent written for a ratio lie far outside these.
LEAST_RATIO, MOST_RATIO = 0.05, 20.0
# The longest median of the registry is 38.5 months; days written for months lie beyond this.
LONGEST_MEDIAN_MONTHS = 240.0
# A stratified p and an unstratified interval differ by less than this many standard errors (SUN1170: 0.4).
DISAGREES = 1.0


class RatioIsPlausible(Rule):
    """A hazard ratio is no per cent."""

    name = "ratio-is-plausible"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for section in RATIO_ROWS:
            for path, row in draft.rows(section):
                hr = number(row.get("hr"))
                if hr is not None and hr > 0 and not LEAST_RATIO <= hr <= MOST_RATIO:
                    yield self.issue(
                        draft,
                        (*path, "hr"),
                        f"{named(row)}: no trial has such a hazard ratio",
                        f"{hr:g}",
                        f"{LEAST_RATIO:g} to {MOST_RATIO:g}",
                        f"write {hr / 100:g} for {hr:g} %"
                        if hr > MOST_RATIO
                        else "read it again in the source",
                    )


class MedianIsInMonths(Rule):
    """A median is given in months."""

    name = "median-is-in-months"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, row in draft.rows("arms"):
            for endpoint in ENDPOINT_MEDIANS:
                median = number(row.get(key := f"{endpoint}_median_months"))
                if median is not None and median > LONGEST_MEDIAN_MONTHS:
                    yield self.issue(
                        draft,
                        (*path, key),
                        f"{row.get('arm')}: {key} is longer than any trial",
                        f"{median:g} months",
                        f"0 to {LONGEST_MEDIAN_MONTHS:g} months",
                        f"write {months(median):.1f} if it is {median:g} days",
                    )


class ControlHoldsResponse(Rule):
    """Disease control is response and stable disease, so that it is not the smaller one."""

    name = "control-holds-response"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, row in draft.rows("arms"):
            response, control = number(row.get("orr_percent")), number(row.get("dcr_percent"))
            if response is not None and control is not None and control < response:
                yield self.issue(
                    draft,
                    (*path, "dcr_percent"),
                    f"{row.get('arm')}: fewer patients with disease control than with a response",
                    f"dcr_percent {control:g}, orr_percent {response:g}",
                    "dcr_percent of orr_percent or more",
                    "see whether the two are swapped, or stable disease was taken for disease control",
                )


class SurvivalFalls(Rule):
    """Later on, no more patients are without the event."""

    name = "survival-falls"

    def check(self, draft: Draft) -> Iterator[Issue]:
        curves: dict[tuple[str, ...], list[tuple[float, float, int]]] = {}
        for (_, index), row in draft.rows("landmarks"):
            time, percent = number(row.get("months")), number(row.get("percent"))
            if time is not None and percent is not None:
                of = tuple(str(row.get(key, "")) for key in ("of", "endpoint", "subgroup"))
                curves.setdefault(of, []).append((time, percent, int(index)))
        for (of, endpoint, _), points in curves.items():
            for (early, before, _), (late, after, index) in pairwise(sorted(points)):
                if after > before or early == late:
                    yield self.issue(
                        draft,
                        ("landmarks", index, "percent"),
                        f"{of}: {endpoint} stands twice at one time"
                        if early == late
                        else f"{of}: {endpoint} rises from one landmark to the next",
                        f"{before:g} % at {early:g} months, {after:g} % at {late:g} months",
                        "shares without the event, each time once, that fall or stay",
                        "read them again; where sources differ, keep one and put the other under conflicts",
                    )


class ProbabilityInRange(Rule):
    """A p value lies between 0 and 1."""

    name = "probability-in-range"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, row in draft.rows("comparisons"):
            for key in ("p_logrank", "p_logrank_below"):
                p = number(row.get(key))
                if p is not None and not 0 <= p <= 1:
                    yield self.issue(
                        draft,
                        (*path, key),
                        f"{named(row)}: this is no probability",
                        f"{p:g}",
                        "0 to 1",
                        f"write {p / 100:g} for {p:g} %" if 1 < p <= 100 else "read it again in the source",
                    )


class IntervalAgreesWithP(Rule):
    """An interval and a p value of one ratio tell the same."""

    name = "interval-agrees-with-p"
    severity = "warning"

    def check(self, draft: Draft) -> Iterator[Issue]:
        for path, row in draft.rows("comparisons"):
            hr, p, level = (number(row.get(key)) for key in ("hr", "p_logrank", "level"))
            low, high = limits(row, "ci") or (None, None)
            if hr is None or p is None or level is None or low is None or high is None:
                continue
            if not (0 < low < high and hr > 0 and 0 < p <= 1 and 80 <= level <= 99.9):
                continue
            by_interval = abs(math.log(hr)) / standard_error_of_log_hr(low, high, level_percent=level)
            implied = 2 * NormalDist().cdf(-by_interval)
            if abs(by_interval + NormalDist().inv_cdf(p / 2)) > DISAGREES:
                yield self.issue(
                    draft,
                    (*path, "p_logrank"),
                    f"{named(row)}: interval and p do not tell the same",
                    f"p {p:g}; {hr:g} ({low:g} to {high:g}) at {level:g} % gives p {implied:.2g}",
                    "the same within what stratification changes",
                    "see whether level is right, and whether p is two-sided and of this endpoint",
                )
