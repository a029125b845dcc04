"""The most probable unknowns by Gauss-Newton: minimise |z|^2 + |r(z)|^2 for whitened misfits r.

A step is damped (Levenberg-Marquardt); several dampings are tried at once, since misfits at a few points cost little
beside their slopes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

DAMPINGS = (0.0, 0.5, 2.0, 8.0, 32.0, 128.0)
FURTHEST = 3.5
"""No unknown leaves so many prior standard deviations."""
LARGEST_MOVE = 1.5
"""Nor does it move further in one step; the others move as far as they would."""
ENOUGH = 0.3
"""A step that lowers the objective by less ends the fit: a likelihood ratio of 0.86."""
CAREFUL_BELOW = 8.0
"""After a step that gained less, slopes are central and wide: short one-sided ones see counted events."""


class Misfits(Protocol):
    """What is minimised: whitened misfits of unknowns whose prior is N(0, I)."""

    @property
    def size(self) -> int:
        """Number of unknowns."""
        ...

    def residuals(self, points: np.ndarray, step: str = ...) -> np.ndarray:
        """Misfits at points of shape (points, unknowns), shape (points, observations)."""
        ...

    def linearised(self, z: np.ndarray, steps: np.ndarray | None = None) -> Linearised:
        """Misfits and slopes at one point; curvatures too where steps to take them over, (unknowns,), are given."""
        ...


@dataclass(frozen=True, slots=True)
class Linearised:
    """Misfits and their slopes at a point.

    Attributes
    ----------
    z
        Shape (unknowns,).
    residuals
        Whitened misfits, shape (observations,).
    jacobian
        Slopes, shape (observations, unknowns).
    curvature
        Second derivatives by each unknown alone, of that shape; 0 where they were not asked for.
    """

    z: np.ndarray
    residuals: np.ndarray
    jacobian: np.ndarray
    curvature: np.ndarray

    @property
    def objective(self) -> float:
        """Twice the negative log posterior, up to a constant."""
        return objective(self.z, self.residuals)

    @property
    def precision(self) -> np.ndarray:
        """Inverse covariance of the linearised posterior."""
        return self.jacobian.T @ self.jacobian + np.eye(len(self.z))

    @property
    def sd(self) -> np.ndarray:
        """Standard deviations of the linearised posterior, shape (unknowns,)."""
        return np.sqrt(np.diag(np.linalg.inv(self.precision)))

    def modelled(self, points: np.ndarray) -> np.ndarray:
        """Misfits at points of shape (points, unknowns) by the second-order model around this one."""
        away = points - self.z
        return self.residuals + away @ self.jacobian.T + 0.5 * away**2 @ self.curvature.T

    def without(self, rows: np.ndarray) -> Linearised:
        """The same with some observations left out."""
        kept = np.setdiff1d(np.arange(len(self.residuals)), rows)
        return Linearised(self.z, self.residuals[kept], self.jacobian[kept], self.curvature[kept])


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the fit ended, and the objective along the way there."""

    at: Linearised
    objectives: tuple[float, ...]
    converged: bool


def objective(z: np.ndarray, residuals: np.ndarray) -> float:
    """Twice the negative log posterior, up to a constant."""
    return float(residuals @ residuals + z @ z)


def most_probable(
    misfits: Misfits,
    start: np.ndarray | None = None,
    *,
    most_steps: int = 8,
    careful: bool = False,
    keep: Callable[[np.ndarray, float], None] | None = None,
) -> Optimum:
    """The most probable point.

    Parameters
    ----------
    start
        Where to begin, the centre of the prior if left out; a point that ``keep`` was given resumes a fit.
    careful
        Whether to begin with central slopes over the linearised posterior's standard deviations.
    keep
        Called with every better point and its objective.
    """
    z = np.zeros(misfits.size) if start is None else np.asarray(start, dtype=np.float64)
    found = misfits.linearised(z)
    if careful:
        found = misfits.linearised(z, found.sd)
    passed = [found.objective]
    for _ in range(most_steps):
        points = np.stack([moved(found, damping) for damping in DAMPINGS])
        residuals = misfits.residuals(points, "trying steps")
        objectives = np.array([objective(*pair) for pair in zip(points, residuals, strict=True)])
        best = int(np.argmin(objectives))
        gain = found.objective - objectives[best]
        if gain > 0.0 and keep is not None:
            keep(points[best], float(objectives[best]))
        if gain < ENOUGH and careful:
            return Optimum(found, tuple(passed), converged=True)
        careful = careful or gain < CAREFUL_BELOW
        at = points[best] if gain > 0.0 else found.z
        found = misfits.linearised(at, found.sd if careful else None)
        passed.append(found.objective)
    return Optimum(found, tuple(passed), converged=False)


def moved(at: Linearised, damping: float = 0.0) -> np.ndarray:
    """Where a damped Gauss-Newton step leads from a point."""
    gradient = at.jacobian.T @ at.residuals + at.z
    step = -np.linalg.solve(at.precision + damping * np.eye(len(at.z)), gradient)
    step = np.clip(step, -LARGEST_MOVE, LARGEST_MOVE)
    return np.clip(at.z + step, -FURTHEST, FURTHEST)
