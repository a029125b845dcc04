"""What a trial contributes to the question whether one endpoint stands for another: two effects at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.pooling.refusals import invalid


@dataclass(frozen=True, slots=True)
class SurrogateTrial:
    """The effects of one randomised comparison on a surrogate and on the final endpoint.

    Attributes
    ----------
    study
        Name of the trial.
    surrogate, surrogate_se
        Log hazard ratio (or log odds ratio of response) on the surrogate and its standard error.
    final, final_se
        Log hazard ratio on the final endpoint (OS) and its standard error.
    source
        Citation.
    """

    study: str
    surrogate: float
    surrogate_se: float
    final: float
    final_se: float
    source: str


def checked_surrogate_trials(trials: Sequence[SurrogateTrial], at_least: int) -> tuple[SurrogateTrial, ...]:
    """Independent trials with usable numbers, at least so many, whose surrogate effects differ.

    Raises
    ------
    InvalidInput
        Lists every trial whose numbers cannot be used or that comes twice.
    """
    trials = tuple(trials)
    issues = [
        Issue(
            what=f"{trial.study}: {field} is not usable",
            found=repr(getattr(trial, field)),
            allowed="a finite number above 0" if field.endswith("_se") else "a finite number",
            fix="leave out a trial that did not report both endpoints",
        )
        for trial in trials
        for field in ("surrogate", "surrogate_se", "final", "final_se")
        if not _usable(getattr(trial, field), positive=field.endswith("_se"))
    ]
    issues += [
        Issue(
            what=f"{study}: the trial is given {count} times",
            found=str(count),
            allowed="one row a trial",
            fix="keep one comparison of a trial; two against one control are not independent",
        )
        for study, count in Counter(trial.study for trial in trials).items()
        if count > 1
    ]
    if issues:
        raise InvalidInput(tuple(issues))
    if len(trials) < at_least:
        raise invalid(
            "surrogacy at trial level: too few trials",
            f"{len(trials)}",
            f"{at_least} or more",
            "add trials that report both endpoints",
        )
    effects = np.array([trial.surrogate for trial in trials])
    if np.ptp(effects) <= 1e-9 * max(1.0, float(np.abs(effects).max())):
        raise invalid(
            "surrogacy at trial level: all trials have one effect on the surrogate",
            f"{effects[0]:g}",
            "effects that differ",
            "no line can be drawn; add trials",
        )
    return trials


def _usable(value: float, *, positive: bool) -> bool:
    number = isinstance(value, (int, float, np.floating, np.integer)) and math.isfinite(value)
    return bool(number and (value > 0 or not positive))
