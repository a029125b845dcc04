"""The page on calibration tells what the fit is compared with, as the data files hold it."""

from __future__ import annotations

import re
from pathlib import Path

from hepatrial.calibration.comparisons import MISREAD, VISIT_WINDOW_DAYS
from hepatrial.calibration.data_files import data_file
from hepatrial.calibration.discrepancy import discrepancies
from hepatrial.calibration.evidence import fit_evidence
from hepatrial.calibration.observing import BACKGROUND_STOPS, CENSORING
from hepatrial.calibration.replicated_summaries import TRIALS

PAGE = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text(encoding="utf-8")


def rows():
    """First and last cells of the tables that name trials, and the third."""
    cells = [
        [c.strip() for c in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| `")
    ]
    return {row[0].strip("`"): row for row in cells}


def test_the_page_lists_every_trial_with_its_numbers():
    told = rows()
    assert set(told) == {each.key for each in fit_evidence()}
    for each in fit_evidence():
        row = told[each.key]
        count = row[1] if each.kind == "calibration" else row[5]
        assert int(count) == len(each.observations), each.key
        if each.kind == "early":
            assert int(row[2]) == each.protocol.size
            assert row[1] == ", ".join(arm.name for arm in each.protocol.arms)


def test_the_page_tells_what_is_left_out_and_why():
    for key, why in data_file("early_arms.yaml").content["left_out"].items():
        assert re.search(rf"`{re.escape(key)}`[^\n]*: {re.escape(why)}", PAGE), key


def test_constants_on_the_page_are_those_of_the_code():
    assert f"{CENSORING:g} x 2 / sqrt(n)" in PAGE
    assert f"{MISREAD:.0%} of the others misread" in PAGE
    assert f"within {VISIT_WINDOW_DAYS:g} days" in PAGE
    assert f"over {BACKGROUND_STOPS:.0%}" in PAGE
    assert f"{TRIALS} simulated trials" in PAGE
    survival = discrepancies()["survival"]
    assert f"by {survival['calibration']:g} on the log" in PAGE
    assert f"by {survival['early']:g} over all regions" in PAGE


def test_the_changelog_counts_what_is_compared():
    changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    numbers = sum(len(each.observations) for each in fit_evidence())
    early = sum(each.kind == "early" for each in fit_evidence())
    assert f"{numbers} confirmed numbers of the calibration trials and of {early} early trials" in changelog
