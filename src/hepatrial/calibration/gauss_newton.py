"""The most probable unknowns by Gauss-Newton: minimise |z|^2 + sum over trials of |L^-1 (simulated - published)|^2.

The Jacobian is that of finite differences with common random numbers, and only of the unknowns that can change a trial.
A step is damped (Levenberg-Marquardt); several dampings are tried at once, since reading all trials at a few points
costs little beside the Jacobian.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from hepatrial.calibration.evaluate import Progress, read_all
from hepatrial.calibration.evidence import TrialEvidence
from hepatrial.calibration.unknowns import Unknowns

STEP = 0.15
"""Finite-difference step in prior standard deviations: large against the roughness of counted events."""
DAMPINGS = (0.0, 0.3, 1.0, 3.0, 10.0, 30.0)
FURTHEST = 3.5
"""No unknown leaves so many prior standard deviations."""
LARGEST_MOVE = 1.5
"""Nor does it move further in one step."""
ENOUGH = 0.3
"""A step that lowers the objective by less ends the fit: a likelihood ratio of 0.86."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Trials to be met, and what may move to meet them."""

    unknowns: Unknowns
    trials: tuple[TrialEvidence, ...]
    patients: int
    seed: int
    workers: int = 1
    progress: Progress | None = None

    def differences(self, points: np.ndarray, step: str = "simulating trials") -> list[np.ndarray]:
        """By trial, shape (points, observations)."""
        settings = [self.unknowns.values(z) for z in points]
        return read_all(
            self.trials,
            [settings] * len(self.trials),
            patients=self.patients,
            seed=self.seed,
            workers=self.workers,
            step=step,
            progress=self.progress,
        )

    def residuals(self, points: np.ndarray, step: str = "simulating trials") -> np.ndarray:
        """Whitened misfits of all trials in order, shape (points, observations)."""
        found = self.differences(points, step)
        return np.hstack([whitened(t, d) for t, d in zip(self.trials, found, strict=True)])


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
    """

    z: np.ndarray
    residuals: np.ndarray
    jacobian: np.ndarray

    @property
    def objective(self) -> float:
        """Twice the negative log posterior, up to a constant."""
        return objective(self.z, self.residuals)

    @property
    def precision(self) -> np.ndarray:
        """Inverse covariance of the linearised posterior."""
        return self.jacobian.T @ self.jacobian + np.eye(len(self.z))


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the fit ended, and the way there."""

    at: Linearised
    objectives: tuple[float, ...]
    converged: bool


def objective(z: np.ndarray, residuals: np.ndarray) -> float:
    """Twice the negative log posterior, up to a constant."""
    return float(residuals @ residuals + z @ z)


def whitened(trial: TrialEvidence, differences: np.ndarray) -> np.ndarray:
    """Differences of shape (points, observations) with unit covariance."""
    return solve_triangular(trial.cholesky, differences.T, lower=True).T


def most_probable(
    problem: Problem,
    start: np.ndarray | None = None,
    *,
    most_steps: int = 8,
    keep: Callable[[np.ndarray, float], None] | None = None,
) -> Optimum:
    """The most probable point.

    Parameters
    ----------
    start
        Where to begin, the centre of the prior if left out; a point that ``keep`` was given resumes a fit.
    keep
        Called with every better point and its objective.
    """
    z = np.zeros(len(problem.unknowns)) if start is None else np.asarray(start, dtype=np.float64)
    found = linearise(problem, z)
    passed = [found.objective]
    for _ in range(most_steps):
        points = np.stack([_moved(found, damping) for damping in DAMPINGS])
        residuals = problem.residuals(points, "trying steps")
        objectives = np.array([objective(*pair) for pair in zip(points, residuals, strict=True)])
        best = int(np.argmin(objectives))
        gain = found.objective - objectives[best]
        if gain > 0.0 and keep is not None:
            keep(points[best], float(objectives[best]))
        if gain < ENOUGH:
            return Optimum(found, tuple(passed), converged=True)
        found = linearise(problem, points[best])
        passed.append(found.objective)
    return Optimum(found, tuple(passed), converged=False)


def linearise(problem: Problem, z: np.ndarray) -> Linearised:
    """Misfits and slopes at ``z``, by central differences over the unknowns that touch each trial."""
    touching = [problem.unknowns.touching(trial.protocol) for trial in problem.trials]
    settings = []
    for places in touching:
        steps = np.zeros((2 * len(places), len(z)))
        steps[np.arange(len(places)), places] = STEP
        steps[len(places) + np.arange(len(places)), places] = -STEP
        settings.append([problem.unknowns.values(point) for point in (z, *(z + steps))])
    found = read_all(
        problem.trials,
        settings,
        patients=problem.patients,
        seed=problem.seed,
        workers=problem.workers,
        step="reading slopes",
        progress=problem.progress,
    )
    residuals, rows = [], []
    for trial, places, differences in zip(problem.trials, touching, found, strict=True):
        white = whitened(trial, differences)
        up, down = white[1 : 1 + len(places)], white[1 + len(places) :]
        slopes = np.zeros((white.shape[1], len(z)))
        slopes[:, places] = ((up - down) / (2.0 * STEP)).T
        residuals.append(white[0])
        rows.append(slopes)
    return Linearised(z, np.concatenate(residuals), np.vstack(rows))


def _moved(at: Linearised, damping: float) -> np.ndarray:
    gradient = at.jacobian.T @ at.residuals + at.z
    step = -np.linalg.solve(at.precision + damping * np.eye(len(at.z)), gradient)
    step *= min(1.0, LARGEST_MOVE / max(float(np.abs(step).max()), 1e-12))
    return np.clip(at.z + step, -FURTHEST, FURTHEST)


__all__ = ["Linearised", "Optimum", "Problem", "linearise", "most_probable", "objective", "whitened"]
