"""A user's file as `TrialData`, by the columns that the user names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from hepatrial.errors import Issue, UsageError
from hepatrial.trialdata import TrialData
from hepatrial.userdata.arms import control_of, read_arms
from hepatrial.userdata.cells import Cells, typed
from hepatrial.userdata.columns import DataColumns, column_advice
from hepatrial.userdata.files import read_table
from hepatrial.userdata.folders import is_folder, read_folder
from hepatrial.userdata.outcome import causes_of, read_outcome
from hepatrial.userdata.patients import check_patients, patient_ids
from hepatrial.userdata.table import RawTable, refuse
from hepatrial.userdata.visits import first_visits, measurements, no_measurements

OWN_NAMES = ("subject", "arm")
"""Columns that mean what their names say where the user names no others."""


def read_trial_data(path: str | Path, columns: DataColumns | None = None) -> TrialData:
    """Read a user's table of patients, or of visits, into the table in the middle.

    Parameters
    ----------
    path
        CSV (commas, semicolons, tabs or bars), Parquet, or SAS transport (XPT); or a folder with ADaM datasets (ADSL
        and ADTTE, and ADLB where there is one), or the folder of a run.
    columns
        Which column means what; needed for a file. A folder says so itself: only the arm and the control are taken.

    Returns
    -------
    TrialData
        ``subjects`` has ``subject, arm, randomised_day`` (0), ``stratum`` ("all"), days, event and reason of the
        endpoint, and the user's other columns under their own names with numbers as numbers. With visits, the
        other columns are those of the first visit, whose day counts as day 0, and ``labs`` has every numeric
        column that changes within some patient, under its own name. ``notes`` say what was left out.

    Raises
    ------
    InvalidInput
        The file cannot be read, or what an analysis stands on is not sound: every such problem with column, row
        and remedy. Problems of other columns do not stop the reading; `check_data` lists them.
    UsageError
        A file without ``columns``.
    """
    if is_folder(path):
        return read_folder(path, columns)
    if columns is None:
        raise UsageError(
            f"which columns of {path} mean what is not said\n"
            "  allowed: the names of the columns of time and event, at the least\n"
            "  fix:     --time COLUMN --event COLUMN; `hepatrial data check FILE` shows what is there"
        )
    raw = read_table(path)
    return trial_from_table(raw, columns, Path(path).stem)


def trial_from_table(raw: RawTable, columns: DataColumns, name: str) -> TrialData:
    """`TrialData` of a table that was read; raises as `read_trial_data`."""
    columns = with_own_names(columns, raw.frame.columns)
    refuse(missing_columns(raw, columns))
    refuse(taken_names(raw, columns))
    cells = typed(raw)
    subject = patient_ids(raw, cells, columns)
    issues = check_patients(raw, subject, columns)
    rows = np.arange(raw.frame.height)
    if columns.visit is not None and not issues:
        first, issues = first_visits(raw, cells, columns)
        rows = rows if issues else first
    outcome = read_outcome(raw, cells, columns, rows)
    arms, wrong_arms = read_arms(raw, cells, columns, rows)
    refuse([*issues, *outcome.issues, *wrong_arms])
    known = np.isfinite(outcome.time_days) & (outcome.event >= 0) & arms.is_not_null().to_numpy()
    notes = _left_out(raw, columns, rows, outcome.time_days, outcome.event, arms)
    if not known.any():
        refuse([_nobody(raw, columns)])
    kept = rows[known]
    time, event, arm = outcome.time_days[known], outcome.event[known], arms.filter(pl.Series(known))
    causes = causes_of(columns, event)
    control, said = control_of(arm, columns)
    names = (control, *sorted(set(arm.unique()) - {control}))
    subjects = _subjects(raw, cells, columns, kept, subject, time, event, arm, causes)
    return TrialData(
        name=name,
        arms=names,
        control=control,
        simulated=False,
        subjects=subjects,
        labs=_labs(raw, cells, columns, subject, subjects, kept),
        notes=(*notes, *said),
        causes={columns.endpoint: causes},
        **{table: pl.DataFrame() for table in ("tumour", "responses", "best", "exposure", "adverse_events")},
    )


def with_own_names(columns: DataColumns, names: list[str]) -> DataColumns:
    """The same, with ``subject`` and ``arm`` where the table has columns of these names and no others are named."""
    taken = columns.roles.values()
    found = {
        role: role
        for role in OWN_NAMES
        if role in names and getattr(columns, role) is None and role not in taken
    }
    return replace(columns, **found)


def missing_columns(raw: RawTable, columns: DataColumns) -> list[Issue]:
    """Columns that are named and not there."""
    names = raw.frame.columns
    listed = ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "")
    return [
        Issue(
            f"there is no column {column} for {role}",
            raw.at(),
            found=column,
            allowed=listed,
            fix=column_advice(column, names),
            rule="columns",
        )
        for role, column in columns.roles.items()
        if column not in names
    ]


def taken_names(raw: RawTable, columns: DataColumns) -> list[Issue]:
    """Columns of the user whose names `TrialData` needs for something else."""
    endpoint = columns.endpoint.lower()
    needed = (*OWN_NAMES, f"{endpoint}_days", f"{endpoint}_event")
    return [
        Issue(
            f"the column {column} has a name that is needed for another column",
            raw.at(None, column),
            found=column,
            allowed=f"any name but {', '.join(needed)}",
            fix="rename the column, or leave it out",
            rule="columns",
        )
        for column in raw.frame.columns
        if column in needed and column not in columns.roles.values()
    ]


def _subjects(
    raw: RawTable, cells: dict[str, Cells], columns: DataColumns, rows: np.ndarray, subject: pl.Series,
    time: np.ndarray, event: np.ndarray, arm: pl.Series, causes: tuple[str, ...],
) -> pl.DataFrame:  # fmt: skip
    endpoint = columns.endpoint.lower()
    roles = columns.roles.values()
    others = {name: cells[name].values.gather(rows) for name in raw.frame.columns if name not in roles}
    standard = {
        "subject": subject.gather(rows),
        "arm": arm,
        "randomised_day": np.zeros(len(rows)),
        "stratum": ["all"] * len(rows),
        f"{endpoint}_days": time,
        f"{endpoint}_event": event.astype(np.int8),
        f"{endpoint}_reason": [causes[code] for code in event],
    }
    return pl.DataFrame(standard | _own_standard(others, endpoint) | others)


def _own_standard(others: dict[str, pl.Series], endpoint: str) -> dict[str, pl.Series]:
    """What the user's table holds of the columns that every `TrialData` has, taken out of ``others``."""
    found: dict[str, pl.Series] = {}
    for name in ("stratum", f"{endpoint}_reason"):
        if name in others:
            found[name] = others.pop(name).cast(pl.String).fill_null("missing")
    if "randomised_day" in others:
        day = others.pop("randomised_day")
        if day.dtype.is_numeric() and not day.null_count():
            found["randomised_day"] = day.cast(pl.Float64)
    return found


def _labs(
    raw: RawTable, cells: dict[str, Cells], columns: DataColumns, subject: pl.Series, subjects: pl.DataFrame,
    kept: np.ndarray,
) -> pl.DataFrame:  # fmt: skip
    if columns.visit is None:
        return no_measurements(subject.dtype)
    first = cells[columns.visit].values.cast(pl.Float64).gather(kept)
    start = pl.DataFrame({"subject": subjects["subject"], "first": first})
    return measurements(raw, cells, columns, subject, start)


def _left_out(
    raw: RawTable,
    columns: DataColumns,
    rows: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    arms: pl.Series,
) -> list[str]:
    """A sentence for each reason why patients are not in the data."""
    notes = []
    for column, missing in (
        (columns.time, np.isnan(time)),
        (columns.event, event < 0),
        (columns.arm, arms.is_null().to_numpy()),
    ):
        count = int(missing.sum())
        if count and column is not None:
            first = raw.row_name(int(rows[missing][0]))
            who = "1 patient is" if count == 1 else f"{count} patients are"
            notes.append(f"{who} left out: column {column} is empty, first in {first}.")
    return notes


def _nobody(raw: RawTable, columns: DataColumns) -> Issue:
    return Issue(
        "no patient has both a time and an event",
        raw.at(),
        found=f"{raw.frame.height} rows",
        allowed="rows with both",
        fix=f"check that {columns.time} and {columns.event} are the right columns",
        rule="columns",
    )
