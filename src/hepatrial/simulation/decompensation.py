"""Decompensation in the course of a patient: when it comes, how long it lasts, and the treatment that it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax.numpy as xp
import numpy as np

from hepatrial.disease.decompensation import Decompensation
from hepatrial.simulation.events import LIVER_FAILS, NEVER, Array, Luck

if TYPE_CHECKING:
    from hepatrial.simulation.day import Carry


def recovery_day(onset_day: Array, luck: Luck, c: Decompensation) -> Array:
    """Day on which a decompensation has recovered; `NEVER` or later without one."""
    return onset_day + luck.recovery / xp.maximum(c.recovery, 1e-12)


def stopped_by_decompensation(carry: Carry, day: Array, luck: Luck, c: Decompensation) -> Carry:
    """Trial treatment ends on the day after a decompensation, in the patients in whom it does so.

    It ends under placebo too: physicians are blind. Embolisation has its own rules for the liver and goes on.
    """
    onset = carry.dates.decompensation
    now = (onset >= day) & (onset < day + 1.0) & (luck.liver_stop < c.stop_share)
    carry = carry._replace(
        agents=tuple(a._replace(off_until=xp.where(now, NEVER, a.off_until)) for a in carry.agents)
    )
    course, dates = carry.locoregional, carry.dates
    ends = now & (dates.stop >= NEVER)
    dates = dates._replace(stop_for_adverse_event=xp.where(ends, LIVER_FAILS, dates.stop_for_adverse_event))
    if course is not None:
        agents_end = xp.where(now, xp.minimum(course.agents_end, day + 1.0), course.agents_end)
        return carry._replace(dates=dates, locoregional=course._replace(agents_end=agents_end))
    return carry._replace(dates=dates._replace(stop=xp.where(ends, day + 1.0, dates.stop)))


def decompensated_on(days: np.ndarray, onset_day: np.ndarray, recovered_day: np.ndarray) -> np.ndarray:
    """Whether a patient who was not at baseline is decompensated, shape (days, n)."""
    return (days[:, None] >= onset_day) & (days[:, None] < recovered_day)
