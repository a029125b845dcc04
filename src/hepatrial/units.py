"""The one canonical set of units, and the parsing of quantities where text enters.

Inside the product time is in days, dose in mg, concentration in nM, diameter in mm, volume in mL; every
public name carries its unit. A month is 30.4375 days, here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25
DAYS_PER_WEEK = 7.0

TIME_IN_DAYS = {
    "day": 1.0,
    "week": DAYS_PER_WEEK,
    "month": DAYS_PER_MONTH,
    "year": DAYS_PER_YEAR,
    "hour": 1 / 24,
}
WHOLE_MONTHS = {"month": 1.0, "year": DAYS_PER_YEAR / DAYS_PER_MONTH}
DOSE_IN_MG = {"mg": 1.0, "g": 1000.0, "ug": 1e-3, "mcg": 1e-3, "µg": 1e-3, "μg": 1e-3}
LENGTH_IN_MM = {"mm": 1.0, "cm": 10.0}
WEIGHT_IN_KG = {"kg": 1.0}

_TIME_ALIASES = {
    "d": "day",
    "wk": "week",
    "mo": "month",
    "y": "year",
    "yr": "year",
    "h": "hour",
    "hr": "hour",
}
LONGEST_QUANTITY = 60
"""No quantity is longer; the bound also keeps a hostile text from a slow search."""

_QUANTITY = re.compile(r"^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-zµμ%/]*)\s*$")


@dataclass(eq=False)
class UnitError(ValueError):
    """Why a text is not a quantity of the wanted kind."""

    what: str
    allowed: str
    fix: str

    def __str__(self) -> str:
        return f"{self.what}; allowed: {self.allowed}; {self.fix}"


def parse_time_days(text: object) -> float:
    """Parse ``"6 weeks"``, ``"12 months"`` or ``"30 days"`` into days.

    Raises
    ------
    UnitError
        If the text is not a number with a unit of time.
    """
    number, unit = _time(text)
    return number * TIME_IN_DAYS[unit]


def parse_time_months(text: object) -> float:
    """Parse a time into months; "6 months" is exactly 6 and "1 year" exactly 12. Raises `UnitError` as for days."""
    number, unit = _time(text)
    return number * WHOLE_MONTHS[unit] if unit in WHOLE_MONTHS else months(number * TIME_IN_DAYS[unit])


def parse_dose_mg(text: object) -> float:
    """Parse ``"400 mg"`` into mg; raises `UnitError` for anything else."""
    number, unit = _number_and_unit(text, DOSE_IN_MG, "dose", "mg, g or ug", "400 mg", {})
    return number * DOSE_IN_MG[unit]


def parse_length_mm(text: object) -> float:
    """Parse ``"10 mm"`` or ``"2 cm"`` into mm; raises `UnitError` for anything else."""
    number, unit = _number_and_unit(text, LENGTH_IN_MM, "length", "mm or cm", "10 mm", {})
    return number * LENGTH_IN_MM[unit]


def parse_weight_kg(text: object) -> float:
    """Parse ``"60 kg"`` into kg; raises `UnitError` for anything else."""
    number, unit = _number_and_unit(text, WEIGHT_IN_KG, "weight", "kg", "60 kg", {})
    return number * WEIGHT_IN_KG[unit]


def _time(text: object) -> tuple[float, str]:
    units = "days, weeks, months or years"
    return _number_and_unit(text, TIME_IN_DAYS, "time", units, "6 weeks", _TIME_ALIASES)


def _number_and_unit(
    text: object, factors: dict[str, float], kind: str, units: str, example: str, aliases: dict[str, str]
) -> tuple[float, str]:
    written = str(text)
    match = _QUANTITY.match(written) if len(written) <= LONGEST_QUANTITY else None
    if match is None:
        raise UnitError(f"not a {kind}", f"a number with a unit: {units}", f'write it as "{example}"')
    number, unit = float(match.group(1)), match.group(2)
    if not unit:
        raise UnitError(
            f"a {kind} without a unit",
            f"a number with a unit: {units}",
            f'write "{match.group(1)} {example.split()[1]}" if that is meant',
        )
    singular = unit if unit in factors else unit.lower().removesuffix("s")
    singular = aliases.get(singular, singular)
    if singular not in factors:
        raise UnitError(
            f"unknown unit of {kind}: {unit}", units, f'write the number with one of these, as in "{example}"'
        )
    return number, singular


def months(days: float) -> float:
    """Convert days to months of 30.4375 days."""
    return days / DAYS_PER_MONTH


def days(months_: float) -> float:
    """Convert months of 30.4375 days to days."""
    return months_ * DAYS_PER_MONTH
