"""Which of an agent's published potencies is used on a target, and what it is worth as a dissociation constant.

One rule for every agent and target:

1. a potency with a source comes before one that was not confirmed (graded *assumed*);
2. then by kind, in the order of `KINDS`: the apparent dissociation constant of the free ligand in patients (Kss), Kd,
   Ki, the biochemical IC50, the IC50 in cells;
3. of two of one kind, the first in the file.

Kss, Kd and Ki are dissociation constants. An IC50 stands for one: its value is kept, its grade becomes *assumed*, and
`IC50_LOG_SD` is added to its spread. By Cheng and Prusoff an IC50 exceeds Ki by 1 + [ATP]/Km, which is rarely
reported; over a public collection IC50 is about twice Ki and its log scatters by a quarter more (Kalliokoski et al.
2013, 10.1371/journal.pone.0061007). A factor of two lies well within the spread that is added.
"""

from __future__ import annotations

import math
from dataclasses import replace

from hepatrial.agents.agent import Affinity, Agent
from hepatrial.quantities import Quantity

KINDS = ("Kss", "Kd", "Ki", "IC50", "cell IC50")
"""From the kind that is trusted most to the one that is trusted least."""

DISSOCIATION_CONSTANTS = ("Kss", "Kd", "Ki")

IC50_LOG_SD = 1.0
"""Added to the log of an IC50 that stands for Kd; the least spread of any assumed number on a log scale."""


def potency_used(agent: Agent, target: str) -> Affinity | None:
    """The potency by which the agent acts on a target; None where the file has none for it."""
    found = [affinity for affinity in agent.affinities if affinity.target == target and affinity.potency]
    return min(found, key=_rank, default=None)


def dissociation_constant(agent: Agent, target: str) -> Quantity | None:
    """The dissociation constant in nM that the model uses, ``math.inf`` for no binding; None where nothing is known."""
    used = potency_used(agent, target)
    if used is None or used.kind in DISSOCIATION_CONSTANTS or math.isinf(used.potency.value):
        return used and used.potency
    return replace(
        used.potency,
        grade="assumed",
        distribution="lognormal",
        spread=math.hypot(_log_sd(used.potency), IC50_LOG_SD),
        note=f"{used.kind} in place of Kd. {used.potency.note}".strip(),
    )


def inverse_constant_per_nm(agent: Agent, target: str) -> float:
    """Effective potency over the dissociation constant; 0 where the agent does not bind or nothing is known."""
    constant = dissociation_constant(agent, target)
    return 0.0 if constant is None else agent.effective_potency.value / constant.value


def _rank(affinity: Affinity) -> tuple[bool, int]:
    return affinity.potency.grade == "assumed", KINDS.index(affinity.kind)


def _log_sd(potency: Quantity) -> float:
    return potency.spread if potency.distribution == "lognormal" else 0.0
