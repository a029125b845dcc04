"""An agent with some of its numbers replaced, by their names: what a fit or a draw says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from hepatrial.agents.agent import Agent
from hepatrial.quantities import DistributionName, Quantity

REPLACEABLE: Mapping[str, DistributionName] = MappingProxyType(
    {"effective_potency": "lognormal", "effective_toxicity": "lognormal", "fatal_given_event": "logitnormal"}
)


def with_values(
    agent: Agent, values: Mapping[str, float], spreads: Mapping[str, float] = MappingProxyType({})
) -> Agent:
    """The agent with new values of quantities of `REPLACEABLE`.

    Parameters
    ----------
    values
        By name of the quantity.
    spreads
        Their uncertainty on the scale of the quantity's distribution; none where it is not given, as in a draw.

    Raises
    ------
    KeyError
        For a name that cannot be replaced.
    """
    changed = {name: _fitted(name, value, spreads.get(name, 0.0)) for name, value in values.items()}
    return replace(agent, **changed) if changed else agent


def _fitted(name: str, value: float, spread: float) -> Quantity:
    return Quantity(
        value=float(value),
        unit="1",
        grade="fitted",
        source="Fitted to trials of HCC, with all that the calibration used (docs/calibration.md).",
        distribution=REPLACEABLE[name],
        spread=float(spread),
    )
