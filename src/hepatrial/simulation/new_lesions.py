"""New lesions in the course of a patient: how fast they come, and where, if a trial tells kinds apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as xp

from hepatrial.disease import ablation
from hepatrial.simulation.events import NEVER, Array

if TYPE_CHECKING:
    from hepatrial.simulation.day import Carry, Given


def crossed(known: Array, before: Array, after: Array, threshold: Array, day: Array) -> Array:
    """Day on which a cumulative hazard crosses its threshold, interpolated within the day, or what is ``known``."""
    share = (threshold - before) / xp.maximum(after - before, 1e-30)
    crossing = (before < threshold) & (after >= threshold)
    return xp.where(crossing, day + xp.clip(share, 0.0, 1.0), known)


def new_lesion_risk(supply: Array, given: Given) -> Array:
    """Cumulative intensity of new lesions over the day; ``supply`` is what vessel supply makes of it."""
    if given.locoregional is None:
        return given.person.new_lesion_per_day * supply
    c = given.locoregional.constants
    return (
        given.person.new_lesion_per_day
        * c.lesion_factor
        * ablation.lesion_supply(supply, c.vessel_dependent_share)
    )


def kinds_of_lesions(
    carry: Carry, new_lesion: Array, lesion_day: Array, day: Array, given: Given
) -> tuple[Carry, Array]:
    """The carry with new lesions by kind, and the day of the lesion that raises the hazard of cancer death.

    Where kinds are told apart that is an extrahepatic one, of which the published ratio is; an intrahepatic
    one adds its volume, and procedures treat it.
    """
    if given.locoregional is None:
        return carry, lesion_day
    course, luck, before = carry.locoregional, given.locoregional.luck, carry.cumulative.new_lesion
    inside = crossed(course.intrahepatic, before, new_lesion, luck.intrahepatic, day)
    outside = crossed(course.extrahepatic, before, new_lesion, luck.extrahepatic, day)
    appeared = xp.sum((inside < NEVER) & (course.intrahepatic >= NEVER), axis=0)
    seed = given.locoregional.constants.seed_ml * appeared
    tumour = ablation.seeded(carry.state.tumour, seed, given.locoregional.person.resistant_share)
    return carry._replace(
        state=carry.state._replace(tumour=tumour),
        locoregional=course._replace(intrahepatic=inside, extrahepatic=outside),
    ), outside
