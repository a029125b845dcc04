"""Length of follow-up by the reverse Kaplan-Meier method."""

from __future__ import annotations

import numpy as np

from hepatrial.analysis.arms import in_months
from hepatrial.analysis.estimable import estimated
from hepatrial.survival import SurvivalTimes, kaplan_meier
from hepatrial.trialdata import TrialData

Months = tuple[float | None, list[float | None]]


def follow_up_months(trial: TrialData, arm: str | None = None) -> Months:
    """Median follow-up for survival and its 95 % limits, months; of one arm or of the whole trial.

    The roles of death and censoring are swapped, so that an early death does not count as short follow-up.

    References
    ----------
    Schemper & Smith 1996, 10.1016/0197-2456(96)00075-X.
    """
    times = trial.times("OS", arm)
    swapped = SurvivalTimes(times.time_days, (times.event == 0).astype(np.int8))
    found = estimated(lambda: kaplan_meier(swapped).median())
    return (None, [None, None]) if found is None else in_months(found)
