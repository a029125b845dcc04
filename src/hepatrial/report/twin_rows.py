"""The true effect of treatment on each virtual patient of a run."""

from __future__ import annotations

import numpy as np

from hepatrial.analysis import TwinEffect, twin_effect
from hepatrial.conduct.endpoints import death_days
from hepatrial.virtual_trial import VirtualTrial


def twin_rows(result: VirtualTrial) -> tuple[TwinEffect, ...]:
    """A record a comparison, over complete survival within the protocol's horizon."""
    days = {
        arm.name: death_days(outcomes)
        for arm, outcomes in zip(result.protocol.arms, result.outcomes, strict=True)
    }
    horizon = float(np.floor(result.protocol.horizon_days))
    return tuple(
        twin_effect(arm, control, days[arm], days[control], horizon)
        for arm, control in result.protocol.comparisons
    )
