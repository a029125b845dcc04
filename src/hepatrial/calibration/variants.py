"""Versions of the model beside each other: ``python -m hepatrial.calibration.variants FOLDER``.

Each version leaves something out of the model or its hierarchies. With the slopes of the whole at its most probable
point it is fitted to the same numbers, misfits read anew at each step, and each calibration trial is predicted by the
others. The sum of log predictive densities chooses among them (`validation/data/preregistration.yaml`): held-out trials
take no part.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from hepatrial.calibration.calibrate import SLOPES
from hepatrial.calibration.choosing import chosen_problem, point_of
from hepatrial.calibration.evaluate import differences
from hepatrial.calibration.gauss_newton import DAMPINGS, ENOUGH, Linearised, Misfits, moved, objective
from hepatrial.calibration.leave_one_out import leave_one_out
from hepatrial.calibration.problem import Problem
from hepatrial.calibration.unknowns import SPREADS
from hepatrial.files.whole_file import write_whole
from hepatrial.posterior.hierarchy import Hierarchy, Hyper, hierarchy
from hepatrial.simulation.worker_pool import team_of

FILE = "variants.json"
STEPS, DRAWS = 8, 64


@dataclass(frozen=True, slots=True)
class Variant:
    """A version of the model, and how its hierarchy comes from the whole one."""

    name: str
    what: str
    of: Callable[[Hierarchy], Hierarchy]


def without(*names: str) -> Callable[[Hierarchy], Hierarchy]:
    """Population parameters that stay at the centre of their prior."""
    return lambda whole: replace(whole, population=tuple(n for n in whole.population if n not in names))


def fixed(**numbers: float) -> Callable[[Hierarchy], Hierarchy]:
    """Numbers of the hierarchies held at a value; ``__`` stands for the point in a name."""

    def change(whole: Hierarchy) -> Hierarchy:
        held = {name.replace("__", "."): value for name, value in numbers.items()}
        hyper = {
            name: Hyper(held[name], "normal", 0.0, each.source) if name in held else each
            for name, each in whole.hyper.items()
        }
        return replace(whole, hyper=hyper)

    return change


VARIANTS = (
    Variant("whole", "as it ships", lambda whole: whole),
    Variant("bench potency", "exponent of bench potency 1", fixed(potency__exponent=1.0)),
    Variant(
        "no effects of agents",
        "agents differ by bench potency and their records alone",
        fixed(potency__log_sd=0.0, toxicity__log_sd=0.0, fatality__logit_sd=0.0),
    ),
    Variant(
        "new lesions in proportion to vessels",
        "exponent of new lesions 1",
        without("hazards.new_lesion_vessel_exponent"),
    ),
    Variant(
        "clearance and measurement as assumed",
        "clearance of necrosis and error of measurement not fitted",
        without("growth.necrosis_clearance_per_day", "measurement.sld_log_sd"),
    ),
    Variant(
        "no AFP",
        "neither growth nor dependence on vessels shifts with AFP",
        without("angiogenesis.afp_log_slope", "growth.afp_log_slope"),
    ),
)


def fitted_variant(variant: Variant, folder: Path, problem: Problem) -> dict[str, Any]:
    """Fit one version and predict each calibration trial by the others.

    Parameters
    ----------
    folder
        The calibration of the whole model, from whose most probable point it starts and whose slopes it takes.
    problem
        Of that version.
    """
    start = point_of(folder, problem)
    slopes = slopes_of(folder, variant, problem)
    first = Linearised(start, problem.residuals(start[None])[0], slopes, np.zeros_like(slopes))
    at = with_fixed_slopes(problem, first)
    left = leave_one_out(problem, at, DRAWS, problem.seed)
    return {
        "name": variant.name,
        "what": variant.what,
        "unknowns": int(np.any(slopes != 0.0, axis=0).sum()),
        "chi2": round(float(at.residuals @ at.residuals), 2),
        "prior": round(float(at.z @ at.z), 2),
        "log_score": round(sum(each.log_score for each in left), 3),
        "log_scores": {each.trial.key: round(each.log_score, 3) for each in left},
    }


def slopes_of(folder: Path, variant: Variant, problem: Problem) -> np.ndarray:
    """The whole model's slopes by a version's unknowns, 0 by those that it holds; shape (observations, unknowns)."""
    whole = chosen_problem((), patients=problem.patients, seed=problem.seed).unknowns
    with np.load(folder / SLOPES) as kept:
        by_name = dict(zip(whole.names, kept["jacobian"].T, strict=True))
    spreads = {
        name: hyper.value
        for name, hyper in problem.unknowns.hierarchy.hyper.items()
        if name in SPREADS.values()
    }

    def moves(name: str) -> bool:
        hyper = problem.unknowns.hierarchy.hyper.get(name)
        if hyper is not None:
            return hyper.spread > 0.0 or (hyper.distribution == "halfnormal" and hyper.value > 0.0)
        spread = SPREADS.get(name.split(".")[-1]) if name.startswith("agent.") else None
        return spread is None or spreads[spread] > 0.0

    columns = [
        by_name[name] if moves(name) else np.zeros_like(by_name[name]) for name in problem.unknowns.names
    ]
    return np.stack(columns, axis=1)


def with_fixed_slopes(misfits: Misfits, at: Linearised) -> Linearised:
    """The best point that a few damped steps reach with the slopes of the first one; misfits are read anew at each."""
    for _ in range(STEPS):
        points = np.stack([moved(at, damping) for damping in DAMPINGS])
        residuals = misfits.residuals(points, "trying steps")
        objectives = [objective(*pair) for pair in zip(points, residuals, strict=True)]
        best = int(np.argmin(objectives))
        if at.objective - objectives[best] < ENOUGH:
            break
        at = replace(at, z=points[best], residuals=residuals[best])
    return at


def main() -> None:
    """Fit all versions, or those named, and write the table; versions that the file holds are not fitted again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, help="what `hepatrial calibrate --out` wrote, of the whole model"
    )
    parser.add_argument("--patients", type=int, default=256)
    parser.add_argument("--seed", type=int, default=20080724)
    chosen = parser.parse_args()
    file = chosen.folder / FILE
    rows = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    known = {row["name"] for row in rows}
    with team_of(differences, len(os.sched_getaffinity(0))) as team:
        for variant in VARIANTS:
            if variant.name in known:
                continue
            problem = chosen_problem(
                (), patients=chosen.patients, seed=chosen.seed, own=variant.of(hierarchy())
            ).with_help(team, None)
            rows.append(fitted_variant(variant, chosen.folder, problem))
            write_whole(file, json.dumps(rows, indent=1) + "\n")
            print(
                f"{variant.name}: log score {rows[-1]['log_score']}, chi2 {rows[-1]['chi2']}",
                file=sys.stderr,
                flush=True,
            )


if __name__ == "__main__":
    main()
