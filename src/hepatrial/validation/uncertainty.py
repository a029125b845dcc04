"""What the uncertainty of a prediction is made of, each part apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class UncertaintyParts:
    """Standard deviations on the scale of the log hazard ratio.

    Attributes
    ----------
    agents
        What the draws of the trial's own agents explain of the true effect.
    parameters
        The rest of its spread over draws: population, hierarchies, prognosis and growth of the trial.
    between_trials
        Of the true effect between trials of one comparison.
    sampling
        Of the published estimate; None where it is not known.
    monte_carlo
        Of one simulated effect, from the number of virtual patients: not part of the predictive distribution.
    """

    agents: float
    parameters: float
    between_trials: float
    sampling: float | None
    monte_carlo: float


def shared_between_agents_and_others(log_hr: np.ndarray, agent_values: np.ndarray) -> tuple[float, float]:
    """Spread of the true effect over draws, split in what the agents' values explain and the rest, as two sds.

    Parameters
    ----------
    log_hr
        Shape (draws,).
    agent_values
        Shape (draws, values).

    Notes
    -----
    Explained variance of a linear regression, adjusted for the number of values (Ezekiel). What agents and other
    parameters share by their correlation in the posterior counts to the agents. With no more draws than values plus 2
    nothing can be told: all counts to the rest.
    """
    draws = len(log_hr)
    total = float(np.var(log_hr, ddof=1)) if draws > 1 else 0.0
    varying = agent_values[:, np.ptp(agent_values, axis=0) > 0.0]
    if total == 0.0 or varying.shape[1] == 0 or draws <= varying.shape[1] + 2:
        return 0.0, float(np.sqrt(total))
    standard = (varying - varying.mean(axis=0)) / varying.std(axis=0)
    design = np.column_stack([np.ones(draws), standard])
    left = log_hr - design @ np.linalg.lstsq(design, log_hr, rcond=None)[0]
    rank = int(np.linalg.matrix_rank(design))
    rest = min(float(left @ left) / (draws - rank), total)
    return float(np.sqrt(total - rest)), float(np.sqrt(rest))
