"""Times to events out of ADTTE.

CNSR is 0 for an event (ADaM Basic Data Structure for Time-to-Event Analyses 1.0) and above 0 for every kind of
censoring. So that hepatrial reads back what it wrote, a CNSR of 2 of which CNSDTDSC is "DATE OF DEATH" is a death that
competes, in endpoints in which death does; deaths have the causes of DTHCAUS where it knows them all; and in PFS, RFS
and their like an event whose EVNTDESC begins with "DEATH" is a death.
"""

from __future__ import annotations

import re

import polars as pl

from hepatrial.errors import Issue
from hepatrial.trialdata import COMPETING_DEATH, ENDPOINTS
from hepatrial.userdata.cells import Cells
from hepatrial.userdata.columns import DAYS_IN
from hepatrial.userdata.table import RawTable, refuse

CAUSES = {"CANCER": 1, "LIVER": 2, "TOXICITY": 3}


def upper_text(values: pl.Series) -> pl.Series:
    """A column as text in capitals, empty where missing."""
    return values.cast(pl.String).fill_null("").str.to_uppercase()


def adam_endpoints(
    raw: RawTable, cells: dict[str, Cells], subjects: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, tuple[str, ...]], list[str]]:
    """Days, event and reason of every endpoint that is known, a row a subject that has all of them."""
    table = pl.DataFrame({name: one.values for name, one in cells.items()}).with_columns(
        subject=pl.col("USUBJID").cast(pl.String), row=pl.int_range(pl.len())
    )
    found = [code for code in ENDPOINTS if (table["PARAMCD"].cast(pl.String) == code).any()]
    if not found:
        codes = ", ".join(table["PARAMCD"].cast(pl.String).drop_nulls().unique().sort()[:20])
        refuse(
            [
                Issue("ADTTE has no endpoint that is known", raw.at(None, "PARAMCD"), codes,
                      ", ".join(ENDPOINTS), "give one of these codes to the parameter", rule="adam")
            ]
        )  # fmt: skip
    causes, notes, joined = {}, [], subjects.select("subject")
    for code in found:
        rows = table.filter(pl.col("PARAMCD").cast(pl.String) == code).drop_nulls(["AVAL", "CNSR"])
        refuse(_wrong_times(raw, rows, code))
        days, said = _in_days(rows, code)
        event = _event(rows, code, subjects)
        deaths_alone = code == "OS" and int(event.max() or 0) <= 1
        causes[code] = ("censored", "death") if deaths_alone else ENDPOINTS[code]
        one = pl.DataFrame(
            {
                "subject": rows["subject"],
                f"{code.lower()}_days": days,
                f"{code.lower()}_event": event.cast(pl.Int8),
                f"{code.lower()}_reason": _reasons(rows, event, causes[code]),
            }
        )
        joined = joined.join(one, on="subject", how="inner", maintain_order="left")
        notes += said
    return joined, causes, notes


def _wrong_times(raw: RawTable, rows: pl.DataFrame, code: str) -> list[Issue]:
    issues = []
    negative = rows.filter((pl.col("AVAL") < 0) | ~pl.col("AVAL").cast(pl.Float64).is_finite())
    if negative.height:
        issues.append(
            Issue(f"ADTTE has times of {code} below 0 or infinite", raw.at(int(negative["row"][0]), "AVAL"),
                  raw.cells("AVAL", negative["row"]), "0 or more", "mend or delete these rows", rule="times")
        )  # fmt: skip
    twice = rows.filter(~pl.col("subject").is_first_distinct())
    if twice.height:
        issues.append(
            Issue(f"ADTTE has subjects with more than one row of {code}", raw.at(int(twice["row"][0]), "USUBJID"),
                  raw.cells("USUBJID", twice["row"]), "one row a subject and parameter",
                  "keep the rows of the analysis (ANL01FL)", rule="adam")
        )  # fmt: skip
    return issues


def _in_days(rows: pl.DataFrame, code: str) -> tuple[pl.Series, list[str]]:
    """AVAL in days, by AVALU or the unit in PARAM."""
    texts = [str(rows[name][0]) for name in ("AVALU", "PARAM") if name in rows.columns and rows.height]
    words = re.findall(r"[a-z]+", " ".join(texts).lower())
    unit = next((unit for unit in DAYS_IN if unit in words or unit.removesuffix("s") in words), None)
    said = [] if unit else [f"ADTTE does not say the unit of {code}; days are assumed."]
    return rows["AVAL"].cast(pl.Float64) * DAYS_IN[unit or "days"], said


def _event(rows: pl.DataFrame, code: str, subjects: pl.DataFrame) -> pl.Series:
    happened = rows["CNSR"].cast(pl.Float64) == 0
    event = happened.cast(pl.Int64)
    if code == "OS":
        return _deaths(rows, event, subjects)
    dead = pl.Series([False] * rows.height)
    if code in COMPETING_DEATH and "CNSDTDSC" in rows.columns:
        dead = (rows["CNSR"].cast(pl.Float64) == 2) & upper_text(rows["CNSDTDSC"]).str.starts_with(
            "DATE OF DEATH"
        )
    elif code not in COMPETING_DEATH and "EVNTDESC" in rows.columns:
        dead = happened & upper_text(rows["EVNTDESC"]).str.starts_with("DEATH")
    return event.set(dead, 2)


def _deaths(rows: pl.DataFrame, event: pl.Series, subjects: pl.DataFrame) -> pl.Series:
    """Deaths by their causes, where DTHCAUS knows the cause of every one of them."""
    if "DTHCAUS" not in subjects.columns:
        return event
    cause = rows.select("subject").join(
        subjects.select("subject", "DTHCAUS"), on="subject", how="left", maintain_order="left"
    )["DTHCAUS"]
    codes = upper_text(cause).replace_strict(CAUSES, default=None, return_dtype=pl.Int64)
    known = codes.filter(event == 1).is_not_null().all()
    return event if not known else event * codes.fill_null(1)


def _reasons(rows: pl.DataFrame, event: pl.Series, causes: tuple[str, ...]) -> pl.Series:
    if "EVNTDESC" in rows.columns and rows["EVNTDESC"].null_count() == 0:
        return upper_text(rows["EVNTDESC"]).str.to_lowercase()
    return pl.Series([causes[code] for code in event], dtype=pl.String)
