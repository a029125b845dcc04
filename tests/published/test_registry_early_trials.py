"""Of the table of early trials: what it confirms is in the registry, what it does not is apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from collected_tables import needs_tables, number, numbers, reports, table, unconfirmed_columns

from hepatrial.evidence import collection
from hepatrial.evidence.trials import PublishedTrial

pytestmark = needs_tables


COLUMNS = {
    "n": "n",
    "orr_pct": "orr_percent",
    "dcr_pct": "dcr_percent",
    "ttp_median_mo": "ttp_median_months",
    "pfs_median_mo": "pfs_median_months",
    "os_median_mo": "os_median_months",
    "discontinuation_ae_pct": "stopped_for_adverse_events_percent",
    "dose_reduction_pct": "dose_reduced_percent",
    "toxic_deaths": "toxic_deaths",
}
WORDS = {
    "pfs": "pfs_median_mo",
    "disc": "discontinuation_ae_pct",
    "red": "dose_reduction_pct",
    "n (arm)": "n",
}


CONFIRMED_ELSEWHERE = {
    "abou-alfa-2006-sorafenib": "the outcomes and the baseline were read in an abstract afterwards",
    "abou-alfa-2010-doxorubicin": "its medians are confirmed in the table of systemic trials",
}
"""Trials whose row here was written before another table confirmed numbers of it."""


def early_trial(row: dict[str, str]) -> PublishedTrial:
    wanted = f"{row['agents']} {row['trial_or_first_author']}"
    names = {name: trial for trial in collection() for name in trial.also}
    fitting = [name for name in names if wanted.startswith(name) or name == row["trial_or_first_author"]]
    assert fitting, wanted
    return names[max(fitting, key=len)]


def early_cells() -> Iterator[tuple[PublishedTrial, str, float, bool]]:
    """(trial, quantity, value, whether it is confirmed) of every number of the table."""
    for row in table("phase2_evidence.csv"):
        trial = early_trial(row)
        away = {WORDS.get(word, word) for word in unconfirmed_columns(row, {*COLUMNS, *WORDS})}
        if row["unchecked_fields"].startswith("all except orr_pct"):
            away = set(COLUMNS) - {"orr_pct"}
        elif row["unchecked_fields"].startswith("all efficacy"):
            away = set(COLUMNS) - {"n"}
        elif row["unchecked_fields"].startswith("all"):
            away = set(COLUMNS)
        for column, quantity in COLUMNS.items():
            value = number(row[column])
            if value is None:
                continue
            if trial.key == "tactics-primary" and column == "pfs_median_mo":
                quantity = "tace_specific_pfs_median_months"
            yield trial, quantity, value, column not in away


def test_every_early_trial_is_there_with_its_confirmed_numbers():
    missing, seen = [], 0
    for trial, quantity, value, confirmed in early_cells():
        if confirmed:
            seen += 1
            if (quantity, value) not in {(what, shown) for _, what, shown, _ in numbers(trial.key)}:
                missing.append((trial.key, quantity, value))
    assert missing == []
    assert seen > 220


def test_what_the_early_trials_do_not_confirm_is_apart():
    wrong, seen = [], 0
    for trial, quantity, value, confirmed in early_cells():
        if confirmed:
            continue
        seen += 1
        apart = any(row.values.get(quantity) == value for row in trial.unconfirmed)
        shown = any(
            what.endswith(quantity.split("_", 1)[-1]) and held == value
            for _, what, held, _ in numbers(trial.key)
        )
        if trial.key in CONFIRMED_ELSEWHERE and shown:
            continue
        if not apart or (quantity, value) in {(what, held) for _, what, held, _ in numbers(trial.key)}:
            wrong.append((trial.key, quantity, value))
    assert wrong == []
    assert seen > 40


LIMITS = ("ttp_lo", "ttp_hi", "pfs_lo", "pfs_hi", "os_lo", "os_hi")
IN_WORDS = ("pfs_rate", "hr_if_randomised", "treatment_duration_median")
TIME_OR_LEVEL = re.compile(r"\d+ (?:wk|mo)\b|\d+% (?:CI|decreased)|<\d+|\(of \d+\)|n=\d+|p=0\.04")
"""Of the cells in words: when a rate was taken, the level of an interval, and what is no number of a record."""


def numbers_in_words(row: dict[str, str]) -> Iterator[tuple[str, float]]:
    """(column, value) of the limits and of the cells in words."""
    for column in LIMITS:
        if (value := number(row[column])) is not None:
            yield column, value
    for column in IN_WORDS:
        for found in re.findall(r"(?<![\d.])\d+(?:\.\d+)?", TIME_OR_LEVEL.sub("", row[column])):
            yield column, float(found)


def test_limits_rates_and_durations_of_the_early_trials_are_held_too():
    missing, seen = [], 0
    for row in table("phase2_evidence.csv"):
        trial = early_trial(row)
        shown = {value for key in reports(trial) for _, _, value, _ in numbers(key)}
        apart = {value for one in trial.unconfirmed for value in one.values.values()}
        text = " ".join(trial.notes)
        for column, value in numbers_in_words(row):
            seen += 1
            in_text = column in IN_WORDS and re.search(rf"(?<![\d.]){value:g}(?![\d])", text)
            if value not in shown | apart and not in_text:
                missing.append((trial.key, column, row[column], value))
    assert missing == []
    assert seen > 120
