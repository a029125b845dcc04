"""What the answer of a trial may hang on: fitted numbers as the posterior has them, the others as their priors.

Each is normal on the scale of its prior, and independent of the others. The posterior's correlations are left out: with
them the indices of Sobol lose their meaning (see `hepatrial.calibration.influence` for shares that have them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hepatrial.calibration.scale import BACKWARD, FORWARD
from hepatrial.calibration.sobol import NormalInput
from hepatrial.calibration.unknowns import OF_AGENTS
from hepatrial.disease.parameters import OF_POPULATION, prior_parameters
from hepatrial.posterior import Posterior
from hepatrial.protocol.design import Protocol

SHARES = ("fatal_given_event",)
NOT_OF_AGENTS_ALONE = ("tace.", "ablation.", "trial.")
"""How the names of numbers start that no trial of agents alone hangs on, or that are drawn apart."""


@dataclass(frozen=True, slots=True)
class SensitivityInput:
    """A number of the model with the distribution that it is moved over.

    Attributes
    ----------
    scale
        "lognormal", "logitnormal" or "normal": ``mean`` and ``sd`` are on that scale.
    grade
        Of the prior.
    fitted
        Whether mean and standard deviation are the posterior's.
    """

    name: str
    scale: str
    mean: float
    sd: float
    grade: str
    fitted: bool

    def normal(self) -> NormalInput:
        """As the design of the sample needs it."""
        return NormalInput(self.name, self.mean, self.sd)


def sensitivity_inputs(protocol: Protocol, posterior: Posterior) -> tuple[SensitivityInput, ...]:
    """Inputs of a trial of agents alone; what has no spread is left out."""
    columns = dict(zip(posterior.names, posterior.values.T, strict=True))
    agents = dict.fromkeys(regimen.agent for arm in protocol.arms for regimen in arm.regimens)
    fitted = {
        name: (quantity.distribution, quantity.grade)
        for name, quantity in prior_parameters().quantities.items()
        if name in columns and not name.startswith(NOT_OF_AGENTS_ALONE)
    }
    for agent in agents:
        for quantity in OF_AGENTS:
            scale = "logitnormal" if quantity in SHARES else "lognormal"
            fitted[f"agent.{agent}.{quantity}"] = (scale, "assumed")
    for name in OF_POPULATION:
        fitted[name.replace("trial.", f"trial.{protocol.baseline.name}.", 1)] = ("normal", "assumed")
    found = [_of_draws(name, columns[name], *how) for name, how in fitted.items() if name in columns]
    found += [
        SensitivityInput(
            name,
            quantity.distribution,
            float(FORWARD[quantity.distribution](quantity.value)),
            quantity.spread,
            quantity.grade,
            False,
        )
        for name, quantity in prior_parameters().quantities.items()
        if name not in columns
        and quantity.distribution in FORWARD
        and not name.startswith(NOT_OF_AGENTS_ALONE)
    ]
    return tuple(each for each in found if each.sd > 0.0)


def values_at(inputs: tuple[SensitivityInput, ...], point: np.ndarray) -> Mapping[str, float]:
    """Values of the model at a point of shape (inputs,)."""
    return {each.name: float(BACKWARD[each.scale](value)) for each, value in zip(inputs, point, strict=True)}


def _of_draws(name: str, drawn: np.ndarray, scale: str, grade: str) -> SensitivityInput:
    moved = FORWARD[scale](drawn)
    return SensitivityInput(name, scale, float(moved.mean()), float(moved.std(ddof=1)), grade, True)
