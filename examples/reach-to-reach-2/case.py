"""The whole case: from a simulated REACH to REACH-2, and SHARP's plasma markers. Writes case.json beside this file.

python examples/reach-to-reach-2/case.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from first_trial import GRID_LOG10, VERSIONS, curve_of, curves_of_draws, findings, reach_of
from second_trial import enriched, outlook_of, unenriched
from sharp_markers import plasma_markers

RESULT = Path(__file__).with_name("case.json")
SEED = 1
DRAWS = tuple(range(0, 100, 8))
"""Of the posterior's 100: spread over all of them, since draws that follow one another may be the same point."""


def case(
    *,
    patients: int = 3000,
    trials: int = 500,
    draws: tuple[int, ...] = DRAWS,
    twins: int = 512,
    seed: int = SEED,
) -> dict[str, Any]:
    """All numbers of the case."""
    first, curves = {}, {}
    for version in VERSIONS:
        result = reach_of(version, patients, seed)
        first[version] = findings(result, trials)
        curves[version] = np.exp(curve_of(result)).tolist()
    band = np.exp(np.quantile(curves_of_draws(draws, twins, seed), (0.025, 0.5, 0.975), axis=0))
    second = {
        version: {
            name: outlook_of(protocol, changes, draws, twins, seed)
            for name, protocol in {"enriched": enriched(), "unenriched": unenriched()}.items()
        }
        for version, changes in VERSIONS.items()
    }
    return {
        "settings": {
            "patients": patients,
            "trials": trials,
            "draws": len(draws),
            "twins": twins,
            "seed": seed,
        },
        "first": first,
        "curves": {
            "log10 afp": GRID_LOG10.tolist(),
            **curves,
            **dict(zip(("low", "middle", "high"), band.tolist(), strict=True)),
        },
        "second": second,
        "sharp": plasma_markers(1024, seed),
    }


def rounded(value: Any) -> Any:
    """Numbers to five significant digits, which another platform gives too."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


if __name__ == "__main__":
    RESULT.write_text(json.dumps(rounded(case()), indent=1) + "\n", encoding="utf-8")
