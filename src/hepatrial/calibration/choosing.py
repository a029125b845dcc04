"""The calibration's problem for all trials, or for some that a user names."""

from __future__ import annotations

from collections.abc import Sequence

from hepatrial.calibration.evidence import fit_evidence
from hepatrial.calibration.problem import Problem
from hepatrial.calibration.unknowns import all_unknowns
from hepatrial.errors import UsageError, near_miss


def chosen_problem(keys: Sequence[str], *, patients: int, seed: int) -> Problem:
    """The problem of the trials and early arms with these keys, of all if none is given.

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
    )
    return Problem(unknowns, trials, patients, seed)
