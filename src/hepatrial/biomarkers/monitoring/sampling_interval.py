"""How often to sample: the same courses measured more rarely, and what that costs in warning and spares in alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.biomarkers.monitoring.lead_time import HORIZON_DAYS, LeadTime, lead_time
from hepatrial.biomarkers.monitoring.rules import MarkerRule
from hepatrial.units import DAYS_PER_WEEK

WEEKS = (2.0, 4.0, 6.0, 8.0, 12.0)
NEAR = 0.2
KEPT_SHARE = 0.9
"""The widest interval that keeps this share of the greatest mean warning is called enough; a choice."""


@dataclass(frozen=True, slots=True)
class SamplingInterval:
    """One interval: the rule's lead time when the marker is measured so often."""

    weeks: float
    result: LeadTime


@dataclass(frozen=True, slots=True)
class SamplingChoice:
    """Intervals that the data can show, and the widest that keeps `KEPT_SHARE` of the warning; None without one."""

    intervals: tuple[SamplingInterval, ...]
    enough_weeks: float | None


def thinned(courses: Courses, interval_days: float) -> Courses:
    """The courses with measurements at least ``interval_days`` apart, the first of each subject kept.

    A visit up to a day early counts as on time.
    """
    kept = np.zeros(len(courses.day), dtype=bool)
    owner, last = -1, -np.inf
    for row, (whose, day) in enumerate(zip(courses.owner.tolist(), courses.day.tolist(), strict=True)):
        if whose != owner or day >= last + interval_days - 1.0 or day <= 0:
            kept[row], last = True, day
        owner = whose
    return courses.measured(kept)


def sampling_choice(
    courses: Courses,
    rule: MarkerRule,
    *,
    weeks: Sequence[float] = WEEKS,
    horizon_days: float = HORIZON_DAYS,
    onset_days: np.ndarray | None = None,
) -> SamplingChoice:
    """Compare sampling intervals on the same courses.

    The data's own interval comes first; intervals that its visits cannot show, within a fifth, are left out. All are
    judged on the same subjects: those measured after baseline at the data's own interval. More samples warn earlier,
    but each has its own error, and more errors mean more false alarms: a rule that is no better than chance
    (`LeadTime.against_chance`) warns early by accident.
    """
    own = _median_gap(courses)
    measured = np.bincount(courses.owner[courses.day > 0], minlength=len(courses)) > 0
    shown = [(own / DAYS_PER_WEEK, courses)] if np.isfinite(own) else []
    for each in weeks:
        thin = thinned(courses, each * DAYS_PER_WEEK)
        if each * DAYS_PER_WEEK > own + 1.0 and abs(_median_gap(thin) / (each * DAYS_PER_WEEK) - 1.0) <= NEAR:
            shown.append((each, thin))
    intervals = tuple(
        SamplingInterval(
            each,
            lead_time(one, rule, horizon_days=horizon_days, onset_days=onset_days, counted=measured),
        )
        for each, one in shown
    )
    warnings = [each.result.warning_weeks.value for each in intervals]
    if not warnings or not np.isfinite(warnings).any() or np.nanmax(warnings) <= 0:
        return SamplingChoice(intervals, None)
    least = KEPT_SHARE * np.nanmax(warnings)
    return SamplingChoice(
        intervals, max(each.weeks for each, got in zip(intervals, warnings, strict=True) if got >= least)
    )


def _median_gap(courses: Courses) -> float:
    """Median days between measurements of a subject, infinite without any."""
    gaps = np.diff(courses.day)[np.diff(courses.owner) == 0]
    return float(np.median(gaps)) if len(gaps) else np.inf
