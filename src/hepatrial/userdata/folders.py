"""Folders that say themselves what their tables mean: ADaM datasets, and runs of hepatrial."""

from __future__ import annotations

from pathlib import Path

from hepatrial.trialdata import TrialData
from hepatrial.userdata.adam_folder import adam_files, read_adam_folder
from hepatrial.userdata.columns import DataColumns
from hepatrial.userdata.run_folder import is_run_folder, read_run_folder
from hepatrial.userdata.table import refused


def is_folder(path: str | Path) -> bool:
    """Whether a path is that of a folder; False for one that cannot be looked at."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def read_folder(path: str | Path, columns: DataColumns | None = None) -> TrialData:
    """The trial of a folder; raises `InvalidInput` for a folder of another kind."""
    folder = Path(path)
    if is_run_folder(folder):
        return read_run_folder(folder)
    if {"adsl", "adtte"} <= adam_files(folder).keys():
        return read_adam_folder(folder, columns)
    try:
        found = sorted(one.name for one in folder.iterdir())
    except OSError:
        found = []
    raise refused(
        str(folder),
        "this folder holds no trial",
        found=", ".join(found[:8]) or "nothing that can be read",
        allowed="ADaM datasets (adsl and adtte as .xpt, .parquet or .csv), or the folder of a run",
        fix="give one of these folders, or the file in it that holds the patients",
    )
