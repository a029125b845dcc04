"""A calibration that has ended, as the files say that it left in its folder, or that ship with the package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from hepatrial.calibration.calibrate import DRAWS, KEPT, SLOPES, fingerprint
from hepatrial.calibration.choosing import chosen_problem
from hepatrial.calibration.gauss_newton import Linearised
from hepatrial.calibration.problem import Problem
from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.posterior.shipped import RECORD_FILE

LEFT_OUT = "leave_one_out.json"
ROUNDING = 1e-3
"""The record holds most probable values to four decimals."""
FILES = (RECORD_FILE, SLOPES, DRAWS, KEPT, LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Finished:
    """What a calibration found.

    Attributes
    ----------
    at
        The most probable point, with slopes.
    draws, draw_residuals
        Equally likely draws of the unknowns, shape (draws, unknowns), and their whitened misfits, shape
        (draws, observations).
    objectives
        Twice the negative log posterior after every step.
    record, left_out
        Contents of posterior.json and leave_one_out.json.
    current
        Whether evidence and priors are still those that it was made with.
    """

    problem: Problem
    at: Linearised
    draws: np.ndarray
    draw_residuals: np.ndarray
    objectives: tuple[float, ...]
    record: Mapping[str, Any]
    left_out: Mapping[str, Any]
    current: bool


def finished(folder: Path | None = None) -> Finished:
    """Read a calibration's folder; the shipped calibration if left out.

    Raises
    ------
    InvalidInput
        A file is missing or broken, or it is of other unknowns or observations than this version has.
    """
    with ExitStack() as stack:
        paths = {name: stack.enter_context(resources.as_file(_place(folder, name))) for name in FILES}
        return _read(paths)


def _place(folder: Path | None, name: str) -> Any:
    return resources.files("hepatrial.posterior").joinpath("data", name) if folder is None else folder / name


def _read(paths: Mapping[str, Path]) -> Finished:
    missing = [_issue(path, "no such file", "nothing") for path in paths.values() if not path.is_file()]
    if missing:
        raise InvalidInput(tuple(missing))
    record, kept, left_out = (_json(paths[name]) for name in (RECORD_FILE, KEPT, LEFT_OUT))
    at = Linearised(*_arrays(paths[SLOPES], ("z", "residuals", "jacobian", "curvature")))
    draws, residuals = _arrays(paths[DRAWS], ("z", "residuals"))
    keys = [*record["trials"], *record["early_arms"]]
    problem = chosen_problem(keys, patients=record["patients"], seed=record["seed"])
    _compare(paths[RECORD_FILE], problem, record, at)
    _require_one_calibration(paths[SLOPES], record, at)
    objectives = tuple(float(value) for value in kept["objectives"])
    return Finished(
        problem, at, draws, residuals, objectives, record, left_out, fingerprint(problem) == kept["asked"]
    )


def _compare(path: Path, problem: Problem, record: Mapping[str, Any], at: Linearised) -> None:
    """Refuse what cannot be told apart by name any more."""
    names = tuple(row["name"] for row in record["unknowns"])
    if names != problem.unknowns.names:
        changed = sorted(set(names) ^ set(problem.unknowns.names)) or ["their order"]
        what = "the calibration has other unknowns than this version"
        raise InvalidInput((_issue(path, what, f"a difference in {', '.join(changed[:5])}"),))
    count = sum(len(trial.observations) for trial in problem.trials)
    if count != len(at.residuals):
        what = "the calibration was compared with other numbers than this version is"
        raise InvalidInput((_issue(path, what, f"{len(at.residuals)} numbers, where there are {count} now"),))


def _require_one_calibration(path: Path, record: Mapping[str, Any], at: Linearised) -> None:
    """Refuse slopes of another most probable point than the record's."""
    apart = np.abs(at.z - [row["z"] for row in record["unknowns"]])
    if apart.max() > ROUNDING:
        furthest = record["unknowns"][int(np.argmax(apart))]["name"]
        what = f"the slopes are of another calibration than {RECORD_FILE}"
        raise InvalidInput((_issue(path, what, f"another most probable value of {furthest}"),))


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput((_issue(path, "the file cannot be read", str(error)),)) from error
    return content


def _arrays(path: Path, names: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    try:
        with np.load(path) as found:
            return tuple(np.asarray(found[name], dtype=np.float64) for name in names)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise InvalidInput((_issue(path, "the file cannot be read", str(error)),)) from error


def _issue(path: Path, what: str, found: str) -> Issue:
    return Issue(
        what,
        Location(str(path)),
        found,
        "a folder in which `hepatrial calibrate` of this version has ended",
        "make it with `hepatrial calibrate --out DIR`",
        "calibration",
    )
