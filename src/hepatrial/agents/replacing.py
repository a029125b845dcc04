"""An agent with some of its numbers replaced, by their names: what a fit or a draw says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hepatrial.agents.agent import Agent
from hepatrial.quantities import Quantity

REPLACEABLE = ("effective_potency", "effective_toxicity", "fatal_given_event")


def with_values(agent: Agent, values: Mapping[str, float]) -> Agent:
    """The agent with new values of quantities of `REPLACEABLE`; raises KeyError for another name."""
    for name in values:
        if name not in REPLACEABLE:
            raise KeyError(name)
    changed = {name: _replaced(getattr(agent, name, None), value) for name, value in values.items()}
    return replace(agent, **changed) if changed else agent


def _replaced(quantity: Quantity | None, value: float) -> Quantity:
    if quantity is None:
        return Quantity(value=float(value), unit="1", grade="fitted", source="the calibration")
    return replace(quantity, value=float(value), grade="fitted")
