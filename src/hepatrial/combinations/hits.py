"""What doses of agents leave of each node of the tumour cell's network.

Average free concentration at steady state, typical patient, Child-Pugh A, start of treatment; agents on one target
compete: left = 1 / (1 + sum of free concentration over dissociation constant). Gaps of an agent are filled from its
class, as in a trial.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.agents import Agent, completed, fillings, inverse_constant_per_nm, usual_free_nm
from hepatrial.signalling import Left

NODE_OF_TARGET = {
    "EGFR": "egfr",
    "MET": "met",
    "FGFR4": "fgfr4",
    "IGF1R": "igf1r",
    "RAF1": "raf",
    "MEK": "mek",
    "ERK": "erk",
    "PI3K": "pi3k",
    "AKT": "akt",
    "MTOR": "mtor",
    "S6K": "s6k",
}
"""Nodes by the name that the catalogue gives the target. RAF1 stands for RAF, as in the patient model."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What one agent does to the network, by its dose.

    Attributes
    ----------
    bound_at_usual
        Free concentration over dissociation constant at the usual dose, by node; nodes that it does not bind are left
        out.
    dose_exponent
        Exposure goes with the dose to this power.
    assumed
        Numbers behind ``bound_at_usual`` that no source gave and the agent's class stands in for, in words.
    """

    usual_mg_per_day: float
    bound_at_usual: dict[str, float]
    dose_exponent: float
    assumed: tuple[str, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        return tuple(self.bound_at_usual)

    def exposure(self, mg_per_day: np.ndarray) -> np.ndarray:
        """Exposure at a dose, relative to that at the usual one; 0 at dose 0."""
        return (np.asarray(mg_per_day, dtype=float) / self.usual_mg_per_day) ** self.dose_exponent

    def bound(self, node: str, exposure: np.ndarray) -> np.ndarray:
        """Free concentration over dissociation constant at an exposure relative to that at the usual dose."""
        return self.bound_at_usual.get(node, 0.0) * np.asarray(exposure, dtype=float)


def hits_of(agent: Agent) -> Hits:
    """The hits of an agent of the catalogue or of one's own."""
    whole = completed(agent)
    free = usual_free_nm(whole)
    inverse = {node: inverse_constant_per_nm(whole, target) for target, node in NODE_OF_TARGET.items()}
    exponent = whole.pharmacokinetics.exposure_dose_exponent
    return Hits(
        usual_mg_per_day=agent.usual_dose_mg / agent.usual_interval_days,
        bound_at_usual={node: free * value for node, value in inverse.items() if value > 0.0},
        dose_exponent=1.0 if exponent is None else exponent.value,
        assumed=tuple(gap.words for gap in fillings(agent) if _bears_on_binding(gap.name)),
    )


def _bears_on_binding(gap: str) -> bool:
    return (
        gap in ("clearance_l_per_h", "fraction_unbound") or gap.removeprefix("potency on ") in NODE_OF_TARGET
    )


def left_by(hits: Sequence[Hits], mg_per_day: Sequence[np.ndarray]) -> Left:
    """Share left of every node under agents at doses per day; exactly 1 where no agent binds."""
    return left_at(hits, [one.exposure(dose) for one, dose in zip(hits, mg_per_day, strict=True)])


def left_at(hits: Sequence[Hits], exposures: Sequence[np.ndarray]) -> Left:
    """Share left of every node at exposures relative to those at usual doses."""
    given = list(zip(hits, exposures, strict=True))
    return Left(
        **{
            node: 1.0 / (1.0 + sum(one.bound(node, exposure) for one, exposure in given))
            for node in NODE_OF_TARGET.values()
        }
    )
