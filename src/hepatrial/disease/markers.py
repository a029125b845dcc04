"""Circulating markers, each relative to its own baseline, as turnover models.

    AFP       da/dt = k_a (Vv / Vv(0) - a)                       produced by viable tumour
    VEGF      dv/dt = k_v (1 + q (1 - x) - (1 - i_v theta) v)     hypoxia feeds it, blocked receptors clear it less
    sVEGFR-2  ds/dt = k_s (1 - i_s theta - s)                     shedding falls with receptor occupancy

theta is the occupancy of VEGFR2, x vessel supply, Vv viable volume. That a VEGFR inhibitor slows the loss of VEGF and
the production of sVEGFR-2 follows Hansson et al. 2013 (10.1038/psp.2013.61). AFP and sVEGFR-2 relax to what drives
them and are solved by `over_day`; VEGF, whose rate of loss varies, by one Runge-Kutta step a day.
"""

from __future__ import annotations

from hepatrial.disease.arrays import Array
from hepatrial.disease.over_day import OverDay


def shed_receptor_level(vegfr2_occupancy: Array, shedding_block: float) -> Array:
    """Level to which sVEGFR-2 relaxes, relative to baseline."""
    return 1.0 - shedding_block * vegfr2_occupancy


def vegf_after_day(
    vegf: Array,
    supply: OverDay[Array],
    occupancy: OverDay[Array],
    turnover_per_day: float,
    hypoxia_gain: float,
    clearance_block: float,
) -> Array:
    """VEGF relative to baseline a day later."""
    production = OverDay(*(turnover_per_day * (1.0 + hypoxia_gain * (1.0 - x)) for x in supply))
    loss = OverDay(*(turnover_per_day * (1.0 - clearance_block * theta) for theta in occupancy))
    first = production.start - loss.start * vegf
    second = production.middle - loss.middle * (vegf + 0.5 * first)
    third = production.middle - loss.middle * (vegf + 0.5 * second)
    fourth = production.end - loss.end * (vegf + third)
    return vegf + (first + 2.0 * (second + third) + fourth) / 6.0
