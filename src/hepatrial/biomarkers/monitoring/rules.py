"""Rules on a marker as objects: when a patient counts as responding, and when a visit raises an alarm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.errors import Issue, UsageError
from hepatrial.units import DAYS_PER_WEEK, parse_time_days

Direction = Literal["fall", "rise"]
Reference = Literal["baseline", "nadir", "peak"]
WINDOW_DAYS = 14.0
"""A measurement within two weeks of the stated time counts as one at that time, unless the rule says otherwise."""
_TEXT = re.compile(
    r"^\s*(?P<marker>[\w.\- ]*?\w)\s+(?P<direction>fall|rise)\s+(?P<amount>\d+(?:\.\d+)?)\s*(?P<percent>%)?"
    r"(?:\s+(?:over|from|below)\s+(?P<reference>baseline|nadir|peak))?"
    r"(?:\s+at\s+(?P<at>\d+(?:\.\d+)?\s*\w+))?"
    r"(?:\s+within\s+(?P<window>\d+(?:\.\d+)?\s*\w+))?"
    r"(?:\s+from\s+(?P<least>\d+(?:\.\d+)?))?"
    r"(?:\s+(?P<confirmed>confirmed))?\s*$"
)


@dataclass(frozen=True, slots=True)
class MarkerRule:
    """A fall or rise of a marker by so much.

    Attributes
    ----------
    marker, direction
        Which marker, and ``"fall"`` or ``"rise"``.
    amount, percent
        By how much: per cent of the reference, or in the marker's own unit.
    reference
        What the change is from: the baseline, or the lowest (highest) value so far (``"nadir"``, ``"peak"``).
    at_days, window_days
        For a response: the measurement nearest to this day counts, if it lies within the window on either side.
        Without ``at_days`` the rule holds from the first visit that shows it.
    least_reference
        The rule can be judged only where the reference is at least this much: per cent of a value near the assay's
        limit mean little.
    confirmed
        An alarm counts at the second of two visits in a row that both show it.
    """

    marker: str
    direction: Direction
    amount: float
    percent: bool = True
    reference: Reference = "baseline"
    at_days: float | None = None
    window_days: float = WINDOW_DAYS
    least_reference: float = 0.0
    confirmed: bool = False

    def __str__(self) -> str:
        said = f"{self.marker} {self.direction} {self.amount:g}{' %' if self.percent else ''} over {self.reference}"
        if self.at_days is not None:
            said += f" at {self.at_days / DAYS_PER_WEEK:g} weeks"
        if self.least_reference:
            said += f" from {self.least_reference:g}"
        return said + (" confirmed" if self.confirmed else "")

    def shown(self, courses: Courses) -> np.ndarray:
        """Whether each measurement shows the change, shape (m,), from what was measured before it.

        A baseline is the last measurement up to day 0. Visits before there is a reference, and those whose reference
        is too low to judge, do not show it.
        """
        reference = self._reference(courses)
        change = courses.value - reference
        if self.percent:
            with np.errstate(divide="ignore", invalid="ignore"):
                change = 100.0 * change / np.abs(reference)
        signed = change if self.direction == "rise" else -change
        # What was measured 12.0 and 10.0 is a rise of 20 %, whatever the last bit says.
        shown = (signed >= self.amount - 1e-9 * max(self.amount, 1.0)) & (courses.day > 0)
        shown &= np.isfinite(reference) & (
            reference >= self.least_reference if self.least_reference else True
        )
        if self.percent:
            shown &= reference != 0
        if self.confirmed:
            first = np.append(True, np.diff(courses.owner) != 0)
            shown &= np.where(first, False, np.append(False, shown[:-1]))
        return shown

    def first_alarm(self, courses: Courses) -> np.ndarray:
        """Day of each subject's first visit that shows the change, shape (n,); infinite without one."""
        found = np.full(len(courses), np.inf)
        shown = self.shown(courses)
        np.minimum.at(found, courses.owner[shown], courses.day[shown])
        return found

    def response(self, courses: Courses, known_by_days: float) -> np.ndarray:
        """1 responds, 0 does not, NaN cannot be judged, shape (n,); from measurements up to ``known_by_days``."""
        shown = self.shown(courses).astype(np.float64)
        judged = (courses.day > 0) & (courses.day <= known_by_days) & np.isfinite(self._reference(courses))
        if self.least_reference:
            judged &= self._reference(courses) >= self.least_reference
        found = np.full(len(courses), np.nan)
        if self.at_days is None:
            np.fmax.at(found, courses.owner[judged], shown[judged])
            return found
        away = np.abs(courses.day - self.at_days)
        rows = np.flatnonzero(judged & (away <= self.window_days))
        rows = rows[np.lexsort((-away[rows], courses.owner[rows]))]
        found[courses.owner[rows]] = shown[rows]  # the nearest of a subject comes last
        return found

    def _reference(self, courses: Courses) -> np.ndarray:
        """What each measurement is compared with, shape (m,); NaN where there is nothing yet."""
        rows = courses.last_row(0.0)
        baseline = np.where(rows >= 0, courses.value[rows], np.nan)[courses.owner]
        if self.reference == "baseline":
            return baseline
        best = np.full(len(courses.value), np.nan)
        start = np.flatnonzero(np.append(True, np.diff(courses.owner) != 0))
        pick = np.minimum if self.reference == "nadir" else np.maximum
        for first, end in zip(start, np.append(start[1:], len(courses.value)), strict=True):
            best[first + 1 : end] = pick.accumulate(courses.value[first : end - 1])
        return best


RESPONSES = (
    MarkerRule("AFP", "fall", 20.0, at_days=8 * DAYS_PER_WEEK, least_reference=20.0),
    MarkerRule("SLD", "fall", 10.0, at_days=8 * DAYS_PER_WEEK),
    MarkerRule("ALBI", "rise", 0.3, percent=False, at_days=8 * DAYS_PER_WEEK),
)
"""Responses looked at if the user names none. An AFP fall of 20 % by 6 to 8 weeks is the definition of Lee et al. 2015,
10.2147/JHC.S79353 (and at 8 weeks in CELESTIAL). That AFP is judged from 20 ng/mL on, that a sum of diameters 10 %
smaller is early shrinkage, and that ALBI is worse by 0.3 are choices, which the user can make otherwise."""

ALARMS = (
    MarkerRule("AFP", "rise", 20.0, reference="nadir", least_reference=20.0),
    MarkerRule("AFP", "rise", 50.0, reference="nadir", least_reference=20.0),
    MarkerRule("SVEGFR2", "rise", 20.0, reference="nadir"),
    MarkerRule("VEGF", "rise", 50.0, reference="nadir"),
    MarkerRule("ALBI", "rise", 0.3, percent=False, reference="nadir"),
)
"""Alarms looked at if the user names none; the amounts are choices, and the answer says what each costs."""


def parse_rule(text: str) -> MarkerRule:
    """A rule from words: ``"AFP fall 20% at 8 weeks"``, ``"AFP rise 50% over nadir from 20 confirmed"``.

    Raises
    ------
    UsageError
        Words that are no rule, or an amount that is not above 0.
    """
    match = _TEXT.match(text)
    if match is None:
        raise _no_rule(text)
    amount = float(match["amount"])
    if amount <= 0:
        raise _no_rule(text)
    if match["percent"] and match["direction"] == "fall" and amount > 100:
        raise _no_rule(text)
    return MarkerRule(
        marker=match["marker"].strip(),
        direction=match["direction"],
        amount=amount,
        percent=match["percent"] is not None,
        reference=match["reference"] or "baseline",
        at_days=parse_time_days(match["at"]) if match["at"] else None,
        window_days=parse_time_days(match["window"]) if match["window"] else WINDOW_DAYS,
        least_reference=float(match["least"] or 0.0),
        confirmed=match["confirmed"] is not None,
    )


def _no_rule(text: str) -> UsageError:
    return UsageError(
        str(
            Issue(
                what="these words are not a rule on a marker",
                found=repr(text),
                allowed="MARKER rise|fall AMOUNT[%] [over baseline|nadir|peak] [at TIME] [within TIME] [from VALUE] "
                "[confirmed], the amount above 0, a fall of at most 100 %",
                fix="for example 'AFP fall 20% at 8 weeks' or 'AFP rise 50% over nadir from 20'",
            )
        )
    )
