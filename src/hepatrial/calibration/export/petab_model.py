"""The linearised calibration as an SBML model: unknowns as parameters, misfits as assignment rules."""

from __future__ import annotations

import re

import numpy as np

from hepatrial.calibration.finished import Finished
from hepatrial.disease.parameters import prior_parameters
from hepatrial.exchange.sbml.builder import ModelBuilder
from hepatrial.quantities import Quantity

NOTICE = (
    "The calibration of hepatrial, linearised around its most probable point: a statistical model of published "
    "numbers, not a model of a patient.\nSimulated, for research and trial planning, not for treating a patient."
)
ONE = "dimensionless"


def unknown_id(name: str) -> str:
    """The id of an unknown in SBML and PEtab: letters, digits and underscores."""
    return "z_" + re.sub(r"\W", "_", name)


def condition_id(trial: str) -> str:
    """The id of a trial."""
    return "trial_" + re.sub(r"\W", "_", trial)


def misfit_ids(trial: str, count: int) -> list[str]:
    """The ids of a trial's whitened misfits."""
    return [f"misfit_{condition_id(trial)}_{number}" for number in range(1, count + 1)]


def linearised_model(found: Finished) -> str:
    """SBML text: a parameter an unknown, the population values that follow from them, a whitened misfit an observation.

    A misfit is r(m) + J (z - m), with m the most probable point: what PEtab's independent noise of sd 1 asks for.
    """
    unknowns = found.problem.unknowns
    model = ModelBuilder("hepatrial_calibration", "hepatrial calibration, linearised", NOTICE)
    for name, value in zip(unknowns.names, found.at.z, strict=True):
        model.parameter(
            unknown_id(name), float(value), ONE, f"{name}, prior standard deviations from its centre"
        )
    for name in unknowns.hierarchy.population:
        quantity = prior_parameters().quantities[name]
        model.output(
            re.sub(r"\W", "_", name), ONE, f"{name} ({quantity.unit})", _value(unknown_id(name), quantity)
        )
    for trial in found.problem.trials:
        places = found.problem.rows[trial.key]
        for misfit, place in zip(misfit_ids(trial.key, len(places)), places, strict=True):
            formula = _affine(found, place, [unknown_id(name) for name in unknowns.names])
            model.output(misfit, ONE, f"Whitened misfit of {trial.key}", formula)
    return model.text()


def _value(variable: str, prior: Quantity) -> str:
    centre, spread = _number(prior.value), _number(prior.spread)
    if prior.distribution == "lognormal":
        return f"{centre} * exp({spread} * {variable})"
    if prior.distribution == "logitnormal":
        odds = _number(prior.value / (1.0 - prior.value))
        return f"{odds} * exp({spread} * {variable}) / ({_number(1.0)} + {odds} * exp({spread} * {variable}))"
    return f"{centre} + {spread} * {variable}"


def _affine(found: Finished, place: int, variables: list[str]) -> str:
    slopes = found.at.jacobian[place]
    constant = float(found.at.residuals[place] - slopes @ found.at.z)
    terms = [f"{_number(slopes[at])} * {variables[at]}" for at in np.flatnonzero(slopes)]
    return " + ".join([_number(constant), *terms])


def _number(value: float) -> str:
    return f"({float(value)!r} {ONE})" if value >= 0.0 else f"(-{abs(float(value))!r} {ONE})"
