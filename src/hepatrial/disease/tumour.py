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

h and p do not depend on volume, so that ln S and ln R move over a day by integrals of known functions. Only the room
that is left, 1 - V/Vmax, looks back. Both cells are first grown in the room of the day's start; what fuller tissue
takes from them is added from the rise of V, which death does not change, as it moves tissue from S and R to N:

    dV/dt = (1 - V/Vmax) (a_S S + a_R R) - k_n N,       a = g (1 - p), and what a surge adds

The rise itself is held back as it goes on, with z its rate over Vmax: by 1 - z/3 + z^2/12 + ... for a rise in
proportion to time, taken as 1 / (1 + z/3 + z^2/36), which stays positive where a day is far too long for a patient.
"""

from __future__ import annotations

from typing import NamedTuple

from hepatrial.disease.arrays import Array, xp
from hepatrial.disease.over_day import OverDay, Relaxation, mean, relaxed

FASTEST_FED_PER_DAY = 0.7
"""Nothing doubles in less than a day: keeps extreme patients finite, whose few vessels a large surge would multiply."""


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
    return xp.minimum(kill_per_day * xp.maximum(log_supply, 0.0), FASTEST_FED_PER_DAY)


def tumour_over_day(
    tumour: Tumour,
    death: OverDay[Array],
    blocked: OverDay[Array],
    growth: Growth,
    fed: Array | None = None,
) -> OverDay[Tumour]:
    """Volumes over the day.

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
    open_sensitive = _growth_with_room(1.0, blocked, growth, fed)
    open_resistant = _growth_with_room(exposed, blocked, growth, fed)
    room = 1.0 - tumour.volume / growth.largest_volume_ml
    sensitive = _in_room_of_start(tumour.sensitive, open_sensitive, room, 1.0, death)
    resistant = _in_room_of_start(tumour.resistant, open_resistant, room, exposed, death)
    grown = OverDay(
        *(
            s * of_sensitive + r * of_resistant
            for s, of_sensitive, r, of_resistant in zip(
                sensitive, open_sensitive, resistant, open_resistant, strict=True
            )
        )
    )
    clearance = growth.necrosis_clearance
    arising = (tumour.sensitive + exposed * tumour.resistant) * death.start
    dead_middle = tumour.necrotic + 0.5 * (arising - clearance * tumour.necrotic)
    fuller = _mean_rise(room, grown, tumour.necrotic + 2.0 * dead_middle, growth)
    sensitive = _with_less_room(sensitive, fuller, open_sensitive)
    resistant = _with_less_room(resistant, fuller, open_resistant)

    source = OverDay(*((s + exposed * r) * h for s, r, h in zip(sensitive, resistant, death, strict=True)))
    necrotic = relaxed(tumour.necrotic, OverDay(*(flow / clearance for flow in source)), growth.clearing)
    # The middle is that of the cubic through both ends with their slopes.
    bend = source.start - source.end - clearance * (tumour.necrotic - necrotic)
    middle = xp.maximum(0.5 * (tumour.necrotic + necrotic) + 0.125 * bend, 0.0)
    return OverDay(
        tumour,
        Tumour(sensitive.middle, resistant.middle, middle),
        Tumour(sensitive.end, resistant.end, necrotic),
    )


def volume_from_diameters_ml(sld_mm: Array, n_lesions: Array) -> Array:
    """Total volume of ``n_lesions`` equal spheres whose diameters sum to ``sld_mm``, in mL."""
    return n_lesions * (xp.pi / 6.0) * (sld_mm / n_lesions) ** 3 / 1000.0


def relative_diameter(volume_ml: Array, baseline_volume_ml: Array) -> Array:
    """Sum of diameters relative to baseline when all lesions scale alike: the cube root of relative volume."""
    return xp.cbrt(volume_ml / baseline_volume_ml)


def _growth_with_room(
    share: Array | float, blocked: OverDay[Array], growth: Growth, fed: Array | None
) -> OverDay[Array]:
    """Growth a per day of cells of whose proliferation ``share`` can be blocked, were there no end to room."""
    opened = OverDay(*(growth.growth_per_day * (1.0 - share * p) for p in blocked))
    return opened if fed is None else OverDay(*(rate + fed for rate in opened))


def _in_room_of_start(
    volume: Array, opened: OverDay[Array], room: Array, exposed: Array | float, death: OverDay[Array]
) -> OverDay[Array]:
    """Volume of one kind of cells over the day while ``room`` stays; exact for rates that are parabolas.

    The middle is not half-way up ln volume where death or blockade change within the day.
    """
    half = xp.exp(0.5 * (room * mean(opened) - exposed * mean(death)))
    bend = (exposed * (death.end - death.start) - room * (opened.end - opened.start)) / 8.0
    bend = xp.maximum(bend, -1.0)  # nobody comes back from the dead where a step is too long
    return OverDay(volume, volume * half * (1.0 + bend), volume * half * half)


def _mean_rise(room: Array, grown: OverDay[Array], dead: Array, growth: Growth) -> Array:
    """Mean of V - V(0) over the day, over Vmax; ``dead`` is necrosis of the start and twice that of the middle.

    int_0^1 (1 - t) dV/dt dt by Simpson's rule, held back as it goes on.
    """
    rise = (room * (grown.start + 2.0 * grown.middle) - growth.necrosis_clearance * dead) / 6.0
    z = 0.5 * (grown.middle + grown.end) / growth.largest_volume_ml
    return rise / (growth.largest_volume_ml * (1.0 + z * (1.0 / 3.0 + z / 36.0)))


def _with_less_room(volume: OverDay[Array], fuller: Array, opened: OverDay[Array]) -> OverDay[Array]:
    """Volume with the room that is lost after the day's start; V rises in proportion to time, its loss to the square.

    Loss to second order; held within (0.5, 2.5) where a step is far too long for the patient.
    """
    less = xp.clip(fuller * (2.0 * opened.middle + opened.end) / 3.0, -1.0, 1.0)
    return OverDay(
        volume.start, volume.middle * (1.0 - 0.25 * less), volume.end * (1.0 - less * (1.0 - 0.5 * less))
    )
