"""Liver reserve of a trial's subjects: groups by Child-Pugh score, Child-Pugh class and ALBI grade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.errors import InvalidInput, Issue
from hepatrial.patients.liver_scores import albi_score
from hepatrial.trialdata import TrialData

CHILD_PUGH_SCORE, CHILD_PUGH_CLASS, ALBI_GRADE = "Child-Pugh score", "Child-Pugh class", "ALBI grade"
SCORES = {"5": (5, 5), "6": (6, 6), "7": (7, 7), "8": (8, 8), "9": (9, 9), "10+": (10, 15)}
CLASSES = {"A": (5, 6), "B": (7, 9), "C": (10, 15)}
GRADES = {"1": (-np.inf, -2.60), "2a": (-2.60, -2.27), "2b": (-2.27, -1.39), "3": (-1.39, np.inf)}
"""ALBI above the first and up to the second.

Johnson 2015, 10.1200/JCO.2014.57.9151. The cut of grade 2 in 2a and 2b, at -2.27, is that of the modified grade
(Hiraoka and others); it is as recalled, and was not confirmed in a source that was read.
"""


@dataclass(frozen=True, slots=True)
class ReserveGroup:
    """Subjects of like reserve: the scale, the group's name on it, and who belongs, shape (rows of subjects,)."""

    scale: str
    label: str
    members: np.ndarray


def reserve_groups(trial: TrialData) -> tuple[ReserveGroup, ...]:
    """Groups of all scales that the data can tell, best reserve first; empty groups are left out.

    Raises
    ------
    InvalidInput
        The subjects have neither a Child-Pugh score nor ALBI, nor what ALBI is computed from.
    """
    score, albi = _column(trial, "child_pugh_score"), albi_of(trial)
    if score is None and albi is None:
        raise InvalidInput((_no_reserve(trial),))
    found = []
    if score is not None:
        for scale, bounds in ((CHILD_PUGH_SCORE, SCORES), (CHILD_PUGH_CLASS, CLASSES)):
            found += [
                ReserveGroup(scale, label, (score >= low) & (score <= high))
                for label, (low, high) in bounds.items()
            ]
    if albi is not None:
        found += [
            ReserveGroup(ALBI_GRADE, label, (albi > low) & (albi <= high))
            for label, (low, high) in GRADES.items()
        ]
    return tuple(group for group in found if group.members.any())


def albi_of(trial: TrialData) -> np.ndarray | None:
    """ALBI at baseline, nan where it is not known; None where the subjects have none."""
    found = _column(trial, "albi")
    if found is not None:
        return found
    albumin, bilirubin = (_column(trial, name) for name in ("albumin_g_l", "bilirubin_umol_l"))
    if albumin is None or bilirubin is None:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        return albi_score(albumin, bilirubin)


def _column(trial: TrialData, name: str) -> np.ndarray | None:
    if name not in trial.subjects.columns:
        return None
    return trial.subjects[name].cast(pl.Float64, strict=False).to_numpy()


def _no_reserve(trial: TrialData) -> Issue:
    return Issue(
        rule="liver-reserve-is-known",
        what=f"{trial.name}: the subjects have no covariate of liver reserve",
        found=f"columns {', '.join(trial.subjects.columns)}",
        allowed="child_pugh_score, or albi, or albumin_g_l (g/L) with bilirubin_umol_l (umol/L), at baseline",
        fix="add one of these columns to `subjects`, a number for every subject",
    )
