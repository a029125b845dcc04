"""All trials predicted, one task a trial, so that each process compiles a trial's program once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from hepatrial.posterior import Posterior
from hepatrial.simulation.worker_pool import in_processes
from hepatrial.validation.kept_predictions import KeptPredictions
from hepatrial.validation.simulated_trial import PredictionTask, SimulatedTrial, simulated_trial

Progress = Callable[[str, int, int], None]
STEP = "predicting trials"


def predicted_trials(
    trials: Sequence[str],
    *,
    draws: int,
    patients: int,
    seed: int,
    workers: int | None = None,
    posterior: Posterior | None = None,
    kept: KeptPredictions | None = None,
    progress: Progress | None = None,
) -> dict[str, SimulatedTrial]:
    """Predict bundled trials, those that are kept from an earlier start left out.

    Parameters
    ----------
    draws, patients
        Draws of the posterior, and virtual patients of each trial under each draw.
    workers
        Processes; one a core if left out.
    posterior
        The shipped one if left out.
    kept
        Where finished trials are kept.
    """
    tasks = [PredictionTask(trial, draws, patients, seed, posterior) for trial in trials]
    found = (
        {} if kept is None else {task.trial: old for task in tasks if (old := kept.read(task)) is not None}
    )
    missing = [task for task in tasks if task.trial not in found]
    if progress is not None:
        progress(STEP, len(found), len(tasks))
    with closing(_results(missing, workers or _cores())) as results:
        for task, result in zip(missing, results, strict=True):
            found[task.trial] = result
            if kept is not None:
                kept.keep(task, result)
            if progress is not None:
                progress(STEP, len(found), len(tasks))
    return {trial: found[trial] for trial in trials}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _results(tasks: list[PredictionTask], workers: int) -> Iterator[SimulatedTrial]:
    if min(workers, len(tasks)) <= 1:
        for task in tasks:
            yield simulated_trial(task)
        return
    yield from in_processes(simulated_trial, tasks, workers)
