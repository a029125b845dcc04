"""Simulation-based calibration on synthetic trials: ``python -m hepatrial.calibration.simulation_based``.

A truth is drawn from the prior, a trial of the published size is simulated there, the numbers of its article
are read from it, and the calibration's method is run on them: the rank of the truth among the draws is even
where the method is right (Talts et al. 2018, arXiv:1804.06788). A file that was begun is gone on with, unless
what is asked for has changed.

When not to rely on it: it tells of errors of the method, none of the model. A model that is wrong passes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from hepatrial.calibration.problem import Problem
from hepatrial.calibration.ranks import evenness
from hepatrial.calibration.synthetic_replicates import (
    DECIMALS,
    TRIALS,
    ReplicateTask,
    Row,
    names,
    replicate,
    small_problem,
)
from hepatrial.disease.parameters import prior_parameters
from hepatrial.files.whole_file import write_whole
from hepatrial.simulation.worker_pool import in_processes

FILE = "simulation_based.json"
REPLICATES, DRAWS, PATIENTS, SEED = 100, 79, 1024, 20180418
"""79 draws make 80 ranks, of which central intervals of 50, 80 and 95 % hold whole numbers."""


def summary(rows: Sequence[Row], of: Sequence[str], draws: int, seed: int) -> list[Row]:
    """Coverage and evenness of the ranks, a row an unknown."""
    ranks = np.array([row["ranks"] for row in rows])
    truth, mean, sd = (np.array([row[key] for row in rows]) for key in ("truth", "mean", "sd"))
    return [
        {
            "name": name,
            "coverage": [asdict(each) for each in told.coverage],
            "p": round(told.p, DECIMALS),
            "p_holm": round(told.p_holm, DECIMALS),
            "mean_error_in_sd": round(float(np.mean((mean - truth)[:, place] / sd[:, place])), DECIMALS),
            "posterior_sd": round(float(sd[:, place].mean()), DECIMALS),
            "sd_of_truths": round(float(truth[:, place].std()), DECIMALS),
        }
        for place, (name, told) in enumerate(zip(of, evenness(ranks, draws, seed), strict=True))
    ]


def fingerprint(problem: Problem, draws: int) -> str:
    """Hash of all that a row hangs on beside the program."""
    content = [
        problem.unknowns.names, problem.patients, problem.seed, draws, prior_parameters().hash,
        [(t.key, [o.name for o in t.observations], np.round(t.cholesky, 9).tolist()) for t in problem.trials],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def content_of(rows: Sequence[Row], problem: Problem, draws: int, command: str) -> dict[str, Any]:
    """What the file holds: how it was made, a row an unknown, a row a replicate."""
    ranked = [row for row in rows if "ranks" in row]
    whole = {
        "command": command,
        "asked": fingerprint(problem, draws),
        "priors": prior_parameters().hash,
        "trials": list(TRIALS),
        "patients": problem.patients,
        "seed": problem.seed,
        "draws": draws,
        "replicates": len(ranked),
        "without_a_ratio": len(rows) - len(ranked),
    }
    told = summary(ranked, names(problem), draws, problem.seed) if ranked else []
    return whole | {"unknowns": told, "rows": list(rows)}


def as_text(content: Mapping[str, Any]) -> str:
    """The file's text, a row a line."""
    plain = {key: value for key, value in content.items() if key not in ("unknowns", "rows")}
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in plain.items()]
    for key in ("unknowns", "rows"):
        inside = ",\n".join(json.dumps(row) for row in content[key])
        lines.append(f"{json.dumps(key)}: [\n{inside}\n]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


@cache
def shipped_simulation_based() -> Mapping[str, Any]:
    """The file that ships."""
    return json.loads(_shipped_file().read_text(encoding="utf-8"))


def _shipped_file() -> Path:
    return Path(str(resources.files("hepatrial.calibration").joinpath("data", FILE)))


def _kept(file: Path, asked: str) -> list[Row]:
    """Rows of an earlier run that was asked for the same."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return content["rows"] if content.get("asked") == asked else []


def _answers(tasks: Sequence[ReplicateTask], workers: int) -> Iterator[Row]:
    yield from map(replicate, tasks) if workers == 1 else in_processes(replicate, tasks, workers)


def main() -> None:
    """Make the replicates that the file does not have yet; it is written anew after each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=REPLICATES, help="synthetic trials")
    parser.add_argument("--draws", type=int, default=DRAWS, help="from each posterior")
    parser.add_argument("--patients", type=int, default=PATIENTS, help="virtual patients of each fit")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="processes")
    parser.add_argument("--out", type=Path, default=_shipped_file(), help="file to write")
    asked = parser.parse_args()
    problem = small_problem(asked.patients, asked.seed)
    command = (
        f"python -m hepatrial.calibration.simulation_based --replicates {asked.replicates} "
        f"--draws {asked.draws} --patients {asked.patients} --seed {asked.seed}"
    )
    rows = _kept(asked.out, fingerprint(problem, asked.draws))
    known = {row["number"] for row in rows}
    tasks = [
        ReplicateTask(number, asked.draws, asked.patients, asked.seed)
        for number in range(asked.replicates)
        if number not in known
    ]
    begun = time.monotonic()
    with closing(_answers(tasks, asked.workers)) as answers:
        for done, row in enumerate(answers, 1):
            rows.append(row)
            write_whole(asked.out, as_text(content_of(rows, problem, asked.draws, command)))
            each = (time.monotonic() - begun) / done
            print(
                f"{len(rows)} of {asked.replicates} replicates, {each:.0f} s each, "
                f"{each * (len(tasks) - done) / 60.0:.0f} min left",
                file=sys.stderr,
                flush=True,
            )


if __name__ == "__main__":
    main()
