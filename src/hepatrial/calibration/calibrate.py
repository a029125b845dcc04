"""The calibration from end to end: the most probable point, draws around it, each trial predicted by the others.

What takes long is kept in the folder as it comes (`progress.json`, `draws.npz`): a calibration that was stopped goes on
where it was, unless what it is asked for has changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from hepatrial.calibration.draws import Draws, posterior_draws
from hepatrial.calibration.gauss_newton import Linearised, most_probable, objective
from hepatrial.calibration.leave_one_out import LeftOut, leave_one_out
from hepatrial.calibration.problem import Problem
from hepatrial.disease.parameters import prior_parameters
from hepatrial.files.whole_file import write_whole

KEPT = "progress.json"
SLOPES = "slopes.npz"
DRAWS = "draws.npz"

LEAST_PATIENTS = 32

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the calibration found.

    Attributes
    ----------
    at
        The most probable point.
    prior_objective
        Twice the negative log posterior at the prior's centre.
    converged
        Whether no step lowered it any more.
    """

    problem: Problem
    at: Linearised
    prior_objective: float
    converged: bool
    draws: Draws
    left_out: tuple[LeftOut, ...]

    @property
    def chi2(self) -> float:
        """Sum of squared whitened misfits at the most probable point."""
        return float(self.at.residuals @ self.at.residuals)


def calibrate(
    problem: Problem,
    folder: Path,
    *,
    draws: int,
    left_out_draws: int = 64,
    most_steps: int = 10,
    start: np.ndarray | None = None,
    tell: Tell = lambda line: None,
) -> Calibration:
    """Run the calibration, or go on with one that was stopped.

    A fit that begins at the prior's centre goes the long way there with a quarter of the patients.

    Parameters
    ----------
    folder
        Exists; keeps what has been reached.
    draws, left_out_draws
        From the posterior, and on each trial that is predicted by the others.
    start
        Where the fit begins, the prior's centre if left out; a fit that was stopped goes on from where it was.
    tell
        Called with a line at every step.
    """
    asked = fingerprint(problem)
    kept = _kept(folder, asked)
    objectives: list[float] = list(kept.get("objectives", []))
    coarse = bool(kept.get("coarse", start is None))
    if "z" in kept:
        start = np.asarray(kept["z"])

    def keep(z: np.ndarray, value: float) -> None:
        objectives.append(value)
        content = {"asked": asked, "z": z.tolist(), "objectives": objectives, "coarse": coarse, "done": False}
        write_whole(folder / KEPT, json.dumps(content))
        with_fewer = " (a quarter of the patients)" if coarse else ""
        tell(f"objective {value:9.2f}   prior part {float(z @ z):7.2f}{with_fewer}")

    if coarse and not kept.get("done"):
        quarter = replace(problem, patients=max(problem.patients // 4, LEAST_PATIENTS))
        start = most_probable(quarter, start, most_steps=most_steps, keep=keep).at.z
        coarse = False
    if kept.get("done"):
        at, converged = _slopes(folder), bool(kept["converged"])
    else:
        found = most_probable(problem, start, most_steps=most_steps, careful=True, keep=keep)
        at, converged = found.at, found.converged
        np.savez_compressed(
            folder / SLOPES,
            z=at.z,
            residuals=at.residuals,
            jacobian=at.jacobian,
            curvature=at.curvature,
        )
        content = {"asked": asked, "z": at.z.tolist(), "objectives": objectives, "done": True}
        write_whole(folder / KEPT, json.dumps(content | {"converged": converged}))
    tell(f"most probable point: chi2 {float(at.residuals @ at.residuals):.1f} of {len(at.residuals)} numbers")
    drawn = _draws(folder, problem, at, draws, asked)
    tell(
        f"{draws} draws: effective share {drawn.effective_share:.2f} "
        f"(of Laplace's {drawn.effective_share_of_laplace:.2f})"
    )
    left = leave_one_out(problem, at, left_out_draws, problem.seed)
    centre = np.zeros(problem.size)
    at_prior = objective(centre, problem.residuals(centre[None], "reading the prior's centre")[0])
    return Calibration(problem, at, at_prior, converged, drawn, left)


def fingerprint(problem: Problem) -> str:
    """Hash of all that the result depends on beside the program: unknowns, observations, priors, patients, seed."""
    content = [
        problem.unknowns.names,
        problem.patients,
        problem.seed,
        prior_parameters().hash,
        [
            (t.key, [(o.name, o.published, o.sd) for o in t.observations], np.round(t.cholesky, 9).tolist())
            for t in problem.trials
        ],
    ]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def _kept(folder: Path, asked: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / KEPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if content.get("asked") == asked else {}


def _slopes(folder: Path) -> Linearised:
    with np.load(folder / SLOPES) as kept:
        return Linearised(kept["z"], kept["residuals"], kept["jacobian"], kept["curvature"])


def _draws(folder: Path, problem: Problem, at: Linearised, draws: int, asked: str) -> Draws:
    file = folder / DRAWS
    if file.is_file():
        with np.load(file) as kept:
            if str(kept["asked"]) == f"{asked} {draws}":
                return Draws(
                    kept["z"],
                    kept["residuals"],
                    *(float(kept[n]) for n in ("share", "share_of_laplace", "power", "accepted")),
                )
    found = posterior_draws(problem, at, draws, problem.seed)
    np.savez_compressed(
        file,
        asked=f"{asked} {draws}", z=found.z, residuals=found.residuals, share=found.effective_share,
        share_of_laplace=found.effective_share_of_laplace, power=found.power, accepted=found.accepted,
    )  # fmt: skip
    return found
