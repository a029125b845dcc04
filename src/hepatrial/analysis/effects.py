"""The effect of an arm against control: hazard ratio and log-rank test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.analysis.arms import endpoint_times
from hepatrial.survival import cox, log_rank
from hepatrial.trialdata import TrialData


@dataclass(frozen=True, slots=True)
class Effect:
    """Hazard ratio of an arm against control with its 95 % interval, and the two-sided log-rank p value."""

    arm: str
    control: str
    endpoint: str
    hr: float
    lower: float
    upper: float
    p_logrank: float
    events: int


def effect(
    trial: TrialData, arm: str, control: str, endpoint: str, *, stratified: bool = False, twins: bool = False
) -> Effect | None:
    """Compare two arms by Cox regression (Efron) and the log-rank test.

    ``twins`` says that the two arms hold the same patients: the interval then comes from the cluster-robust variance.
    None where an arm has no event, or the trial has no subject in one.
    """
    rows = trial.subjects["arm"].is_in([arm, control]).to_numpy()
    times = endpoint_times(trial, endpoint).select(rows)
    subjects = trial.subjects.filter(pl.Series(rows))
    group = (subjects["arm"] == arm).to_numpy().astype(np.float64)
    if min((times.event[group == side] > 0).sum() for side in (0, 1)) == 0:
        return None
    strata = subjects["stratum"].to_numpy() if stratified else None
    clusters = subjects["patient"].to_numpy() if twins else None
    fit = cox(times, group[:, None], [arm], strata=strata, cluster=clusters)
    test = log_rank(times, group, strata)
    return Effect(
        arm,
        control,
        endpoint,
        float(fit.hr[0]),
        float(fit.lower[0]),
        float(fit.upper[0]),
        float(test.p),
        fit.events,
    )
