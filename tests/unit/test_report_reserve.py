"""A run by liver reserve: what it says is what the twins say, and it is left out where nothing differs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hepatrial.analysis import ReserveGroup, outlook_by_reserve
from hepatrial.conduct.endpoints import death_days
from hepatrial.report.run_reserve import FEWEST_PATIENTS, reserve_record, run_reserve
from hepatrial.virtual_trial import simulate


@pytest.fixture(scope="module")
def both_classes(sharp):
    """SHARP with as many of class B as the table gives without a limit on the class."""
    limits = sharp.eligibility
    open_to_all = replace(
        sharp,
        eligibility=replace(
            limits,
            ranges={k: v for k, v in limits.ranges.items() if k != "child_pugh_score"},
            levels={k: v for k, v in limits.levels.items() if k != "child_pugh_class"},
        ),
    )
    return simulate(open_to_all, patients=1024, seed=3, replicates=0, precision="float32")


@pytest.fixture(scope="module")
def found(both_classes):
    return run_reserve(both_classes)


def test_time_lived_and_lost_fill_the_window_and_are_those_of_the_patients(both_classes, found):
    window = found.window_months * 30.4375
    subjects = both_classes.population.subjects
    for row in found.outlook:
        assert row.lived_months + sum(row.lost_months.values()) == pytest.approx(
            found.window_months, abs=1e-9
        )
        if row.scale != "Child-Pugh class":
            continue
        place = both_classes.population.arms.index(row.arm)
        own = subjects.filter(subjects["arm"] == row.arm)["child_pugh_class"].to_numpy() == row.label
        days = death_days(both_classes.outcomes[place])[own]
        assert row.n == own.sum()
        # Nobody is lost or cut, so that the restricted mean is the mean of what each lived.
        assert row.lived_months * 30.4375 == pytest.approx(np.minimum(days, window).mean(), rel=1e-9)
        assert row.os_median_months * 30.4375 == pytest.approx(np.median(days), abs=1.0)


def test_class_b_lives_shorter_and_loses_more_to_its_liver(found):
    rows = {(row.label, row.arm): row for row in found.outlook if row.scale == "Child-Pugh class"}
    for arm in ("sorafenib", "placebo"):
        a, b = rows["A", arm], rows["B", arm]
        assert b.os_median_months < a.os_median_months
        assert b.lost_months["liver death"] > a.lost_months["liver death"]


def test_the_arm_changes_months_by_what_the_arms_differ_in(found):
    outlook = {(row.scale, row.label, row.arm): row for row in found.outlook}
    assert found.effects
    for effect in found.effects:
        arm, control = (outlook[effect.scale, effect.label, name] for name in (effect.arm, effect.control))
        lived, *lost = effect.times
        assert lived.change.value == pytest.approx(arm.lived_months - control.lived_months, abs=1e-9)
        for time in lost:
            gap = arm.lost_months[time.what] - control.lost_months[time.what]
            assert time.change.value == pytest.approx(gap, abs=1e-9)
        assert sum(time.change.value for time in effect.times) == pytest.approx(0.0, abs=1e-9)


def test_a_scale_on_which_patients_are_alike_or_few_is_left_out(both_classes):
    subjects = both_classes.population.subjects

    def with_columns(**columns):
        changed = replace(both_classes.population, subjects=subjects.with_columns(**columns))
        return run_reserve(replace(both_classes, population=changed))

    alike = with_columns(child_pugh_score=pl.lit(5))
    assert {row.scale for row in alike.outlook} == {"ALBI grade"}
    assert with_columns(child_pugh_score=pl.lit(5), albi=pl.lit(-3.0)) is None
    assert reserve_record(None) is None
    # One patient fewer than the least is too few for a group.
    few = pl.when(pl.col("patient") < FEWEST_PATIENTS - 1).then(7).otherwise(5)
    assert {row.scale for row in with_columns(child_pugh_score=few).outlook} == {"ALBI grade"}
    enough = pl.when(pl.col("patient") < FEWEST_PATIENTS).then(7).otherwise(5)
    assert "Child-Pugh class" in {row.scale for row in with_columns(child_pugh_score=enough).outlook}


def test_a_window_beyond_follow_up_has_no_times_lost(both_classes):
    cut = both_classes.population  # cut as the trial would be
    everybody = ReserveGroup("ALBI grade", "1", np.full(cut.subjects.height, True))
    rows = outlook_by_reserve(cut, (everybody,), 60.0)
    assert [row.lived_months for row in rows] == [None, None]
    assert [row.lost_months for row in rows] == [{}, {}]
