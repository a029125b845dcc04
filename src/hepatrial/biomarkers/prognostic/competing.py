"""A marker where death can come before the event: cause-specific and subdistribution hazards side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.survival.cox import cox
from hepatrial.survival.fine_gray import fine_gray


@dataclass(frozen=True, slots=True)
class CauseEffect:
    """Hazard ratios (estimate, lower, upper, p) of one marker for one cause, beside the covariates."""

    name: str
    cause: str
    n: int
    events: int
    cause_specific: tuple[float, float, float, float]
    subdistribution: tuple[float, float, float, float]


def effects_by_cause(frame: MarkerFrame, name: str) -> tuple[CauseEffect, ...]:
    """One row a cause that happened, among those with the marker and all covariates; none for data of one cause.

    Raises
    ------
    InvalidInput, RunFailed
        As for `hepatrial.survival.cox` and `hepatrial.survival.fine_gray`.

    Notes
    -----
    The cause-specific hazard says what the marker does to the rate of the cause among those still free of events;
    the subdistribution hazard what it does to how many ever have it. A marker of early death lowers the incidence
    of progression without touching its rate. Arms stand as covariates in both, since the subdistribution model has
    no strata.
    """
    event = np.asarray(frame.times.event)
    seen = [cause for cause in range(1, len(frame.times.causes)) if (event == cause).sum() > 1]
    if len(seen) < 2:
        return ()
    arm = np.empty((len(frame), 0))
    if frame.arm is not None:
        arm = np.column_stack([frame.arm == code for code in range(1, len(frame.arms))]).astype(np.float64)
    columns = np.column_stack([frame.markers[:, frame.marker_names.index(name)], frame.adjust, arm])
    rows = np.isfinite(columns).all(axis=1)
    names = [name, *frame.adjust_names, *frame.arms[1:]][: columns.shape[1]]
    times, x = frame.times.select(rows), columns[rows]
    found = []
    for cause in seen:
        events = int((event[rows] == cause).sum())
        if events <= x.shape[1]:
            continue
        specific, ever = cox(times.only(cause), x, names), fine_gray(times, x, names, cause=cause)
        found.append(
            CauseEffect(
                name,
                frame.times.causes[cause],
                int(rows.sum()),
                events,
                (specific.hr[0], specific.lower[0], specific.upper[0], specific.p[0]),
                (ever.hr[0], ever.lower[0], ever.upper[0], ever.p[0]),
            )
        )
    return tuple(found)
