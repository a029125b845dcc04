"""How doses, times and schedules are written: ``400 mg``, ``8 mg/kg``, ``6 weeks``, ``400 mg every other day``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from numbers import Real

from hepatrial.errors import near_miss
from hepatrial.protocol.design import DoseLevel
from hepatrial.units import (
    DAYS_PER_YEAR,
    LONGEST_QUANTITY,
    TIME_IN_DAYS,
    UnitError,
    parse_dose_mg,
    parse_time_days,
)

NAMED_SCHEDULES_DAYS: dict[str, float] = {
    "once daily": 1.0,
    "twice daily": 1 / 2,
    "three times daily": 1 / 3,
    "four times daily": 1 / 4,
    "every other day": 2.0,
    "once weekly": 7.0,
}
"""Interval between two doses, in days."""

SCHEDULES_ALLOWED = ", ".join(NAMED_SCHEDULES_DAYS) + ', or "every 3 weeks"'

REPEATS: dict[str, float | None] = {"on demand": None, "never": 0.0}
"""Ways to repeat sessions that are not an interval."""

PRESCRIBERS_WORDS = {
    "once daily": ("od", "qd", "q.d.", "daily", "once a day", "every day", "1x daily"),
    "twice daily": ("bd", "bid", "b.i.d.", "twice a day", "2x daily"),
    "three times daily": ("tds", "tid", "t.i.d."),
    "four times daily": ("qds", "qid", "q.i.d."),
    "every other day": ("qod", "alternate days"),
    "once weekly": ("weekly", "qw", "once a week"),
}
"""Abbreviations and other words, which a protocol file spells out; for the near miss of a message."""

LONGEST_INTERVAL_DAYS = DAYS_PER_YEAR

_EVERY = re.compile(r"^every (\d{1,3}) (hour|day|week|month)s?$")
PER_KG = "/kg"
"""Follows the unit of a dose that is given per kg of body weight."""

_DOSE_LEVEL = re.compile(r"^\s*([-+.\d]\S*\s*[A-Za-zµ/]*?)\s+((?:once|twice|three|four|every)\b.*)$")


@dataclass(frozen=True, slots=True)
class DoseAmount:
    """One dose: mg, or mg per kg of body weight."""

    mg: float
    per_kg: bool


def parse_dose(text: object) -> DoseAmount:
    """``"400 mg"`` or ``"8 mg/kg"``; raises `UnitError` for anything else."""
    written = str(text).rstrip()
    if written.endswith(PER_KG):
        return DoseAmount(parse_dose_mg(written.removesuffix(PER_KG)), True)
    return DoseAmount(parse_dose_mg(text), False)


def parse_schedule_days(text: object) -> float:
    """The interval between two doses, in days; raises `UnitError` for anything that is not a schedule."""
    words = " ".join(str(text).lower().split())
    if words in NAMED_SCHEDULES_DAYS:
        return NAMED_SCHEDULES_DAYS[words]
    every = _EVERY.match(words)
    if every is None:
        raise UnitError("not a dosing schedule", SCHEDULES_ALLOWED, _meant(words))
    interval = int(every.group(1)) * TIME_IN_DAYS[every.group(2)]
    if not 0 < interval <= LONGEST_INTERVAL_DAYS:
        raise UnitError(
            "the interval between two doses is out of range",
            "1 hour to 1 year",
            "check the number and its unit",
        )
    return interval


def parse_repeat(text: object) -> float | None:
    """Days between sessions; None for "on demand", 0 for "never"; raises `UnitError` for anything else."""
    words = " ".join(str(text).lower().split())
    if words in REPEATS:
        return REPEATS[words]
    every = _EVERY.match(words)
    days = int(every.group(1)) * TIME_IN_DAYS[every.group(2)] if every else 0.0
    if not 1.0 <= days <= LONGEST_INTERVAL_DAYS:
        meant = near_miss(words, tuple(REPEATS))
        raise UnitError(
            "not a way to repeat sessions",
            'on demand, never, or "every 8 weeks" (1 day to 1 year)',
            f"did you mean `{meant}`?" if meant else 'write for example "on demand"',
        )
    return days


def repeat_text(every_days: float | None, on_demand: bool) -> str:
    """What `parse_repeat` reads back."""
    return "on demand" if on_demand else "never" if every_days is None else schedule_text(every_days)


def _meant(words: str) -> str:
    spelt_out = {short: name for name, shorts in PRESCRIBERS_WORDS.items() for short in shorts}
    meant = spelt_out.get(words) or near_miss(words, tuple(NAMED_SCHEDULES_DAYS))
    return f"did you mean `{meant}`?" if meant else 'write for example "twice daily"'


def parse_dose_level(text: object) -> DoseLevel:
    """``"400 mg every other day"`` as a `DoseLevel`; raises `UnitError` otherwise."""
    written = str(text)
    match = _DOSE_LEVEL.match(written) if len(written) <= 2 * LONGEST_QUANTITY else None
    if match is None:
        raise UnitError(
            "not a dose level",
            f"a dose with a unit and a schedule: {SCHEDULES_ALLOWED}",
            'write for example "400 mg once daily"',
        )
    dose = parse_dose(match.group(1))
    return DoseLevel(dose.mg, parse_schedule_days(match.group(2)), dose.per_kg)


def schedule_text(interval_days: float) -> str:
    """An interval as a protocol writes it; one that no schedule can say comes as a text that is refused."""
    for words, interval in NAMED_SCHEDULES_DAYS.items():
        if interval == interval_days:
            return words
    for unit in ("month", "week", "day", "hour") if _is_finite(interval_days) else ():
        count = round(interval_days / TIME_IN_DAYS[unit])
        if 1 <= count <= 999 and count * TIME_IN_DAYS[unit] == interval_days:
            return f"every {count} {unit}{'' if count == 1 else 's'}"
    return f"every {interval_days} days"


def dose_text(level: DoseLevel) -> str:
    """``"400 mg"`` or ``"8 mg/kg"``: read back, the same number to the bit."""
    return f"{plain_number(level.dose_mg)} mg{PER_KG if level.per_kg else ''}"


def time_text(days: float) -> str:
    """A time in the unit that says it shortest: read back, the same number of days to the bit."""
    exact = [f"{plain_number(days)} day{'' if days == 1 else 's'}"]
    for unit in ("week", "month", "year") if days and _is_finite(days) else ():
        number = f"{days / TIME_IN_DAYS[unit]:.10g}"
        text = f"{number} {unit}{'' if number == '1' else 's'}"
        if parse_time_days(text) == days:
            exact.append(text)
    return min(exact, key=lambda text: len(text.split()[0]))


def plain_number(value: float) -> int | float:
    """A whole number without its decimals; others, and what is no number, as they are."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return value
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _is_finite(value: float) -> bool:
    return isinstance(value, Real) and isfinite(value)
