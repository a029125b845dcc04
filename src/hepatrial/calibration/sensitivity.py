"""Global sensitivity of a trial's answer; ``python -m hepatrial.calibration.sensitivity`` makes the shipped file anew.

Answers: log hazard ratios of OS and of progression over all virtual twins, and median OS under control, of one
first-line and one second-line protocol.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from hepatrial.calibration.reading import TrialReading, read_trial
from hepatrial.calibration.sensitivity_inputs import SensitivityInput, sensitivity_inputs, values_at
from hepatrial.calibration.sobol import SobolIndices, sobol_indices
from hepatrial.disease.parameters import prior_parameters
from hepatrial.files.whole_file import write_whole
from hepatrial.posterior import Posterior, shipped_posterior
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work
from hepatrial.units import DAYS_PER_MONTH

FILE = "sensitivity.json"
PROTOCOLS = ("sharp", "resorce")
ANSWERS = ("OS log HR", "progression log HR", "control median OS, months")
BASE, PATIENTS, SEED = 64, 512, 1
DECIMALS = 4
TOLD_EVERY = 200


def shipped_sensitivity() -> Mapping[str, Any]:
    """Contents of the shipped file: how it was made, and rows by protocol and answer."""
    file = resources.files("hepatrial.calibration").joinpath("data", FILE)
    return json.loads(file.read_text(encoding="utf-8"))


def sensitivity(
    protocol: Protocol, posterior: Posterior, base: int, patients: int, seed: int
) -> dict[str, Any]:
    """Indices of every answer of one protocol, as the file holds them."""
    inputs = sensitivity_inputs(protocol, posterior)

    def answers(points: np.ndarray) -> np.ndarray:
        values = np.empty((len(points), len(ANSWERS)))
        for place, point in enumerate(points):
            parameters = prior_parameters().with_drawn(values_at(inputs, point))
            work = Work(protocol, parameters, seed, "float32", balanced_over=patients)
            values[place] = answers_of(read_trial(work, patients))
            if place % TOLD_EVERY == 0:
                print(f"{protocol.name}: {place} of {len(points)}", file=sys.stderr, flush=True)
        return values

    found = sobol_indices(answers, [each.normal() for each in inputs], base, seed)
    return {
        "progression": progression_endpoint(protocol),
        "evaluations": base * (len(inputs) + 2),
        "answers": {
            name: {
                "mean": round(one.mean, DECIMALS),
                "sd": round(one.sd, DECIMALS),
                "inputs": _rows(inputs, one),
            }
            for name, one in zip(ANSWERS, found, strict=True)
        },
    }


def answers_of(reading: TrialReading) -> tuple[float, float, float]:
    """Values of `ANSWERS`; a median that is not reached counts as the last visit."""
    protocol = reading.protocol
    alive = np.exp(-reading.cumulative_hazard[protocol.control]).mean(axis=1)
    day = np.interp(-0.5, -alive, reading.visit_days)
    return (
        reading.log_hazard_ratio("OS"),
        reading.log_hazard_ratio(progression_endpoint(protocol)),
        float(day) / DAYS_PER_MONTH,
    )


def progression_endpoint(protocol: Protocol) -> str:
    """TTP where the plan has it, else PFS."""
    return "TTP" if "TTP" in protocol.analysis.endpoints else "PFS"


def _rows(inputs: tuple[SensitivityInput, ...], found: SobolIndices) -> list[dict[str, Any]]:
    columns = (found.first, found.first_half_width, found.total, found.total_half_width)
    return [
        {
            "name": each.name,
            "grade": each.grade,
            "fitted": each.fitted,
            **{
                name: round(float(value), DECIMALS)
                for name, value in zip(
                    ("first", "first_half_width", "total", "total_half_width"), values, strict=True
                )
            },
        }
        for each, *values in zip(inputs, *columns, strict=True)
    ]


def main() -> None:
    """Reckon the indices and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=int, default=BASE, help="size of the base sample, a power of two")
    parser.add_argument("--patients", type=int, default=PATIENTS, help="virtual patients of each simulation")
    parser.add_argument("--seed", type=int, default=SEED)
    default = Path(str(resources.files("hepatrial.calibration").joinpath("data", FILE)))
    parser.add_argument("--out", type=Path, default=default, help="file to write")
    asked = parser.parse_args()
    posterior = shipped_posterior()
    content = {
        "command": f"python -m hepatrial.calibration.sensitivity --base {asked.base} --patients {asked.patients} "
        f"--seed {asked.seed}",
        "posterior": posterior.hash,
        "base": asked.base,
        "patients": asked.patients,
        "seed": asked.seed,
        "protocols": {
            name: sensitivity(load(name), posterior, asked.base, asked.patients, asked.seed)
            for name in PROTOCOLS
        },
    }
    write_whole(asked.out, json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
