"""libRoadRunner on the exported patients: its settings, what it takes, and its error against itself when tight."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hepatrial.exchange.sbml import export_sbml
from hepatrial.protocol.design import Protocol

STIFF_SETTINGS = ((True, 1e-5), (True, 1e-6), (False, 1e-5), (False, 1e-6))
"""Method (BDF or Adams) and relative tolerance that are tried; the fastest within the error wins."""
ABSOLUTE_TOLERANCE = 1e-8
REPEATS = 3
WORST_ERROR = 1e-4
VISIT_DAYS = 21
VISITS = 52


@dataclass(frozen=True, slots=True)
class Peer:
    """The peer's best setting: courses per core-second, its error, and how many patients it got through."""

    rate: float
    error: float
    setting: str
    done: int


def runners(protocol: Protocol, numbers: range, seed: int, folder: Path) -> list:
    """One loaded model a patient."""
    import roadrunner

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    found = []
    for patient in numbers:
        path = folder / f"{patient}.xml"
        export_sbml(protocol, out=path, patient=patient, arm="sorafenib", seed=seed)
        runner = roadrunner.RoadRunner(str(path))
        runner.integrator.maximum_num_steps = 1_000_000
        runner.timeCourseSelections = ["time", "sld"]
        found.append(runner)
    return found


def in_one_piece(runner: object) -> np.ndarray:
    """Tumour size at the visits, integrated in one call: the treatment has to be known beforehand."""
    return np.asarray(runner.simulate(0, VISITS * VISIT_DAYS, VISITS + 1))[1:, 1]


def visit_by_visit(runner: object) -> np.ndarray:
    """Tumour size at the visits, stopping at each, as decisions on treatment at visits ask for."""
    days = range(0, VISITS * VISIT_DAYS, VISIT_DAYS)
    return np.array([np.asarray(runner.simulate(day, day + VISIT_DAYS, 2))[-1, 1] for day in days])


def exact_courses(found: list) -> list[np.ndarray]:
    """Tumour size at the visits as exactly as the solver gives it."""
    exact = []
    for runner in found:
        _set(runner, stiff=True, relative=1e-10, absolute=1e-12)
        exact.append(in_one_piece(runner))
    return exact


def best_within_error(found: list, course: Callable[[object], np.ndarray]) -> Peer:
    """The fastest setting whose error of tumour size is at most `WORST_ERROR`."""
    exact = exact_courses(found)
    tried = [
        max((_measure(found, exact, course, *setting) for _ in range(REPEATS)), key=lambda peer: peer.rate)
        for setting in STIFF_SETTINGS
    ]
    good = [peer for peer in tried if peer.error <= WORST_ERROR]
    return max(good, key=lambda peer: peer.rate)


def _measure(found: list, exact: list, course: Callable, stiff: bool, relative: float) -> Peer:
    took, error, done = 0.0, 0.0, 0
    for runner, truth in zip(found, exact, strict=True):
        _set(runner, stiff, relative, ABSOLUTE_TOLERANCE)
        start = time.process_time()
        try:
            sizes = course(runner)
        except RuntimeError:  # CVODE gives up on some patients when it is restarted next to an event
            continue
        took += time.process_time() - start
        done += 1
        error = max(error, float(np.max(np.abs(sizes / truth - 1.0))))
    name = f"{'BDF' if stiff else 'Adams'}, relative tolerance {relative:g}"
    return Peer(done / took, error, name, done)


def _set(runner: object, stiff: bool, relative: float, absolute: float) -> None:
    runner.resetToOrigin()
    runner.integrator.stiff = stiff
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = relative, absolute
