"""Causes of resistance. Four are separable, and each can be switched off.

1. *Selection*: cells that were resistant at baseline outgrow the others (`tumour`: R, protection rho).
2. *Angiogenic escape*: lost signal calls up the FGF, Ang-2 and MET axis, dE/dt = k_E ((1 - A_direct) - E).
3. *Rewiring* of the tumour cell: receptors are made in response to lost output of ERK, dF/dt = k_F (1 - y_E - F), which
   raises their signal to 1 + r F (`proliferation`). The fast feedbacks are part of the network and stay on.
4. *Falling exposure*: the drift of clearance in the agent's pharmacokinetics (Arrondeau et al. 2012, PMID 22038662).

`ResistanceSwitches` multiplies each: 1 on, 0 off.
"""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.disease.arrays import Array
from hepatrial.disease.over_day import EARLY, LATE, AtNodes, OverDay, Relaxation, relaxed


@dataclass(frozen=True, slots=True)
class ResistanceSwitches:
    """Which causes of resistance are active, for asking what each of them costs."""

    selection: bool = True
    angiogenic_escape: bool = True
    rewiring: bool = True
    falling_exposure: bool = True


ALL_CAUSES = ResistanceSwitches()
"""Every cause of resistance active."""


def escape_over_day(escape: Array, direct_signal: OverDay[Array], day: Relaxation) -> AtNodes[Array]:
    """E over the day, a line: the escape axis follows the loss of direct angiogenic signal within months."""
    lost = OverDay(*(1.0 - signal for signal in direct_signal))
    end = relaxed(escape, lost, day)
    risen = end - escape
    return AtNodes(escape, escape + EARLY * risen, escape + LATE * risen, end)
