"""The row of numbers at risk under a published curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.evidence.reconstruction.cleaning import days_per
from hepatrial.survival.checks import as_numbers, invalid

MOST_PATIENTS = 20_000
"""Of an arm: ten times the largest of the registry; the search over whole numbers takes seconds up to here."""


@dataclass(frozen=True, slots=True)
class RiskNumbers:
    """Patients still followed and without an event just before each time.

    Attributes
    ----------
    time_days
        Shape (r,), rising from 0.
    at_risk
        Shape (r,), int64, never rising; the first is the size of the arm.
    """

    time_days: np.ndarray
    at_risk: np.ndarray

    @property
    def n(self) -> int:
        """Size of the arm."""
        return int(self.at_risk[0])


def risk_numbers(
    time: Sequence | np.ndarray,
    at_risk: Sequence | np.ndarray,
    *,
    time_unit: str = "months",
    n: int | None = None,
    places: Sequence[Location] | None = None,
) -> RiskNumbers:
    """Numbers at risk after checking them.

    Parameters
    ----------
    time, at_risk
        Shape (r,) in rising order of time.
    n
        Size of the arm; needed where the first time is not 0, and must agree with the number at 0 where there is one.
    places
        Where each number stands in a file, for the messages.

    Raises
    ------
    InvalidInput
        Lists every problem: times that do not rise, numbers that rise, negative or broken numbers, no start.
    """
    units = as_numbers(time, "time", "give the times as numbers")
    days = units * days_per(time_unit)
    number = as_numbers(at_risk, "at_risk", "give the numbers at risk as numbers")
    if days.ndim != 1 or days.shape != number.shape or not len(days):
        raise invalid(
            "time and at_risk differ in length, or are empty",
            f"shapes {days.shape} and {number.shape}",
            "two arrays of shape (r,)",
            "give one number at risk for each time",
        )
    issues = _problems(units, time_unit, number, n, places)
    if issues:
        raise InvalidInput(tuple(issues))
    if days[0] > 0:
        days, number = np.append(0.0, days), np.append(n, number)
    return RiskNumbers(days, number.astype(np.int64))


def only_size(n: int) -> RiskNumbers:
    """What is known where no numbers at risk were published: the size of the arm."""
    return risk_numbers([0.0], [n], time_unit="days")


def _problems(
    units: np.ndarray, time_unit: str, number: np.ndarray, n: int | None, places: Sequence[Location] | None
) -> list[Issue]:
    def at(row: int) -> Location | None:
        return None if places is None else places[row]

    def in_row(row: int) -> str:
        return f" in row {row}" if places is None else ""

    issues = []
    bad = ~np.isfinite(number) | (number < 0) | (number != np.round(number)) | (number > MOST_PATIENTS)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        issues.append(
            Issue(
                "at_risk: not a number of patients",
                at(row),
                found=f"{number[row]:g}{in_row(row)}",
                allowed=f"whole numbers from 0 to {MOST_PATIENTS:,}",
                fix="copy the number from the figure again",
            )
        )
    unordered = ~np.isfinite(units) | (units < 0) | (np.diff(units, prepend=-1.0) <= 0)
    if unordered.any():
        row = int(np.flatnonzero(unordered)[0])
        before = f", after {units[row - 1]:g}" if row else ""
        issues.append(
            Issue(
                "time: numbers at risk out of order",
                at(row),
                found=f"{units[row]:g} {time_unit}{before}{in_row(row)}",
                allowed="rising times from 0",
                fix="sort the rows by time and drop repeated ones",
            )
        )
    rises = np.diff(number) > 0
    if rises.any():
        row = int(np.flatnonzero(rises)[0])
        issues.append(
            Issue(
                "at_risk: the number at risk rises",
                at(row + 1),
                found=f"{number[row]:g}, then {number[row + 1]:g}{in_row(row + 1)}",
                allowed="numbers that fall or stay",
                fix="copy the row again; arms may have been mixed up",
            )
        )
    issues += _problems_of_start(units, time_unit, number, n, at(0))
    return issues


def _problems_of_start(
    units: np.ndarray, time_unit: str, number: np.ndarray, n: int | None, place: Location | None
) -> list[Issue]:
    if units[0] == 0:
        if number[0] < 1:
            return [
                Issue(
                    "at_risk: nobody at the start",
                    place,
                    found=f"{number[0]:g}",
                    allowed="1 or more",
                    fix="give the size of the arm at time 0",
                )
            ]
        if n is not None and n != number[0]:
            return [
                Issue(
                    "n: not the number at risk at time 0",
                    place,
                    found=f"{n} and {number[0]:g}",
                    allowed="one size of the arm",
                    fix="leave n out, or mend the row",
                )
            ]
        return []
    if n is None:
        return [
            Issue(
                "at_risk: no number at time 0",
                place,
                found=f"the first is at {units[0]:g} {time_unit}",
                allowed="a number at time 0, or n",
                fix="give n, the size of the arm",
            )
        ]
    if n < number[0] or n != int(n):
        return [
            Issue(
                "n: smaller than the first number at risk, or broken",
                place,
                found=f"{n} and {number[0]:g}",
                allowed="a whole number, not below the numbers at risk",
                fix="check the size of the arm",
            )
        ]
    return []
