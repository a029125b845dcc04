"""Treatment as it was given: time on it, why it ended, and how much of the planned dose was taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

Quartiles = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class TreatmentGiven:
    """Treatment of one arm.

    Attributes
    ----------
    months
        Quartiles of the observed time on treatment (ongoing treatment counted up to the cut), or None without
        subjects.
    ends
        Subjects by the reason why treatment ended, the most frequent first.
    """

    arm: str
    n: int
    months: Quartiles | None
    ends: dict[str, int]


@dataclass(frozen=True, slots=True)
class DoseIntensity:
    """Dose taken of one agent in one arm.

    Attributes
    ----------
    n
        Subjects who took it.
    relative_percent
        Quartiles of the dose taken over the dose planned for the time on the agent, per cent.
    interrupted_percent, reduced_percent
        Share of subjects with an interruption, and with a lower dose than the one they began with.
    above_80_percent
        Share of subjects who took more than 80 % of the planned dose.
    """

    arm: str
    agent: str
    n: int
    relative_percent: Quartiles
    mean_mg_per_day: float
    interrupted_percent: float
    reduced_percent: float
    above_80_percent: float


def treatment_given(trial: TrialData, arm: str) -> TreatmentGiven:
    """Time on treatment and reasons of its end in an arm."""
    own = trial.subjects.filter(pl.col("arm") == arm)
    reasons = own["treatment_end"].value_counts().sort("count", "treatment_end", descending=[True, False])
    return TreatmentGiven(
        arm=arm,
        n=own.height,
        months=_quartiles(own["treatment_days"].to_numpy() / DAYS_PER_MONTH) if own.height else None,
        ends=dict(zip(reasons["treatment_end"], reasons["count"].to_list(), strict=True)),
    )


def dose_intensities(trial: TrialData, arm: str) -> tuple[DoseIntensity, ...]:
    """Dose intensity of each agent of an arm; the planned dose of a subject is the one that it began with."""
    own = trial.subjects.filter(pl.col("arm") == arm)["subject"]
    if trial.exposure.is_empty():
        return ()
    rows = trial.exposure.filter(pl.col("subject").is_in(own.implode()))
    return tuple(
        _intensity(arm, agent, rows.filter(pl.col("agent") == agent))
        for agent in rows["agent"].unique(maintain_order=True)
    )


def _intensity(arm: str, agent: str, rows: pl.DataFrame) -> DoseIntensity:
    span = pl.col("end_day") - pl.col("start_day")
    subjects = (
        rows.sort("subject", "start_day")
        .with_columns(first=pl.col("dose_mg_per_day").first().over("subject"), days=span)
        .group_by("subject")
        .agg(
            taken=(pl.col("dose_mg_per_day") * pl.col("days")).sum(),
            days=pl.col("days").sum(),
            first=pl.col("first").first(),
            interrupted=(pl.col("dose_mg_per_day") == 0.0).any(),
            reduced=((pl.col("dose_mg_per_day") > 0.0) & (pl.col("dose_mg_per_day") < pl.col("first"))).any(),
        )
        .filter((pl.col("first") > 0.0) & (pl.col("days") > 0.0))
    )
    relative = 100.0 * (subjects["taken"] / (subjects["first"] * subjects["days"])).to_numpy()
    return DoseIntensity(
        arm=arm,
        agent=agent,
        n=subjects.height,
        relative_percent=_quartiles(relative),
        mean_mg_per_day=float(subjects["taken"].sum() / subjects["days"].sum()),
        interrupted_percent=100.0 * float(subjects["interrupted"].mean() or 0.0),
        reduced_percent=100.0 * float(subjects["reduced"].mean() or 0.0),
        above_80_percent=100.0 * float(np.mean(relative > 80.0)),
    )


def _quartiles(values: np.ndarray) -> Quartiles:
    low, middle, high = (float(value) for value in np.quantile(values, (0.25, 0.5, 0.75)))
    return low, middle, high
