"""Joint model of a marker and survival: the hazard depends on the marker's true course, not on its last measurement.

    y_ij = m_i(t_ij) + e_ij,   m_i(t) = a_i + c_i t,   (a_i, c_i) ~ N(mean, covariance),   e_ij ~ N(0, sd^2)
    h_i(t) = h_0(t) exp(w_i gamma + alpha m_i(t))

h_0 is constant between cuts, so that the cumulative hazard along a line is a closed form. The likelihood integrates
over each line by Gauss-Hermite quadrature, about the line that measurements and survival make likely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.biomarkers.monitoring.joint_likelihood import (
    Grid,
    JointData,
    lines_given_all,
    loss_and_gradient,
    nodes_at,
    unpacked,
)
from hepatrial.biomarkers.monitoring.mixed_model import (
    CourseSums,
    MixedModel,
    course_sums,
    fit_mixed_model,
    lines_given_measurements,
)
from hepatrial.errors import Issue, RunFailed
from hepatrial.survival.checks import critical_value
from hepatrial.survival.covariates import standardised
from hepatrial.units import DAYS_PER_YEAR

NODES = 5
"""Nodes of the quadrature a dimension."""
STEPS, LONGEST_STEP = 60, 2.0
DECREMENT, NEARLY = 1e-8, 1e-4
"""Squared length of a step in standard errors at which the search ends, and at which it may end for want of digits."""
PIECES = 6
"""Pieces of the baseline hazard, cut at quantiles of the event times."""
ROUNDS = 3
"""Times that the nodes are moved to where the last fit puts each subject's line."""


@dataclass(frozen=True, slots=True)
class JointModel:
    """A fitted joint model; years, and the marker on the scale of `Courses.scaled`.

    Attributes
    ----------
    alpha, alpha_se, hr, lower, upper, p
        Log hazard ratio per unit of the marker's current true value, its error, the ratio with limits, Wald test.
    gamma, gamma_se, names
        Log hazard ratios of the baseline covariates, shape (k,).
    mean, covariance, residual_sd, centre
        Of the lines (level less ``centre``, slope a year) and of the measurements about them.
    scale
        By what the marker was divided in `theta`.
    cuts_years, log_hazard
        Where the baseline hazard changes, shape (K + 1,), 0 first; log hazard a year in each piece at marker
        ``centre`` and covariates at their mean, shape (K,).
    covariate_mean, covariate_scale
        What is taken from covariates, and by what they are then multiplied in `theta`'s gamma, shape (k,).
    theta, theta_covariance
        All parameters as `joint_likelihood.unpacked` reads them, and their covariance.
    log_likelihood, n, events, measurements
        Value at the maximum, and counts.
    last_event_years
        Predictions end there.
    """

    marker: str
    alpha: float
    alpha_se: float
    hr: float
    lower: float
    upper: float
    p: float
    gamma: np.ndarray
    gamma_se: np.ndarray
    names: tuple[str, ...]
    mean: np.ndarray
    covariance: np.ndarray
    residual_sd: float
    centre: float
    scale: float
    cuts_years: np.ndarray
    log_hazard: np.ndarray
    covariate_mean: np.ndarray
    covariate_scale: np.ndarray
    theta: np.ndarray
    theta_covariance: np.ndarray
    log_likelihood: float
    n: int
    events: int
    measurements: int
    last_event_years: float


def fit_joint_model(
    courses: Courses,
    covariates: np.ndarray | None = None,
    names: Sequence[str] = (),
    *,
    pieces: int = PIECES,
    nodes: int = NODES,
    confidence: float = 0.95,
) -> JointModel:
    """Fit by maximum likelihood.

    Parameters
    ----------
    courses
        n subjects; those without any measurement are left out.
    covariates, names
        Shape (n, k), baseline covariates without missing values.
    pieces, nodes
        Of the baseline hazard, and of the quadrature a dimension.

    Raises
    ------
    InvalidInput
        Too few repeated measurements, no events, a constant covariate.
    RunFailed
        The likelihood has no maximum that could be found.

    Notes
    -----
    Assumes straight courses on the marker's scale, normal lines and errors, visits whose times tell no more of
    survival than the measurements do, and censoring that is independent given those. A Cox model of the last
    measurement underestimates alpha where the marker is noisy or seldom measured; this model does not.

    When not to use: where courses bend (a fall and then a rise): the landmark model then predicts better; where a
    marker is measured because the patient got worse.

    References
    ----------
    Wulfsohn & Tsiatis 1997, 10.2307/2533118; Rizopoulos 2012, 10.1201/b12208 and 10.1016/j.csda.2011.09.007
    (quadrature about the subject's own line).
    """
    quantile = critical_value(confidence)
    has = np.bincount(courses.owner, minlength=len(courses)) > 0
    extra = np.empty((len(courses), 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    courses, extra = courses.select(has), extra[has]
    years = np.maximum(courses.times.time_days.astype(np.float64), 0.5) / DAYS_PER_YEAR
    event = courses.times.event.astype(np.float64)
    spread = max(float(courses.scaled().std()), 1e-12)
    sums = course_sums(courses, scale=spread)
    separate = fit_mixed_model(sums)
    if extra.shape[1]:
        scaled = standardised(extra, names, len(courses))
        w, width, names = scaled.x, scaled.scale, scaled.names
    else:
        w, width = extra, np.empty(0)
    cuts = _cuts(years, event, pieces)
    theta, value, covariance = _maximum(sums, years, event, w, cuts, separate, nodes)
    parts = unpacked(theta, len(cuts) - 1)
    se = np.sqrt(np.diag(covariance))
    alpha, alpha_se = float(theta[-1]) / spread, float(se[-1]) / spread
    first = 6 + len(cuts) - 1
    return JointModel(
        marker=courses.marker,
        alpha=alpha,
        alpha_se=alpha_se,
        hr=float(np.exp(alpha)),
        lower=float(np.exp(alpha - quantile * alpha_se)),
        upper=float(np.exp(alpha + quantile * alpha_se)),
        p=float(2 * ndtr(-abs(alpha / alpha_se))),
        gamma=parts.gamma / width,
        gamma_se=se[first:-1] / width,
        names=tuple(names),
        mean=parts.mean * spread,
        covariance=parts.factor @ parts.factor.T * spread**2,
        residual_sd=float(np.exp(parts.log_sd)) * spread,
        centre=sums.centre,
        scale=spread,
        cuts_years=cuts,
        log_hazard=parts.log_hazard,
        covariate_mean=extra.mean(axis=0),
        covariate_scale=1.0 / width,
        theta=theta,
        theta_covariance=covariance,
        log_likelihood=value - float(sums.count.sum()) * np.log(spread),
        n=len(courses),
        events=int(event.sum()),
        measurements=int(sums.count.sum()),
        last_event_years=float(years[event > 0].max()),
    )


def _cuts(years: np.ndarray, event: np.ndarray, pieces: int) -> np.ndarray:
    """Cuts at quantiles of the event times; the last piece has no end."""
    died = years[event > 0]
    if len(died) == 0:
        raise RunFailed("joint model: no events\n  fix: follow the subjects for longer")
    inner = np.unique(np.quantile(died, np.linspace(0, 1, pieces + 1)[1:-1]))
    return np.concatenate([[0.0], inner, [1e6]])


def _start(
    separate: MixedModel, years: np.ndarray, event: np.ndarray, cuts: np.ndarray, covariates: int
) -> np.ndarray:
    factor = np.linalg.cholesky(separate.covariance + 1e-10 * np.trace(separate.covariance) * np.eye(2))
    lived = np.clip(years[:, None] - cuts[:-1], 0.0, np.diff(cuts)).sum(axis=0)
    deaths = np.histogram(years[event > 0], bins=cuts)[0]
    hazard = np.log((deaths + 0.5) / np.maximum(lived, 1e-9))
    shape = [np.log(factor[0, 0]), factor[1, 0], np.log(factor[1, 1]), np.log(separate.residual_sd)]
    return np.concatenate([separate.mean, shape, hazard, np.zeros(covariates + 1)])


def _maximum(
    sums: CourseSums, years: np.ndarray, event: np.ndarray, w: np.ndarray, cuts: np.ndarray,
    separate: MixedModel, nodes: int,
) -> tuple[np.ndarray, float, np.ndarray]:  # fmt: skip
    """Where the likelihood is greatest, its value, and the inverse of the information there."""
    theta = _start(separate, years, event, cuts, w.shape[1])
    lines, spread = lines_given_measurements(sums, separate.mean, separate.covariance, separate.residual_sd)
    data = JointData(sums, years, event, w, cuts)
    done = False
    # A step too far overflows, gives no number, and is taken back.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(ROUNDS):
            grid = nodes_at(lines, spread, nodes)
            theta, value, done = _climbed(theta, data, grid)
            if not done:
                break
            lines, spread = lines_given_all(theta, data, grid)
        information = _information(theta, data, grid)
    if not done or not np.isfinite(information).all() or np.linalg.eigvalsh(information).min() <= 0:
        raise RunFailed(
            str(
                Issue(
                    what="joint model: no maximum of the likelihood was found",
                    found="courses that hardly differ between subjects, or too few events",
                    allowed="a marker with courses that differ between subjects, and events",
                    fix="use fewer covariates, or the landmark prediction",
                )
            )
        )
    return theta, -value, np.linalg.inv(information)


def _climbed(theta: np.ndarray, data: JointData, grid: Grid) -> tuple[np.ndarray, float, bool]:
    """Newton's method with steps that are halved until they gain: where, minus log-likelihood, whether arrived."""
    value, gradient = loss_and_gradient(theta, data, grid)
    for _ in range(STEPS):
        information = _bend(theta, gradient, data, grid)
        if not np.isfinite(information).all():
            return theta, value, False
        step = _downhill(information, gradient)
        decrement = float(gradient @ step)
        if decrement < DECREMENT:
            return theta, value, True
        length = min(1.0, LONGEST_STEP / float(np.abs(step).max()))
        while length > 1e-6:
            trial = theta - length * step
            found, slope = loss_and_gradient(trial, data, grid)
            if found < value and np.isfinite(slope).all():
                theta, value, gradient = trial, found, slope
                break
            length /= 2
        else:
            return theta, value, decrement < NEARLY
    return theta, value, False


def _downhill(information: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Newton's step; where the likelihood bends upward, as if it bent downward as much."""
    bend, along = np.linalg.eigh(information)
    bend = np.maximum(np.abs(bend), 1e-6 * np.abs(bend).max())
    return along @ ((along.T @ gradient) / bend)


def _bend(theta: np.ndarray, gradient: np.ndarray, data: JointData, grid: Grid) -> np.ndarray:
    """Second derivatives near enough for a step: from the gradient here and a little further on each axis."""
    step = 1e-5
    further = [loss_and_gradient(theta + step * axis, data, grid)[1] for axis in np.eye(len(theta))]
    found = (np.array(further) - gradient) / step
    return (found + found.T) / 2


def _information(theta: np.ndarray, data: JointData, grid: Grid) -> np.ndarray:
    """Second derivatives of minus the log-likelihood, from differences of its gradient."""
    step = 1e-4
    rows = []
    for place in range(len(theta)):
        change = np.zeros(len(theta))
        change[place] = step
        higher, lower = (loss_and_gradient(theta + sign * change, data, grid)[1] for sign in (1, -1))
        rows.append((higher - lower) / (2 * step))
    found = np.array(rows)
    return (found + found.T) / 2
