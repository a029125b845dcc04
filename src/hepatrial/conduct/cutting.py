"""When the data are cut, and cutting a trial's data at a day or at a number of events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from hepatrial.errors import InvalidInput, Issue
from hepatrial.trialdata import ENDPOINTS, TrialData


def event_cut_day(calendar_day: np.ndarray, events: float, weight: np.ndarray | None = None) -> float:
    """Calendar day of the event that completes ``events``; infinite if fewer happen.

    Parameters
    ----------
    calendar_day
        Shape (n,), day of each patient's event since the first patient entered; infinite without event.
    events
        Number of events, in units of ``weight``.
    weight
        Shape (n,), how much each patient counts; 1 if left out.
    """
    order = np.argsort(calendar_day, kind="stable")
    happened = calendar_day[order]
    count = np.arange(1, len(order) + 1) if weight is None else np.cumsum(weight[order])
    # The tolerance keeps a sum of equal weights from missing a whole number by rounding.
    reached = np.searchsorted(count, events * (1.0 - 1e-12))
    return float(happened[reached]) if reached < len(order) else np.inf


def cut(
    trial: TrialData, *, day: float | None = None, events: int | None = None, endpoint: str = "OS"
) -> TrialData:
    """The same trial with its data cut earlier.

    Parameters
    ----------
    day
        Day of the cut since the first patient was randomised.
    events
        Cut on the day of that many events of ``endpoint`` instead.
    endpoint
        OS, TTP or PFS; for ``events`` only.

    Returns
    -------
    TrialData: patients not yet randomised are left out, later events are censored at the cut (TTP and PFS at the
    last scan before it), later rows of all tables are dropped.

    Raises
    ------
    InvalidInput
        Neither or both of ``day`` and ``events``, too many events, no patient before the cut.
    """
    if (day is None) == (events is None):
        raise _invalid(
            "a cut needs either a day or a number of events", f"day={day}, events={events}", "one of the two"
        )
    if events is not None:
        day = _day_of(trial, events, endpoint)
    entered = trial.subjects.filter(pl.col("randomised_day") <= day)
    if entered.is_empty():
        raise _invalid("no patient was randomised before the cut", f"day {day:g}", "a later day")
    subjects = _cut_subjects(trial, entered, float(day))
    ends = subjects.select("subject", (pl.lit(float(day)) - pl.col("randomised_day")).alias("cut_after"))

    def until(table: pl.DataFrame, column: str) -> pl.DataFrame:
        if table.is_empty():
            return table
        return table.join(ends, on="subject").filter(pl.col(column) <= pl.col("cut_after")).drop("cut_after")

    exposure = trial.exposure
    if not exposure.is_empty():
        exposure = (
            exposure.join(ends, on="subject")
            .filter(pl.col("start_day") < pl.col("cut_after"))
            .with_columns(pl.min_horizontal("end_day", "cut_after").alias("end_day"))
            .drop("cut_after")
        )
    return replace(
        trial,
        subjects=subjects,
        tumour=until(trial.tumour, "day"),
        responses=until(trial.responses, "day"),
        best=trial.best.join(ends.select("subject"), on="subject")
        if not trial.best.is_empty()
        else trial.best,
        labs=until(trial.labs, "day"),
        exposure=exposure,
        adverse_events=until(trial.adverse_events, "day"),
        cut_day=float(day),
        notes=(*trial.notes, "best response is that of the whole follow-up, not recomputed at the cut"),
    )


def _day_of(trial: TrialData, events: int, endpoint: str) -> float:
    if endpoint not in ENDPOINTS:
        raise _invalid("unknown endpoint", endpoint, ", ".join(ENDPOINTS))
    times = trial.times(endpoint)
    happened = times.event == 1 if endpoint == "TTP" else times.event > 0
    calendar = np.where(happened, trial.subjects["randomised_day"].to_numpy() + times.time_days, np.inf)
    day = event_cut_day(calendar, events)
    if not np.isfinite(day):
        raise _invalid(
            f"the trial has fewer {endpoint} events",
            f"{int(happened.sum())} events",
            f"{events} were asked for",
        )
    return day


def _cut_subjects(trial: TrialData, subjects: pl.DataFrame, day: float) -> pl.DataFrame:
    after = pl.lit(day) - pl.col("randomised_day")
    last_scan = subjects.select("subject", after.alias("after"))
    if trial.tumour.is_empty():
        last_scan = last_scan.select("subject", pl.col("after").alias("last_scan"))
    else:
        seen = trial.tumour.join(last_scan, on="subject").filter(pl.col("day") <= pl.col("after"))
        last_scan = seen.group_by("subject").agg(pl.col("day").max().cast(pl.Float64).alias("last_scan"))
    table = subjects.join(last_scan, on="subject", how="left").with_columns(
        pl.col("last_scan").fill_null(0.0)
    )
    for endpoint, censored_at in (("os", after), ("ttp", pl.col("last_scan")), ("pfs", pl.col("last_scan"))):
        late = pl.col(f"{endpoint}_days") > after
        table = table.with_columns(
            pl.when(late).then(censored_at).otherwise(pl.col(f"{endpoint}_days")).alias(f"{endpoint}_days"),
            pl.when(late)
            .then(0)
            .otherwise(pl.col(f"{endpoint}_event"))
            .cast(pl.Int8)
            .alias(f"{endpoint}_event"),
            pl.when(late)
            .then(pl.lit("data cut"))
            .otherwise(pl.col(f"{endpoint}_reason"))
            .alias(f"{endpoint}_reason"),
        )
    if "treatment_days" in table.columns:
        late = pl.col("treatment_days") > after
        table = table.with_columns(
            pl.when(late).then(after).otherwise(pl.col("treatment_days")).alias("treatment_days"),
            pl.when(late).then(pl.lit("ongoing")).otherwise(pl.col("treatment_end")).alias("treatment_end"),
        )
    return table.drop("last_scan")


def _invalid(what: str, found: str, allowed: str) -> InvalidInput:
    return InvalidInput(
        (Issue(rule="data cut", what=what, found=found, allowed=allowed, fix="change the cut"),)
    )
