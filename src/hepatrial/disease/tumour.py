"""Viable and necrotic tumour.

Sensitive (S) and resistant (R) viable volume grow at the patient's untreated rate g, slowed near a largest volume
and by inhibited proliferation; loss of vessel supply kills viable tissue, which turns necrotic (N) and is cleared
slowly:

    dS/dt = S (g (1 - V/Vmax)(1 - p) - h)               V = S + R + N
    dR/dt = R (g (1 - V/Vmax)(1 - (1 - rho) p) - (1 - rho) h)
    dN/dt = S h + R (1 - rho) h - k_n N
    h     = -g ln(x) / w0

x is vessel supply relative to the untreated tumour (`angiogenesis`), p the share of proliferation that is blocked
(`signalling`), rho the protection of resistant cells. With x = 1 and p = 0 growth is exponential at g and nothing
dies: growth and drug effect then scale together with g, and the effect goes to nothing as inhibition does, without
a threshold. -ln(x)/w0 is the Gompertz-like supply term ln(K/V) of Hahnfeldt et al. 1999 (Cancer Res 59:4770)
written relative to its untreated value w0.

S and R are held as logarithms, so that volumes stay positive and small resistant clones stay exact.
"""

from __future__ import annotations

from hepatrial.disease.arrays import Array, xp


def supply_loss_death_rate(growth_per_day: Array, vessel_supply: Array, vascular_ratio: Array) -> Array:
    """Death rate h of sensitive viable tissue from lost vessel supply, per day; 0 at full supply."""
    return -growth_per_day * xp.log(vessel_supply) / vascular_ratio


def viable_log_rates(
    growth_per_day: Array,
    room: Array,
    blocked_proliferation: Array,
    death_per_day: Array,
    protection: Array,
) -> tuple[Array, Array]:
    """Rates of ln S and ln R, per day; ``room`` is 1 - V/Vmax."""
    exposed = 1.0 - protection
    growth = growth_per_day * room
    sensitive = growth * (1.0 - blocked_proliferation) - death_per_day
    resistant = growth * (1.0 - exposed * blocked_proliferation) - exposed * death_per_day
    return sensitive, resistant


def necrotic_rate(
    sensitive_ml: Array,
    resistant_ml: Array,
    necrotic_ml: Array,
    death_per_day: Array,
    protection: Array,
    clearance_per_day: float,
) -> Array:
    """Rate of necrotic volume, mL per day."""
    return (
        sensitive_ml + (1.0 - protection) * resistant_ml
    ) * death_per_day - clearance_per_day * necrotic_ml


def volume_from_diameters_ml(sld_mm: Array, n_lesions: Array) -> Array:
    """Total volume of ``n_lesions`` equal spheres whose diameters sum to ``sld_mm``, in mL."""
    return n_lesions * (xp.pi / 6.0) * (sld_mm / n_lesions) ** 3 / 1000.0


def relative_diameter(volume_ml: Array, baseline_volume_ml: Array) -> Array:
    """Sum of diameters relative to baseline when all lesions scale alike: the cube root of relative volume."""
    return xp.cbrt(volume_ml / baseline_volume_ml)
