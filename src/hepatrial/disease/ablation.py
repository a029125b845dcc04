"""Thermal ablation and resection: the tumour that is seen is gone; what was not seen comes back.

**At the treatment.** Ablation of a lesion of diameter d is complete with the probability c(d) = expit(a - b
ln(d / 30 mm)), of n lesions with c^n (`tace.complete_share`). Incomplete ablation leaves a share viable.
Resection, and an ablation after which only patients with a complete response enter the trial, are complete.
Ablated tissue stays as necrosis, resected tissue is gone.

**Local recurrence.** After complete treatment a microscopic residue is left with the probability
r(d) = expit(q + b_r ln(d / 30 mm)); it is below what imaging shows, grows as tumour does, and is seen when it
is large enough. Without residue nothing is left to recur locally.

**Distant recurrence** is the process of new lesions (`hazards`), of which only the share v needs vessels now,
as micrometastases live without their own (Folkman 1971, 10.1056/NEJM197111182852108):

    l_N = l_N0 (g / g_ref)^m exp(spread) (v x + 1 - v)

An intrahepatic one is seeded with the volume at which imaging shows it, so that death from cancer can follow.
"""

from __future__ import annotations

from hepatrial.disease.arrays import Array, xp
from hepatrial.disease.tumour import Tumour


def residue_share(logit_at_30_mm: float, slope: float, log_diameter_30: Array) -> Array:
    """Probability r that complete treatment leaves a microscopic residue."""
    return 1.0 / (1.0 + xp.exp(-(logit_at_30_mm + slope * log_diameter_30)))


def resected(tumour: Tumour, left: Array) -> Tumour:
    """The tumour after a resection that leaves the share ``left`` of the viable: the rest is out of the body."""
    return Tumour(left * tumour.sensitive, left * tumour.resistant, xp.zeros_like(tumour.necrotic))


def seeded(tumour: Tumour, volume_ml: Array, resistant_share: Array) -> Tumour:
    """The tumour with a new intrahepatic lesion of ``volume_ml``, of which a share is resistant as at baseline."""
    return Tumour(
        tumour.sensitive + volume_ml * (1.0 - resistant_share),
        tumour.resistant + volume_ml * resistant_share,
        tumour.necrotic,
    )


def lesion_supply(supply: Array, vessel_dependent_share: float) -> Array:
    """What vessel supply makes of the intensity of new lesions, of which a share needs vessels.

    ``supply`` is what it makes of the intensity of those (`hazards.supply_of_new_lesions`).
    """
    return vessel_dependent_share * supply + (1.0 - vessel_dependent_share)
