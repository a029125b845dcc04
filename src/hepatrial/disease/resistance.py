"""Causes of resistance. Four are separable, and each can be switched off.

1. *Selection*: cells that were resistant at baseline outgrow the others (`tumour`: R, protection rho).
2. *Angiogenic escape*: lost signal calls up the FGF, Ang-2 and MET axis, dE/dt = k_E ((1 - A_direct) - E).
3. *Rewiring* through feedbacks of the tumour cell, dF/dt = k_F (theta_RAF - F).
4. *Falling exposure*: the drift of clearance in the agent's pharmacokinetics (Arrondeau et al. 2012, PMID 22038662).

`ResistanceSwitches` multiplies each: 1 on, 0 off.
"""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.disease.arrays import Array


@dataclass(frozen=True, slots=True)
class ResistanceSwitches:
    """Which causes of resistance are active, for asking what each of them costs."""

    selection: bool = True
    angiogenic_escape: bool = True
    rewiring: bool = True
    falling_exposure: bool = True


def escape_rate(escape: Array, direct_signal: Array, rate_per_day: Array) -> Array:
    """dE/dt, per day: the escape axis follows the loss of direct angiogenic signal."""
    return rate_per_day * ((1.0 - direct_signal) - escape)


def rewiring_rate(rewiring: Array, raf_occupancy: Array, rate_per_day: float) -> Array:
    """dF/dt, per day: rewiring follows the occupancy of the inhibited node."""
    return rate_per_day * (raf_occupancy - rewiring)
