"""Shares of a population by the words of a table: ``ecog 0``, ``afp_ng_ml >=400``, ``region Europe|Americas``."""

from __future__ import annotations

import re

import numpy as np

from hepatrial.patients.eligibility import covariate, covariate_text
from hepatrial.patients.patients import Patients

_LIMIT = re.compile(r"(?P<sign><=|>=|<|>)(?P<value>\d+(\.\d+)?)")
_COMPARED = {"<=": np.less_equal, ">=": np.greater_equal, "<": np.less, ">": np.greater}


def within(values: np.ndarray, level: str) -> np.ndarray | None:
    """Which numbers a level such as ``>=400`` holds; None for a level that is no limit."""
    limit = _LIMIT.fullmatch(level)
    return None if limit is None else _COMPARED[limit["sign"]](values, float(limit["value"]))


def has(patients: Patients, key: str) -> np.ndarray:
    """Which patients have what a key says, a covariate and its level or levels; boolean, shape (n,)."""
    name, level = key.rsplit(" ", 1)
    found = within(covariate(patients, name), level)
    return np.isin(covariate_text(patients, name), level.split("|")) if found is None else found


def having_all(patients: Patients, keys: tuple[str, ...]) -> np.ndarray:
    """Which patients have all that keys say, everybody where there is none; boolean, shape (n,)."""
    return np.logical_and.reduce([np.ones(len(patients), dtype=bool), *(has(patients, key) for key in keys)])
