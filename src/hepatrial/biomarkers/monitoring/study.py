"""Everything that `hepatrial monitor` asks of data: responses, markers as they change, predictions, alarms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from hepatrial.biomarkers.columns import design_of
from hepatrial.biomarkers.monitoring.courses import Courses, marker_courses, markers_of
from hepatrial.biomarkers.monitoring.joint_model import JointModel, fit_joint_model
from hepatrial.biomarkers.monitoring.landmark import LandmarkAnalysis, landmark_analysis
from hepatrial.biomarkers.monitoring.lead_time import HORIZON_DAYS, LeadTime, lead_time
from hepatrial.biomarkers.monitoring.rules import ALARMS, RESPONSES, MarkerRule
from hepatrial.biomarkers.monitoring.sampling_interval import SamplingChoice, sampling_choice
from hepatrial.biomarkers.monitoring.time_varying import marker_steps, step_rows, time_varying_cox
from hepatrial.biomarkers.monitoring.validation import PredictionCheck, check_predictions
from hepatrial.errors import HepatrialError, UsageError, near_miss
from hepatrial.survival import CountingProcessFit
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_WEEK

MOST_MARKERS, MOST_JOINT = 6, 2
"""Markers taken if none is named, and those of them, the first, that have a joint model: it is slow."""
LAG_DAYS = 28.0
LANDMARK_WEEKS = (8.0, 16.0, 26.0, 39.0, 52.0)
"""Landmarks of the predictions; those at which fewer than `LEAST_AT_RISK` of the subjects are at risk are left out."""
LEAST_AT_RISK = 0.2
PROGRESSION = ("TTP", "PFS")
"""Endpoints that a marker can foretell; the first that the data hold is taken."""


@dataclass(frozen=True, slots=True)
class MarkerOverTime:
    """One marker: how it was measured, and its hazard ratios per unit of its scale.

    ``now`` uses the last value, ``lagged`` the last value `LAG_DAYS` before; ``joint`` the marker's true course. Each
    may be missing, and ``reasons`` says why.
    """

    courses: Courses
    measurements: int
    median_gap_days: float
    now: CountingProcessFit | None
    lagged: CountingProcessFit | None
    joint: JointModel | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonitoringStudy:
    """The answer.

    Attributes
    ----------
    endpoint, horizon_days, landmarks_days
        What is predicted, how far, and from which days.
    markers
        One a marker.
    responses
        Landmark analyses of the response rules that the data can judge.
    alarms, sampling
        Rules against progression, and how often to sample for the first of them; empty without progression.
    progression
        Endpoint that the alarms are set against; empty without one.
    check
        Predictions out of sample; None where it was not possible.
    adjust_names, covariates
        Baseline covariates (n, k).
    notes
        What could not be done, and why.
    """

    endpoint: str
    horizon_days: float
    landmarks_days: tuple[float, ...]
    markers: tuple[MarkerOverTime, ...]
    responses: tuple[LandmarkAnalysis, ...]
    alarms: tuple[LeadTime, ...]
    sampling: tuple[SamplingChoice, ...]
    progression: str
    check: PredictionCheck | None
    adjust_names: tuple[str, ...]
    covariates: np.ndarray
    notes: tuple[str, ...]


def monitoring_study(
    data: TrialData,
    *,
    endpoint: str = "OS",
    markers: Sequence[str] = (),
    rules: Sequence[MarkerRule] = (),
    adjust: Sequence[str] = (),
    horizon_days: float = 182.0,
    landmark_days: float | None = None,
    joint: bool = True,
    seed: int = 1,
) -> MonitoringStudy:
    """Run the whole of monitoring on a virtual trial or a user's data.

    Parameters
    ----------
    markers
        Markers over time; without them those that differ within at least a third of the subjects, at most
        `MOST_MARKERS`.
    rules
        Rules with ``at_days`` are responses, others alarms; without them `RESPONSES` and `ALARMS`.
    adjust
        Columns of baseline covariates.
    horizon_days
        How far predictions reach.
    landmark_days
        Of the responses; without it 4 weeks after the rule's measurement.

    Raises
    ------
    UsageError, InvalidInput
        Markers, endpoints or columns that the data do not have.
    """
    notes: list[str] = []
    names = markers or default_markers(data)
    courses = [marker_courses(data, name, endpoint=endpoint) for name in names]
    covariates, labels = baseline_covariates(data, adjust)
    over_time = tuple(
        _over_time(one, covariates, labels, joint=joint and place < MOST_JOINT)
        for place, one in enumerate(courses)
    )
    responses, alarms = _sorted_rules(rules, [one.marker for one in courses])
    landmarks = _landmarks(courses[0])
    check = _checked(courses, landmarks, horizon_days, covariates, labels, seed, notes)
    progression = next((name for name in PROGRESSION if name in data.endpoints), "")
    if not progression:
        notes.append("the data hold no time to progression: alarms were not set against it")
    found, choices = _alarms(data, alarms, progression, seed, notes)
    return MonitoringStudy(
        endpoint,
        float(horizon_days),
        landmarks,
        over_time,
        _responses(courses, responses, landmark_days, covariates, labels, notes),
        found,
        choices,
        progression,
        check,
        labels,
        covariates,
        tuple(notes),
    )


def default_markers(data: TrialData) -> tuple[str, ...]:
    """Markers that take three values or more and change within a third of the subjects, the first `MOST_MARKERS`."""
    found = []
    for name in markers_of(data):
        try:
            one = marker_courses(data, name, endpoint=data.endpoints[0])
        except HepatrialError:
            continue
        changes = np.flatnonzero((np.diff(one.owner) == 0) & (np.diff(one.value) != 0))
        if len(np.unique(one.value)) > 2 and len(np.unique(one.owner[changes])) >= len(one) / 3:
            found.append(name)
    if not found:
        names = ", ".join(markers_of(data)) or "none"
        raise UsageError(
            f"no marker changes within a third of the subjects\n  found:   {names}\n"
            "  allowed: markers measured at several visits\n  fix:     name one with --marker, and --visit"
        )
    first = [name for name in ("AFP", "ALBI", "SVEGFR2", "VEGF", "SLD") if name in found]
    return tuple([*first, *(name for name in found if name not in first)][:MOST_MARKERS])


def baseline_covariates(data: TrialData, adjust: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Baseline covariates (n, k) with their names; text becomes a column a level but the first."""
    for name in adjust:
        if name not in data.subjects.columns:
            meant = near_miss(name, data.subjects.columns)
            raise UsageError(
                f"there is no column {name!r} to adjust for\n  allowed: {', '.join(data.subjects.columns)}\n"
                f"  fix:     {f'did you mean {meant}?' if meant else 'choose one of these'}"
            )
    designs = [design_of(data.subjects[name]) for name in adjust]
    if not designs:
        return np.empty((data.subjects.height, 0)), ()
    return np.column_stack([one for one, _ in designs]), tuple(name for _, names in designs for name in names)


def _over_time(
    courses: Courses, covariates: np.ndarray, names: tuple[str, ...], *, joint: bool
) -> MarkerOverTime:
    complete = np.isfinite(covariates).all(axis=1)
    kept, fixed = courses.select(complete), covariates[complete]
    reasons: list[str] = []

    def tried(what: str, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except HepatrialError as error:
            reasons.append(f"{what}: {' '.join(str(error).split())}")
            return None

    def changing(lag: float) -> CountingProcessFit:
        return time_varying_cox(step_rows(kept.times, [marker_steps(kept, lag_days=lag)], fixed, names))

    gaps = np.diff(courses.day)[np.diff(courses.owner) == 0]
    return MarkerOverTime(
        courses,
        len(courses.day),
        float(np.median(gaps)),
        tried("time-varying model", lambda: changing(0.0)),
        tried("time-varying model with a lag", lambda: changing(LAG_DAYS)),
        tried("joint model", lambda: fit_joint_model(kept, fixed, names)) if joint else None,
        tuple(reasons),
    )


def _sorted_rules(
    rules: Sequence[MarkerRule], markers: Sequence[str]
) -> tuple[list[MarkerRule], list[MarkerRule]]:
    """Responses and alarms; rules that are ours go to the markers whose names begin with the rule's."""
    asked = list(rules) or [
        replace(rule, marker=name)
        for rule in (*RESPONSES, *ALARMS)
        for name in markers
        if name.lower().split("_")[0] == rule.marker.lower()
    ]
    return [r for r in asked if r.at_days is not None], [r for r in asked if r.at_days is None]


def _landmarks(courses: Courses) -> tuple[float, ...]:
    days = [weeks * DAYS_PER_WEEK for weeks in LANDMARK_WEEKS]
    kept = [day for day in days if (courses.times.time_days > day).mean() >= LEAST_AT_RISK]
    return tuple(kept or [float(np.median(courses.times.time_days) / 2)])


def _responses(
    courses: Sequence[Courses], rules: Sequence[MarkerRule], landmark: float | None, covariates: np.ndarray,
    names: tuple[str, ...], notes: list[str],
) -> tuple[LandmarkAnalysis, ...]:  # fmt: skip
    found = []
    for rule in rules:
        one = next((one for one in courses if one.marker.lower() == rule.marker.lower()), None)
        if one is None:
            notes.append(f"{rule}: {rule.marker} is not among the markers")
            continue
        day = rule.at_days + 28.0 if landmark is None else landmark
        try:
            found.append(
                landmark_analysis(
                    one, rule, landmark_days=day, sensitivity_days=(day + 28.0, day + 56.0),
                    covariates=covariates, names=names,
                )
            )  # fmt: skip
        except HepatrialError as error:
            notes.append(f"{rule}: {' '.join(str(error).split())}")
    return tuple(found)


def _checked(
    courses: Sequence[Courses], landmarks: tuple[float, ...], window: float, covariates: np.ndarray,
    names: tuple[str, ...], seed: int, notes: list[str],
) -> PredictionCheck | None:  # fmt: skip
    try:
        return check_predictions(courses, landmarks, window, covariates, names, seed=seed)
    except HepatrialError as error:
        notes.append(f"predictions were not checked: {' '.join(str(error).split())}")
        return None


def _alarms(
    data: TrialData, rules: Sequence[MarkerRule], progression: str, seed: int, notes: list[str]
) -> tuple[tuple[LeadTime, ...], tuple[SamplingChoice, ...]]:
    if not progression:
        return (), ()
    found, choices = [], []
    for rule in rules:
        try:
            one = marker_courses(data, rule.marker, endpoint=progression)
        except HepatrialError as error:
            notes.append(f"{rule}: {' '.join(str(error).split())}")
            continue
        if progression == "PFS":
            # Of PFS a progression alone is foretold; a death without one ends the course.
            event = (data.times(progression).event == 1).astype(np.int8)
            one = replace(one, times=replace(one.times, event=event))
        found.append(lead_time(one, rule, horizon_days=HORIZON_DAYS, seed=seed))
        choices.append(sampling_choice(one, rule))
    return tuple(found), tuple(choices)


def marker_table(courses: Sequence[Courses]) -> pl.DataFrame:
    """All measurements as analysed, a row each: subject, marker, day, value, unit, below_limit."""
    return pl.concat(
        pl.DataFrame(
            {
                "subject": [str(one.subject[owner]) for owner in one.owner],
                "marker": [one.marker] * len(one.day),
                "day": one.day,
                "value": one.value,
                "unit": [one.unit] * len(one.day),
                "below_limit": one.below_limit,
            }
        )
        for one in courses
    )
