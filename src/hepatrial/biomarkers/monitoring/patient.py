"""One patient: survival as it is predicted at each visit, from what was known by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.biomarkers.monitoring.joint_model import JointModel
from hepatrial.biomarkers.monitoring.joint_prediction import PredictedCourse, predict_by_joint_model
from hepatrial.biomarkers.monitoring.landmark_model import (
    fit_landmark_model,
    known_at,
    survival_limits,
)
from hepatrial.errors import HepatrialError, InvalidInput, Issue, UsageError, near_miss

MOST_VISITS = 8
CURVE_POINTS = 25
MOST_COMPARED = 5000
"""Labels among which a near miss is looked for."""


@dataclass(frozen=True, slots=True)
class AtVisit:
    """Predictions made at one visit: by the landmark model, and by the joint model where there is one."""

    day: float
    values: tuple[float, ...]
    landmark: PredictedCourse
    joint: PredictedCourse | None


@dataclass(frozen=True, slots=True)
class PatientPrediction:
    """One patient: predictions at visits, markers in the order of ``markers``.

    The patient's own outcome stays out of every fit.
    """

    subject: str
    markers: tuple[str, ...]
    units: tuple[str, ...]
    courses: tuple[Courses, ...]
    place: int
    horizon_days: float
    visits: tuple[AtVisit, ...]
    followed_days: float
    event: bool
    notes: tuple[str, ...]


def predict_patient(
    courses: Sequence[Courses], subject: str, horizon_days: float, covariates: np.ndarray,
    names: Sequence[str], joint: JointModel | None, *, seed: int = 1,
) -> PatientPrediction:  # fmt: skip
    """Predict one subject's survival at each of its visits, at most `MOST_VISITS` of them.

    Parameters
    ----------
    courses
        Markers of the same n subjects, the patient among them.
    subject
        Label of the patient, as text.
    covariates, names
        Shape (n, k), baseline covariates.
    joint
        A joint model of the first marker.

    Raises
    ------
    UsageError
        A label that no subject has.
    InvalidInput
        A patient without the values that a prediction needs.

    Notes
    -----
    The landmark model is fitted without the patient, once a visit. The joint model is that of all subjects, the patient
    among them, whose part in it is one in n. Limits hold what is not known of the models' parameters (and, in the joint
    model, of the patient's own course), not that the models are right for this patient.
    """
    labels = [str(label) for label in courses[0].subject]
    place = place_of(labels, subject)
    days = _visits(courses, place)
    ahead = np.linspace(0.0, horizon_days, CURVE_POINTS)
    others = np.arange(len(labels)) != place
    notes: list[str] = []
    found = []
    for day in days:
        x = known_at(courses, day, covariates)[place]
        if not np.isfinite(x).all():
            continue
        try:
            model = fit_landmark_model(
                [one.select(others) for one in courses], [day], horizon_days, covariates[others], names
            )
        except HepatrialError as error:
            notes.append(f"day {day:g}: {' '.join(str(error).split())}")
            continue
        survival, error = model.survival(x[None], day, ahead)
        low, high = survival_limits(survival, error)
        by_joint = None
        if joint is not None:
            by_joint = predict_by_joint_model(
                joint, courses[0], place, covariates[place], day, ahead, seed=seed
            )
        values = tuple(float(one.value[one.last_row(day)[place]]) for one in courses)
        found.append(
            AtVisit(float(day), values, PredictedCourse(day, ahead, survival[0], low[0], high[0]), by_joint)
        )
    if not found:
        raise InvalidInput(
            (
                Issue(
                    f"survival of patient {subject} cannot be predicted",
                    found="; ".join(notes) or "values missing at every visit",
                    allowed="a visit with a value of every marker and covariate, and others at risk then",
                    fix="choose another patient, or fewer markers",
                ),
            )
        )
    return PatientPrediction(
        subject, tuple(one.marker for one in courses), tuple(one.unit for one in courses), tuple(courses),
        place, float(horizon_days), tuple(found), float(courses[0].times.time_days[place]),
        bool(courses[0].times.event[place]), tuple(notes),
    )  # fmt: skip


def place_of(labels: Sequence[str], subject: str) -> int:
    """Place of a patient among the labels; `UsageError` with the near miss for one who is not there."""
    if subject not in labels:
        meant = near_miss(subject, list(labels)) if len(labels) < MOST_COMPARED else None
        more = f" and {len(labels) - 8:,} more" if len(labels) > 8 else ""
        raise UsageError(
            f"there is no patient {subject!r}\n  allowed: {', '.join(labels[:8])}{more}\n"
            f"  fix:     {f'did you mean {meant}?' if meant else 'name one of these'}"
        )
    return list(labels).index(subject)


def _visits(courses: Sequence[Courses], place: int) -> list[float]:
    """Days of the patient's visits before the end of follow-up, evenly thinned, first and last kept."""
    end = courses[0].times.time_days[place]
    days = np.unique(np.concatenate([np.maximum(one.day[one.owner == place], 0.0) for one in courses]))
    days = days[days < end]
    if len(days) > MOST_VISITS:
        days = days[np.unique(np.linspace(0, len(days) - 1, MOST_VISITS).round().astype(int))]
    return days.tolist()
