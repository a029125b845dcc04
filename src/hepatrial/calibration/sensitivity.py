"""Global sensitivity of a trial's answer; ``python -m hepatrial.calibration.sensitivity`` makes the shipped file anew.

Answers: log hazard ratios of OS and of progression over all virtual twins, and median OS under control, of one
first-line and one second-line protocol.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
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
from hepatrial.simulation.worker_pool import in_processes
from hepatrial.units import DAYS_PER_MONTH

FILE = "sensitivity.json"
PROTOCOLS = ("sharp", "resorce")
ANSWERS = ("OS log HR", "progression log HR", "control median OS, months")
BASE, PATIENTS, SEED = 64, 512, 1
DECIMALS = 4
OF_TASK = 128
"""Settings that a process answers at once."""


def shipped_sensitivity() -> Mapping[str, Any]:
    """Contents of the shipped file: how it was made, and rows by protocol and answer."""
    file = resources.files("hepatrial.calibration").joinpath("data", FILE)
    return json.loads(file.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class AnswersTask:
    """A bundled protocol to be simulated with several values of the model."""

    protocol: str
    settings: tuple[Mapping[str, float], ...]
    patients: int
    seed: int


def answers(task: AnswersTask) -> np.ndarray:
    """Values of `ANSWERS` at each setting, shape (settings, answers)."""
    protocol = load(task.protocol)
    works = (
        Work(
            protocol,
            prior_parameters().with_drawn(values),
            task.seed,
            "float32",
            balanced_over=task.patients,
        )
        for values in task.settings
    )
    return np.array([answers_of(read_trial(work, task.patients)) for work in works])


def sensitivity(name: str, posterior: Posterior, base: int, patients: int, seed: int) -> dict[str, Any]:
    """Indices of every answer of a bundled protocol, as the file holds them."""
    protocol = load(name)
    inputs = sensitivity_inputs(protocol, posterior)

    def at(points: np.ndarray) -> np.ndarray:
        settings = [values_at(inputs, point) for point in points]
        tasks = [
            AnswersTask(name, tuple(settings[start : start + OF_TASK]), patients, seed)
            for start in range(0, len(settings), OF_TASK)
        ]
        found = []
        for values in in_processes(answers, tasks, os.cpu_count() or 1):
            found.append(values)
            print(f"{name}: {len(found)} of {len(tasks)}", file=sys.stderr, flush=True)
        return np.vstack(found)

    indices = sobol_indices(at, [each.normal() for each in inputs], base, seed)
    return {
        "progression": progression_endpoint(protocol),
        "evaluations": base * (len(inputs) + 2),
        "answers": {
            answer: {
                "mean": round(one.mean, DECIMALS),
                "sd": round(one.sd, DECIMALS),
                "inputs": _rows(inputs, one),
            }
            for answer, one in zip(ANSWERS, indices, strict=True)
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
            name: sensitivity(name, posterior, asked.base, asked.patients, asked.seed) for name in PROTOCOLS
        },
    }
    write_whole(asked.out, json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
