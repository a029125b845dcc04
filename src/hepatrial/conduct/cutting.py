"""Cut a trial's data at a day or at a number of events.

A cut of complete data gives what would have been observed, had observation ended on that day: later events are
censored, the best response is read again, treatment is ongoing where it had not ended, later rows are dropped.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from numbers import Real

import numpy as np
import polars as pl

from hepatrial.conduct.cut_day import event_cut_day
from hepatrial.errors import InvalidInput, Issue, near_miss
from hepatrial.response.from_tables import best_from_tables
from hepatrial.trialdata import COMPETING_DEATH, TrialData

LATER_ROWS_ARE_DROPPED = ("tumour", "responses", "labs", "adverse_events", "sessions")
ON_THEIR_DAY = ("symptoms", "decompensation")
UNCHANGED_AT_CUT = dict.fromkeys(("ttup", "tspfs"), "treatable at last scan: data cut")
NO_SCANS = (
    "no scans in the data: TTP and PFS are censored on the day of the cut, not at the last scan before it"
)
NO_RESPONSES = "best response is left out: without the response at each scan it cannot be read at the cut"


def cut(
    trial: TrialData, *, day: float | None = None, events: int | None = None, endpoint: str = "OS"
) -> TrialData:
    """The same trial with its data cut earlier.

    Parameters
    ----------
    day
        Day of the cut since enrolment opened; what happened on it counts.
    events
        Cut on the day of that many events of ``endpoint`` instead. Ties on that day all count.
    endpoint
        One of ``trial.endpoints``; for ``events`` only. In TTP and TTUP a death without progression does not count.

    Returns
    -------
    TrialData
        Patients who were not yet randomised are left out. TTP and PFS are censored at the last scan before the
        cut, or at the last one that was planned where the data hold no scans.

    Raises
    ------
    InvalidInput
        Neither or both of ``day`` and ``events``, an unknown endpoint, more events than there are, no patient
        before the cut, or a cut after the one that the data already have.
    """
    day = _day_of(trial, day, events, endpoint)
    entered = trial.subjects.filter(pl.col("randomised_day") <= day)
    if entered.is_empty():
        first = trial.subjects["randomised_day"].min()
        raise _invalid(
            "no patient was randomised before the cut",
            f"day {day:g}",
            f"day {first or 0:g} or later",
            "cut later",
        )
    entered = entered.with_columns((pl.lit(day) - pl.col("randomised_day")).alias("after"))
    ends = entered.select("subject", "after").unique("subject")  # a twin stands once an arm
    tables = {name: _until(getattr(trial, name), ends) for name in LATER_ROWS_ARE_DROPPED}
    best, notes = _best(trial, entered["subject"], tables)
    if trial.tumour.is_empty() and _scan_interval(trial) is None:
        notes = (*notes, NO_SCANS)
    return replace(
        trial,
        subjects=_cut_subjects(trial, entered),
        best=best,
        exposure=_cut_exposure(trial.exposure, ends),
        cut_day=day,
        notes=(*trial.notes, *(note for note in notes if note not in trial.notes)),
        **tables,
    )


def _day_of(trial: TrialData, day: float | None, events: int | None, endpoint: str) -> float:
    if (day is None) == (events is None):
        raise _invalid(
            "a cut needs either a day or a number of events",
            f"day={day}, events={events}",
            "one of the two",
            "write cut(day=365) or cut(events=100)",
        )
    if events is not None:
        return _day_of_events(trial, events, endpoint)
    if isinstance(day, bool) or not isinstance(day, Real) or not isfinite(day):
        raise _invalid(
            "the day of a cut is a number of days",
            f"{day!r}",
            "days since enrolment opened; a month is 30.4375 of them",
            "for example cut(day=365)",
        )
    if trial.cut_day is not None and day > trial.cut_day:
        raise _invalid(
            "the data end before this cut",
            f"day {day:g}",
            f"up to day {trial.cut_day:g}, on which the data are cut already",
            "cut earlier, or cut the data that this trial was cut from",
        )
    return float(day)


def _day_of_events(trial: TrialData, events: int, endpoint: str) -> float:
    if endpoint not in trial.endpoints:
        meant = near_miss(str(endpoint), trial.endpoints)
        raise _invalid(
            "unknown endpoint",
            f"{endpoint!r}",
            ", ".join(trial.endpoints),
            f"write {meant!r}" if meant else "use one of these",
        )
    if isinstance(events, bool) or not isinstance(events, (int, np.integer)) or events < 1:
        raise _invalid(
            "a number of events is a whole number", f"{events!r}", "1 or more", "count events from 1"
        )
    times = trial.times(endpoint)
    happened = times.event == 1 if endpoint in COMPETING_DEATH else times.event > 0
    calendar = np.where(happened, trial.subjects["randomised_day"].to_numpy() + times.time_days, np.inf)
    day = event_cut_day(calendar, events)
    if not isfinite(day):
        raise _invalid(
            f"the trial has fewer {endpoint} events",
            f"{events} events asked for",
            f"up to {int(happened.sum())}, which is all that the data hold",
            "ask for fewer, or cut by day",
        )
    return day


def _until(table: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    if table.is_empty():
        return table
    joined = table.join(ends, on="subject", maintain_order="left")
    return joined.filter(pl.col("day") <= pl.col("after")).drop("after")


def _cut_exposure(exposure: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    if exposure.is_empty():
        return exposure
    joined = exposure.join(ends, on="subject", maintain_order="left")
    begun = joined.filter(pl.col("start_day") < pl.col("after"))
    return begun.with_columns(pl.min_horizontal("end_day", "after").alias("end_day")).drop("after")


def _best(
    trial: TrialData, subjects: pl.Series, tables: dict[str, pl.DataFrame]
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    if trial.best.is_empty():
        return trial.best, ()
    if trial.rules is None or trial.responses.is_empty():
        return trial.best.clear(), (NO_RESPONSES,)
    criteria = trial.best["criteria"].unique(maintain_order=True).to_list()
    return best_from_tables(subjects, criteria, tables["responses"], tables["tumour"], trial.rules), ()


def _scan_interval(trial: TrialData) -> float | None:
    return None if trial.rules is None else trial.rules.scan_interval_days


def _last_scan(trial: TrialData, subjects: pl.DataFrame) -> pl.DataFrame:
    """Subjects with ``last_scan``, the day of the last one up to the cut (0 without any)."""
    if not trial.tumour.is_empty():
        seen = _until(trial.tumour, subjects.select("subject", "after"))
        last = seen.group_by("subject").agg(pl.col("day").max().cast(pl.Float64).alias("last_scan"))
        joined = subjects.join(last, on="subject", how="left", maintain_order="left")
        return joined.with_columns(pl.col("last_scan").fill_null(0.0))
    interval = _scan_interval(trial)
    planned = pl.col("after") if interval is None else (pl.col("after") / interval).floor() * interval
    return subjects.with_columns(planned.alias("last_scan"))


def _cut_subjects(trial: TrialData, subjects: pl.DataFrame) -> pl.DataFrame:
    """``subjects`` have ``after``, the days from randomisation to the cut."""
    table = _last_scan(trial, subjects)
    followed_on = pl.col("os_days") > pl.col("after")
    cut_off = {"os": (followed_on, pl.col("after"), "data cut")}
    for endpoint in (name.lower() for name in trial.endpoints if name != "OS"):
        days, event = pl.col(f"{endpoint}_days"), pl.col(f"{endpoint}_event")
        open_at_cut = followed_on & ((event == 0) | (days > pl.col("after")))
        cut_off[endpoint] = (
            open_at_cut,
            pl.min_horizontal(days, "last_scan"),
            UNCHANGED_AT_CUT.get(endpoint, "no progression by last scan: data cut"),
        )
    columns = []
    for endpoint, (late, censored_at, reason) in cut_off.items():
        days, event = pl.col(f"{endpoint}_days"), pl.col(f"{endpoint}_event")
        columns += [
            pl.when(late).then(censored_at).otherwise(days).alias(f"{endpoint}_days"),
            pl.when(late).then(0).otherwise(event).cast(pl.Int8).alias(f"{endpoint}_event"),
            pl.when(late)
            .then(pl.lit(reason))
            .otherwise(pl.col(f"{endpoint}_reason"))
            .alias(f"{endpoint}_reason"),
        ]
    for name in (name for name in ON_THEIR_DAY if f"{name}_days" in table.columns):
        days, event = pl.col(f"{name}_days"), pl.col(f"{name}_event")
        late = (days > pl.col("after")) | (followed_on & (event == 0))
        columns += [
            pl.when(late).then(pl.col("after")).otherwise(days).alias(f"{name}_days"),
            pl.when(late).then(0).otherwise(event).cast(pl.Int8).alias(f"{name}_event"),
        ]
    if "treatment_days" in table.columns:
        late = pl.col("treatment_days") > pl.col("after")
        columns += [
            pl.when(late).then(pl.col("after")).otherwise(pl.col("treatment_days")).alias("treatment_days"),
            pl.when(late).then(pl.lit("ongoing")).otherwise(pl.col("treatment_end")).alias("treatment_end"),
        ]
    return table.with_columns(columns).drop("last_scan", "after")


def _invalid(what: str, found: str, allowed: str, fix: str) -> InvalidInput:
    return InvalidInput((Issue(rule="data cut", what=what, found=found, allowed=allowed, fix=fix),))
