"""Simulated cohorts by liver reserve give the numbers of docs/liver.md, which sets them beside the published ones."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hepatrial.simulation.blocks import follow_patients, outcomes_of
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.virtual_trial import simulate, work_of

PAGE = (Path(__file__).parents[2] / "docs" / "liver.md").read_text(encoding="utf-8")
MONTH = 30.4375
PATIENTS = 4096


def shown(row):
    """The simulated numbers of a row of the page's table."""
    cell = next(line for line in PAGE.splitlines() if line.startswith(f"| {row}")).split("|")[2]
    return [float(number) for number in re.findall(r"\d+\.?\d*", cell)]


@cache
def cohort(name, arm=0):
    """Score, ALBI and outcomes of a protocol's patients under one arm."""
    work = work_of(name, seed=2, precision="float32")
    parts = [follow_patients(work, np.arange(at, at + 1024)) for at in range(0, PATIENTS, 1024)]
    patients = [part.patients for part in parts]
    outcomes = Outcomes.joined([outcomes_of(part.events[arm]) for part in parts])
    death = outcomes.death
    return {
        "score": np.concatenate([p.child_pugh_score for p in patients]),
        "albi": np.concatenate([p.albi for p in patients]),
        "os": death / MONTH,
        "pfs": np.minimum(outcomes.progression, death) / MONTH,
        "progression": outcomes.progression,
        "treated": np.minimum(outcomes.stop, death) / 7.0,
        "adverse": (outcomes.stop_for_adverse_event == 1) & (outcomes.stop < death),
    }


def median(found, what, which=None):
    return float(np.median(found[what] if which is None else found[what][which]))


CLASS_A, CLASS_B = "gideon-child-pugh-a", "gideon-child-pugh-b"


def by_row():
    """What each row of the page says, simulated."""
    a, b, reflect = cohort(CLASS_A), cohort(CLASS_B), cohort("reflect", 1)
    grade_1 = reflect["albi"] <= -2.60
    grade_2 = (reflect["albi"] > -2.60) & (reflect["albi"] <= -1.39)
    abou = [cohort(f"abou-alfa-2006-child-pugh-{grade}") for grade in "ab"]
    return {
        "OS, Child-Pugh A; B (months)": [median(a, "os"), median(b, "os")],
        "ratio of these medians": [median(b, "os") / median(a, "os")],
        "OS, score 7; score 8": [median(b, "os", b["score"] == 7), median(b, "os", b["score"] > 7)],
        "OS, ALBI 2 to ALBI 1": [median(reflect, "os", grade_2) / median(reflect, "os", grade_1)],
        "OS, score 6 to score 5": [
            median(reflect, "os", reflect["score"] == 6) / median(reflect, "os", reflect["score"] == 5)
        ],
        "PFS, Child-Pugh A; B": [median(a, "pfs"), median(b, "pfs")],
        "treatment, Child-Pugh B": [median(b, "treated")],
        "stopped for an agent's": [100.0 * float(each["adverse"].mean()) for each in (a, b)],
        "OS, Child-Pugh A; B |": [median(each, "os") for each in abou],
        "OS, sorafenib; best": [median(cohort("boost", arm), "os") for arm in (0, 1)],
    }


ROWS = (
    "OS, Child-Pugh A; B (months)", "ratio of these medians", "OS, score 7; score 8", "OS, ALBI 2 to ALBI 1",
    "OS, score 6 to score 5", "PFS, Child-Pugh A; B", "treatment, Child-Pugh B", "stopped for an agent's",
    "OS, Child-Pugh A; B |", "OS, sorafenib; best",
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_the_page_shows_what_is_simulated(row):
    # Printed to two digits; other arithmetic may move a median within its Monte-Carlo error of 3 %.
    assert by_row()[row] == pytest.approx(shown(row), rel=0.06)


def test_survival_falls_with_class_and_progression_does_not():
    a, b = cohort(CLASS_A), cohort(CLASS_B)
    assert median(b, "os") < 0.7 * median(a, "os")
    # Courses go on after death in the simulation, so that progression is seen in everybody. A scan comes every 56 days.
    assert abs(median(a, "progression") - median(b, "progression")) <= 56.0
    assert abs(a["adverse"].mean() - b["adverse"].mean()) < 0.03


@pytest.fixture(scope="module")
def registry():
    return simulate(CLASS_A, patients=2048, seed=4, replicates=0, precision="float32").trial


def test_deterioration_recovery_and_albi_are_those_of_the_page(registry):
    scores = registry.labs.filter(pl.col("parameter") == "CHILDPUGH").join(
        registry.subjects.select("subject", "treatment_days"), on="subject"
    )
    treated = scores.filter(pl.col("day") <= pl.col("treatment_days"))
    first = treated.filter(pl.col("value") >= 7).group_by("subject").agg(first=pl.col("day").min())
    deteriorated = 100.0 * first.height / treated["subject"].n_unique()
    later = scores.join(first, on="subject").filter(pl.col("day") > pl.col("first"))
    recovered = later.group_by("subject").agg(again=(pl.col("value") <= 6).any())["again"].mean()
    albi = registry.labs.filter(pl.col("parameter") == "ALBI")
    medians = [albi.filter(pl.col("day") == day)["value"].median() for day in (0, 56, 112, 168)]
    assert deteriorated == pytest.approx(shown("deterioration to Child-Pugh B")[0], abs=3.0)
    assert 100.0 * recovered == pytest.approx(shown("of those, seen in class A")[0], abs=6.0)
    assert np.array(medians[1:]) - medians[0] == pytest.approx(shown("ALBI after 2, 4, 6"), abs=0.03)
