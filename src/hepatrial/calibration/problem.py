"""The calibration as a problem of least squares: unknowns, trials, and how the trials are read.

Slopes are differences with common random numbers, of each trial only for the unknowns that can change it: one-sided on
the way, central over given steps where curvature is asked for too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import solve_triangular

from hepatrial.calibration.evaluate import Progress, read_all
from hepatrial.calibration.evidence import TrialEvidence
from hepatrial.calibration.gauss_newton import Linearised
from hepatrial.calibration.unknowns import Unknowns
from hepatrial.simulation.worker_pool import Team

STEP = 0.15
"""Of a finite difference, in prior standard deviations: large against the roughness of counted events."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Trials to be met, and what may move to meet them (`gauss_newton.Misfits`)."""

    unknowns: Unknowns
    trials: tuple[TrialEvidence, ...]
    patients: int
    seed: int
    team: Team | None = None
    progress: Progress | None = None

    def with_help(self, team: Team | None, progress: Progress | None) -> Problem:
        """The same, read by the processes of a team and reporting to ``progress``."""
        return replace(self, team=team, progress=progress)

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return len(self.unknowns)

    @property
    def rows(self) -> dict[str, np.ndarray]:
        """By trial, the positions of its observations among all."""
        ends = np.cumsum([len(trial.observations) for trial in self.trials])
        return {
            trial.key: np.arange(end - len(trial.observations), end)
            for trial, end in zip(self.trials, ends, strict=True)
        }

    def residuals(self, points: np.ndarray, step: str = "simulating trials") -> np.ndarray:
        """Whitened misfits at points of shape (points, unknowns), shape (points, observations)."""
        settings = [self.unknowns.values(z) for z in points]
        found = self._read([settings] * len(self.trials), step)
        return np.hstack([whitened(t, d) for t, d in zip(self.trials, found, strict=True)])

    def linearised(self, z: np.ndarray, steps: np.ndarray | None = None) -> Linearised:
        """Misfits and slopes at one point; with ``steps``, shape (unknowns,), slopes and curvatures over these."""
        touching = [
            self.unknowns.touching(trial.protocol, own_population=trial.has_own_population)
            for trial in self.trials
        ]
        points = [_around(z, places, steps) for places in touching]
        settings = [[self.unknowns.values(point) for point in around] for around in points]
        residuals, slopes, curvatures = [], [], []
        for trial, places, misfits in zip(
            self.trials, touching, self._read(settings, "reading slopes"), strict=True
        ):
            white = whitened(trial, misfits)
            at, up, down = white[0], white[1 : 1 + len(places)], white[1 + len(places) :]
            if steps is None:
                slope, curvature = (up - at) / STEP, np.zeros_like(up)
            else:
                step = steps[places, None]
                slope, curvature = (up - down) / (2.0 * step), (up + down - 2.0 * at) / step**2
            residuals.append(at)
            slopes.append(_of_all(places, slope, len(z)))
            curvatures.append(_of_all(places, curvature, len(z)))
        return Linearised(z, np.concatenate(residuals), np.vstack(slopes), np.vstack(curvatures))

    def of_single(self, trials: Sequence[TrialEvidence], points: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Simulated minus published of some trials, each at its own points, natural scale, (points, observations)."""
        settings = [[self.unknowns.values(z) for z in own] for own in points]
        return self._read(settings, "reading single trials", trials)

    def _read(
        self,
        settings: list[list[dict[str, float]]],
        step: str,
        trials: Sequence[TrialEvidence] | None = None,
    ) -> list[np.ndarray]:
        return read_all(
            self.trials if trials is None else trials,
            settings,
            patients=self.patients,
            seed=self.seed,
            team=self.team,
            step=step,
            progress=self.progress,
        )


def whitened(trial: TrialEvidence, differences: np.ndarray) -> np.ndarray:
    """Differences of shape (points, observations) with unit covariance."""
    return solve_triangular(trial.cholesky, differences.T, lower=True).T


def _around(z: np.ndarray, places: np.ndarray, steps: np.ndarray | None) -> np.ndarray:
    """The point itself, up in each of some unknowns, and with ``steps`` down in each; shape (points, unknowns)."""
    up = np.zeros((len(places), len(z)))
    up[np.arange(len(places)), places] = STEP if steps is None else steps[places]
    return z + np.vstack([np.zeros((1, len(z))), up, *([] if steps is None else [-up])])


def _of_all(places: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Values of shape (places, observations) as columns among those of all unknowns, 0 in the others."""
    whole = np.zeros((values.shape[1], size))
    whole[:, places] = values.T
    return whole
