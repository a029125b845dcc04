"""How the work grows: two workers against one, cost against the number of patients, memory of 100,000 patients."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.row import Row
from hepatrial.disease.parameters import default_parameters
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work
from hepatrial.simulation.workers import simulate_patients

FEW, MANY, MOST_GIGABYTES = 20_480, 131_072, 2.0
MEMORY = "from hepatrial import load, simulate; simulate(load('sharp'), patients=100_000, replicates=100, workers=1)"


def rows() -> Iterator[Row]:
    """Ratios of rates; for memory, the limit over what is used."""
    work = Work(load("sharp"), default_parameters(), 1)

    def rate(patients: int, workers: int) -> float:
        start = time.perf_counter()
        simulate_patients(work, patients, workers=workers)
        return patients / (time.perf_counter() - start)

    rate(FEW, 1)  # compiles
    one = rate(MANY, 1)
    yield Row(
        f"two workers: one worker, {MANY:,} patients",
        rate(MANY, 2),
        one,
        "patients/s",
        1.7,
        "starting two processes takes about 2.5 s, which small runs feel",
    )
    yield Row(
        f"{MANY:,} patients: {FEW:,} patients, rate",
        one,
        rate(FEW, 1),
        "patients/s",
        0.9,
        "1 where cost is linear in patients",
    )
    subprocess.run([sys.executable, "-c", MEMORY], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    yield Row("memory: 2 GB over 100,000 patients' peak", MOST_GIGABYTES, used, "GB", 1.0)
