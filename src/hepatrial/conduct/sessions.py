"""The table of sessions of embolisation."""

from __future__ import annotations

import numpy as np
import polars as pl

from hepatrial.protocol.design import Arm
from hepatrial.simulation.course import Events

SESSION_SCHEMA = {"subject": pl.Int64, "session": pl.Int64, "day": pl.Float64, "kind": pl.String}
NO_SESSIONS = pl.DataFrame()
"""The table of a trial without embolisation: it has no columns either."""


def session_table(arm: Arm, events: Events, subject: np.ndarray, last: np.ndarray) -> pl.DataFrame:
    """One row a session of the subjects of one arm, up to their last observed time ``last`` (n,)."""
    days = np.asarray(events.sessions, dtype=np.float64)
    rows, places = np.nonzero(days < np.asarray(last)[:, None])
    kind = arm.tace.kind if arm.tace is not None else ""
    return pl.DataFrame(
        {
            "subject": np.asarray(subject)[rows],
            "session": places + 1,
            "day": days[rows, places],
            "kind": np.full(len(rows), kind),
        },
        schema=SESSION_SCHEMA,
    )
