"""A trial under draws of the parameters: hazard ratios and curves; no published outcome is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from hepatrial.calibration.evaluate import seed_of
from hepatrial.calibration.reading import TrialReading, read_trial
from hepatrial.conduct.endpoints import observed_endpoints
from hepatrial.disease.parameters import Parameters, prior_parameters
from hepatrial.posterior import Posterior, drawn_parameters
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work
from hepatrial.units import DAYS_PER_MONTH

REPEATS = 8
"""Further sets of patients on which the first draw is read, for the Monte-Carlo error of a hazard ratio."""
CURVES = ("OS", "TTP", "PFS", "TTUP")
SIMULATED_AS = {"TTR": "TTP"}
"""The registry calls the time to progression after ablation or resection the time to recurrence."""
CURVE_AS = {**SIMULATED_AS, "RFS": "PFS"}
OS_STEP_DAYS = DAYS_PER_MONTH / 4.0


@dataclass(frozen=True, slots=True)
class PredictionTask:
    """What a worker needs to predict one trial; ``posterior`` is the shipped one if left out."""

    trial: str
    draws: int
    patients: int
    seed: int
    posterior: Posterior | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """An arm's curve of an endpoint under each draw.

    Attributes
    ----------
    days
        Shape (times,), from 0.
    free
        Share without the event, shape (draws, times).
    stepwise
        Whether it falls at scans only.
    """

    days: np.ndarray
    free: np.ndarray
    stepwise: bool

    def median_months(self) -> np.ndarray:
        """Median of each draw in months, shape (draws,); infinite where not reached within the curve."""
        below = self.free <= 0.5
        reached, at = below.any(axis=1), below.argmax(axis=1)
        rows, before = np.arange(len(self.free)), np.maximum(at - 1, 0)
        days = self.days[at]
        if not self.stepwise:
            above, under = self.free[rows, before], self.free[rows, at]
            share = np.where(above > under, (above - 0.5) / np.where(above > under, above - under, 1.0), 0.0)
            days = self.days[before] + share * (self.days[at] - self.days[before])
        return np.where(reached, days, np.inf) / DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class SimulatedTrial:
    """One trial under all draws.

    Attributes
    ----------
    log_hr
        True log hazard ratio by "arm v control" and endpoint, shape (draws,).
    monte_carlo_sd
        Of one of them, by the same keys: what another set of virtual patients would change.
    agent_values
        Logarithms of what the draws say of the trial's agents, shape (draws, values).
    curves
        By arm and endpoint.
    """

    trial: str
    log_hr: Mapping[tuple[str, str], np.ndarray]
    monte_carlo_sd: Mapping[tuple[str, str], float]
    agent_values: np.ndarray
    curves: Mapping[tuple[str, str], Curve]


def simulated_trial(task: PredictionTask) -> SimulatedTrial:
    """Simulate all twins of a bundled trial under each draw."""
    protocol = load(task.trial)
    work = Work(
        protocol,
        prior_parameters(),
        seed_of(task.trial, task.seed),
        "float32",
        balanced_over=task.patients,
    )
    drawn = drawn_parameters(
        protocol, work.recorded_agents, task.draws, seed=task.seed, posterior=task.posterior
    )
    effects: list[dict[tuple[str, str], float]] = []
    curves: dict[tuple[str, str], list[np.ndarray]] = {}
    grids = _grids(protocol)
    for parameters in drawn:
        reading = read_trial(replace(work, parameters=parameters), task.patients)
        effects.append(_effects(reading))
        for arm in protocol.arms:
            for endpoint, days in grids.items():
                curves.setdefault((arm.name, endpoint), []).append(_free(reading, arm.name, endpoint, days))
    names = effects[0].keys()
    repeats = [
        _effects(
            read_trial(
                replace(
                    work, parameters=drawn[0], seed=seed_of(f"{task.trial}, patients {number}", task.seed)
                ),
                task.patients,
            )
        )
        for number in range(REPEATS if names else 0)
    ]
    return SimulatedTrial(
        trial=task.trial,
        log_hr={name: np.array([found[name] for found in effects]) for name in names},
        monte_carlo_sd={name: float(np.std([r[name] for r in repeats], ddof=1)) for name in names},
        agent_values=_agent_values(protocol, drawn),
        curves={
            name: Curve(grids[name[1]], np.stack(rows), name[1] != "OS") for name, rows in curves.items()
        },
    )


def _effects(reading: TrialReading) -> dict[tuple[str, str], float]:
    return {
        (f"{arm} v {control}", endpoint): reading.log_hazard_ratio(endpoint, arm)
        for arm, control in reading.protocol.comparisons
        for endpoint in observed_endpoints(reading.protocol)
    }


def _grids(protocol: Protocol) -> dict[str, np.ndarray]:
    """Days at which each curve is read: OS every quarter of a month, the others at scans."""
    every, last = protocol.visits.scan_interval_days, protocol.horizon_days
    scans = np.arange(0.0, last + 1e-9, every)
    observed = observed_endpoints(protocol)
    return {
        endpoint: np.arange(0.0, last, OS_STEP_DAYS) if endpoint == "OS" else scans
        for endpoint in CURVES
        if endpoint in observed
    }


def _free(reading: TrialReading, arm: str, endpoint: str, days: np.ndarray) -> np.ndarray:
    """The curve at these days, the first of which is 0."""
    later = [
        reading.survival(arm, day) if endpoint == "OS" else reading.event_free(endpoint, arm, day)
        for day in days[1:]
    ]
    return np.array([1.0, *later])


def _agent_values(protocol: Protocol, drawn: list[Parameters]) -> np.ndarray:
    agents = dict.fromkeys(regimen.agent for arm in protocol.arms for regimen in arm.regimens)
    rows = [
        [math.log(value) for agent in agents for value in parameters.of_agent(agent).values()]
        for parameters in drawn
    ]
    return np.array(rows).reshape(len(drawn), -1)
