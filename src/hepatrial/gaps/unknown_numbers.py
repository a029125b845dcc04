"""The numbers of an agent that are not known exactly, and the agent at given values of them.

A number is *missing* where no source gives it. Those that the model cannot do without come from the class, as in every
simulation. Others have a convention there (no fall of exposure, exposure in proportion to dose, no relation to weight,
Child-Pugh C as B): a convention has no spread, so that here they are drawn from the class as well, graded *assumed*.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hepatrial.agents import (
    ACTING_TARGETS,
    Affinity,
    Agent,
    completed,
    dissociation_constant,
    prior_from_class,
)
from hepatrial.agents.agent import AFTER_EVENTS
from hepatrial.agents.completing import EVENT_PARTS, WORDS, catalogued_agents
from hepatrial.calibration.scale import value_at
from hepatrial.quantities import Quantity

CONVENTIONS = {
    "hepatic_ratio C": "exposure in Child-Pugh C",
    "drift_final_fraction": "exposure left in the long run",
    "drift_time_days": "time constant of its fall",
    "exposure_dose_exponent": "exponent of exposure on dose",
    "clearance_volume_correlation": "correlation of clearance and volume",
    "weight_exponent": "exponent of weight, clearance",
    "volume_weight_exponent": "exponent of weight, volume",
}
"""Numbers that the simulation replaces by a convention where they are missing, in a reader's words."""

OTHER_WORDS = {
    "active_moiety_ratio": "all active species over the agent",
    "hepatic_ratio B": "exposure in Child-Pugh B",
    "effective_potency": "effective potency",
    "effective_toxicity": "effective toxicity",
}


@dataclass(frozen=True, slots=True)
class UnknownNumber:
    """A number of an agent with a spread.

    Attributes
    ----------
    missing
        Whether no source gives it, so that its class does.
    by_convention
        Whether a simulation takes a convention for it where it is missing.
    """

    name: str
    quantity: Quantity
    missing: bool
    by_convention: bool = False

    @property
    def words(self) -> str:
        """The name in a reader's words."""
        known = WORDS | CONVENTIONS | OTHER_WORDS
        return known.get(self.name, self.name.replace("_", " "))

    @property
    def standing(self) -> str:
        """What stands behind it: "missing", or its grade."""
        return "missing" if self.missing else self.quantity.grade


def unknown_numbers(agent: Agent) -> tuple[UnknownNumber, ...]:
    """All numbers of an agent that have a spread, those that no source gives among them.

    Potencies count on targets that the model acts through, as the rule of `hepatrial.agents.potency` chooses them.
    """
    whole = completed(agent)
    known = {name for name, _ in agent.quantities()}
    found = [
        UnknownNumber(name, quantity, missing=name not in known)
        for name, quantity in whole.quantities()
        if not _is_potency(name, agent)
    ]
    found += [
        UnknownNumber(f"potency on {target}", constant, missing=dissociation_constant(agent, target) is None)
        for target in ACTING_TARGETS
        if (constant := dissociation_constant(whole, target)) is not None and math.isfinite(constant.value)
    ]
    found += [
        UnknownNumber(
            name, prior_from_class(agent, name, catalogued_agents()), missing=True, by_convention=True
        )
        for name in CONVENTIONS
        if name not in known
    ]
    return tuple(each for each in found if each.quantity.spread > 0.0)


def agent_at(agent: Agent, numbers: Sequence[UnknownNumber], scores: Sequence[float]) -> Agent:
    """The agent with values for all ``numbers`` that lie ``scores`` standard deviations from their centres."""
    values = {each.name: _fixed(each, float(score)) for each, score in zip(numbers, scores, strict=True)}
    whole = completed(agent)
    pk = whole.pharmacokinetics
    ratios = {**pk.hepatic_ratio, **dict(_ratios(values))}
    return replace(
        whole,
        pharmacokinetics=replace(
            pk,
            hepatic_ratio=ratios,
            **{name: values[name] for name in pk.__slots__ if name in values},
        ),
        affinities=tuple(_potencies(whole, values)),
        adverse_events=tuple(
            replace(
                event,
                **{part: values[name] for part in EVENT_PARTS if (name := f"{event.name} {part}") in values},
            )
            for event in whole.adverse_events
        ),
        **{
            name: values[name]
            for name in (*AFTER_EVENTS, "effective_potency", "effective_toxicity")
            if name in values
        },
    )


def _is_potency(name: str, agent: Agent) -> bool:
    return any(name == f"{affinity.target} {affinity.kind}" for affinity in agent.affinities)


def _ratios(values: dict[str, Quantity]) -> Iterator[tuple[str, Quantity]]:
    for name, value in values.items():
        if name.startswith("hepatic_ratio "):
            yield name[-1], value


def _potencies(agent: Agent, values: dict[str, Quantity]) -> Iterator[Affinity]:
    """One potency a target that acts: the one that counts, at its value."""
    for target in ACTING_TARGETS:
        constant = values.get(f"potency on {target}") or dissociation_constant(agent, target)
        if constant is not None:
            yield Affinity(target, "Kd", constant)


def _fixed(number: UnknownNumber, score: float) -> Quantity:
    """The number at a score, without spread; none of them has a meaning below 0."""
    value = max(value_at(number.quantity, score), 0.0)
    return replace(number.quantity, value=value, distribution="fixed", spread=0.0)
