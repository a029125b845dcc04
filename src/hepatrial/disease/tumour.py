"""Viable and necrotic tumour.

Sensitive (S) and resistant (R) viable volume grow at the patient's untreated rate g, slowed near a largest
volume and by inhibited proliferation; loss of vessel supply kills viable tissue, which turns necrotic (N) and
is cleared slowly:

    dS/dt = S (g (1 - V/Vmax)(1 - p) - h)               V = S + R + N
    dR/dt = R (g (1 - V/Vmax)(1 - (1 - rho) p) - (1 - rho) h)
    dN/dt = (S + (1 - rho) R) h - k_n N
    h     = -g ln(x) / w0

x is vessel supply relative to the untreated tumour (`angiogenesis`), p the share of proliferation that is
blocked (`signalling`), rho the protection of resistant cells. With x = 1 and p = 0 growth is exponential at g
and nothing dies: growth and drug effect then scale together with g, and the effect goes to nothing as
inhibition does, without a threshold. Only a surge of growth factor (`tace`) takes x above 1. Then h is 0, and
the growth -h (1 - V/Vmax) that it would stand for is added to S and R alike: protection is from drug effect,
the dead don't come back, and more vessels make no more room. -ln(x)/w0 is the Gompertz-like supply term
ln(K/V) of Hahnfeldt et al. 1999 (Cancer Res 59:4770) written relative to its untreated value w0.

h and p do not depend on volume, so ln S and ln R move over a day by integrals of known functions; only the
room that is left, 1 - V/Vmax, looks back, and is corrected once with the volume at the end of the day.
"""

from __future__ import annotations

from typing import NamedTuple

from hepatrial.disease.arrays import Array, xp
from hepatrial.disease.over_day import OverDay, Relaxation, mean, relaxed


class Tumour(NamedTuple):
    """Volumes in mL, shape (n,)."""

    sensitive: Array
    resistant: Array
    necrotic: Array

    @property
    def viable(self) -> Array:
        return self.sensitive + self.resistant

    @property
    def volume(self) -> Array:
        return self.sensitive + self.resistant + self.necrotic


class Growth(NamedTuple):
    """What growth needs beside the drive of the day."""

    growth_per_day: Array
    largest_volume_ml: Array
    protection: Array
    necrosis_clearance: Array
    clearing: Relaxation  # at the rate of necrosis clearance


def supply_loss_death_rate(kill_per_day: Array, log_supply: Array) -> Array:
    """Death rate h of sensitive viable tissue, per day; ``kill_per_day`` is g / w0; exactly 0 at full supply."""
    return -kill_per_day * log_supply


def fed_by_supply(kill_per_day: Array, log_supply: Array) -> Array:
    """Growth that supply above the untreated one adds, per day: where h would be negative, -h, else exactly 0."""
    return kill_per_day * xp.maximum(log_supply, 0.0)


def tumour_after_day(
    tumour: Tumour,
    death: OverDay[Array],
    blocked: OverDay[Array],
    growth: Growth,
    fed: Array | None = None,
) -> Tumour:
    """Volumes a day later.

    Parameters
    ----------
    death
        Death rate h of sensitive tissue over the day, per day.
    blocked
        Share p of proliferation that is blocked, over the day.
    fed
        Growth that supply above the untreated one adds to all viable tissue where there is room, mean over the day,
        per day.
    """
    exposed = 1.0 - growth.protection
    deaths, blocks = mean(death), mean(blocked)
    open_sensitive, open_resistant = 1.0 - blocks, 1.0 - exposed * blocks
    start = tumour.volume
    filled = start / growth.largest_volume_ml
    growing = growth.growth_per_day * (1.0 - filled)
    rise_sensitive = growing * open_sensitive - deaths
    rise_resistant = growing * open_resistant - exposed * deaths
    if fed is not None:
        rise_sensitive, rise_resistant = (
            rise + fed * (1.0 - filled) for rise in (rise_sensitive, rise_resistant)
        )
    sensitive = tumour.sensitive * xp.exp(rise_sensitive)
    resistant = tumour.resistant * xp.exp(rise_resistant)

    dying = tumour.sensitive + exposed * tumour.resistant
    dying_later = sensitive + exposed * resistant
    # ln S is no straight line where death or blockade change within the day: its middle by the parabola through them.
    bend = (death.end - death.start + growing * (blocked.end - blocked.start)) / 8.0
    bend = xp.maximum(bend, -1.0)  # nobody comes back from the dead where a step is too long
    dying_middle = geometric_mean(dying, dying_later) * (1.0 + bend)
    source = OverDay(dying * death.start, dying_middle * death.middle, dying_later * death.end)
    necrotic = relaxed(
        tumour.necrotic, OverDay(*(flow / growth.necrosis_clearance for flow in source)), growth.clearing
    )

    end = sensitive + resistant + necrotic
    fuller = (start + 4.0 * geometric_mean(start, end) + end) / (6.0 * growth.largest_volume_ml) - filled
    less = growth.growth_per_day * fuller
    less_sensitive, less_resistant = less * open_sensitive, less * open_resistant
    if fed is not None:
        less_sensitive, less_resistant = less_sensitive + fed * fuller, less_resistant + fed * fuller
    return Tumour(sensitive * _one_less(less_sensitive), resistant * _one_less(less_resistant), necrotic)


def geometric_mean(start: Array, end: Array) -> Array:
    """Value in the middle of a day of a quantity that changes exponentially."""
    return xp.sqrt(start * end)


def volume_from_diameters_ml(sld_mm: Array, n_lesions: Array) -> Array:
    """Total volume of ``n_lesions`` equal spheres whose diameters sum to ``sld_mm``, in mL."""
    return n_lesions * (xp.pi / 6.0) * (sld_mm / n_lesions) ** 3 / 1000.0


def relative_diameter(volume_ml: Array, baseline_volume_ml: Array) -> Array:
    """Sum of diameters relative to baseline when all lesions scale alike: the cube root of relative volume."""
    return xp.cbrt(volume_ml / baseline_volume_ml)


def _one_less(small: Array) -> Array:
    """exp(-small) to second order; held within (0.5, 2.5) where a step is far too long for the patient."""
    held = xp.clip(small, -1.0, 1.0)
    return 1.0 - held * (1.0 - 0.5 * held)
