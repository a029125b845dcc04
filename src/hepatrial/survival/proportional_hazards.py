"""Check of the proportional-hazards assumption by scaled Schoenfeld residuals and score tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtrc

from hepatrial.survival.checks import checked_single_cause, checked_strata, chosen, invalid
from hepatrial.survival.covariates import standardised
from hepatrial.survival.kaplan_meier import kaplan_meier
from hepatrial.survival.newton import maximise, refuse_singular
from hepatrial.survival.partial_likelihood import (
    information_of_comparisons,
    moments,
    partial_likelihood,
    risk_sets,
)
from hepatrial.survival.times import SurvivalTimes

TimeScale = Literal["km", "rank", "identity", "log"]


@dataclass(frozen=True, slots=True)
class ProportionalHazards:
    """Tests of proportional hazards, a covariate each and all together.

    Attributes
    ----------
    names, chi2, p
        A test on 1 degree of freedom for each covariate, shape (p,).
    global_chi2, global_df, global_p
        All covariates together.
    time_days, scaled_time, residuals
        One row an event in order of stratum and time: its time (d,), the time on the scale of the test (d,),
        and the scaled Schoenfeld residuals plus beta (d, p), whose smooth against time estimates beta(t).
    """

    names: tuple[str, ...]
    chi2: np.ndarray
    p: np.ndarray
    global_chi2: float
    global_df: int
    global_p: float
    time_days: np.ndarray
    scaled_time: np.ndarray
    residuals: np.ndarray


def check_proportional_hazards(
    times: SurvivalTimes,
    covariates: np.ndarray,
    names: Sequence[str],
    *,
    strata: Sequence | np.ndarray | None = None,
    scale: TimeScale = "km",
) -> ProportionalHazards:
    """Test whether the effects of covariates change with time.

    Parameters
    ----------
    times, covariates, names, strata
        As for `cox` (ties after Efron).
    scale
        Time scale against which a trend is looked for: ``"km"`` (1 - S just before t, little swayed by late
        outliers), ``"rank"``, ``"identity"`` or ``"log"``.

    Notes
    -----
    The score test of adding covariate x g(t) to the model, as R's ``cox.zph`` does it from version 3 on. It
    sees trends that are monotone on the chosen scale; early against late crossing can escape it.

    When not to use: as a gate that picks the test of a trial's primary analysis (that inflates the type I
    error). With large n, trivial departures are significant: look at the residuals.

    References
    ----------
    Grambsch & Therneau 1994, 10.1093/biomet/81.3.515.
    """
    chosen(scale, ("km", "rank", "identity", "log"), "scale")
    time, event = checked_single_cause(times, need_events=True)
    stratum = checked_strata(strata, len(time))
    scaled = standardised(covariates, names, len(time), stratum)
    sets = risk_sets(time, event, scaled.x, stratum, efron=True)
    refuse_singular(information_of_comparisons(sets), scaled.names)
    fit = maximise(partial_likelihood(sets), scaled.x, scaled.names)
    found = moments(sets, fit.beta)
    dead = sets.order[sets.dead]
    on_scale = _time_on_scale(times, time, scale)[dead]
    g = on_scale - on_scale.mean()
    trend = ((sets.x[sets.dead] - found.mean) * g[:, None]).sum(axis=0)
    plain = fit.information
    mixed = np.einsum("d,dij->ij", g, found.spread)
    squared = np.einsum("d,dij->ij", g**2, found.spread)
    remaining = squared - mixed @ np.linalg.solve(plain, mixed)
    chi2 = trend**2 / np.diag(remaining)
    overall = float(trend @ np.linalg.solve(remaining, trend))
    tied = np.bincount(sets.at)
    mean = (np.add.reduceat(found.mean, sets.dead_start, axis=0) / tied[:, None])[sets.at]
    residuals = (sets.x[sets.dead] - mean) @ np.linalg.inv(plain) * len(dead) + fit.beta
    by_time = np.lexsort((time[dead], stratum[dead]))
    p = len(scaled.names)
    return ProportionalHazards(
        names=scaled.names,
        chi2=chi2,
        p=chdtrc(1, chi2),
        global_chi2=overall,
        global_df=p,
        global_p=float(chdtrc(p, overall)),
        time_days=time[dead][by_time],
        scaled_time=on_scale[by_time],
        residuals=(residuals / scaled.scale)[by_time],
    )


def _time_on_scale(times: SurvivalTimes, time: np.ndarray, scale: TimeScale) -> np.ndarray:
    if scale == "identity":
        return time
    if scale == "log":
        if (time <= 0).any():
            raise invalid(
                "times: the log scale needs positive times",
                "a time of 0 days",
                "times above 0",
                'use scale="km"',
            )
        return np.log(time)
    distinct, row, count = np.unique(time, return_inverse=True, return_counts=True)
    if scale == "rank":
        return (np.cumsum(count) - (count - 1) / 2)[row]
    before = np.concatenate([[1.0], kaplan_meier(times).survival[:-1]])
    return 1.0 - before[np.searchsorted(distinct, time)]
