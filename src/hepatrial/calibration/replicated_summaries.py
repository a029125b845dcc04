"""Correlation of published numbers by simulated trials: ``python -m hepatrial.calibration.replicated_summaries``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib import resources
from pathlib import Path

import numpy as np

from hepatrial.calibration.observed import ObservedTrial, observed_trials
from hepatrial.calibration.reading import read_trial
from hepatrial.calibration.sampling_correlation import FILE
from hepatrial.calibration.simulated_trials import SimulatedTrials, simulated_trials
from hepatrial.disease.parameters import Parameters, default_parameters
from hepatrial.simulation.blocks import Work

TRIALS, SEED = 400, 20250101
POOL_PER_PATIENT = 4
LEAST_POOL = 4096


def replicated(trial: ObservedTrial, parameters: Parameters, trials: int, seed: int) -> SimulatedTrials:
    """Trials of the published size, drawn from independent virtual patients at least four times as many."""
    block = Work.__dataclass_fields__["block"].default
    wanted = max(LEAST_POOL, POOL_PER_PATIENT * trial.protocol.size)
    work = Work(trial.protocol, parameters, seed, "float32")
    return simulated_trials(read_trial(work, -(-wanted // block) * block), work.streams, trials)


def summaries(trial: ObservedTrial, simulated: SimulatedTrials) -> np.ndarray:
    """What an article would print of each simulated trial, shape (trials, k); those without every number left out."""
    columns = [each.comparison.of_trials(simulated) for each in trial.observations]
    found = np.stack(columns, axis=1)
    return found[np.isfinite(found).all(axis=1)]


def correlation(found: np.ndarray) -> np.ndarray:
    """Correlation of the columns, 0 with one that does not vary; shape (k, k)."""
    centred = found - found.mean(axis=0)
    sd = np.sqrt(np.mean(centred**2, axis=0))
    unit = centred / np.where(sd > 0.0, sd, 1.0)
    matrix = unit.T @ unit / len(unit)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def main() -> None:
    """Simulate all trials and write the correlations atomically."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS, help="simulated trials of each")
    parser.add_argument("--seed", type=int, default=SEED)
    default = Path(str(resources.files("hepatrial.calibration").joinpath("data", FILE)))
    parser.add_argument("--out", type=Path, default=default, help="file to write")
    chosen = parser.parse_args()
    parameters, entries = default_parameters(), {}
    for trial in observed_trials():
        found = summaries(trial, replicated(trial, parameters, chosen.trials, chosen.seed))
        matrix = correlation(found)
        entries[trial.key] = {
            "trials": len(found),
            "names": [each.name for each in trial.observations],
            "sd": [round(float(value), 4) for value in found.std(axis=0, ddof=1)],
            "correlation": [
                [round(float(value), 3) for value in row[:place]] for place, row in enumerate(matrix)
            ],
        }
        print(f"{trial.key}: {len(found)} trials, {found.shape[1]} numbers", file=sys.stderr, flush=True)
    content = {
        "command": "python -m hepatrial.calibration.replicated_summaries"
        f" --trials {chosen.trials} --seed {chosen.seed}",
        "trials": entries,
    }
    part = chosen.out.with_suffix(".part")
    lines = json.dumps(content["trials"], indent=None).replace('}, "', '},\n"')
    part.write_text(
        f'{{"command": {json.dumps(content["command"])},\n"trials": {lines}}}\n', encoding="utf-8"
    )
    os.replace(part, chosen.out)


if __name__ == "__main__":
    main()
