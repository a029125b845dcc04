"""ADTTE: one row a subject and endpoint (ADaM Basic Data Structure for Time-to-Event Analyses 1.0).

AVAL is the days from randomisation (STARTDT) to the event or censoring (ADT): ADT - STARTDT, the time that the
report's estimates use; ADY, a study day, is one more. CNSR is 0 for an event, 1 for censoring, and 2 in TTP, TTUP and
TTTP for a death without progression, which competes with progression.
"""

from __future__ import annotations

import polars as pl

from hepatrial.exchange.adam.dataset import AdamDataset, dataset
from hepatrial.exchange.adam.subjects import IDENTIFIERS, TREATMENT, date_of, identified, study_day
from hepatrial.trialdata import COMPETING_DEATH, TrialData

PARAMETERS = {
    "OS": "Overall Survival",
    "TTP": "Time to Progression",
    "PFS": "Progression-Free Survival",
    "TTUP": "Time to Untreatable Progression",
    "TSPFS": "TACE-Specific Progression-Free Survival",
    "RFS": "Recurrence-Free Survival",
    "TTTP": "Total Time to Progression",
    "TPFS": "Total Progression-Free Survival",
}
EVENT, CENSORED, COMPETING = 0, 1, 2
CENSORED_ON = {
    "data cut": "DATE OF DATA CUT",
    "drop-out": "DATE OF LOSS TO FOLLOW-UP",
    "end of follow-up": "LAST DAY OF PLANNED FOLLOW-UP",
}
VARIABLES = (
    *IDENTIFIERS, *TREATMENT, "ITTFL", "STRATAR", "PARAMCD", "PARAM", "AVAL", "STARTDT", "ADT", "ADY", "CNSR",
    "EVNTDESC", "CNSDTDSC", "ANL01FL",
)  # fmt: skip


def adtte(trial: TrialData) -> AdamDataset:
    """The dataset of times to events."""
    subjects = identified(trial)
    table = pl.concat([_of_endpoint(subjects, code) for code in trial.endpoints])
    return dataset("ADTTE", "Time-to-Event Analysis Dataset", table, VARIABLES, ("USUBJID", "PARAMCD"))


def _of_endpoint(subjects: pl.DataFrame, code: str) -> pl.DataFrame:
    days, event, reason = (pl.col(f"{code.lower()}_{part}") for part in ("days", "event", "reason"))
    happened = pl.when(event == 0).then(CENSORED)
    if code in COMPETING_DEATH:
        happened = happened.when(event > 1).then(COMPETING)
    return subjects.select(
        *IDENTIFIERS,
        *TREATMENT,
        "ITTFL",
        "STRATAR",
        PARAMCD=pl.lit(code),
        PARAM=pl.lit(f"{PARAMETERS[code]} (days)"),
        AVAL=days,
        STARTDT=pl.col("RANDDT"),
        ADT=date_of(pl.col("randomised_day") + days),
        ADY=study_day(days),
        CNSR=happened.otherwise(EVENT).cast(pl.Int64),
        EVNTDESC=reason.str.to_uppercase(),
        CNSDTDSC=_censored_on(code, days, event, reason),
        ANL01FL=pl.lit("Y"),
    )


def _censored_on(code: str, days: pl.Expr, event: pl.Expr, reason: pl.Expr) -> pl.Expr:
    """What the date of a censored time is the date of; empty for an event."""
    if code == "OS":
        when_censored = reason.replace_strict(CENSORED_ON, default=reason.str.to_uppercase())
    else:
        scan = (
            pl.when(days > 0.0).then(pl.lit("DATE OF LAST SCAN")).otherwise(pl.lit("DATE OF RANDOMIZATION"))
        )
        when_censored = scan
    found = pl.when(event == 0).then(when_censored)
    if code in COMPETING_DEATH:
        found = found.when(event > 1).then(pl.lit("DATE OF DEATH"))
    return found.otherwise(pl.lit(""))
