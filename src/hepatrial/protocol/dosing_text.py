"""How doses and schedules are written: ``400 mg``, ``twice daily``, ``400 mg every other day``."""

from __future__ import annotations

import re

from hepatrial.errors import near_miss
from hepatrial.protocol.design import DoseLevel
from hepatrial.units import LONGEST_QUANTITY, TIME_IN_DAYS, UnitError, parse_dose_mg

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

PRESCRIBERS_WORDS = {
    "once daily": ("od", "qd", "q.d.", "daily", "once a day", "every day", "1x daily"),
    "twice daily": ("bd", "bid", "b.i.d.", "twice a day", "2x daily"),
    "three times daily": ("tds", "tid", "t.i.d."),
    "four times daily": ("qds", "qid", "q.i.d."),
    "every other day": ("qod", "alternate days"),
    "once weekly": ("weekly", "qw", "once a week"),
}
"""Abbreviations and other words, which a protocol file spells out; for the near miss of a message."""

LONGEST_INTERVAL_DAYS = 365.0

_EVERY = re.compile(r"^every (\d{1,3}) (hour|day|week|month)s?$")
_DOSE_LEVEL = re.compile(r"^\s*([-+.\d]\S*\s*[A-Za-zµ]*?)\s+((?:once|twice|three|four|every)\b.*)$")


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
    return DoseLevel(parse_dose_mg(match.group(1)), parse_schedule_days(match.group(2)))
