"""How complete an agent's record is: of the numbers that the model cannot do without, how many have a source."""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.agents.agent import Agent
from hepatrial.agents.potency import potency_used
from hepatrial.agents.targets import ACTING_TARGETS
from hepatrial.quantities import Quantity

NAMES = {
    "clearance_l_per_h": "clearance",
    "volume_l": "volume",
    "clearance_cv": "variability",
    "fraction_unbound": "free fraction",
    "hepatic_ratio B": "Child-Pugh B",
    "hepatic_ratio C": "Child-Pugh C",
    "potency": "potency",
    "adverse events": "adverse events",
    "reduction_given_event": "dose reductions",
    "withdrawal_given_event": "withdrawals",
    "fatal_given_event": "fatal events",
}
"""What is counted, with the words of the catalogue's table."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """Names of the numbers that have a source, that are assumed, and that are missing."""

    sourced: tuple[str, ...]
    assumed: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Share of the needed numbers that have a source, in percent."""
        return round(100 * len(self.sourced) / len(NAMES))


def completeness(agent: Agent) -> Completeness:
    """Count the needed numbers of an agent by what stands behind them."""
    found = {name: _number(agent, name) for name in NAMES}
    return Completeness(
        sourced=tuple(NAMES[n] for n, number in found.items() if number and number.grade != "assumed"),
        assumed=tuple(NAMES[n] for n, number in found.items() if number and number.grade == "assumed"),
        missing=tuple(NAMES[n] for n, number in found.items() if number is None),
    )


def _number(agent: Agent, name: str) -> Quantity | None:
    if name.startswith("hepatic_ratio"):
        return agent.pharmacokinetics.hepatic_ratio.get(name[-1])
    if name == "potency":
        used = [potency_used(agent, target) for target in ACTING_TARGETS]
        return min(
            (u.potency for u in used if u), key=lambda q: (q.grade == "assumed", q.value), default=None
        )
    if name == "adverse events":
        shares = [event.probability for event in agent.adverse_events]
        return None if None in shares else min(shares, key=lambda s: s.grade == "assumed", default=None)
    return getattr(agent, name, None) or getattr(agent.pharmacokinetics, name, None)
