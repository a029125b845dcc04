"""Log-likelihood of the joint model over all subjects, and its gradient.

Each subject's line is integrated over at the nodes of a quadrature; the gradient is the mean of the nodes' gradients
under their posterior weights (Fisher's identity).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, softmax

from hepatrial.biomarkers.monitoring.mixed_model import CourseSums


@dataclass(frozen=True, slots=True)
class Parts:
    """The parameters by name: of the lines, the measurements, the hazard; see `hepatrial.biomarkers.monitoring`."""

    mean: np.ndarray
    factor: np.ndarray
    log_sd: float
    log_hazard: np.ndarray
    gamma: np.ndarray
    alpha: float


@dataclass(frozen=True, slots=True)
class JointData:
    """What n subjects say: sums of measurements, years and event (n,), covariates (n, k), cuts (K + 1,)."""

    sums: CourseSums
    years: np.ndarray
    event: np.ndarray
    w: np.ndarray
    cuts: np.ndarray


@dataclass(frozen=True, slots=True)
class Grid:
    """Nodes of each subject's level and slope, shape (n, q), and the logarithm of their weights."""

    level: np.ndarray
    slope: np.ndarray
    log_weight: np.ndarray


def unpacked(theta: np.ndarray, pieces: int) -> Parts:
    """Parameters from one vector: mean, factor of the covariance, log sd, log hazards, gamma, alpha."""
    factor = np.array([[np.exp(theta[2]), 0.0], [theta[3], np.exp(theta[4])]])
    return Parts(theta[:2], factor, theta[5], theta[6 : 6 + pieces], theta[6 + pieces : -1], theta[-1])


def hazard_pieces(
    years: np.ndarray, level: np.ndarray, slope: np.ndarray, alpha: float, log_hazard: np.ndarray,
    cuts: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Cumulative hazard along a line from 0 to ``years`` by piece, and its derivative in alpha, shape (..., K)."""
    low = np.minimum(cuts[:-1], years[..., None])
    width = np.minimum(cuts[1:], years[..., None]) - low
    value = level[..., None] + slope[..., None] * low
    step = slope[..., None] * width
    turn = alpha * step
    small = np.abs(turn) < 1e-5
    safe = np.where(small, 1.0, turn)
    grown = np.expm1(safe)
    mean = np.where(small, 1.0 + turn / 2, grown / safe)
    bend = np.where(small, 0.5 + turn / 3, (safe * (grown + 1.0) - grown) / safe**2)
    scale = np.exp(log_hazard + alpha * value) * width
    return scale * mean, scale * (value * mean + step * bend)


def nodes_at(lines: np.ndarray, spread: np.ndarray, nodes: int) -> Grid:
    """Gauss-Hermite nodes about each subject's line of mean (n, 2) and covariance (n, 2, 2)."""
    point, weight = np.polynomial.hermite.hermgauss(nodes)
    across, along = (part.ravel() for part in np.meshgrid(point, point, indexing="ij"))
    factor = np.linalg.cholesky(spread)
    level = lines[:, :1] + np.sqrt(2.0) * factor[:, :1, 0] * across
    slope = lines[:, 1:] + np.sqrt(2.0) * (factor[:, 1:, 0] * across + factor[:, 1:, 1] * along)
    log_weight = np.log(np.outer(weight, weight).ravel()) + across**2 + along**2
    return Grid(level, slope, log_weight + np.log(2.0) + np.linalg.slogdet(factor)[1][:, None])


def lines_given_all(theta: np.ndarray, data: JointData, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Mean (n, 2) and covariance (n, 2, 2) of each subject's line, given measurements and survival."""
    weight = softmax(_terms(unpacked(theta, len(data.cuts) - 1), data, grid)[0], axis=1)
    mean = np.column_stack([(weight * grid.level).sum(axis=1), (weight * grid.slope).sum(axis=1)])
    away = np.stack([grid.level - mean[:, :1], grid.slope - mean[:, 1:]], axis=-1)
    return mean, np.einsum("nq,nqi,nqj->nij", weight, away, away) + 1e-12 * np.eye(2)


def loss_and_gradient(theta: np.ndarray, data: JointData, grid: Grid) -> tuple[float, np.ndarray]:
    """Minus the log-likelihood, and its gradient."""
    parts = unpacked(theta, len(data.cuts) - 1)
    terms, (first, second, squares, pieces, by_alpha) = _terms(parts, data, grid)
    weight = softmax(terms, axis=1)
    along, cross, across = parts.factor[0, 0], parts.factor[1, 0], parts.factor[1, 1]
    risk = np.exp(data.w @ parts.gamma)
    event, years = data.event, data.years
    piece = np.searchsorted(data.cuts, years, side="left") - 1
    expected = risk[:, None] * np.einsum("nq,nqk->nk", weight, pieces)
    died = np.bincount(piece, weights=event, minlength=len(parts.log_hazard))
    value = (weight * (grid.level + grid.slope * years[:, None])).sum(axis=1)
    gradient = np.concatenate(
        [
            [(weight * (first / along - second * cross / (along * across))).sum()],
            [(weight * second / across).sum()],
            [(weight * (first**2 - 1.0 - second * cross * first / across)).sum()],
            [(weight * second * first / across).sum()],
            [(weight * (second**2 - 1.0)).sum()],
            [(weight * squares).sum() * np.exp(-2 * parts.log_sd) - data.sums.count.sum()],
            died - expected.sum(axis=0),
            data.w.T @ (event - expected.sum(axis=1)),
            [event @ value - risk @ np.einsum("nq,nqk->n", weight, by_alpha)],
        ]
    )
    return -float(logsumexp(terms, axis=1).sum()), -gradient


def _terms(parts: Parts, data: JointData, grid: Grid) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Logarithm of weight times density of measurements, line and survival at each node (n, q), and what it took."""
    level, slope, sums = grid.level, grid.slope, data.sums
    count, t, tt = sums.count[:, None], sums.t[:, None], sums.tt[:, None]
    squares = sums.yy[:, None] - 2 * (level * sums.y[:, None] + slope * sums.ty[:, None])
    squares = squares + level**2 * count + 2 * level * slope * t + slope**2 * tt
    measured = -0.5 * count * (np.log(2 * np.pi) + 2 * parts.log_sd) - squares * np.exp(-2 * parts.log_sd) / 2
    along, cross, across = parts.factor[0, 0], parts.factor[1, 0], parts.factor[1, 1]
    first = (level - parts.mean[0]) / along
    second = (slope - parts.mean[1] - cross * first) / across
    lines = -np.log(2 * np.pi) - np.log(along * across) - (first**2 + second**2) / 2
    years, risk = data.years[:, None], (data.w @ parts.gamma)[:, None]
    piece = np.searchsorted(data.cuts, data.years, side="left") - 1
    pieces, by_alpha = hazard_pieces(
        np.broadcast_to(years, level.shape), level, slope, parts.alpha, parts.log_hazard, data.cuts
    )
    log_hazard = parts.log_hazard[piece][:, None] + risk + parts.alpha * (level + slope * years)
    survived = data.event[:, None] * log_hazard - np.exp(risk) * pieces.sum(axis=-1)
    return grid.log_weight + measured + lines + survived, (first, second, squares, pieces, by_alpha)
