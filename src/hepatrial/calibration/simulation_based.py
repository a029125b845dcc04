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
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    truth_read,
)
from hepatrial.disease.parameters import prior_parameters
from hepatrial.files.whole_file import write_whole
from hepatrial.simulation.worker_pool import in_processes

FILE = "simulation_based.json"
REPLICATES, TRUTHS, DRAWS, PATIENTS, SEED = 100, 100, 39, 1024, 20180418
"""39 draws make 40 ranks, of which central intervals of 50, 80 and 95 % hold whole numbers."""
BY_LINE = ("unknowns", "numbers", "rows", "truth_rows")


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


def misfit_summary(truths: Sequence[Row]) -> list[Row]:
    """Misfits of truths in their own standard deviations, a row a number of the article: even errors have sd 1."""
    found: dict[str, list[float]] = {}
    for row in truths:
        for name, misfit in row.get("misfits", {}).items():
            found.setdefault(name, []).append(misfit)
    return [
        {
            "name": name,
            "truths": len(values),
            "mean": round(float(np.mean(values)), DECIMALS),
            "sd": round(float(np.std(values)), DECIMALS),
        }
        for name, values in found.items()
    ]


def content_of(
    rows: Sequence[Row], truths: Sequence[Row], problem: Problem, draws: int, command: str
) -> dict[str, Any]:
    """What the file holds: how it was made, a row an unknown, a number, a replicate and a truth that was only read."""
    ranked = [row for row in rows if "ranks" in row]
    read = [row for row in truths if "misfits" in row]
    of_numbers = sum(len(row["misfits"]) for row in read)
    return {
        "command": command,
        "asked": fingerprint(problem, draws),
        "priors": prior_parameters().hash,
        "trials": list(TRIALS),
        "patients": problem.patients,
        "seed": problem.seed,
        "draws": draws,
        "replicates": len(ranked),
        "without_a_ratio": len(rows) - len(ranked),
        "truths": len(read),
        "chi2_of_a_number": round(sum(row["chi2"] for row in read) / of_numbers, DECIMALS) if read else None,
        "unknowns": summary(ranked, names(problem), draws, problem.seed) if ranked else [],
        "numbers": misfit_summary(read),
        "rows": list(rows),
        "truth_rows": list(truths),
    }


def as_text(content: Mapping[str, Any]) -> str:
    """The file's text, a row a line."""
    lines = []
    for key, value in content.items():
        inside = ",\n".join(json.dumps(row) for row in value) if key in BY_LINE else ""
        lines.append(f"{json.dumps(key)}: " + (f"[\n{inside}\n]" if key in BY_LINE else json.dumps(value)))
    return "{\n" + ",\n".join(lines) + "\n}\n"


@cache
def shipped_simulation_based() -> Mapping[str, Any]:
    """The file that ships."""
    return json.loads(_shipped_file().read_text(encoding="utf-8"))


def _shipped_file() -> Path:
    return Path(str(resources.files("hepatrial.calibration").joinpath("data", FILE)))


def _kept(file: Path, asked: str) -> tuple[list[Row], list[Row]]:
    """Rows and truths of an earlier run that was asked for the same."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [], []
    return (content["rows"], content["truth_rows"]) if content.get("asked") == asked else ([], [])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=REPLICATES, help="truths that are fitted")
    parser.add_argument(
        "--truths", type=int, default=TRUTHS, help="truths that are read beside their articles"
    )
    parser.add_argument("--draws", type=int, default=DRAWS, help="from each posterior")
    parser.add_argument("--patients", type=int, default=PATIENTS, help="virtual patients of each fit")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="processes")
    parser.add_argument("--out", type=Path, default=_shipped_file(), help="file to write")
    return parser.parse_args()


def main() -> None:
    """Make the truths and replicates that the file does not have yet; it is written anew after each."""
    asked = _arguments()
    problem = small_problem(asked.patients, asked.seed)
    command = (
        f"python -m hepatrial.calibration.simulation_based --replicates {asked.replicates} "
        f"--truths {asked.truths} --draws {asked.draws} --patients {asked.patients} --seed {asked.seed}"
    )
    rows, truths = _kept(asked.out, fingerprint(problem, asked.draws))

    def write() -> None:
        write_whole(asked.out, as_text(content_of(rows, truths, problem, asked.draws, command)))

    write()
    stages = ((truth_read, truths, asked.truths, "truths"), (replicate, rows, asked.replicates, "replicates"))
    for work, found, wanted, what in stages:
        known = {row["number"] for row in found}
        tasks = [
            ReplicateTask(number, asked.draws, asked.patients, asked.seed)
            for number in range(wanted)
            if number not in known
        ]
        begun = time.monotonic()
        with closing(_answers(work, tasks, asked.workers)) as answers:
            for done, row in enumerate(answers, 1):
                found.append(row)
                write()
                each = (time.monotonic() - begun) / done
                print(
                    f"{len(found)} of {wanted} {what}, {each:.0f} s each, "
                    f"{each * (len(tasks) - done) / 60.0:.0f} min left",
                    file=sys.stderr,
                    flush=True,
                )


def _answers(
    work: Callable[[ReplicateTask], Row], tasks: Sequence[ReplicateTask], workers: int
) -> Iterator[Row]:
    yield from map(work, tasks) if workers == 1 else in_processes(work, tasks, workers)


if __name__ == "__main__":
    main()
