"""Liver function as the ALBI score (higher is worse).

    L(t)  = L(0) + chronic(t) + injury(t)
    d chronic/dt = a_c + a_T V / V_liver
    d injury/dt  = k_i (j_drug - injury)

The chronic part worsens with the cirrhosis and as tumour takes the place of liver; the drug's injury has a level in
proportion to exposure and is reversible. ALBI = 0.66 log10(bilirubin, umol/L) - 0.085 (albumin, g/L) (Johnson et al.
2015, 10.1200/JCO.2014.57.9151). A change is split between albumin and bilirubin in a fixed share for the labs.
"""

from __future__ import annotations

from hepatrial.disease.arrays import Array, xp

ALBI_BILIRUBIN = 0.66
ALBI_ALBUMIN = -0.085


def chronic_rate(
    cirrhosis_per_day: Array, tumour_per_day: float, volume_ml: Array, liver_volume_ml: float
) -> Array:
    """Worsening of ALBI from cirrhosis and tumour load, units per day."""
    return cirrhosis_per_day + tumour_per_day * volume_ml / liver_volume_ml


def albumin_and_bilirubin(
    albumin_g_l: Array, bilirubin_umol_l: Array, albi_change: Array, albumin_share: float
) -> tuple[Array, Array]:
    """Albumin (g/L) and bilirubin (umol/L) after a change of ALBI of which a share comes through albumin."""
    albumin = albumin_g_l + albumin_share * albi_change / ALBI_ALBUMIN
    bilirubin = bilirubin_umol_l * 10.0 ** ((1.0 - albumin_share) * albi_change / ALBI_BILIRUBIN)
    return xp.maximum(albumin, 10.0), bilirubin
