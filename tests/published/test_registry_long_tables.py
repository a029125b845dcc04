"""Of the tables with a row a number: what they confirm is in the registry, what they do not is apart."""

from __future__ import annotations

import re

import pytest
from collected_tables import needs_tables, number, numbers, reports, table, who

from hepatrial.evidence import collection

pytestmark = needs_tables


OTHER_WORDS = {
    ("BOOST", "sorafenib"): "sorafenib+BSC",
    ("CheckMate 040", "nivolumab sorafenib-naive"): "nivolumab, sorafenib-naive",
    ("CheckMate 040", "nivolumab sorafenib-experienced"): "nivolumab, sorafenib-experienced",
}
ENDPOINTS = ("OS", "TTP", "PFS")


def long_rows(name: str):
    """(trial, of, endpoint, value) of every confirmed number of a table with a row a number."""
    for row in table(name):
        if row["checked"] != "yes":
            continue
        trial = collection()[row["trial"]]
        text = row.get("arm_or_comparison", row.get("arm", ""))
        of = who(trial, OTHER_WORDS.get((row["trial"], text), text))
        if row["trial"].startswith("GIDEON") and row.get("subgroup", "") in ("Child-Pugh A", "Child-Pugh B"):
            of = row["subgroup"]
        for column in ("value", "lo", "hi"):
            value = number(row.get(column, "").lstrip("<~"))
            if value is not None:
                yield trial, of, row.get("endpoint", ""), value, row


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("trial_outcomes_added.csv", 185),
        ("trial_baseline.csv", 178),
        ("trial_exposure.csv", 120),
        ("landmarks_and_subgroups.csv", 300),
    ],
)
def test_every_confirmed_number_of_the_long_tables_is_in_the_registry(name, at_least):
    missing, seen = [], 0
    for trial, of, endpoint, value, row in long_rows(name):
        seen += 1
        known = [entry for key in reports(trial) for entry in numbers(key)]
        timed = re.match(r"median|hr|lo|hi|HR|survival|pfs", row["quantity"])
        stem = endpoint.lower() + "_" if timed and endpoint in ENDPOINTS else ""
        if not any(a == of and c == value and b.startswith(stem) for a, b, c, _ in known):
            missing.append((row["trial"], of, endpoint, row.get("quantity"), value))
    assert missing == []
    assert seen >= at_least


def test_what_the_long_tables_do_not_confirm_is_apart():
    wrong, seen = [], 0
    for name in ("landmarks_and_subgroups.csv", "trial_exposure.csv"):
        for row in table(name):
            if row["checked"] == "yes" or number(row["value"]) is None:
                continue
            seen += 1
            trial = collection()[row["trial"]]
            values = {
                value for key in reports(trial) for one in collection().trials[key].unconfirmed
                for value in one.values.values()
            }  # fmt: skip
            collected = {
                effect.hr for effect in trial.subgroups if "hcc-nma-public" in effect.source
            }  # confirmed meanwhile by another collection
            if number(row["value"]) not in values | collected:
                wrong.append((row["trial"], row["quantity"], row["value"]))
    assert wrong == []
    assert seen > 40
