"""Small trials whose numbers can be worked out by hand."""

from __future__ import annotations

import polars as pl

from hepatrial.trialdata import TrialData

MONTH = 30.4375


def trial_by_hand(rows: list[tuple], *, control: str = "control", **tables: pl.DataFrame) -> TrialData:
    """A trial from rows of (arm, months, event code) for OS.

    TTP and PFS are the same, with any event as progression. ``tables`` gives long tables; the others are
    empty.
    """
    arms = tuple(dict.fromkeys(arm for arm, _, _ in rows))
    days = [months * MONTH for _, months, _ in rows]
    events = [event for _, _, event in rows]
    n = len(rows)
    columns: dict[str, object] = {
        "subject": range(1, n + 1),
        "patient": range(n),
        "arm": [arm for arm, _, _ in rows],
        "randomised_day": [0.0] * n,
        "stratum": ["all"] * n,
        "os_days": days,
        "os_event": pl.Series(events, dtype=pl.Int8),
        "os_reason": ["data cut" if event == 0 else "death" for event in events],
        "treatment_days": days,
        "treatment_end": ["ongoing" if event == 0 else "death" for event in events],
    }
    for endpoint in ("ttp", "pfs"):
        columns[f"{endpoint}_days"] = days
        columns[f"{endpoint}_event"] = pl.Series([min(event, 1) for event in events], dtype=pl.Int8)
    names = ("tumour", "responses", "best", "labs", "exposure", "adverse_events")
    return TrialData(
        name="by hand",
        arms=arms,
        control=control,
        simulated=False,
        subjects=pl.DataFrame(columns),
        **{name: tables.get(name, pl.DataFrame()) for name in names},
    )
