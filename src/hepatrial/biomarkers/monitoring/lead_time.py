"""How long before progression is seen a marker's rule raises an alarm, and how often it does so for nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, chi2

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.biomarkers.monitoring.rules import MarkerRule
from hepatrial.units import DAYS_PER_WEEK, DAYS_PER_YEAR

HORIZON_DAYS = 12 * DAYS_PER_WEEK
"""An alarm that no progression follows within 12 weeks is false, unless another time is asked for."""
RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class WithLimits:
    """A value with 95 % limits; NaN where there is nothing to count."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class AgainstOnset:
    """First alarms against the true onset of resistance, which only a virtual trial knows.

    Attributes
    ----------
    onsets
        Subjects in whom resistance sets in by the end of their course.
    before_onset_percent
        First alarms that come before resistance has set in, or without it: of all first alarms.
    delay_weeks
        Median from onset to first alarm, of alarms after it.
    detected_percent
        Onsets followed by a first alarm by progression or the end of the course.
    scan_delay_weeks
        Median from onset to progression on a scan, of those who progress after it.
    """

    onsets: int
    before_onset_percent: WithLimits
    detected_percent: WithLimits
    delay_weeks: WithLimits
    scan_delay_weeks: WithLimits


@dataclass(frozen=True, slots=True)
class LeadTime:
    """One rule against progression.

    Attributes
    ----------
    subjects, progressions, alarms
        Subjects with a measurement after baseline, those of them who progress, and first alarms.
    sensitivity_percent
        Progressions with an alarm before them or on the day.
    lead_weeks, lead_quartiles_weeks
        Median (with limits) and quartiles from first alarm to progression, of those detected.
    warning_weeks
        Mean lead over all progressions, 0 for those without an alarm.
    true_alarms, false_alarms, open_alarms
        First alarms followed by progression within the horizon; not followed; censored before that is known.
    false_per_year, false_per_100_visits
        False alarms over time and visits up to the first alarm.
    predictive_percent
        True among true and false alarms.
    chance_percent
        Visits after baseline that progression follows within the horizon: what an alarm at random would achieve.
    samples_per_year
        Measurements after baseline over the time observed.
    """

    rule: MarkerRule
    horizon_days: float
    subjects: int
    progressions: int
    alarms: int
    sensitivity_percent: WithLimits
    lead_weeks: WithLimits
    lead_quartiles_weeks: tuple[float, float]
    warning_weeks: WithLimits
    true_alarms: int
    false_alarms: int
    open_alarms: int
    false_per_year: WithLimits
    false_per_100_visits: WithLimits
    predictive_percent: WithLimits
    chance_percent: float
    samples_per_year: float
    onset: AgainstOnset | None = None

    @property
    def against_chance(self) -> str:
        """Whether alarms are followed by progression more often than visits are: "better", "worse", "not shown"."""
        if self.predictive_percent.lower > self.chance_percent:
            return "better"
        return "worse" if self.predictive_percent.upper < self.chance_percent else "not shown"


def lead_time(
    courses: Courses,
    rule: MarkerRule,
    *,
    horizon_days: float = HORIZON_DAYS,
    onset_days: np.ndarray | None = None,
    counted: np.ndarray | None = None,
    seed: int = 1,
) -> LeadTime:
    """Set first alarms against progression.

    Parameters
    ----------
    courses
        Of the rule's marker, with progression as the endpoint (code 1; a death is censoring).
    horizon_days
        Within how long progression must follow, lest the alarm is false.
    onset_days
        Shape (n,): true onset of resistance in a virtual trial, NaN where it does not set in.
    counted
        Shape (n,): subjects that count; without it those with a measurement after baseline.

    Notes
    -----
    Only the first alarm of a subject counts: what is done at an alarm changes what comes after. A death without
    progression within the horizon leaves an alarm open. Progression is seen at scans alone, so that part of the lead
    is the wait for the next scan. Limits: exact for shares and rates, bootstrap over subjects for weeks.

    When not to use: where scans were ordered because the marker rose (the lead is then of the doctor's making).
    """
    end, progressed = courses.times.time_days.astype(np.float64), courses.times.event > 0
    after = (courses.day > 0) & (courses.day <= end[courses.owner])
    visits = np.bincount(courses.owner[after], minlength=len(courses))
    seen = visits > 0 if counted is None else counted
    alarm = rule.first_alarm(courses)
    alarm = np.where(alarm <= end, alarm, np.inf)
    alarmed = np.isfinite(alarm)
    detected = seen & progressed & alarmed
    lead = np.where(detected, end - alarm, 0.0) / DAYS_PER_WEEK
    left = np.where(alarmed, end - np.where(alarmed, alarm, 0.0), 0.0)
    true = alarmed & progressed & (left <= horizon_days)
    false = alarmed & (left > horizon_days)
    before = after & (courses.day <= alarm[courses.owner])
    years = np.minimum(alarm, end)[seen].sum() / DAYS_PER_YEAR
    ahead = end[courses.owner[after]] - courses.day[after]
    near = progressed[courses.owner[after]] & (ahead <= horizon_days)
    judged = near | (ahead > horizon_days)
    random = np.random.default_rng([seed, len(courses)])
    low, high = np.quantile(lead[detected], (0.25, 0.75)) if detected.any() else (np.nan, np.nan)
    return LeadTime(
        rule=rule,
        horizon_days=float(horizon_days),
        subjects=int(seen.sum()),
        progressions=int((seen & progressed).sum()),
        alarms=int(alarmed.sum()),
        sensitivity_percent=share(int(detected.sum()), int((seen & progressed).sum())),
        lead_weeks=_resampled(lead[detected], np.median, random),
        lead_quartiles_weeks=(float(low), float(high)),
        warning_weeks=_resampled(lead[seen & progressed], np.mean, random),
        true_alarms=int(true.sum()),
        false_alarms=int(false.sum()),
        open_alarms=int((alarmed & ~true & ~false).sum()),
        false_per_year=rate(int(false.sum()), years),
        false_per_100_visits=rate(int(false.sum()), before.sum() / 100.0),
        predictive_percent=share(int(true.sum()), int((true | false).sum())),
        chance_percent=100.0 * float(near.sum() / judged.sum()) if judged.any() else np.nan,
        samples_per_year=float(after.sum() / (end[seen].sum() / DAYS_PER_YEAR)) if seen.any() else np.nan,
        onset=None
        if onset_days is None
        else _against_onset(alarm, onset_days, end, progressed, seen, random),
    )


def _against_onset(
    alarm: np.ndarray, onset: np.ndarray, end: np.ndarray, progressed: np.ndarray, seen: np.ndarray,
    random: np.random.Generator,
) -> AgainstOnset:  # fmt: skip
    set_in = seen & (onset <= end)
    alarmed = seen & np.isfinite(alarm)
    after = alarmed & set_in & (alarm >= onset)
    delay = (alarm - onset)[after] / DAYS_PER_WEEK
    scans = (end - onset)[set_in & progressed] / DAYS_PER_WEEK
    return AgainstOnset(
        onsets=int(set_in.sum()),
        before_onset_percent=share(int((alarmed & ~after).sum()), int(alarmed.sum())),
        detected_percent=share(int(after.sum()), int(set_in.sum())),
        delay_weeks=_resampled(delay, np.median, random),
        scan_delay_weeks=_resampled(scans, np.median, random),
    )


def share(hits: int, of: int, confidence: float = 0.95) -> WithLimits:
    """A share in per cent with exact limits (Clopper & Pearson 1934, 10.1093/biomet/26.4.404)."""
    if of == 0:
        return WithLimits(np.nan, np.nan, np.nan)
    tail = (1.0 - confidence) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, of - hits + 1))
    high = 1.0 if hits == of else float(beta.ppf(1 - tail, hits + 1, of - hits))
    return WithLimits(100.0 * hits / of, 100.0 * low, 100.0 * high)


def rate(events: int, exposure: float, confidence: float = 0.95) -> WithLimits:
    """Events over exposure with exact limits (Garwood 1936, 10.1093/biomet/28.3-4.437)."""
    if exposure <= 0:
        return WithLimits(np.nan, np.nan, np.nan)
    tail = (1.0 - confidence) / 2
    low = 0.0 if events == 0 else float(chi2.ppf(tail, 2 * events)) / 2
    return WithLimits(
        events / exposure, low / exposure, float(chi2.ppf(1 - tail, 2 * events + 2)) / 2 / exposure
    )


def _resampled(values: np.ndarray, statistic: object, random: np.random.Generator) -> WithLimits:
    if len(values) < 2:
        return WithLimits(float(values[0]) if len(values) else np.nan, np.nan, np.nan)
    picks = random.integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.quantile(statistic(values[picks], axis=1), (0.025, 0.975))
    return WithLimits(float(statistic(values)), float(low), float(high))
