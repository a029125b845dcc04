"""One patient's survival from the joint model, given the measurements up to a day and being alive then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.biomarkers.monitoring.joint_likelihood import hazard_pieces, nodes_at, unpacked
from hepatrial.biomarkers.monitoring.joint_model import NODES, JointModel
from hepatrial.biomarkers.monitoring.mixed_model import CourseSums, course_sums, lines_given_measurements
from hepatrial.units import DAYS_PER_YEAR

DRAWS, LINES = 400, 40
"""Draws of parameters, and of the patient's own line for each, of which one that lives until now is taken."""


@dataclass(frozen=True, slots=True)
class PredictedCourse:
    """Survival after ``from_day`` at ``days`` (m,) since then, with limits."""

    from_day: float
    days: np.ndarray
    survival: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def joint_survival(
    model: JointModel, courses: Courses, covariates: np.ndarray, from_day: float, days: np.ndarray
) -> np.ndarray:
    """Survival of each subject at ``days`` (m,) after ``from_day``, given measurements until then, shape (n, m)."""
    sums = course_sums(courses, centre=model.centre, scale=model.scale, until=np.full(len(courses), from_day))
    lines, spread = _lines(sums, model.theta, model)
    grid = nodes_at(lines, spread, NODES)
    risk = np.exp((covariates - model.covariate_mean) @ model.gamma)[:, None, None]
    cumulative = risk * _cumulative(
        model.theta, model, grid.level, grid.slope, np.append(0.0, days) + from_day
    )
    now = cumulative[..., :1]
    # Weights of the nodes under the normal of the line given measurements, times surviving until now.
    first = grid.log_weight - _normal_exponent(grid.level, grid.slope, lines, spread)
    weight = np.exp(first - first.max(axis=1, keepdims=True))[..., None] * np.exp(-now)
    return (weight * np.exp(now - cumulative[..., 1:])).sum(axis=1) / weight.sum(axis=1)


def predict_by_joint_model(
    model: JointModel, courses: Courses, place: int, covariates: np.ndarray, from_day: float,
    days: np.ndarray, *, seed: int = 1, confidence: float = 0.95,
) -> PredictedCourse:  # fmt: skip
    """One subject's survival with limits.

    Limits hold the errors of all parameters and what is not known of the patient's own line; not the chance of death
    itself, nor that the model is right. Rizopoulos 2011, 10.1111/j.1541-0420.2010.01546.x.
    """
    one = courses.select(np.array([place]))
    estimate = joint_survival(model, one, covariates[None], from_day, days)[0]
    random = np.random.default_rng([seed, place])
    factor = np.linalg.cholesky(model.theta_covariance)
    sums = course_sums(one, centre=model.centre, scale=model.scale, until=np.array([from_day]))
    standardised = (covariates - model.covariate_mean) * model.covariate_scale
    at = np.append(0.0, days) + from_day
    drawn = np.empty((DRAWS, len(days)))
    for number in range(DRAWS):
        theta = model.theta + factor @ random.standard_normal(len(model.theta))
        mean, spread = _lines(sums, theta, model)
        lines = mean + random.standard_normal((LINES, 2)) @ np.linalg.cholesky(spread[0]).T
        risk = np.exp(standardised @ unpacked(theta, len(model.cuts_years) - 1).gamma)
        cumulative = risk * _cumulative(theta, model, lines[:, 0], lines[:, 1], at)
        alive = np.exp(-(cumulative[:, 0] - cumulative[:, 0].min()))
        pick = random.choice(LINES, p=alive / alive.sum())
        drawn[number] = np.exp(cumulative[pick, 0] - cumulative[pick, 1:])
    low, high = np.quantile(drawn, (0.5 - confidence / 2, 0.5 + confidence / 2), axis=0)
    return PredictedCourse(float(from_day), days, estimate, low, high)


def _lines(sums: CourseSums, theta: np.ndarray, model: JointModel) -> tuple[np.ndarray, np.ndarray]:
    parts = unpacked(theta, len(model.cuts_years) - 1)
    covariance = parts.factor @ parts.factor.T
    return lines_given_measurements(sums, parts.mean, covariance, float(np.exp(parts.log_sd)))


def _cumulative(
    theta: np.ndarray, model: JointModel, level: np.ndarray, slope: np.ndarray, days: np.ndarray
) -> np.ndarray:
    """Cumulative hazard along lines of any shape at ``days`` (m,), on a last axis of m."""
    parts = unpacked(theta, len(model.cuts_years) - 1)
    shape = (*level.shape, len(days))
    years, level, slope = (
        np.broadcast_to(part, shape) for part in (days / DAYS_PER_YEAR, level[..., None], slope[..., None])
    )
    with np.errstate(over="ignore"):
        pieces, _ = hazard_pieces(years, level, slope, parts.alpha, parts.log_hazard, model.cuts_years)
    return np.minimum(pieces.sum(axis=-1), 700.0)


def _normal_exponent(
    level: np.ndarray, slope: np.ndarray, lines: np.ndarray, spread: np.ndarray
) -> np.ndarray:
    away = np.stack([level - lines[:, :1], slope - lines[:, 1:]], axis=-1)
    return 0.5 * np.einsum("nqi,nij,nqj->nq", away, np.linalg.inv(spread), away)
