"""A finished calibration for tests: real unknowns and published numbers, misfits that are linear in the unknowns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hepatrial.calibration.calibrate import calibrate
from hepatrial.calibration.choosing import chosen_problem
from hepatrial.calibration.evidence import TrialEvidence
from hepatrial.calibration.gauss_newton import Linearised
from hepatrial.calibration.problem import Problem, whitened
from hepatrial.calibration.shipping import write_files

TRIALS = ("sharp", "resorce", "zhu-sunitinib", "faivre-sunitinib")
UNTOUCHED = "hazards.asia_symptom_log_ratio"
COMMAND = "hepatrial calibrate --trials " + ",".join(TRIALS)


@dataclass(frozen=True)
class LinearProblem(Problem):
    """Simulated minus published = start + slopes z, nothing simulated."""

    def _of(self, trial: TrialEvidence, points: np.ndarray) -> np.ndarray:
        start, slopes = linear(self, trial)
        return start + points @ slopes.T

    def residuals(self, points: np.ndarray, step: str = "") -> np.ndarray:
        return np.hstack([whitened(trial, self._of(trial, points)) for trial in self.trials])

    def linearised(self, z: np.ndarray, steps: np.ndarray | None = None) -> Linearised:
        slopes = np.vstack([whitened(trial, linear(self, trial)[1].T).T for trial in self.trials])
        return Linearised(z, self.residuals(z[None])[0], slopes, np.zeros_like(slopes))

    def of_single(self, trials: Sequence[TrialEvidence], points: Sequence[np.ndarray]) -> list[np.ndarray]:
        return [self._of(trial, own) for trial, own in zip(trials, points, strict=True)]


def linear(problem: Problem, trial: TrialEvidence) -> tuple[np.ndarray, np.ndarray]:
    """Start (observations,) and slopes (observations, unknowns) of a trial, on the natural scale."""
    random = np.random.default_rng(len(trial.key))
    slopes = np.zeros((len(trial.observations), len(problem.unknowns)))
    touching = problem.unknowns.touching(trial.protocol, own_population=trial.has_own_population)
    slopes[:, touching] = 0.15 * random.standard_normal((len(slopes), len(touching)))
    slopes[:, problem.unknowns.place[UNTOUCHED]] = 0.0
    return 0.2 * random.standard_normal(len(slopes)), slopes


def finished_folder(folder: Path, draws: int = 80) -> Path:
    """Calibrate the linear problem into a folder."""
    plain = chosen_problem(TRIALS, patients=64, seed=3)
    problem = LinearProblem(plain.unknowns, plain.trials, plain.patients, plain.seed)
    folder.mkdir(parents=True, exist_ok=True)
    write_files(calibrate(problem, folder, draws=draws, left_out_draws=16), folder, COMMAND)
    return folder
