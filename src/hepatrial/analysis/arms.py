"""What is estimated of each arm: medians, survival at times, response."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import polars as pl

from hepatrial.analysis.estimable import estimated
from hepatrial.survival import Estimate, KaplanMeier, SurvivalTimes, kaplan_meier
from hepatrial.trialdata import COMPETING_DEATH, TrialData
from hepatrial.units import DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share with its exact (Clopper-Pearson 1934) 95 % interval; per cent."""

    percent: float
    lower: float
    upper: float
    n: int


def endpoint_times(trial: TrialData, endpoint: str, arm: str | None = None) -> SurvivalTimes:
    """Times of an endpoint with its own event only; for TTP and TTUP, death without progression is censoring."""
    times = trial.times(endpoint, arm)
    return times.only(1) if endpoint in COMPETING_DEATH else times.any_event()


def curve(trial: TrialData, endpoint: str, arm: str) -> KaplanMeier:
    """Kaplan-Meier curve of an arm."""
    return kaplan_meier(endpoint_times(trial, endpoint, arm))


def median_months(trial: TrialData, endpoint: str, arm: str) -> tuple[float | None, list[float | None]]:
    """Median and its 95 % limits, months; None where not reached."""
    found = estimated(lambda: curve(trial, endpoint, arm).median())
    return (None, [None, None]) if found is None else in_months(found)


def survival_percent(trial: TrialData, arm: str, months: float) -> tuple[float | None, list[float | None]]:
    """OS at a time and its 95 % limits, per cent; None beyond follow-up."""
    found = estimated(lambda: curve(trial, "OS", arm).at(months * DAYS_PER_MONTH))
    if found is None:
        return None, [None, None]
    estimate, lower, upper = (100.0 * float(value) if isfinite(value) else None for value in found)
    return estimate, [lower, upper]


def at_risk(trial: TrialData, arm: str, months: float) -> int:
    """Subjects of an arm who are alive and followed up to that time."""
    return int((trial.times("OS", arm).time_days >= months * DAYS_PER_MONTH).sum())


def response_rate(trial: TrialData, arm: str, criteria: str, levels: tuple[str, ...]) -> Proportion | None:
    """Share of an arm's subjects whose best response is one of ``levels``; None where not assessed."""
    own = best_of_arm(trial, arm, criteria)
    return proportion(int(own["best"].is_in(levels).sum()), own.height) if own.height else None


def best_of_arm(trial: TrialData, arm: str, criteria: str) -> pl.DataFrame:
    """The rows of ``best`` of one arm by one set of criteria; empty where it was not assessed."""
    if trial.best.is_empty():
        return trial.best
    best = trial.best.filter(pl.col("criteria") == criteria)
    if "arm" not in best.columns:
        best = best.join(trial.subjects.select("subject", "arm"), on="subject")
    return best.filter(pl.col("arm") == arm)


def proportion(count: int, n: int) -> Proportion:
    """A share in per cent with its exact interval."""
    from scipy.special import betaincinv

    lower = float(betaincinv(count, n - count + 1, 0.025)) if count else 0.0
    upper = float(betaincinv(count + 1, n - count, 0.975)) if count < n else 1.0
    return Proportion(100.0 * count / n, 100.0 * lower, 100.0 * upper, n)


def in_months(found: Estimate) -> tuple[float | None, list[float | None]]:
    """An estimate in days and its limits, in months; None for what is not reached."""
    return _months(found.estimate), [_months(found.lower), _months(found.upper)]


def _months(days: float) -> float | None:
    return float(days) / DAYS_PER_MONTH if isfinite(days) else None
