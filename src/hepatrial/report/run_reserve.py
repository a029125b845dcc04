"""A run by liver reserve: survival, time lost by cause, and the arm's effect, in all virtual patients as twins.

The trial's own patients, none of them lost and no data cut, in groups of Child-Pugh class and of ALBI grade.
`hepatrial liver` looks beyond the trial's eligibility; this does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from hepatrial.analysis import (
    ArmOutlook,
    ReserveEffect,
    ReserveGroup,
    benefit_by_reserve,
    outlook_by_reserve,
    reserve_groups,
)
from hepatrial.analysis.reserve_groups import ALBI_GRADE, CHILD_PUGH_CLASS
from hepatrial.conduct.endpoints import observe
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH
from hepatrial.virtual_trial import VirtualTrial

SCALES = (CHILD_PUGH_CLASS, ALBI_GRADE)
FEWEST_PATIENTS = 20
"""Virtual patients of a group below which it is left out: its median would be that of a handful."""
USUAL_WINDOW_MONTHS = 12.0


@dataclass(frozen=True, slots=True)
class RunReserve:
    """Results by liver reserve; scales on which all patients are alike are left out.

    Attributes
    ----------
    twins
        All virtual patients, followed to the horizon.
    outlook
        A record a group and arm.
    effects
        A record a comparison and group; empty in a trial of one arm.
    """

    window_months: float
    twins: TrialData
    groups: tuple[ReserveGroup, ...]
    outlook: tuple[ArmOutlook, ...]
    effects: tuple[ReserveEffect, ...]


def run_reserve(result: VirtualTrial) -> RunReserve | None:
    """Analyse a run by liver reserve; None where its patients are alike, or too few, on every scale."""
    twins = _followed_to_the_end(result)
    groups = _compared(twins)
    if not groups:
        return None
    protocol = result.protocol
    window = min(
        protocol.analysis.rmst_months or USUAL_WINDOW_MONTHS,
        np.floor(protocol.horizon_days) / DAYS_PER_MONTH,
    )
    return RunReserve(
        window_months=float(window),
        twins=twins,
        groups=groups,
        outlook=outlook_by_reserve(twins, groups, window),
        effects=tuple(
            effect
            for arm, control in protocol.comparisons
            for effect in benefit_by_reserve(twins, arm, control, window, groups=groups)
        ),
    )


def reserve_record(found: RunReserve | None) -> dict[str, Any] | None:
    """The same as plain data, for ``summary.json``."""
    if found is None:
        return None
    return {
        "window_months": found.window_months,
        "arms": [
            {
                "scale": row.scale,
                "group": row.label,
                "arm": row.arm,
                "patients": row.n,
                "os_median_months": row.os_median_months,
                "os_median_ci": row.os_median_ci,
                "lived_months": row.lived_months,
                "lost_months": row.lost_months,
            }
            for row in found.outlook
        ],
        "comparisons": [
            {
                "scale": effect.scale,
                "group": effect.label,
                "arm": effect.arm,
                "control": effect.control,
                "hr": effect.hazard_ratio.hr if effect.hazard_ratio else None,
                "ci": [effect.hazard_ratio.lower, effect.hazard_ratio.upper] if effect.hazard_ratio else None,
                "change_months": {
                    time.what: {
                        "value": time.change.value,
                        "lower": time.change.lower,
                        "upper": time.change.upper,
                    }
                    for time in effect.times
                },
            }
            for effect in found.effects
        ],
    }


def _compared(twins: TrialData) -> tuple[ReserveGroup, ...]:
    """Groups large enough, of scales that have at least two of them."""
    fewest = FEWEST_PATIENTS * len(twins.arms)
    large = [group for group in reserve_groups(twins) if group.members.sum() >= fewest]
    return tuple(
        group
        for scale in SCALES
        for group in large
        if group.scale == scale and sum(other.scale == scale for other in large) > 1
    )


def _followed_to_the_end(result: VirtualTrial) -> TrialData:
    """The twins with survival up to the horizon; what else a data cut ends is not kept."""
    n = len(result.outcomes[0].cancer_death)
    end = np.full(n, np.floor(result.protocol.horizon_days))
    seen = [observe(one, end, result.protocol.visits.scan_interval_days) for one in result.outcomes]
    kept = result.population.subjects.drop("decompensation_days", "decompensation_event", strict=False)
    subjects = kept.with_columns(
        os_days=pl.Series(np.concatenate([one.os_days for one in seen])),
        os_event=pl.Series(np.concatenate([one.os_event for one in seen])),
    )
    return replace(result.population, subjects=subjects, cut_day=None)
