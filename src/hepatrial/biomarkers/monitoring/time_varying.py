"""Markers and treatments that change over time in a Cox model, from what was known at each moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.survival import AtRisk, CountingProcessFit, SurvivalTimes, cox_counting_process
from hepatrial.survival.checks import misuse


@dataclass(frozen=True, slots=True)
class StepCourse:
    """A covariate that jumps: from ``day`` on subject ``owner`` has ``value``, until the next row; shapes (m,).

    Before its first row a subject has no value, and is not at risk in the model.
    """

    name: str
    owner: np.ndarray
    day: np.ndarray
    value: np.ndarray


@dataclass(frozen=True, slots=True)
class StepRows:
    """Intervals in which every covariate is constant: ``at_risk`` and covariates (r, p) with their names."""

    at_risk: AtRisk
    covariates: np.ndarray
    names: tuple[str, ...]


def marker_steps(courses: Courses, *, lag_days: float = 0.0, carry_days: float | None = None) -> StepCourse:
    """The marker's last value, carried forward.

    Parameters
    ----------
    lag_days
        A value counts from so many days after its visit: the marker just before death may be the dying itself.
    carry_days
        A value is carried at most so long; after that the subject is out of the risk set until the next visit.
    """
    if lag_days < 0 or (carry_days is not None and carry_days <= 0):
        raise misuse(
            "lag or carry: not a length of time",
            f"{lag_days:g}, {carry_days}",
            "0 or more, above 0",
            "give days",
        )
    owner, day, value = courses.owner, np.maximum(courses.day, 0.0) + lag_days, courses.scaled()
    if carry_days is not None:
        stale = day + carry_days
        following = np.append(np.where(np.diff(owner) == 0, day[1:], np.inf), np.inf)
        lost = stale < following
        owner = np.concatenate([owner, owner[lost]])
        day = np.concatenate([day, stale[lost]])
        value = np.concatenate([value, np.full(int(lost.sum()), np.nan)])
    return StepCourse(courses.marker, owner, day, value)


def switched_on(name: str, start_days: np.ndarray) -> StepCourse:
    """A state that begins once and stays, 0 before; ``start_days`` (n,), infinite or NaN where it never begins."""
    n = len(start_days)
    begins = np.flatnonzero(np.isfinite(start_days))
    before = np.setdiff1d(np.arange(n), begins[start_days[begins] <= 0])
    return StepCourse(
        name,
        np.concatenate([before, begins]),
        np.concatenate([np.zeros(len(before)), np.maximum(start_days[begins], 0.0)]),
        np.concatenate([np.zeros(len(before)), np.ones(len(begins))]),
    )


def step_rows(
    times: SurvivalTimes,
    steps: Sequence[StepCourse],
    covariates: np.ndarray | None = None,
    names: Sequence[str] = (),
) -> StepRows:
    """Cut each subject's follow-up where a covariate changes.

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1. A time of 0 counts as half a day.
    steps
        Covariates that change; rows in which one has no value are left out.
    covariates, names
        Shape (n, k), those that do not change.

    Notes
    -----
    A value of the very day of the event is not used: it counts from the next moment on.
    """
    n = len(times)
    end = np.maximum(times.time_days.astype(np.float64), 0.5)
    owner = np.concatenate([np.arange(n), *(step.owner for step in steps)])
    start = np.concatenate([np.zeros(n), *(step.day for step in steps)])
    inside = start < end[owner]
    pairs = np.unique(np.column_stack([owner[inside], start[inside]]), axis=0)
    owner, start = pairs[:, 0].astype(np.int64), pairs[:, 1]
    last = np.append(np.diff(owner) != 0, True)
    stop = np.where(last, end[owner], np.append(start[1:], 0.0))
    columns = [_at(step, owner, start) for step in steps]
    fixed = np.empty((n, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    x = np.column_stack([*columns, fixed[owner]])
    kept = np.isfinite(x).all(axis=1)
    event = (last & (times.event[owner] > 0)).astype(np.int8)
    at_risk = AtRisk(start[kept], stop[kept], event[kept], owner[kept])
    return StepRows(at_risk, x[kept], (*(step.name for step in steps), *names))


def time_varying_cox(rows: StepRows) -> CountingProcessFit:
    """Hazard ratios of what changes and what does not, each given the others; see `cox_counting_process`."""
    return cox_counting_process(rows.at_risk, rows.covariates, rows.names)


def _at(step: StepCourse, owner: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Value of a step at the rows' days, NaN before its first."""
    order = np.lexsort((step.day, step.owner))
    owners, days, values = step.owner[order], step.day[order], step.value[order]
    longest = max(days.max(initial=0.0), day.max(initial=0.0)) + 1.0
    # Owner and day on one line, so that one sorted search finds the last row at or before.
    found = np.searchsorted(owners * longest + days, owner * longest + day, side="right") - 1
    good = (found >= 0) & (owners[np.maximum(found, 0)] == owner)
    return np.where(good, values[np.maximum(found, 0)], np.nan)
