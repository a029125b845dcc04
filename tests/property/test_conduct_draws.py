"""Who enters a trial, when, under which arm, and who is lost: exact rules and distributions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, kstest

from hepatrial.conduct.accrual import drop_out_days, entry_days
from hepatrial.conduct.randomisation import allocate, strata_codes
from hepatrial.conduct.replicates import draw_trials
from hepatrial.protocol.design import Accrual, Randomisation
from hepatrial.simulation.streams import Streams
from hepatrial.units import DAYS_PER_MONTH


@given(
    seed=st.integers(0, 2**32),
    patients=st.integers(1, 150),
    strata=st.integers(1, 12),
    ratio=st.lists(st.integers(1, 3), min_size=2, max_size=4),
    times=st.integers(1, 3),
)
@settings(max_examples=150, deadline=None)
def test_every_full_block_of_a_stratum_holds_the_ratio_and_the_last_never_more(
    seed, patients, strata, ratio, times
):
    generator = np.random.default_rng(seed)
    # Few distinct days, so that many enter on the same one.
    entry, stratum = (
        generator.integers(0, 40, patients).astype(float),
        generator.integers(0, strata, patients),
    )
    size = sum(ratio) * times
    arm = allocate(entry, stratum, ratio, size, generator)
    for level in range(strata):
        order = np.flatnonzero(stratum == level)[np.argsort(entry[stratum == level], kind="stable")]
        inside = arm[order]
        for first in range(0, len(inside), size):
            counts = np.bincount(inside[first : first + size], minlength=len(ratio))
            if first + size <= len(inside):
                assert counts.tolist() == [times * share for share in ratio]
            assert (counts <= times * np.asarray(ratio)).all()


def test_all_orders_within_a_block_are_equally_likely():
    generator = np.random.default_rng(8)
    blocks = 12_000
    arm = allocate(np.arange(3.0 * blocks), np.zeros(3 * blocks, dtype=int), (2, 1), 3, generator)
    # The place of the only control in a block of 2:1 tells its order.
    place = arm.reshape(blocks, 3).argmax(axis=1)
    counts = np.bincount(place, minlength=3)
    statistic = float(((counts - blocks / 3) ** 2 / (blocks / 3)).sum())
    assert statistic < chi2.ppf(1 - 1e-6, 2)


def test_a_stratum_with_one_patient_is_allocated_by_the_ratio():
    generator = np.random.default_rng(9)
    alone = np.array(
        [allocate(np.zeros(1), np.zeros(1, dtype=int), (2, 1), 6, generator)[0] for _ in range(6000)]
    )
    # Standard error 0.006.
    assert abs((alone == 0).mean() - 2 / 3) < 0.03


def test_strata_are_the_combinations_of_levels():
    codes = strata_codes([np.array([0, 0, 1, 1, 0]), np.array([2, 5, 2, 5, 2])])
    assert codes.tolist() == [0, 1, 2, 3, 0]
    assert strata_codes([]).tolist() == []


@pytest.mark.parametrize("shape", [1.0, 2.0, 0.5])
def test_accrual_follows_its_formula(shape):
    accrual = Accrual(duration_days=400.0, shape=shape)
    uniform = np.random.default_rng(1).random(40_000)
    days = entry_days(uniform, accrual)
    assert days.min() >= 0.0
    assert days.max() < 400.0
    assert (days == np.floor(days)).all()
    for day in (1, 100, 200, 399):
        expected = (day / 400.0) ** shape
        error = np.sqrt(expected * (1 - expected) / len(days))
        assert abs((days < day).mean() - expected) < 5 * error


def test_drop_out_is_exponential_at_the_rate_of_the_protocol():
    accrual = Accrual(duration_days=1.0, drop_out_per_month=0.03)
    days = drop_out_days(np.random.default_rng(2).standard_exponential(40_000), accrual)
    assert (days == np.ceil(days)).all()
    assert days.min() >= 1.0
    # Whole days are the exponential ones rounded up: within their day they are undone by a uniform draw.
    spread = days - np.random.default_rng(3).random(len(days))
    assert kstest(spread, "expon", args=(0, DAYS_PER_MONTH / 0.03)).pvalue > 1e-4
    assert np.isinf(drop_out_days(np.ones(5), Accrual(duration_days=1.0))).all()


@pytest.fixture
def protocol(sharp):
    return replace(sharp, size=90, randomisation=Randomisation((2, 1), 6, ()))


def test_a_trial_is_the_same_whichever_others_are_drawn(protocol):
    strata, streams = np.arange(200) % 5, Streams(3)
    many = draw_trials(protocol, strata, streams, 0, 30)
    for first, count in ((0, 10), (7, 1), (29, 1)):
        few = draw_trials(protocol, strata, streams, first, count)
        for name in few.__slots__:
            np.testing.assert_array_equal(getattr(few, name), getattr(many, name)[first : first + count])


def test_trials_are_determined_by_the_seed_and_differ_between_seeds_and_between_trials(protocol):
    strata = np.zeros(200, dtype=int)
    first, again, other = (draw_trials(protocol, strata, Streams(seed), 0, 2) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.index, again.index)
    np.testing.assert_array_equal(first.arm, again.arm)
    assert (first.index != other.index).mean() > 0.9
    assert (first.index[0] != first.index[1]).mean() > 0.9


def test_nobody_stands_twice_in_a_trial_where_there_are_enough_patients(protocol):
    for patients in (90, 91, 5000):
        draw = draw_trials(protocol, np.zeros(patients, dtype=int), Streams(1), 0, 20)
        assert all(len(set(row)) == 90 for row in draw.index.tolist())
    few = draw_trials(protocol, np.zeros(40, dtype=int), Streams(1), 0, 20)
    assert few.index.max() < 40


def test_every_patient_is_drawn_equally_often(protocol):
    draw = draw_trials(protocol, np.zeros(180, dtype=int), Streams(2), 0, 2000)
    counts = np.bincount(draw.index.ravel(), minlength=180)
    # Half of 2,000 trials each, standard deviation 22.
    assert abs(counts - 1000).max() < 5 * 22.4


def test_two_to_one_holds_within_every_stratum_of_every_trial(protocol):
    draw = draw_trials(protocol, np.arange(300) % 4, Streams(2), 0, 50)
    for arm, stratum in zip(draw.arm, draw.stratum, strict=True):
        for level in range(4):
            counts = np.bincount(arm[stratum == level], minlength=2)
            # The last block, of at most six, may be incomplete.
            assert abs(counts[0] - 2 * counts[1]) <= 4
