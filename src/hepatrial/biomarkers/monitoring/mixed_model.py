"""Linear mixed model of a marker's course: each subject has a level and a slope of its own, normal about the mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.errors import InvalidInput, Issue
from hepatrial.units import DAYS_PER_YEAR

MOST_STEPS, TOLERANCE = 5000, 1e-10


@dataclass(frozen=True, slots=True)
class CourseSums:
    """What n subjects' measurements say of their lines; shapes (n,), time in years.

    ``count``, sums of time ``t`` and its square ``tt``, of value ``y``, of ``ty`` and of ``yy``; values are less
    ``centre``, lest the sums lose digits, and over ``scale``.
    """

    count: np.ndarray
    t: np.ndarray
    tt: np.ndarray
    y: np.ndarray
    ty: np.ndarray
    yy: np.ndarray
    centre: float
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class MixedModel:
    """Maximum likelihood of y_ij = a_i + c_i t_ij + e_ij, (a_i, c_i) ~ N(mean, covariance), e ~ N(0, sd^2).

    ``mean`` (2,), ``covariance`` (2, 2) of level (less the centre) and slope a year; ``residual_sd``;
    ``log_likelihood``.
    """

    mean: np.ndarray
    covariance: np.ndarray
    residual_sd: float
    log_likelihood: float


def course_sums(
    courses: Courses, *, centre: float | None = None, scale: float = 1.0, until: np.ndarray | None = None
) -> CourseSums:
    """Sums over the measurements of each subject, up to day ``until`` (n,) where given."""
    value = courses.scaled()
    middle = float(value.mean()) if centre is None else centre
    kept = np.ones(len(value), dtype=bool) if until is None else courses.day <= until[courses.owner]
    owner, t, y = courses.owner[kept], courses.day[kept] / DAYS_PER_YEAR, (value[kept] - middle) / scale

    def total(weights: np.ndarray) -> np.ndarray:
        return np.bincount(owner, weights=weights, minlength=len(courses))

    return CourseSums(
        total(np.ones(len(y))), total(t), total(t * t), total(y), total(t * y), total(y * y), middle, scale
    )


def fit_mixed_model(sums: CourseSums) -> MixedModel:
    """Fit by EM, from least squares over all subjects.

    Raises
    ------
    InvalidInput
        Too few repeated measurements to tell a subject's slope from error.

    References
    ----------
    Laird & Ware 1982, 10.2307/2529876.
    """
    if (sums.count >= 3).sum() < 5:
        raise InvalidInput(
            (
                Issue(
                    "too few repeated measurements for a course of each subject",
                    found=f"{int((sums.count >= 3).sum())} subjects with three or more",
                    allowed="5 or more",
                    fix="use the landmark prediction, or a marker that is measured more often",
                ),
            )
        )
    cross = np.array([[sums.count.sum(), sums.t.sum()], [sums.t.sum(), sums.tt.sum()]])
    mean = np.linalg.solve(cross, [sums.y.sum(), sums.ty.sum()])
    variance = max((sums.yy.sum() - mean @ [sums.y.sum(), sums.ty.sum()]) / sums.count.sum(), 1e-12)
    model = MixedModel(mean, variance * np.diag([0.7, 0.3]), float(np.sqrt(0.3 * variance)), -np.inf)
    for _ in range(MOST_STEPS):
        following = _step(sums, model)
        done = following.log_likelihood - model.log_likelihood < TOLERANCE * abs(following.log_likelihood)
        model = following
        if done:
            break
    return model


def lines_given_measurements(
    sums: CourseSums, mean: np.ndarray, covariance: np.ndarray, residual_sd: float
) -> tuple[np.ndarray, np.ndarray]:
    """Mean (n, 2) and covariance (n, 2, 2) of each subject's level and slope, given its measurements."""
    information = _information(sums) / residual_sd**2
    prior = np.linalg.inv(covariance)
    spread = np.linalg.inv(information + prior)
    towards = np.column_stack([sums.y, sums.ty]) / residual_sd**2 + prior @ mean
    return np.einsum("nij,nj->ni", spread, towards), spread


def _information(sums: CourseSums) -> np.ndarray:
    return np.stack([np.stack([sums.count, sums.t], 1), np.stack([sums.t, sums.tt], 1)], 1)


def _step(sums: CourseSums, model: MixedModel) -> MixedModel:
    """One step of EM; the log-likelihood is that of the model before the step."""
    lines, spread = lines_given_measurements(sums, model.mean, model.covariance, model.residual_sd)
    mean = lines.mean(axis=0)
    away = lines - mean
    covariance = (away.T @ away + spread.sum(axis=0)) / len(lines)
    information = _information(sums)
    fitted = np.einsum("ni,nij,nj->n", lines, information, lines)
    squares = sums.yy - 2 * (lines[:, 0] * sums.y + lines[:, 1] * sums.ty) + fitted
    squares = squares + np.einsum("nij,nji->n", information, spread)
    variance = max(float(squares.sum() / sums.count.sum()), 1e-14)
    return MixedModel(mean, covariance, float(np.sqrt(variance)), _log_likelihood(sums, model, lines, spread))


def _log_likelihood(sums: CourseSums, model: MixedModel, lines: np.ndarray, spread: np.ndarray) -> float:
    """Joint density of line and measurements at the line's mean, over the density of the line there."""
    away = lines - model.mean
    prior = np.linalg.inv(model.covariance)
    squares = (
        sums.yy
        - 2 * (lines[:, 0] * sums.y + lines[:, 1] * sums.ty)
        + np.einsum("ni,nij,nj->n", lines, _information(sums), lines)
    )
    value = -0.5 * sums.count * np.log(2 * np.pi * model.residual_sd**2) - squares / model.residual_sd**2 / 2
    value = value - 0.5 * np.einsum("ni,ij,nj->n", away, prior, away)
    value = value + 0.5 * (np.linalg.slogdet(spread)[1] - np.linalg.slogdet(model.covariance)[1])
    return float(value.sum())
