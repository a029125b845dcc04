"""Patients per core-second of the engine against libRoadRunner on the exported model with the same patients."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import jax
import numpy as np

from benchmarks.roadrunner_peer import (
    VISIT_DAYS,
    VISITS,
    WORST_ERROR,
    best_within_error,
    exact_courses,
    in_one_piece,
    runners,
    visit_by_visit,
)
from benchmarks.row import Row, seconds
from hepatrial.disease.parameters import default_parameters
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work, follow_patients, prepared

PATIENTS, PEER_PATIENTS, SEED = 2048, 40, 1
TARGETS = {"float32": 50.0, "float64": 15.0}


def rows() -> Iterator[Row]:
    """Courses (one patient under sorafenib for three years) a core-second, at an error of at most 1e-4."""
    protocol = load("sharp")
    with tempfile.TemporaryDirectory() as folder:
        found = runners(protocol, range(PEER_PATIENTS), SEED, Path(folder))
        peers = {
            "stopping at each visit": best_within_error(found, visit_by_visit),
            "in one piece": best_within_error(found, in_one_piece),
        }
        exact = np.stack(exact_courses(found), axis=1)
    for precision, target in TARGETS.items():
        work = Work(protocol, default_parameters(), SEED, precision, block=PATIENTS)
        error = _error(work, exact)
        run = prepared(work, np.arange(PATIENTS))
        engine = PATIENTS / seconds(lambda run=run: jax.block_until_ready(run(0)), 9, time.process_time)
        whole = (
            2
            * PATIENTS
            / seconds(lambda work=work: follow_patients(work, np.arange(PATIENTS)), 3, time.process_time)
        )
        for how, peer in peers.items():
            yield Row(
                f"engine, {precision}: libRoadRunner {how}",
                engine,
                peer.rate,
                "courses/core-second",
                target if error <= WORST_ERROR else float("inf"),
                f"error of tumour size: ours {error:.0e}, theirs {peer.error:.0e} ({peer.setting}; "
                f"{peer.done} of {PEER_PATIENTS} patients done)",
            )
        yield Row(
            f"the same with patients drawn and inputs laid out, {precision}",
            whole,
            peers["stopping at each visit"].rate,
            "courses/core-second",
            None,
        )


def _error(work: Work, exact: np.ndarray) -> float:
    ours = follow_patients(work, np.arange(PEER_PATIENTS)).visits[0].sld_mm[:VISITS].astype(float)
    assert work.protocol.visits.clinic_interval_days == VISIT_DAYS
    return float(np.max(np.abs(ours / exact - 1.0)))
