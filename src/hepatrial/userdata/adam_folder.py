"""A folder of ADaM datasets: ADSL for the subjects, ADTTE for the times, ADLB for repeated measurements."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from hepatrial.errors import Issue, UsageError
from hepatrial.trialdata import TrialData
from hepatrial.userdata.adam_endpoints import adam_endpoints, upper_text
from hepatrial.userdata.adam_measurements import adam_measurements
from hepatrial.userdata.arms import control_of, read_arms
from hepatrial.userdata.cells import Cells, typed
from hepatrial.userdata.columns import DataColumns, column_advice
from hepatrial.userdata.files import PARQUET, TEXT, XPT, read_table
from hepatrial.userdata.table import RawTable, counted, refuse
from hepatrial.userdata.visits import no_measurements

DATASETS = ("adsl", "adtte", "adlb")
LATE = re.compile(r"(EOT|EOS|EOP|DCT|DCS|DCP|DTH|LSTALV|LDDTH|TRTDUR|TRTED).*")
"""Variables of ADSL that are known only at the end of treatment or of the study: no baseline of anything."""
ARM_VARIABLES = ("TRT01P", "ARM", "TRTP", "TRT01A", "ACTARM")
ARM_COPIES = ("ARM", "ARMCD", "ACTARM", "ACTARMCD", "TRT01P", "TRT01PN", "TRT01A", "TRT01AN")
"""Variables of ADSL that say the arm once more; a covariate that is the arm would take its effect away."""
NO_ARM = ("", "SCREEN FAILURE", "NOT ASSIGNED", "SCREEN FAIL")
NEEDED = {
    "adsl": ("USUBJID",),
    "adtte": ("USUBJID", "PARAMCD", "AVAL", "CNSR"),
    "adlb": ("USUBJID", "PARAMCD", "AVAL", "ADY"),
}


def adam_files(folder: Path) -> dict[str, Path]:
    """File of each dataset that the folder has, XPT before Parquet before CSV."""
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return {}
    found: dict[str, Path] = {}
    for endings in (XPT, PARQUET, TEXT):
        for path in files:
            if path.stem.lower() in DATASETS and path.suffix.lower() in endings:
                found.setdefault(path.stem.lower(), path)
    return found


def read_adam_folder(folder: Path, columns: DataColumns | None = None) -> TrialData:
    """The trial of a folder with ADSL and ADTTE.

    Parameters
    ----------
    columns
        ``arm`` names another variable of ADSL as the arm, ``control`` the control arm; the rest is not used.

    Raises
    ------
    InvalidInput
        A dataset that cannot be read or lacks a variable, subjects twice, or no endpoint that is known.
    """
    tables = {name: _dataset(path, name) for name, path in adam_files(folder).items()}
    raw, cells = tables["adsl"]
    arm = _arm_variable(raw, columns)
    named = DataColumns("AVAL", "CNSR", arm=arm, control=columns.control if columns else None)
    arms, issues = read_arms(raw, cells, named, np.arange(raw.frame.height))
    refuse([*issues, *_twice(raw, cells)])
    arms = arms.set(arms.str.to_uppercase().is_in(NO_ARM).fill_null(True), None)
    subjects = _subjects(raw, cells, arms, arm)
    endpoints, causes, notes = adam_endpoints(*tables["adtte"], subjects)
    late = [name for name in subjects.columns if LATE.fullmatch(name)]
    subjects = subjects.drop(late)
    if late:
        notes.append(f"Left out of ADSL, as known only at the end: {', '.join(late)}.")
    subjects = subjects.join(endpoints, on="subject", how="inner", maintain_order="left")
    if subjects.is_empty():
        refuse([_nobody(raw)])
    control, said = control_of(subjects["arm"], named)
    left_out = raw.frame.height - subjects.height
    if left_out:
        notes.append(
            f"Left out, for want of an arm or of a row in ADTTE: {counted(left_out, 'subject')} of ADSL."
        )
    return TrialData(
        name=_study(cells, folder),
        arms=(control, *sorted(set(subjects["arm"].unique()) - {control})),
        control=control,
        simulated=_is_virtual(cells),
        subjects=subjects,
        labs=adam_measurements(tables["adlb"][1]) if "adlb" in tables else no_measurements(pl.String()),
        notes=(*notes, *said),
        causes=causes,
        **{name: pl.DataFrame() for name in ("tumour", "responses", "best", "exposure", "adverse_events")},
    )


def _dataset(path: Path, name: str) -> tuple[RawTable, dict[str, Cells]]:
    raw = read_table(path)
    upper = {column: column.upper() for column in raw.frame.columns}
    if len(set(upper.values())) == len(upper):
        raw = RawTable(raw.file, raw.frame.rename(upper), raw.lines, raw.issues, raw.decimal_comma)
    missing = [variable for variable in NEEDED[name] if variable not in raw.frame.columns]
    refuse(
        [
            Issue(
                f"{name.upper()} has no variable {variable}", raw.at(), ", ".join(raw.frame.columns[:20]),
                ", ".join(NEEDED[name]), column_advice(variable, raw.frame.columns), rule="adam",
            )
            for variable in missing
        ]
    )  # fmt: skip
    cells = typed(raw)
    for variable in ("AVAL", "CNSR", "ADY"):
        if variable in NEEDED[name] and not cells[variable].values.dtype.is_numeric():
            odd = cells[variable].odd
            refuse(
                [
                    Issue(
                        f"{name.upper()}.{variable} does not hold numbers", raw.at(None, variable),
                        raw.cells(variable, odd) if len(odd) else raw.cells(variable, [0]), "numbers",
                        "export the dataset again", rule="adam",
                    )
                ]
            )  # fmt: skip
    return raw, cells


def _arm_variable(raw: RawTable, columns: DataColumns | None) -> str | None:
    if columns is not None and columns.arm is not None:
        if columns.arm not in raw.frame.columns:
            raise UsageError(
                f"ADSL has no variable {columns.arm} for the arm\n  allowed: {', '.join(raw.frame.columns[:30])}\n"
                f"  fix:     {column_advice(columns.arm, raw.frame.columns)}"
            )
        return columns.arm
    return next((name for name in ARM_VARIABLES if name in raw.frame.columns), None)


def _twice(raw: RawTable, cells: dict[str, Cells]) -> list[Issue]:
    rows = np.flatnonzero((~cells["USUBJID"].values.is_first_distinct()).to_numpy())
    if len(rows) == 0:
        return []
    return [
        Issue(
            "ADSL has subjects on more than one row", raw.at(int(rows[0]), "USUBJID"), raw.cells("USUBJID", rows),
            "one row a subject", "delete the rows that stand twice", rule="adam",
        )
    ]  # fmt: skip


def _subjects(raw: RawTable, cells: dict[str, Cells], arms: pl.Series, arm: str | None) -> pl.DataFrame:
    """ADSL under its own names beside what every `TrialData` has."""
    others = {
        name: one.values
        for name, one in cells.items()
        if name not in {"USUBJID", arm, *ARM_COPIES} and not one.values.dtype.is_temporal()
    }
    strata = cells["STRATAR"].values.cast(pl.String).fill_null("all") if "STRATAR" in cells else None
    n = raw.frame.height
    table = pl.DataFrame(
        {
            "subject": cells["USUBJID"].values.cast(pl.String),
            "arm": arms,
            "randomised_day": _randomised(cells, n),
            "stratum": strata if strata is not None else ["all"] * n,
            **others,
        }
    )
    return table.drop_nulls(["subject", "arm"])


def _randomised(cells: dict[str, Cells], n: int) -> pl.Series:
    """Days since the first subject was randomised; 0 where dates are not known for all."""
    day = cells["RANDDT"].values if "RANDDT" in cells else None
    if day is None or not day.dtype.is_temporal() or day.null_count():
        return pl.Series([0.0] * n)
    return (day.cast(pl.Date) - day.cast(pl.Date).min()).dt.total_days().cast(pl.Float64)


def _study(cells: dict[str, Cells], folder: Path) -> str:
    study = cells["STUDYID"].values.drop_nulls() if "STUDYID" in cells else pl.Series([])
    return str(study[0]) if len(study) else folder.name


def _is_virtual(cells: dict[str, Cells]) -> bool:
    """Whether hepatrial simulated it: a virtual trial has one site, VIRTUAL."""
    return "SITEID" in cells and bool((upper_text(cells["SITEID"].values) == "VIRTUAL").all())


def _nobody(raw: RawTable) -> Issue:
    return Issue(
        "no subject of ADSL has an arm and a time in ADTTE", raw.at(), f"{raw.frame.height} subjects",
        "the same USUBJID in both", "check that both datasets are of one study", rule="adam",
    )  # fmt: skip
