"""What the uncertainty of a prediction is made of, each part apart."""

from __future__ import annotations

from dataclasses import dataclass


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
