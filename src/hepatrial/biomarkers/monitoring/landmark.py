"""Landmark analysis: does a response that is known by a day tell of survival from that day on?

Whoever responds must have lived until the response. To compare responders with the others from day 0 gives the
responders that time for free (immortal time). Here groups are formed by what was known at the landmark, only those
still at risk then are counted, and time runs from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.biomarkers.monitoring.rules import MarkerRule
from hepatrial.errors import HepatrialError, InvalidInput, Issue
from hepatrial.survival import Estimate, SurvivalTimes, cox, kaplan_meier
from hepatrial.survival.checks import misuse

LEAST_EVENTS = 5
"""Fewer events than this in either group, or altogether, give no hazard ratio."""


@dataclass(frozen=True, slots=True)
class RatioOfGroups:
    """Hazard ratio of responders against the others with limits and p; ``reason`` says why there is none."""

    hr: float | None
    lower: float | None
    upper: float | None
    p: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Landmark:
    """One landmark.

    Attributes
    ----------
    day
        The landmark, days.
    responders, others
        Subjects at risk at the landmark whose response is known.
    events_responders, events_others
        Events after the landmark.
    gone, unknown
        Subjects left out: with the event or censored by the landmark, and at risk without a measurement to judge by.
    ratio
        From the landmark on.
    median_responders, median_others
        Median time from the landmark, days, NaN where it is not reached.
    """

    day: float
    responders: int
    others: int
    events_responders: int
    events_others: int
    gone: int
    unknown: int
    ratio: RatioOfGroups
    median_responders: Estimate | None
    median_others: Estimate | None


@dataclass(frozen=True, slots=True)
class LandmarkAnalysis:
    """A rule at the landmark that was chosen before, at others, and what the naive comparison would say.

    ``naive`` compares, from day 0, whoever ever responded with the others; it is biased and shown as a warning.
    """

    rule: MarkerRule
    chosen: Landmark
    sensitivity: tuple[Landmark, ...]
    naive: RatioOfGroups
    adjusted_for: tuple[str, ...]


def landmark_analysis(
    courses: Courses,
    rule: MarkerRule,
    *,
    landmark_days: float,
    sensitivity_days: Sequence[float] = (),
    covariates: np.ndarray | None = None,
    names: Sequence[str] = (),
) -> LandmarkAnalysis:
    """Compare responders with the others from a landmark on.

    Parameters
    ----------
    courses
        Of the rule's marker.
    rule
        When a subject counts as a responder.
    landmark_days
        Chosen before the outcome is looked at; not before the rule can be judged (its ``at_days``).
    sensitivity_days
        Other landmarks; each takes what is known by then.
    covariates, names
        Shape (n, k) baseline covariates to adjust for; subjects without a value are left out.

    Raises
    ------
    UsageError
        A landmark at or before day 0, or before the rule's measurement.
    InvalidInput
        Nobody is at risk at the landmark.

    Notes
    -----
    Assumes proportional hazards from the landmark, and that being measured says nothing of prognosis once at risk.
    What it answers depends on the landmark; those who die before it are not in it.

    When not to use: for the effect of treatment (responders differ from others before any treatment); where most
    events happen before the response is known (use the time-varying model).

    References
    ----------
    Anderson, Cain & Gelber 1983, 10.1200/JCO.1983.1.11.710; Dafni 2011, 10.1161/CIRCOUTCOMES.110.957951.
    """
    for day in (landmark_days, *sensitivity_days):
        if day <= 0 or (rule.at_days is not None and day < rule.at_days):
            raise misuse(
                "landmark: the response is not known by then",
                f"day {day:g}",
                f"a day above 0 and at or after {rule.at_days or 0:g}, when {rule.marker} is measured",
                "choose a later landmark, or an earlier time in the rule",
            )
    extra = np.empty((len(courses), 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    return LandmarkAnalysis(
        rule,
        _landmark(courses, rule, landmark_days, extra, names),
        tuple(_landmark(courses, rule, day, extra, names) for day in sensitivity_days),
        _naive(courses, rule, extra, names),
        tuple(names),
    )


def _landmark(
    courses: Courses, rule: MarkerRule, day: float, extra: np.ndarray, names: Sequence[str]
) -> Landmark:
    at_risk = courses.times.time_days > day
    if not at_risk.any():
        raise InvalidInput(
            (
                Issue(
                    "nobody is at risk at the landmark",
                    found=f"day {day:g}; the longest follow-up is {courses.times.time_days.max():g} days",
                    allowed="a landmark that subjects live to see",
                    fix="choose an earlier landmark",
                ),
            )
        )
    response = rule.response(courses, day)
    known = at_risk & np.isfinite(response) & np.isfinite(extra).all(axis=1)
    times = SurvivalTimes(courses.times.time_days[known] - day, courses.times.event[known])
    group = response[known].astype(bool)
    return Landmark(
        day=float(day),
        responders=int(group.sum()),
        others=int((~group).sum()),
        events_responders=int(times.event[group].sum()),
        events_others=int(times.event[~group].sum()),
        gone=int((~at_risk).sum()),
        unknown=int((at_risk & ~known).sum()),
        ratio=_ratio(times, group, extra[known], names),
        median_responders=_median(times, group),
        median_others=_median(times, ~group),
    )


def _naive(courses: Courses, rule: MarkerRule, extra: np.ndarray, names: Sequence[str]) -> RatioOfGroups:
    anytime = MarkerRule(
        rule.marker, rule.direction, rule.amount, rule.percent, rule.reference, None, rule.window_days,
        rule.least_reference, rule.confirmed,
    )  # fmt: skip
    known = np.isfinite(extra).all(axis=1)
    ever = np.isfinite(anytime.first_alarm(courses))
    return _ratio(courses.times.select(known), ever[known], extra[known], names)


def _ratio(times: SurvivalTimes, group: np.ndarray, extra: np.ndarray, names: Sequence[str]) -> RatioOfGroups:
    if group.all() or not group.any():
        return RatioOfGroups(None, None, None, None, "one group only")
    if times.event.sum() < LEAST_EVENTS or not times.event[group].any() or not times.event[~group].any():
        return RatioOfGroups(None, None, None, None, "too few events")
    try:
        fit = cox(times, np.column_stack([group.astype(np.float64), extra]), ("response", *names))
    except HepatrialError as error:
        return RatioOfGroups(None, None, None, None, str(error).splitlines()[-1].strip())
    return RatioOfGroups(float(fit.hr[0]), float(fit.lower[0]), float(fit.upper[0]), float(fit.p[0]))


def _median(times: SurvivalTimes, group: np.ndarray) -> Estimate | None:
    return kaplan_meier(times.select(group)).median() if group.any() else None
