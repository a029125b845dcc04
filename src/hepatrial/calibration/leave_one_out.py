"""Each calibration trial predicted by the others.

At the most probable point of all trials the linearised problem without one trial's observations is solved; the other
trials are read there again and a second step with the same slopes corrects what the first one missed. Draws around that
point are then read on the trial that was left out, which nothing of it has moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from hepatrial.calibration.draws import FURTHEST_DRAWN
from hepatrial.calibration.evidence import TrialEvidence
from hepatrial.calibration.gauss_newton import FURTHEST, Linearised
from hepatrial.calibration.problem import Problem


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A trial as the others predict it.

    Attributes
    ----------
    differences
        Predicted minus published of each observation under each draw, natural scale, shape (draws, observations);
        draws under which a number could not be computed are left out.
    """

    trial: TrialEvidence
    differences: np.ndarray

    @property
    def log_score(self) -> float:
        """Logarithm of the density of the published numbers under the draws: normal, their errors and spread together.

        The predictive distribution is that of the mean and covariance over draws plus the covariance of the errors.
        """
        sampling = self.trial.cholesky @ self.trial.cholesky.T
        whole = sampling + np.atleast_2d(np.cov(self.differences.T))
        root = np.linalg.cholesky(whole)
        white = solve_triangular(root, self.differences.mean(axis=0), lower=True)
        count = len(white)
        return float(-0.5 * (white @ white + count * np.log(2.0 * np.pi)) - np.log(np.diag(root)).sum())


def leave_one_out(problem: Problem, at: Linearised, draws: int, seed: int) -> tuple[LeftOut, ...]:
    """Predict each trial of kind "calibration" by all the others and the early arms.

    Parameters
    ----------
    at
        The most probable point of all trials with its slopes.
    draws
        Draws on each trial that is left out.
    """
    rows = problem.rows
    trials = [trial for trial in problem.trials if trial.kind == "calibration"]
    first = [_solved(at.without(rows[trial.key]), at.residuals, at.z, rows[trial.key]) for trial in trials]
    again = problem.residuals(np.stack(first), "trials without one")
    points = []
    for number, trial in enumerate(trials):
        without = at.without(rows[trial.key])
        centre = _solved(without, again[number], first[number], rows[trial.key])
        normal = np.random.default_rng([seed, number]).standard_normal((draws, len(centre)))
        root = np.linalg.cholesky(without.precision)
        drawn = centre + solve_triangular(root, normal.T, lower=True, trans="T").T
        points.append(np.clip(drawn, -FURTHEST_DRAWN, FURTHEST_DRAWN))
    return tuple(map(LeftOut, trials, map(_finite, problem.of_single(trials, points))))


def _finite(differences: np.ndarray) -> np.ndarray:
    """The draws under which every number could be read; far out a patient may have a tumour beyond computing."""
    return differences[np.isfinite(differences).all(axis=1)]


def _solved(without: Linearised, residuals: np.ndarray, z: np.ndarray, left_out: np.ndarray) -> np.ndarray:
    """A full step from ``z``, where all misfits are ``residuals``, by the slopes of the trials that are left."""
    kept = np.delete(residuals, left_out)
    step = np.linalg.solve(without.precision, without.jacobian.T @ kept + z)
    return np.clip(z - step, -FURTHEST, FURTHEST)
