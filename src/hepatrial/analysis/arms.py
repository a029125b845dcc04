"""What is estimated of each arm: medians, survival at times, response."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import polars as pl

from hepatrial.survival import Estimate, KaplanMeier, SurvivalTimes, kaplan_meier
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share with its exact (Clopper-Pearson 1934) 95 % interval; per cent."""

    percent: float
    lower: float
    upper: float
    n: int


def endpoint_times(trial: TrialData, endpoint: str, arm: str | None = None) -> SurvivalTimes:
    """Times of an endpoint with its own event only; for TTP, death without progression counts as censoring."""
    times = trial.times(endpoint, arm)
    return times.only(1) if endpoint == "TTP" else times.any_event()


def curve(trial: TrialData, endpoint: str, arm: str) -> KaplanMeier:
    """Kaplan-Meier curve of an arm."""
    return kaplan_meier(endpoint_times(trial, endpoint, arm))


def median_months(trial: TrialData, endpoint: str, arm: str) -> tuple[float | None, list[float | None]]:
    """Median and its 95 % limits, months; None where not reached."""
    found = curve(trial, endpoint, arm).median()
    return _months(found.estimate), [_months(found.lower), _months(found.upper)]


def survival_percent(trial: TrialData, arm: str, months: float) -> Estimate:
    """OS at a time with its limits, per cent; nan beyond follow-up."""
    found = curve(trial, "OS", arm).at(months * DAYS_PER_MONTH)
    return Estimate(*(100.0 * float(value) for value in found))


def response_rate(trial: TrialData, arm: str, criteria: str, levels: tuple[str, ...]) -> Proportion | None:
    """Share of all subjects of an arm whose best response is one of ``levels``; None where it was not assessed."""
    best = trial.best.filter(pl.col("criteria") == criteria) if not trial.best.is_empty() else trial.best
    if best.is_empty():
        return None
    if "arm" not in best.columns:
        best = best.join(trial.subjects.select("subject", "arm"), on="subject")
    own = best.filter(pl.col("arm") == arm)
    return proportion(int(own["best"].is_in(levels).sum()), own.height)


def proportion(count: int, n: int) -> Proportion:
    """A share in per cent with its exact interval."""
    from scipy.special import betaincinv

    lower = float(betaincinv(count, n - count + 1, 0.025)) if count else 0.0
    upper = float(betaincinv(count + 1, n - count, 0.975)) if count < n else 1.0
    return Proportion(100.0 * count / n, 100.0 * lower, 100.0 * upper, n)


def _months(days: float) -> float | None:
    return float(days) / DAYS_PER_MONTH if isfinite(days) else None
