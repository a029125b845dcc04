"""The page's look at trials that were not fitted: published numbers are the registry's, errors those of the table."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from hepatrial.evidence.published import published_summary
from hepatrial.protocol.loading import load

PAGE = (Path(__file__).parents[2] / "docs" / "model.md").read_text(encoding="utf-8")
SECTION = PAGE[PAGE.index("## Trials that an earlier version had not fitted, looked at") :]
ROWS = [
    (name.lower(), float(simulated), float(published))
    for name, simulated, published in re.findall(
        r"^\| ([A-Z0-9-]+), .* \| ([\d.]+) \| ([\d.]+) \|$", SECTION, re.M
    )
]


def test_there_are_ten_and_none_was_fitted():
    assert len(ROWS) == 10
    assert not {name for name, _, _ in ROWS} & {"sharp", "asia-pacific"}


@pytest.mark.parametrize(("name", "published"), [(name, published) for name, _, published in ROWS])
def test_the_published_ratio_is_that_of_the_registry(name, published):
    protocol = load(name)
    arm, control = protocol.comparisons[0]
    known = [
        row["hr"]
        for row in published_summary(protocol.published)["comparisons"]
        if (row["arm"], row["control"], row["endpoint"]) == (arm, control, "OS")
    ]
    assert known == [pytest.approx(published, abs=0.0051)]


def test_the_errors_told_are_those_of_the_table():
    simulated, published = (np.log([row[place] for row in ROWS]) for place in (1, 2))
    told = re.search(r"log hazard ratio is (\d\.\d+); that of always saying 1 is (\d\.\d+)", SECTION)
    errors = [np.sqrt(np.mean((guess - published) ** 2)) for guess in (simulated, 0.0)]
    assert [float(told[1]), float(told[2])] == pytest.approx(errors, abs=0.005)
