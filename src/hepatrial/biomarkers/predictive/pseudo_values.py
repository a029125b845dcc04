"""Pseudo-values: a number for each subject that a regression can take in the place of a censored outcome.

A pseudo-value is the estimate of all plus n times what one subject moves it (the infinitesimal jackknife), so that
the pseudo-values of a group average to the group's own Kaplan-Meier estimate.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from hepatrial.survival import time_lost
from hepatrial.survival.checks import checked_single_cause, misuse
from hepatrial.survival.times import SurvivalTimes

Measure = Literal["rmst", "survival"]
MEASURES: tuple[Measure, ...] = ("rmst", "survival")


def pseudo_values(times: SurvivalTimes, at_days: float, measure: Measure) -> np.ndarray:
    """Pseudo-values (n,) of one group: days lived up to ``at_days`` ("rmst"), or survival at it ("survival").

    Notes
    -----
    Assumes censoring that is independent of the event *and of the covariates* of a later regression, within the
    group: compute them for each arm by itself, so that arms may be censored differently.

    When not to use: where the marker goes with drop-out or with the date of entry; a regression on pseudo-values is
    then biased.

    References
    ----------
    Andersen, Klein & Rosthoj 2003, 10.1093/biomet/90.1.15; Andersen & Pohar Perme 2010, 10.1177/0962280209105020.
    """
    n = len(times)
    if measure == "rmst":
        found = time_lost(times, at_days)
        return found.lived - n * found.influence.sum(axis=1)
    survival, influence = survival_influence(times, at_days)
    return survival + n * influence


def pseudo_values_by_arm(
    times: SurvivalTimes, arm: np.ndarray, at_days: float, measure: Measure
) -> np.ndarray:
    """Pseudo-values (n,), those of each arm from that arm alone."""
    found = np.empty(len(times))
    for code in (0, 1):
        found[arm == code] = pseudo_values(times.select(arm == code), at_days, measure)
    return found


def survival_influence(times: SurvivalTimes, at_days: float) -> tuple[float, np.ndarray]:
    """Kaplan-Meier survival at a time, and by how much each subject (n,) moves it; squares sum to its variance."""
    time, event = checked_single_cause(times)
    last = time.max()
    if not 0.0 < at_days < np.inf or (at_days > last and (event[time == last] == 0).any()):
        raise misuse(
            "at_days: no time within the follow-up",
            f"{at_days:g} days; the last subject was followed for {last:g}",
            f"above 0, up to {last:g} days",
            "choose an earlier time, the same for both arms",
        )
    distinct, row = np.unique(time, return_inverse=True)
    at_risk = np.bincount(row)[::-1].cumsum()[::-1].astype(np.float64)
    deaths = np.bincount(row, weights=event) * (distinct <= at_days)
    left = at_risk - deaths
    survival = float(np.prod(left / at_risk))
    if survival == 0.0:
        return 0.0, np.zeros(len(time))
    cumulative = np.cumsum(deaths / (at_risk * left))
    own = (event > 0) & (time <= at_days)
    return survival, survival * (cumulative[row] - np.where(own, 1.0 / left[row], 0.0))


def shared_window_days(times: SurvivalTimes, arm: np.ndarray, *, least_at_risk: int = 10) -> float:
    """The latest time at which each arm still has ``least_at_risk`` subjects (or a tenth of them, if fewer) at risk.

    A default for those who did not fix a window in advance; it looks at follow-up alone, not at the effect.
    """
    ends = []
    for code in (0, 1):
        time = np.sort(np.asarray(times.time_days, dtype=np.float64)[arm == code])
        ends.append(time[-max(1, min(least_at_risk, len(time) // 10))])
    return float(min(ends))
