"""The data that a command on markers is given: a user's file, an ADaM folder, or the folder of a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hepatrial.errors import Issue, UsageError
from hepatrial.trialdata import TrialData
from hepatrial.userdata import DataColumns, read_trial_data


def biomarker_data(
    path: str,
    columns: Mapping[str, str | None],
    *,
    time_unit: str | None,
    endpoint: str,
    event_values: Mapping[str, int] | None,
) -> TrialData:
    """Read the data; ``columns`` holds the user's column by role.

    Raises
    ------
    UsageError
        A file without ``--time`` or ``--event``.
    InvalidInput
        Data that cannot be used.
    """
    if Path(path).is_dir():
        from hepatrial.userdata.folders import read_folder

        return read_folder(path)
    lacking = [f"--{role}" for role in ("time", "event") if columns[role] is None]
    if lacking:
        raise UsageError(
            str(
                Issue(
                    f"a file needs to be told its {' and '.join(lacking)}",
                    found=path,
                    allowed="the column of the time and that of the event",
                    fix=f"hepatrial data check {path} shows the columns; then name them: --time OS --event Death",
                )
            )
        )
    unit = {} if time_unit is None else {"time_unit": time_unit}
    return read_trial_data(path, DataColumns(**columns, **unit, endpoint=endpoint, event_values=event_values))
