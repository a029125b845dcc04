"""The trial of a run folder that hepatrial wrote, with all its tables."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hepatrial.errors import InvalidInput
from hepatrial.trialdata import TrialData
from hepatrial.userdata.binary_files import read_parquet_table
from hepatrial.userdata.table import refused

PROTOCOL, TABLES = "protocol.yaml", "tables"
NEEDED = ("subjects", "tumour", "responses", "best", "labs", "exposure", "adverse_events")


def is_run_folder(folder: Path) -> bool:
    """Whether a run wrote this folder."""
    return (folder / PROTOCOL).is_file() and (folder / TABLES).is_dir()


def read_run_folder(folder: Path) -> TrialData:
    """The virtual trial of a run, as `simulate` gave it; its cut day is not kept.

    Raises
    ------
    InvalidInput
        A table or the protocol cannot be read.
    """
    from hepatrial.conduct.scans import assessment_rules
    from hepatrial.protocol.loading import load

    protocol = load(str(folder / PROTOCOL))
    tables = {name: _table(folder / TABLES / f"{name}.parquet") for name in NEEDED}
    sessions = folder / TABLES / "sessions.parquet"
    present = set(tables["subjects"]["arm"].unique())
    unknown = sorted(present - {arm.name for arm in protocol.arms})
    if unknown:
        raise refused(
            str(folder),
            "the tables hold an arm that the protocol does not have",
            found=unknown[0],
            allowed=", ".join(arm.name for arm in protocol.arms),
            fix="run the protocol again into a new folder",
        )
    return TrialData(
        name=protocol.name,
        arms=tuple(arm.name for arm in protocol.arms),
        control=protocol.control,
        simulated=True,
        rules=assessment_rules(protocol),
        plan=protocol.analysis,
        sessions=_table(sessions) if sessions.is_file() else pl.DataFrame(),
        notes=("Read from a run folder; the day of the data cut is not kept there.",),
        **tables,
    )


def _table(path: Path) -> pl.DataFrame:
    try:
        return read_parquet_table(path).frame
    except InvalidInput as error:
        # A trial without adverse events has an empty table, which is no mistake.
        if error.issues[0].rule == "no-rows":
            return pl.read_parquet(path)
        raise
