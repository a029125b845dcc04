"""Angiogenic signal and vessel supply.

The signal A is the share of pro-angiogenic signalling that is left, a weighted mean over receptors of what is not
occupied by drug, partly made up for by the escape axis (`resistance`):

    A_direct = 1 - sum_j a_j theta_j                     (sum_j a_j = 1)
    theta_VEGFR2 -> 1 - (1 - theta_VEGFR2)(1 - theta_VEGFA), as an antibody may catch the ligand instead
    A        = A_direct + e E (1 - theta_escape)(1 - A_direct)

theta_escape is the weighted mean occupancy of FGFR1, TIE2 and MET.

Vessel supply K per tumour volume V follows a carrying capacity of the Hahnfeldt type (Hahnfeldt et al. 1999) with
recruitment proportional to tumour and signal, dK/dt = b A V - d K. For x = (K/V) relative to the untreated tumour,
with dilution by growth taken at its untreated rate g,

    dx/dt = (d + g)(A - x),      x(0) = 1.

x is linear in A, stays between A and 1, and equals 1 for ever when nothing is inhibited.
"""

from __future__ import annotations

from collections.abc import Sequence

from hepatrial.disease.arrays import Array, xp
from hepatrial.disease.over_day import AtNodes, FastRelaxation, OverDay, relaxed_over_day


def direct_signal(occupancies: Sequence[Array], weights: Sequence[float]) -> Array:
    """Angiogenic signal left by receptor occupancy alone, between 0 and 1; exactly 1 without occupancy."""
    return 1.0 - sum(weight * occupancy for weight, occupancy in zip(weights, occupancies, strict=True))


def blocked_by_either(receptor: Array, ligand: Array) -> Array:
    """Share of a receptor's signalling that is blocked where an agent holds the receptor or its ligand."""
    return 1.0 - (1.0 - receptor) * (1.0 - ligand)


def restored_signal(direct: Array, escape: Array, capacity: Array, escape_occupancy: Array) -> Array:
    """Signal after the escape axis has made up for part of the loss."""
    return direct + capacity * escape * (1.0 - escape_occupancy) * (1.0 - direct)


def vessel_supply_over_day(supply: Array, signal: AtNodes[Array], weights: FastRelaxation) -> OverDay[Array]:
    """Vessel supply x over the day.

    Exact for a signal that is a cubic (`over_day`). One that falls within hours is none, and where vessels turn over
    several times a day x would fall below nothing: it is held to half of what is left without any signal, x exp(-rate),
    which the exact x exceeds.
    """
    moved = relaxed_over_day(supply, signal, weights)
    least = 0.5 * supply * (1.0 - sum(weights.end))
    return OverDay(supply, xp.maximum(moved.middle, least), xp.maximum(moved.end, least))
