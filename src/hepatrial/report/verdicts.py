"""When a simulated number misses a published one: the rules, in one place."""

from __future__ import annotations

from typing import NamedTuple

from hepatrial.report.formatting import MISSING, signed

OS_TOLERANCE = 0.10
PROGRESSION_TOLERANCE = 0.20
ROUNDING_MONTHS = 0.05
"""A published median is printed to a tenth of a month."""

RULES = (
    "A number misses where it lies outside the 95 % interval given; an OS median also where it is more than 10 % off; "
    "a TTP or PFS median also where it is more than 20 % and more than one scan interval off. A rate in one simulated "
    "trial misses where chance in both trials does not explain the difference (Fisher's exact test, p below 0.05)."
)


class Verdict(NamedTuple):
    """What is said of a simulated number beside the published one, and whether it misses it."""

    text: str
    misses: bool


NOTHING = Verdict(MISSING, False)


def against_interval(
    value: float, limits: list[float | None] | None, kind: str = "published"
) -> Verdict | None:
    """Whether a number lies inside an interval, of which one limit may be open; None where no interval is known."""
    low, high = limits or (None, None)
    if low is None and high is None:
        return None
    if low is not None and value < low:
        return Verdict(f"below the {kind} interval", True)
    if high is not None and value > high:
        return Verdict(f"above the {kind} interval", True)
    return Verdict(f"inside the {kind} interval", False)


def judged_median(
    endpoint: str, value: float | None, there: float | None, limits: list[float] | None, scan_months: float
) -> Verdict:
    """A median in months against the published one, ``there``; ``scan_months`` is the interval between scans."""
    if there is None:
        return NOTHING
    if value is None:
        return Verdict("not reached in the simulation", True)
    off = value / there - 1.0
    difference = f"{100 * off:+.0f} %"
    if endpoint == "OS":
        far = abs(off) > OS_TOLERANCE
    else:
        within_a_scan = abs(value - there) <= scan_months + ROUNDING_MONTHS
        far = abs(off) > PROGRESSION_TOLERANCE and not within_a_scan
        difference += f", {signed(value - there)} months"
        difference += ", within one scan" if within_a_scan else ""
    place = against_interval(value, limits)
    if place is None:
        return Verdict(difference, far)
    return Verdict(f"{place.text}; {difference}", place.misses or far)


def judged_ratio(value: float | None, there: float | None, limits: list[float] | None) -> Verdict:
    """A hazard ratio against the published one; without a published interval nothing is judged."""
    if value is None or there is None:
        return NOTHING
    place = against_interval(value, limits)
    if place is None:
        return Verdict(f"{100 * (value / there - 1.0):+.0f} %, not judged: no interval is known", False)
    return place


def judged_rate(value: float | None, there: float | None, limits: list[float] | None) -> Verdict:
    """A rate in per cent of all virtual patients against the published one and its interval."""
    if value is None or there is None:
        return NOTHING
    difference = f"{signed(value - there)} points"
    place = against_interval(value, limits, "given")
    if place is None:
        return Verdict(f"{difference}, not judged: the number of patients is not known", False)
    return Verdict(f"{place.text}; {difference}", place.misses)


def judged_trial_rate(count: int, n: int, there: float, count_there: int, n_there: int) -> Verdict:
    """A rate of one simulated trial, ``count`` of ``n``, against a published one, ``there`` per cent."""
    from scipy.stats import fisher_exact

    p = float(fisher_exact([[count, n - count], [count_there, n_there - count_there]]).pvalue)
    misses = p < 0.05
    said = "more than chance" if misses else "within chance"
    return Verdict(f"{signed(100.0 * count / n - there)} points, {said} (Fisher p {p:.2g})", misses)
