"""Patients per core-second of the engine against libRoadRunner on the exported model with the same patients."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.row import Row, seconds
from hepatrial.disease.parameters import default_parameters
from hepatrial.exchange.sbml import export_sbml
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.simulation.workers import simulate_patients

PATIENTS, PEER_PATIENTS = 1024, 12
TOLERANCE = 1e-6
"""CVODE's relative tolerance; its own error at this setting is about 1e-4 in tumour size."""


def rows() -> Iterator[Row]:
    """Patient courses (one patient under one arm, three years) a second."""
    protocol = load("sharp")
    peer = _roadrunner(protocol)
    for precision, target in (("float64", 15.0), ("float32", 50.0)):
        work = Work(protocol, default_parameters(), 1, precision)
        took = seconds(lambda work=work: follow_patients(work, np.arange(PATIENTS)))
        yield Row(
            f"engine, {precision}, one core: libRoadRunner",
            2 * PATIENTS / took,
            peer,
            "courses/core-second",
            target,
        )
    work, many = Work(protocol, default_parameters(), 1), 40 * 1024
    one, two = (seconds(lambda n=n: simulate_patients(work, many, workers=n), 1) for n in (1, 2))
    yield Row("two workers: one worker", 2 * many / two, 2 * many / one, "courses/s", 1.7)


def _roadrunner(protocol) -> float:
    import roadrunner

    with tempfile.TemporaryDirectory() as folder:
        runners = []
        for patient in range(PEER_PATIENTS):
            path = Path(folder) / f"{patient}.xml"
            export_sbml(protocol, out=path, patient=patient, arm="sorafenib", seed=1)
            runner = roadrunner.RoadRunner(str(path))
            runner.integrator.relative_tolerance = TOLERANCE
            runner.timeCourseSelections = ["time", "sld"]
            runners.append(runner)

        def loop() -> None:
            for runner in runners:
                runner.reset()
                runner.simulate(0, 1092, 53)

        return PEER_PATIENTS / seconds(loop)
