"""Sobol indices (Sobol 2001, 10.1016/S0378-4754(00)00270-6) by Saltelli's design, with SALib (10.21105/joss.00097).

The first-order index of an input is the share of the answer's variance that would go if the input were known; the total
index is the share that would stay if all others were known. Inputs are independent of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hepatrial.errors import RunFailed

RESAMPLES = 200
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class NormalInput:
    """An input that is normal on its scale."""

    name: str
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class SobolIndices:
    """Indices of one answer; arrays have shape (inputs,). Half-widths are of bootstrap intervals at `LEVEL`."""

    mean: float
    sd: float
    first: np.ndarray
    first_half_width: np.ndarray
    total: np.ndarray
    total_half_width: np.ndarray


def sobol_indices(
    answers: Callable[[np.ndarray], np.ndarray], inputs: Sequence[NormalInput], base: int, seed: int
) -> list[SobolIndices]:
    """Indices of every answer.

    Parameters
    ----------
    answers
        Takes points of shape (base (inputs + 2), inputs) and gives finite values of shape (points, answers).
    base
        A power of two: size of the base sample.

    Raises
    ------
    RunFailed
        SALib is not installed.
    """
    sample, analyze = _salib()
    problem: dict[str, Any] = {
        "num_vars": len(inputs),
        "names": [each.name for each in inputs],
        "bounds": [[each.mean, each.sd] for each in inputs],
        "dists": ["norm"] * len(inputs),
    }
    points = sample.sample(problem, base, calc_second_order=False, seed=seed)
    return [_indices(problem, values, analyze, seed) for values in answers(points).T]


def _indices(problem: dict[str, Any], values: np.ndarray, analyze: Any, seed: int) -> SobolIndices:
    found = analyze.analyze(
        problem, values, calc_second_order=False, num_resamples=RESAMPLES, conf_level=LEVEL, seed=seed
    )
    return SobolIndices(
        float(values.mean()),
        float(values.std(ddof=1)),
        *(np.asarray(found[name], dtype=np.float64) for name in ("S1", "S1_conf", "ST", "ST_conf")),
    )


def _salib() -> tuple[Any, Any]:
    try:
        from SALib.analyze import sobol as analyze
        from SALib.sample import sobol as sample
    except ImportError as error:
        raise RunFailed(
            f"Sobol indices need SALib, which is not installed\n  found:   {error}\n"
            "  fix:     pip install 'hepatrial[calibration]'"
        ) from error
    return sample, analyze
