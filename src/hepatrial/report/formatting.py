"""Numbers as a reader sees them: months, per cent, intervals, p values."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

MISSING = "–"
NOT_REACHED = "not reached"
FEW_AT_RISK = 5
"""Subjects at risk below which a survival curve is called uncertain: one death then moves it by a fifth and more."""


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


def capital(text: str) -> str:
    """The text with its first letter in capitals, as a title or a sentence begins."""
    return text[:1].upper() + text[1:]


def counted(value: float, unit: str) -> str:
    """A number with its unit in the singular or the plural: 1 month, 2.5 months."""
    return f"{value:g} {unit}{'' if value == 1 else 's'}"


def survival_text(value: float | None, limits: Sequence[float | None], at_risk: int) -> str:
    """Survival in per cent with its interval, or why there is none; few subjects at risk are told."""
    if value is None:
        return "beyond follow-up"
    if value == 0.0:
        return "0.0, no interval: all have died"
    few = f", few at risk ({at_risk})" if at_risk < FEW_AT_RISK else ""
    return f"{estimate(value, limits)}{few}"


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
    "counted": counted,
    "number": number,
    "interval": interval,
    "p_value": p_value,
    "significant": significant,
}
