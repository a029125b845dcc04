"""How doses and schedules are written: ``400 mg``, ``twice daily``, ``400 mg every other day``."""

from __future__ import annotations

import re

from hepatrial.protocol.design import DoseLevel
from hepatrial.units import TIME_IN_DAYS, UnitProblem, parse_dose_mg

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

_EVERY = re.compile(r"^every (\d{1,3}) (hour|day|week|month)s?$")
_DOSE_LEVEL = re.compile(r"^\s*([-+.\d]\S*\s*[A-Za-zµ]*?)\s+((?:once|twice|three|four|every)\b.*)$")


def parse_schedule_days(text: object) -> float:
    """The interval between two doses, in days; raises `UnitProblem` for anything that is not a schedule."""
    words = " ".join(str(text).lower().split())
    if words in NAMED_SCHEDULES_DAYS:
        return NAMED_SCHEDULES_DAYS[words]
    every = _EVERY.match(words)
    if every and int(every.group(1)) > 0:
        return int(every.group(1)) * TIME_IN_DAYS[every.group(2)]
    raise UnitProblem("not a dosing schedule", SCHEDULES_ALLOWED, 'write for example "twice daily"')


def parse_dose_level(text: object) -> DoseLevel:
    """``"400 mg every other day"`` as a `DoseLevel`; raises `UnitProblem` otherwise."""
    match = _DOSE_LEVEL.match(str(text))
    if match is None:
        raise UnitProblem(
            "not a dose level",
            f"a dose with a unit and a schedule: {SCHEDULES_ALLOWED}",
            'write for example "400 mg once daily"',
        )
    return DoseLevel(parse_dose_mg(match.group(1)), parse_schedule_days(match.group(2)))
