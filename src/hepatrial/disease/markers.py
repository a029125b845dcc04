"""Circulating markers, each relative to its own baseline, as turnover models.

    AFP       da/dt = k_a (Vv / Vv(0) - a)                       produced by viable tumour
    VEGF      dv/dt = k_v (1 + q (1 - x) - (1 - i_v theta) v)     hypoxia feeds it, blocked receptors clear it less
    sVEGFR-2  ds/dt = k_s (1 - i_s theta - s)                     shedding falls with receptor occupancy

theta is the occupancy of VEGFR2, x vessel supply, Vv viable volume. That a VEGFR inhibitor slows the loss of VEGF and
the production of sVEGFR-2 follows Hansson et al. 2013 (10.1038/psp.2013.61).
"""

from __future__ import annotations

from hepatrial.disease.arrays import Array


def afp_rate(afp: Array, relative_viable_volume: Array, turnover_per_day: float) -> Array:
    """Rate of tumour-borne AFP relative to baseline, per day."""
    return turnover_per_day * (relative_viable_volume - afp)


def vegf_rate(
    vegf: Array,
    vessel_supply: Array,
    vegfr2_occupancy: Array,
    turnover_per_day: float,
    hypoxia_gain: float,
    clearance_block: float,
) -> Array:
    """Rate of VEGF relative to baseline, per day."""
    production = 1.0 + hypoxia_gain * (1.0 - vessel_supply)
    return turnover_per_day * (production - (1.0 - clearance_block * vegfr2_occupancy) * vegf)


def svegfr2_rate(
    svegfr2: Array, vegfr2_occupancy: Array, turnover_per_day: float, shedding_block: float
) -> Array:
    """Rate of sVEGFR-2 relative to baseline, per day."""
    return turnover_per_day * (1.0 - shedding_block * vegfr2_occupancy - svegfr2)
