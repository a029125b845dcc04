"""Misfits of all trials at many points, one task a trial, so that each process compiles a trial's program once.

Every trial keeps its own patients and chance at every point (common random numbers, spread evenly), so that misfits are
smooth in the unknowns up to counted events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from hepatrial.calibration.evidence import TrialEvidence
from hepatrial.calibration.reading import TrialReading, read_trial
from hepatrial.disease.parameters import prior_parameters
from hepatrial.simulation.blocks import BLOCK, Work
from hepatrial.simulation.worker_pool import Team

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class TrialTask:
    """One trial to be read at several settings of the model."""

    trial: TrialEvidence
    settings: tuple[dict[str, float], ...]
    patients: int
    seed: int


def differences(task: TrialTask) -> np.ndarray:
    """Simulated minus published at each setting, natural scale, shape (settings, observations)."""
    return np.array([task.trial.differences(reading_at(task, values)) for values in task.settings])


def reading_at(task: TrialTask, values: dict[str, float]) -> TrialReading:
    """The trial as simulated with these values; what a borrowed baseline table hides is that of its own trial alone."""
    if not task.trial.has_own_population:
        values = {name: value for name, value in values.items() if not name.startswith("trial.")}
    work = Work(
        task.trial.protocol,
        prior_parameters().with_drawn(values),
        seed_of(task.trial.key, task.seed),
        "float32",
        block=min(task.patients, BLOCK),  # a block is filled up, so that fewer patients need a smaller one
        balanced_over=task.patients,
    )
    return read_trial(work, task.patients)


def read_all(
    trials: Sequence[TrialEvidence],
    settings: Sequence[Sequence[dict[str, float]]],
    *,
    patients: int,
    seed: int,
    team: Team | None = None,
    step: str = "simulating trials",
    progress: Progress | None = None,
) -> list[np.ndarray]:
    """Differences of each trial at its own settings.

    Parameters
    ----------
    team
        Processes that answer by `differences`; this process alone if left out.

    Returns
    -------
    list of ndarray
        One a trial, shape (its settings, its observations).
    """
    tasks = [TrialTask(trial, tuple(of), patients, seed) for trial, of in zip(trials, settings, strict=True)]
    found = []
    with closing(_results(tasks, team)) as results:
        for result in results:
            found.append(result)
            if progress is not None:
                progress(step, len(found), len(tasks))
    return found


def seed_of(key: str, seed: int) -> int:
    """A seed of its own for each trial, whatever other trials there are: sampling errors then do not add up."""
    return int.from_bytes(hashlib.sha256(f"{seed} {key}".encode()).digest()[:4], "big")


def _results(tasks: list[TrialTask], team: Team | None) -> Iterator[np.ndarray]:
    if team is None:
        yield from map(differences, tasks)
    else:
        # A trial goes to the process that has compiled its program before.
        yield from team.answers(tasks, range(len(tasks)))
