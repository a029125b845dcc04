"""The summary numbers of an arm from which a curve can be guessed, and the checks of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.reconstruction.risk_numbers import MOST_PATIENTS


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """What is known of an arm where no curve was published.

    Attributes
    ----------
    name
        Of the arm, for messages.
    n, events
        Patients; events, or None where only the events of both arms together are known.
    median_days, median_interval_days
        None where not published.
    landmarks
        (day, survival) pairs, survival as a share.
    """

    name: str
    n: int
    events: int | None = None
    median_days: float | None = None
    median_interval_days: tuple[float, float] | None = None
    landmarks: tuple[tuple[float, float], ...] = ()

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """All known points of the curve, median included, in order of time."""
        median = () if self.median_days is None else ((self.median_days, 0.5),)
        return tuple(sorted((*self.landmarks, *median)))


def checked_summary(arm: ArmSummary, end_days: float) -> ArmSummary:
    """The same arm, if its numbers can all be true of one curve that ends at ``end_days``.

    Raises
    ------
    InvalidInput
        Lists every problem.
    """
    issues = tuple(_problems(arm, end_days))
    if issues:
        raise InvalidInput(issues)
    return arm


def _problems(arm: ArmSummary, end_days: float) -> Iterator[Issue]:
    if not 1 <= arm.n <= MOST_PATIENTS or arm.n != int(arm.n):
        yield Issue(
            f"{arm.name}: n is not a number of patients",
            found=f"{arm.n}",
            allowed=f"a whole number from 1 to {MOST_PATIENTS:,}",
            fix="give the patients randomised to the arm",
        )
    if arm.events is not None and not (1 <= arm.events <= arm.n and arm.events == int(arm.events)):
        yield Issue(
            f"{arm.name}: events do not fit the arm",
            found=f"{arm.events} of {arm.n}",
            allowed="1 to n",
            fix="give the events of this arm alone",
        )
    for day, survival in arm.points:
        if not (np.isfinite(day) and 0 < day <= end_days):
            yield Issue(
                f"{arm.name}: a point lies outside the follow-up",
                found=f"day {day:g}",
                allowed=f"above 0, up to the longest follow-up of {end_days:g} days",
                fix="check the unit of time, or give a longer follow-up",
            )
        if not 0 < survival < 1:
            yield Issue(
                f"{arm.name}: survival of a landmark is not between 0 and 1",
                found=f"{survival:g}",
                allowed="a share between 0 and 1",
                fix="44 per cent are 0.44",
            )
    for (first, high), (second, low) in zip(arm.points, arm.points[1:], strict=False):
        if second > first and not low < high:
            yield Issue(
                f"{arm.name}: survival does not fall between two points",
                found=f"{high:g} at day {first:g}, {low:g} at day {second:g}",
                allowed="a falling curve",
                fix="check which arm, endpoint and data cut each number belongs to",
            )
        if second == first and low != high:
            yield Issue(
                f"{arm.name}: two survivals at one time",
                found=f"{high:g} and {low:g} at day {first:g}",
                allowed="one",
                fix="keep the number of the main analysis",
            )
    interval = arm.median_interval_days
    if interval is not None and not (
        arm.median_days is not None and interval[0] <= arm.median_days <= interval[1]
    ):
        yield Issue(
            f"{arm.name}: the interval does not hold the median",
            found=f"{arm.median_days} {interval}",
            allowed="low <= median <= high",
            fix="check the order of the limits",
        )
