"""The calibration's problem for all trials, or for some that a user names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hepatrial.calibration.evidence import fit_evidence
from hepatrial.calibration.problem import Problem
from hepatrial.calibration.unknowns import all_unknowns
from hepatrial.errors import UsageError, near_miss
from hepatrial.posterior.hierarchy import Hierarchy


def chosen_problem(keys: Sequence[str], *, patients: int, seed: int, own: Hierarchy | None = None) -> Problem:
    """The problem of the trials and early arms with these keys, of all if none is given.

    Parameters
    ----------
    own
        Hierarchies in place of those that ship.

    Raises
    ------
    UsageError
        A key that is none of them.
    """
    every = {trial.key: trial for trial in fit_evidence()}
    for key in keys:
        if key not in every:
            meant = near_miss(key, tuple(every))
            raise UsageError(
                f"no trial or early arm of the calibration has this key\n  found:   {key}\n"
                f"  allowed: {', '.join(every)}\n"
                f"  fix:     {f'did you mean {meant!r}?' if meant else 'choose one of these'}"
            )
    trials = tuple(every[key] for key in dict.fromkeys(keys)) or tuple(every.values())
    unknowns = all_unknowns(
        (trial.protocol for trial in trials if trial.has_own_population),
        (trial.protocol for trial in trials if not trial.has_own_population),
        own=own,
    )
    return Problem(unknowns, trials, patients, seed)


def point_of(folder: Path, problem: Problem) -> np.ndarray:
    """The most probable point of an earlier calibration, at the prior's centre in what it did not know.

    Raises
    ------
    UsageError
        The folder holds no calibration.
    """
    try:
        rows = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))["unknowns"]
        known = {row["name"]: float(row["z"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"this folder holds no calibration to start from\n  found:   {folder}\n"
            "  allowed: a folder that hepatrial calibrate wrote, with its posterior.json\n"
            "  fix:     give such a folder to --from, or leave it out to start at the prior"
        ) from error
    return np.array([known.get(name, 0.0) for name in problem.unknowns.names])
