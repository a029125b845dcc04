"""What the terminal and the page say of monitoring, a row a finding."""

from __future__ import annotations

from math import isfinite

from hepatrial.biomarkers.monitoring.landmark import Landmark, LandmarkAnalysis, RatioOfGroups
from hepatrial.biomarkers.monitoring.lead_time import LeadTime, WithLimits
from hepatrial.biomarkers.monitoring.patient import AtVisit
from hepatrial.biomarkers.monitoring.study import MarkerOverTime, MonitoringStudy
from hepatrial.biomarkers.monitoring.validation import MethodScores, Score
from hepatrial.report.formatting import MISSING
from hepatrial.survival import CountingProcessFit, Estimate
from hepatrial.units import DAYS_PER_MONTH, DAYS_PER_WEEK

MARKER_HEAD = ("per unit of", "measured", "HR, last value", "HR, value of 28 days before", "HR, joint model")
RESPONSE_HEAD = (
    "landmark",
    "responders",
    "others",
    "left out",
    "median, responders",
    "median, others",
    "HR from there",
)
CHECK_HEAD = ("from", "at risk (events)", "method", "AUC", "gain", "Brier", "gain")
ALARM_HEAD = (
    "rule", "of progressions", "weeks before", "false a year", "per 100 visits", "followed by one", "any visit",
    "than chance",
)  # fmt: skip
SAMPLING_HEAD = (
    "every",
    "samples a year",
    "of progressions",
    "weeks before",
    "mean warning, weeks",
    "false a year",
)
VISIT_HEAD = ("day", "values", "landmark model", "joint model")


def ratio(value: float | None, lower: float | None, upper: float | None) -> str:
    """``1.23 (1.10 to 1.40)``."""
    if value is None or lower is None or not isfinite(value):
        return MISSING
    return f"{value:.2f} ({lower:.2f} to {upper:.2f})"


def limits(found: WithLimits | Score | None, digits: int = 1) -> str:
    """A value with its limits."""
    if found is None or not isfinite(found.value):
        return MISSING
    said = f"{found.value:.{digits}f}"
    return (
        said
        if not isfinite(found.lower)
        else f"{said} ({found.lower:.{digits}f} to {found.upper:.{digits}f})"
    )


def marker_row(one: MarkerOverTime) -> tuple[str, ...]:
    """Hazard ratios of one marker."""
    joint = MISSING if one.joint is None else ratio(one.joint.hr, one.joint.lower, one.joint.upper)
    measured = f"{one.measurements:,}, every {one.median_gap_days:.0f} days"
    return (one.courses.scale_words, measured, _changing(one.now), _changing(one.lagged), joint)


def landmark_row(found: Landmark) -> tuple[str, ...]:
    """One landmark of a response."""
    return (
        f"day {found.day:.0f}",
        f"{found.responders} ({found.events_responders})",
        f"{found.others} ({found.events_others})",
        f"{found.gone} + {found.unknown}",
        _months(found.median_responders),
        _months(found.median_others),
        group_ratio(found.ratio),
    )


def response_rows(found: LandmarkAnalysis) -> list[tuple[str, ...]]:
    """The chosen landmark, then the others."""
    return [landmark_row(one) for one in (found.chosen, *found.sensitivity)]


def group_ratio(found: RatioOfGroups) -> str:
    """Of responders against the others, or why there is none."""
    return found.reason if found.hr is None else ratio(found.hr, found.lower, found.upper)


def check_rows(study: MonitoringStudy) -> list[tuple[str, ...]]:
    """Scores by landmark, then over all."""
    if study.check is None:
        return []
    return [_scores(one) for one in (*study.check.rows, *study.check.overall)]


def alarm_row(found: LeadTime) -> tuple[str, ...]:
    """One rule against progression."""
    return (
        str(found.rule),
        f"{limits(found.sensitivity_percent, 0)} %",
        limits(found.lead_weeks),
        limits(found.false_per_year, 2),
        limits(found.false_per_100_visits, 1),
        f"{limits(found.predictive_percent, 0)} %",
        f"{found.chance_percent:.0f} %" if isfinite(found.chance_percent) else MISSING,
        found.against_chance,
    )


def sampling_row(weeks: float, found: LeadTime) -> tuple[str, ...]:
    """One sampling interval."""
    return (
        f"{weeks:.3g} weeks",
        f"{found.samples_per_year:.1f}",
        f"{limits(found.sensitivity_percent, 0)} %",
        limits(found.lead_weeks),
        limits(found.warning_weeks),
        limits(found.false_per_year, 2),
    )


def visit_row(visit: AtVisit, markers: tuple[str, ...]) -> tuple[str, ...]:
    """What is predicted at one visit: survival to the horizon."""
    said = ", ".join(f"{name} {value:.3g}" for name, value in zip(markers, visit.values, strict=True))
    joint = MISSING
    if visit.joint is not None:
        joint = _percent(visit.joint.survival[-1], visit.joint.lower[-1], visit.joint.upper[-1])
    own = visit.landmark
    return (f"{visit.day:.0f}", said, _percent(own.survival[-1], own.lower[-1], own.upper[-1]), joint)


def _percent(value: float, lower: float, upper: float) -> str:
    return f"{100 * value:.0f} % ({100 * lower:.0f} to {100 * upper:.0f})"


def _changing(fit: CountingProcessFit | None) -> str:
    return MISSING if fit is None else ratio(float(fit.hr[0]), float(fit.lower[0]), float(fit.upper[0]))


def _months(found: Estimate | None) -> str:
    if found is None or not isfinite(found.estimate):
        return MISSING
    return f"{found.estimate / DAYS_PER_MONTH:.1f} months"


def _scores(found: MethodScores) -> tuple[str, ...]:
    place = f"{found.landmark_days / DAYS_PER_WEEK:.0f} weeks" if isfinite(found.landmark_days) else "all"
    return (
        place,
        f"{found.at_risk:,} ({found.events:,})",
        found.method,
        limits(found.auc, 3),
        limits(found.auc_gain, 3),
        limits(found.brier, 3),
        limits(found.brier_gain, 3),
    )
