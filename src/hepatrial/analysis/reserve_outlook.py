"""What becomes of subjects of like liver reserve under each arm: survival, and months lost to each cause of death."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from hepatrial.analysis.arms import median_months
from hepatrial.analysis.estimable import estimated
from hepatrial.analysis.reserve_groups import ReserveGroup
from hepatrial.survival import time_lost
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class ArmOutlook:
    """Subjects of one group of reserve under one arm.

    Attributes
    ----------
    n
        Subjects.
    os_median_months, os_median_ci
        None where it is not reached.
    lived_months, lost_months
        Restricted mean time lived within the window, and lost to each cause by its name; they add up to the window.
        None and empty where follow-up is shorter than the window.
    """

    scale: str
    label: str
    arm: str
    n: int
    os_median_months: float | None
    os_median_ci: list[float | None]
    lived_months: float | None
    lost_months: dict[str, float]


def outlook_by_reserve(
    trial: TrialData, groups: Sequence[ReserveGroup], window_months: float
) -> tuple[ArmOutlook, ...]:
    """A record a group and arm, in the order of the groups and of the trial's arms."""
    return tuple(
        _outlook(
            replace(trial, subjects=trial.subjects.filter(pl.Series(group.members))),
            group,
            arm,
            window_months,
        )
        for group in groups
        for arm in trial.arms
    )


def _outlook(own: TrialData, group: ReserveGroup, arm: str, window_months: float) -> ArmOutlook:
    median, limits = median_months(own, "OS", arm)
    times = own.times("OS", arm)
    lost = estimated(lambda: time_lost(times, window_months * DAYS_PER_MONTH))
    return ArmOutlook(
        scale=group.scale,
        label=group.label,
        arm=arm,
        n=len(times.time_days),
        os_median_months=median,
        os_median_ci=limits,
        lived_months=None if lost is None else lost.lived / DAYS_PER_MONTH,
        lost_months={}
        if lost is None
        else {
            cause: float(days) / DAYS_PER_MONTH for cause, days in zip(lost.causes, lost.days, strict=True)
        },
    )
