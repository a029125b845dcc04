"""The standard error of a published hazard ratio: from its interval, or from its p value where rounding allows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from hepatrial.evidence.intervals import standard_error_of_log_hr, standard_error_of_log_hr_from_p
from hepatrial.validation.preregistration import Preregistration

USUAL_LEVEL_PERCENT = 95.0


@dataclass(frozen=True, slots=True)
class StandardError:
    """The error, what it follows from, and why there is none."""

    value: float | None
    comes_from: str = ""
    why_none: str = ""


def standard_error(row: Mapping[str, Any], rules: Preregistration) -> StandardError:
    """Standard error of a comparison of the registry.

    Parameters
    ----------
    row
        With the keys ``hr``, ``ci``, ``level`` and ``p_logrank`` of a record's comparison.

    Notes
    -----
    A p value counts only where rounding of ratio and p leaves errors that differ by no more than the ratio of the
    preregistration: near a ratio of 1 both numbers say next to nothing of it. Source: Tierney et al. 2007,
    10.1186/1745-6215-8-16.
    """
    if row.get("ci") is not None:
        level = row.get("level") or USUAL_LEVEL_PERCENT
        return StandardError(standard_error_of_log_hr(*row["ci"], level), "interval")
    if row.get("p_logrank") is None:
        return StandardError(None, why_none="neither its interval nor a p value is confirmed")
    hr, p = float(row["hr"]), float(row["p_logrank"])
    if rounding_ratio(hr, p, rules.fewest_decimals) > rules.largest_error_ratio:
        return StandardError(
            None, why_none=f"no interval is confirmed, and p = {p:g} is too rough for a standard error"
        )
    return StandardError(standard_error_of_log_hr_from_p(hr, p), "p value")


def rounding_ratio(hr: float, p: float, fewest_decimals: int) -> float:
    """Largest over smallest standard error that round to this ratio and this p value; infinite where any could."""
    errors = []
    for ratio, chance in product(_corners(hr, fewest_decimals), _corners(p, fewest_decimals)):
        if not 0.0 < chance < 1.0 or (ratio - 1.0) * (hr - 1.0) <= 0.0:
            return math.inf
        errors.append(standard_error_of_log_hr_from_p(ratio, chance))
    return max(errors) / min(errors)


def _corners(value: float, fewest_decimals: int) -> tuple[float, float]:
    """What rounds to a printed number, at both ends."""
    printed = f"{value:.10f}".rstrip("0").partition(".")[2]
    half = 0.5 * 10.0 ** -max(len(printed), fewest_decimals)
    return value - half, value + half
