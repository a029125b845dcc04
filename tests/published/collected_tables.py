"""The collected tables beside the checkout, and the numbers of a record in a form to look them up."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from hepatrial.evidence import collection
from hepatrial.evidence.trials import PublishedTrial

TABLES = Path(__file__).parents[3] / "shared" / "evidence"
needs_tables = pytest.mark.skipif(
    not TABLES.is_dir(), reason="the collected tables are not beside the checkout"
)

ARMS = {
    "STRIDE tremelimumab+durvalumab": "STRIDE",
    "lenvatinib+placebo": "lenvatinib",
    "GIDEON Child-Pugh A": "Child-Pugh A",
    "GIDEON Child-Pugh B": "Child-Pugh B",
    "GIDEON Child-Pugh C": "Child-Pugh C",
    "CheckMate 040 sorafenib-naive": "nivolumab, sorafenib-naive",
    "CheckMate 040 sorafenib-experienced": "nivolumab, sorafenib-experienced",
    "Abou-Alfa Child-Pugh A subset": "Child-Pugh A",
    "Abou-Alfa Child-Pugh B subset": "Child-Pugh B",
    "tigatuzumab 6+2 + sorafenib": "tigatuzumab 6/2 + sorafenib",
    "tigatuzumab 6+6 + sorafenib": "tigatuzumab 6/6 + sorafenib",
    "DEB-TACE (150 mg doxorubicin) + sorafenib 400 mg bid": "DEB-TACE+sorafenib",
    "DEB-TACE + sorafenib 400 mg bid continuous": "DEB-TACE+sorafenib",
    "DEB-TACE + placebo": "DEB-TACE+placebo",
    "TACE + sorafenib": "TACE+sorafenib",
    "TACE + brivanib 800 mg qd": "TACE+brivanib",
    "TACE + placebo": "TACE+placebo",
    "SIRT 90Y resin": "SIRT",
    "sorafenib 800 mg/d": "sorafenib",
    "SIRT + sorafenib": "SIRT+sorafenib",
    "local ablation + sorafenib": "ablation+sorafenib",
    "local ablation + placebo": "ablation+placebo",
    "adjuvant sorafenib 400 mg bid": "sorafenib",
    "DC Bead doxorubicin (DEB-TACE)": "DEB-TACE",
    "conventional TACE doxorubicin": "cTACE",
}
"""Arms whose names in the tables hold the dose or the trial."""
"""Arms whose names in the tables hold the dose or the trial."""


def table(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@cache
def numbers(key: str) -> list[tuple[str, str, float, str]]:
    """(of, quantity, value, source) of every confirmed number of a record and of its other reports."""
    trial = collection().trials[key]
    found: list[tuple[str, str, float, str]] = []
    for row in trial.arms:
        for name, value in row.items():
            source = trial.read_in.get(name.replace("_ci", "_months"), trial.source)
            if isinstance(value, (int, float)):
                found.append((row["arm"], name, value, source))
            elif name.endswith("_ci") and value:
                for side, limit in zip(("low", "high"), value, strict=True):
                    if limit is not None:
                        found.append((row["arm"], name.replace("ci", side), limit, source))
    for row in trial.comparisons:
        pair, stem = f"{row['arm']} v {row['control']}", f"{row['endpoint'].lower()}_hr"
        found += _ratio(pair, stem, row["hr"], row.get("ci"), trial.read_in.get("hr", trial.source))
    for effect in trial.subgroups:
        pair, stem = f"{effect.arm} v {effect.control}", f"{effect.endpoint.lower()}_hr"
        found += _ratio(pair, stem, effect.hr, effect.ci, effect.source)
    for mark in trial.landmarks:
        name = f"{mark.endpoint.lower()}_{mark.months:g}_months_percent"
        found.append((mark.of, name, mark.percent, mark.source))
        for limit in mark.ci or ():
            found.append((mark.of, f"{name}_limit", limit, mark.source))
    for finding in (*trial.findings, *trial.baseline):
        found += [(finding.of, name, value, finding.source) for name, value in finding.values.items()]
    for conflict in trial.conflicts:
        found += [(conflict.of, conflict.quantity, value, conflict.note) for value in conflict.others]
    conduct = trial.conduct
    for name in ("scan_interval_weeks", "accrual_months", "follow_up_median_months"):
        if getattr(conduct, name) is not None:
            found.append(("trial", name, getattr(conduct, name), conduct.source))
    return found


def _ratio(pair, stem, hr, ci, source):
    rows = [(pair, stem, hr, source)]
    if ci is not None:
        rows += [(pair, f"{stem}_low", ci[0], source), (pair, f"{stem}_high", ci[1], source)]
    return rows


def reports(trial: PublishedTrial) -> list[str]:
    """Keys of a record and of the other reports of its trial."""
    known = collection()
    return [one.key for one in known if trial.key in (one.key, one.part_of) or one.key in (trial.part_of,)]


def unconfirmed_columns(row: dict[str, str], columns) -> set[str]:
    if row["checked"] == "no":
        return set(columns)
    text = re.sub(r"\([^)]*\)", "", row["unchecked_fields"])
    words = [word.strip() for word in text.split(";") if word.strip()]
    return {
        column
        for column in columns
        for word in words
        if word in ("all", column) or (word.endswith("*") and column.startswith(word[:-1]))
    }


def who(trial: PublishedTrial, text: str) -> str:
    """The arm or pair of arms that a text of the tables begins with; "trial" for anything else."""
    arms = [row["arm"] for row in trial.arms]
    pairs = [f"{one} v {other}" for one in arms for other in arms if one != other]
    for name in sorted((*pairs, *arms), key=len, reverse=True):
        if text == name or re.match(re.escape(name) + r"[ ,(]", text):
            return name
    return "trial"
