"""How the published numbers of one trial hang together by sampling, as simulated trials of its size show it.

A trial's hazard ratio, its medians and its response rates come from the same patients. Their standard errors are
published or follow from the number of patients; their correlation is not published and comes from trials simulated at
the shipped parameters, which `python -m hepatrial.calibration.replicated_summaries` does anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from hepatrial.errors import RunFailed

FILE = "correlations.json"
OWN_SHARE = 0.02
"""Share of a number's own in the correlation: what rounding in print adds, and what keeps near copies (TTP and PFS at
one scan) from deciding a fit by their difference. Assumed."""


@dataclass(frozen=True, slots=True)
class SamplingCorrelation:
    """Of the observations of one trial, in their order.

    Attributes
    ----------
    sd
        Standard deviations over simulated trials, shape (k,), on the scale of each observation.
    correlation
        Shape (k, k), positive definite.
    """

    names: tuple[str, ...]
    sd: np.ndarray
    correlation: np.ndarray


def sampling_correlation(key: str, names: tuple[str, ...]) -> SamplingCorrelation:
    """The shipped correlation of a trial's observations.

    Raises
    ------
    RunFailed
        The shipped file knows other observations of this trial.
    """
    entry = _shipped().get(key, {"names": [], "sd": [], "correlation": []})
    if tuple(entry["names"]) != names:
        other = sorted(set(names) ^ set(entry["names"])) or ["their order"]
        raise RunFailed(
            f"{FILE} is of other observations of {key}\n  found:   a difference in {', '.join(other)}\n"
            "  allowed: the observations that the data files name\n"
            "  fix:     simulate it anew: python -m hepatrial.calibration.replicated_summaries"
        )
    return SamplingCorrelation(names, np.array(entry["sd"]), full(entry["correlation"]))


def full(rows: list[list[float]]) -> np.ndarray:
    """A correlation matrix from its rows below the diagonal, with each number's own share."""
    size = len(rows)
    found = np.eye(size)
    for place, row in enumerate(rows):
        found[place, :place] = found[:place, place] = row
    return (1.0 - OWN_SHARE) * found + OWN_SHARE * np.eye(size)


@cache
def _shipped() -> Mapping[str, Any]:
    file = resources.files("hepatrial.calibration").joinpath("data", FILE)
    return json.loads(file.read_text(encoding="utf-8"))["trials"] if file.is_file() else {}
