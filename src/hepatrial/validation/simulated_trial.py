"""A bundled trial under draws of the posterior; no published outcome is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hepatrial.calibration.evaluate import seed_of
from hepatrial.disease.parameters import Parameters
from hepatrial.posterior import Posterior, drawn_parameters
from hepatrial.prediction.curves import Curve
from hepatrial.prediction.drawn_trial import Cell, drawn_trial, work_under_draws
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.loading import load

REPEATS = 8
"""Further sets of patients on which the first draw is read, for the Monte-Carlo error of a hazard ratio."""
SIMULATED_AS = {"TTR": "TTP"}
"""The registry calls the time to progression after ablation or resection the time to recurrence."""
CURVE_AS = {**SIMULATED_AS, "RFS": "PFS"}


@dataclass(frozen=True, slots=True)
class PredictionTask:
    """What a worker needs to predict one trial; ``posterior`` is the shipped one if left out."""

    trial: str
    draws: int
    patients: int
    seed: int
    posterior: Posterior | None = None


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
    protocol, seed = load(task.trial), seed_of(task.trial, task.seed)
    work = work_under_draws(protocol, seed, task.patients)
    drawn = drawn_parameters(
        protocol, work.recorded_agents, task.draws, seed=task.seed, posterior=task.posterior
    )
    found = drawn_trial(work, [Cell(parameters, seed) for parameters in drawn], task.patients)
    repeats = [
        Cell(drawn[0], seed_of(f"{task.trial}, patients {number}", task.seed)) for number in range(REPEATS)
    ]
    again = drawn_trial(work, repeats, task.patients).log_hr if found.log_hr else {}
    names = {name: (f"{name[0]} v {protocol.control}", name[1]) for name in found.log_hr}
    return SimulatedTrial(
        trial=task.trial,
        log_hr={called: found.log_hr[name] for name, called in names.items()},
        monte_carlo_sd={called: float(np.std(again[name], ddof=1)) for name, called in names.items()},
        agent_values=_agent_values(protocol, drawn),
        curves=found.curves,
    )


def _agent_values(protocol: Protocol, drawn: list[Parameters]) -> np.ndarray:
    agents = dict.fromkeys(regimen.agent for arm in protocol.arms for regimen in arm.regimens)
    rows = [
        [math.log(value) for agent in agents for value in parameters.of_agent(agent).values()]
        for parameters in drawn
    ]
    return np.array(rows).reshape(len(drawn), -1)
