"""Numbers as a reader sees them: months, per cent, intervals, p values."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

MISSING = "–"
NOT_REACHED = "not reached"


def number(value: float | None, digits: int = 1, missing: str = MISSING) -> str:
    """A number with so many decimals; a dash where there is none."""
    return missing if value is None or not isfinite(value) else f"{value:,.{digits}f}"


def signed(value: float) -> str:
    """A difference with its sign and one decimal; no sign where it rounds to nothing."""
    shown = f"{value:+.1f}"
    return shown[1:] if float(shown) == 0.0 else shown


def interval(limits: Sequence[float | None] | None, digits: int = 1, missing: str = MISSING) -> str:
    """Limits in brackets; empty where none is known."""
    if not limits or all(limit is None for limit in limits):
        return ""
    return f"({number(limits[0], digits)} to {number(limits[1], digits, missing)})"


def estimate(
    value: float | None, limits: Sequence[float | None] | None, digits: int = 1, missing: str = MISSING
) -> str:
    """A number and its interval."""
    return f"{number(value, digits, missing)} {interval(limits, digits, missing)}".strip()


def p_value(value: float | None) -> str:
    """A p value as journals print it."""
    if value is None or not isfinite(value):
        return MISSING
    if value < 1e-4:
        return "<0.0001"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.4f}" if value < 0.001 else f"{value:.3f}"


def significant(value: float, digits: int = 4) -> str:
    """A number with so many significant digits, for values of any size."""
    return f"{value:.{digits}g}"


FILTERS = {
    "number": number,
    "interval": interval,
    "p_value": p_value,
    "significant": significant,
}
