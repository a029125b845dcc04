"""Who may enter a trial."""

from __future__ import annotations

import numpy as np

from hepatrial.patients.liver_scores import albi_grade
from hepatrial.patients.patients import LEVELS, Patients, child_pugh_class
from hepatrial.protocol.design import Eligibility


def covariate(patients: Patients, name: str) -> np.ndarray:
    """A covariate by name: a field of `Patients`, a class derived from one, or ``mvi_or_ehs``."""
    if name == "child_pugh_class":
        return child_pugh_class(patients.child_pugh_score)
    if name == "albi_grade":
        return albi_grade(patients.albi)
    if name == "mvi_or_ehs":
        return patients.mvi | patients.ehs
    return getattr(patients, name)


def covariate_text(patients: Patients, name: str) -> np.ndarray:
    """A categorical covariate as texts of its levels ("no" and "yes" for one that is true or false)."""
    codes = covariate(patients, name)
    levels = LEVELS.get(name, ("no", "yes"))
    return np.asarray(levels)[codes.astype(np.int64)]


def failures(patients: Patients, eligibility: Eligibility) -> dict[str, np.ndarray]:
    """By criterion, which patients it excludes: boolean arrays of shape (n,)."""
    excluded: dict[str, np.ndarray] = {}
    for name, (lowest, highest) in eligibility.ranges.items():
        value = covariate(patients, name)
        out = np.zeros(len(patients), dtype=bool)
        if lowest is not None:
            out |= value < lowest
        if highest is not None:
            out |= value > highest
        excluded[name] = out
    for name, allowed in eligibility.levels.items():
        if allowed:
            excluded[name] = ~np.isin(covariate_text(patients, name), allowed)
    return excluded
