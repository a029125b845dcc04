"""Intervals as printed: the standard error behind one, and whether three printed numbers fit together."""

from __future__ import annotations

import math
from statistics import NormalDist

from hepatrial.errors import UsageError


def standard_error_of_log_hr(low: float, high: float, level_percent: float = 95.0) -> float:
    """Standard error of a log hazard ratio from its confidence interval.

    Parameters
    ----------
    low, high
        Limits of the hazard ratio, 0 < low < high.
    level_percent
        Confidence level, two-sided: 95, 90, or what interim looks left over, for example 98.04.

    Returns
    -------
    float
        (ln high - ln low) / (2 z), with z the standard normal quantile of (1 + level / 100) / 2.

    Raises
    ------
    UsageError
        If the limits are not positive and in order, or the level is not between 50 and 100.

    Notes
    -----
    Assumes an interval that is symmetric on the log scale (Wald). Do not use it for exact, bootstrap or profile
    intervals. Source: Tierney et al. 2007, 10.1186/1745-6215-8-16.
    """
    if not (0 < low < high and math.isfinite(high)):
        raise UsageError(
            f"not the limits of a hazard ratio\n  found:   {low:g} to {high:g}\n  allowed: 0 < low < high"
        )
    if not 50 < level_percent < 100:
        raise UsageError(
            f"not a confidence level\n  found:   {level_percent:g}\n  allowed: per cent, above 50 and below 100\n"
            "  fix:     write 95, not 0.95"
        )
    quantile = NormalDist().inv_cdf(0.5 + level_percent / 200)
    return (math.log(high) - math.log(low)) / (2 * quantile)


def standard_error_of_log_hr_from_p(hr: float, p: float) -> float:
    """Standard error of a log hazard ratio from its two-sided p value: |ln HR| / z.

    Raises
    ------
    UsageError
        If p is not between 0 and 1, or the ratio is 1 or not positive: it then says nothing of the error.

    Notes
    -----
    Rough where the ratio is near 1, since both numbers are rounded. Do not use it for a one-sided p, nor for one that
    is printed as a bound. Source: Tierney et al. 2007, 10.1186/1745-6215-8-16.
    """
    if not (hr > 0 and hr != 1 and 0 < p < 1):
        raise UsageError(
            f"no standard error follows from these\n  found:   HR {hr:g}, p {p:g}\n"
            "  allowed: a ratio above 0 that is not 1, and 0 < p < 1"
        )
    return abs(math.log(hr)) / NormalDist().inv_cdf(1 - p / 2)


def rounding_of_standard_error(low: float, high: float) -> float:
    """How far rounding of printed limits can move the standard error behind them, as a share of it.

    Parameters
    ----------
    low, high
        Limits as printed, 0 < low < high; both are taken to have as many decimals as the one that shows more.

    Returns
    -------
    float
        0.05 where the limits before rounding could lie 5 % further apart on the log scale than the printed ones.

    Notes
    -----
    From half a unit of the last decimal at either end; most often far less. Where a final 0 of both is lost ("0.9 to
    1.4" for 0.90 to 1.40) it is too large.
    """
    half = 0.5 * 10.0 ** -_decimals(low, high)
    width = math.log(high) - math.log(low)
    return (math.log(high + half) - math.log(max(low - half, 1e-9))) / width - 1


def is_symmetric_on_log_scale(hr: float, low: float, high: float) -> bool:
    """Whether a hazard ratio is the geometric mean of its limits, for some numbers that round to the printed ones.

    Limits are often printed to fewer decimals than their ratio.
    """
    half = 0.5 * 10.0 ** -_decimals(low, high)
    half_hr = 0.5 * 10.0 ** -_decimals(hr, low, high)
    least = math.sqrt(max(low - half, 0.0) * (high - half))
    most = math.sqrt((low + half) * (high + half))
    return least <= hr + half_hr and most >= hr - half_hr


def _decimals(*numbers: float) -> int:
    """Decimals of numbers printed together: the most that one of them shows, since a final 0 is lost."""
    return max(len(f"{number:.10f}".rstrip("0").partition(".")[2]) for number in numbers)
