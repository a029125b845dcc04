"""Blocks of patients in this process or in several; the result is the same to the last bit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import numpy as np

from hepatrial.simulation.blocks import Simulated, Work, join, simulate_block
from hepatrial.simulation.worker_pool import in_processes

PATIENTS_WORTH_A_WORKER = 20_000
"""Starting a process and loading its program takes seconds; below this many patients one process is faster."""

Report = Callable[[str, int, int], None]


def simulate_patients(
    work: Work, patients: int, *, workers: int | None = None, progress: Report | None = None
) -> Simulated:
    """Simulate patients 0 to ``patients`` - 1 under every arm."""
    blocks = [np.arange(start, min(start + work.block, patients)) for start in range(0, patients, work.block)]
    count = workers if workers is not None else sensible_workers(patients)
    done = 0
    parts = []
    if progress is not None:
        progress("simulating patients", 0, patients)
    with closing(_parts(work, blocks, min(count, len(blocks)))) as simulated:
        for part in simulated:
            parts.append(part)
            done += len(part.patients)
            if progress is not None:
                progress("simulating patients", done, patients)
    return join(parts)


def sensible_workers(patients: int) -> int:
    """One process for few patients, else up to one a core."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, patients // PATIENTS_WORTH_A_WORKER))


def _parts(work: Work, blocks: list[np.ndarray], workers: int) -> Iterator[Simulated]:
    if workers <= 1:
        for numbers in blocks:
            yield simulate_block(work, numbers)
        return
    yield from in_processes(partial(simulate_block, work), blocks, workers)
