"""Ranks of truths: coverage, simultaneous bands and their p-values."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.calibration import ranks as module
from hepatrial.calibration.ranks import band, coverages, ecdf_difference, evenness, holm

DRAWS = 79


@pytest.fixture(autouse=True)
def fewer_simulations(monkeypatch):
    monkeypatch.setattr(module, "SIMULATIONS", 600)


def test_intervals_of_every_level_hold_exactly_their_share_of_all_ranks():
    found = coverages(np.arange(DRAWS + 1), DRAWS)
    assert [(each.level_percent, each.covered) for each in found] == [(50, 40), (80, 64), (95, 76)]


def test_the_interval_of_a_coverage_is_that_of_clopper_and_pearson():
    """Of 8 of 10: 0.4439 to 0.9748 (R, binom.test(8, 10))."""
    inside = np.array([40] * 8 + [0, 79])
    (half, *_) = coverages(inside, DRAWS)
    assert (half.covered, half.of, half.share) == (8, 10, 0.8)
    assert (half.low, half.high) == pytest.approx((0.44390, 0.97479), abs=1e-5)


def test_even_ranks_stay_in_the_band_as_often_as_it_says():
    random, around = np.random.default_rng(1), band(60, DRAWS, seed=3)
    inside = 0
    for _ in range(400):
        difference = ecdf_difference(random.integers(0, DRAWS + 1, 60), DRAWS)
        inside += bool(np.all((difference >= around.low) & (difference <= around.high)))
    assert abs(inside / 400 - 0.95) < 3.5 * np.sqrt(0.95 * 0.05 / 400) + 0.01


@pytest.mark.parametrize(
    ("spread", "shift"), [(0.6, 0.0), (1.7, 0.0), (1.0, 0.6)], ids=["wide", "narrow", "shifted"]
)
def test_draws_that_are_too_wide_too_narrow_or_shifted_are_found(spread, shift):
    random = np.random.default_rng(2)
    truth = shift + spread * random.standard_normal((200, 1))
    ranks = (random.standard_normal((200, DRAWS)) < truth).sum(axis=1)[:, None]
    even = (random.standard_normal((200, DRAWS)) < random.standard_normal((200, 1))).sum(axis=1)[:, None]
    found, other = evenness(np.hstack([ranks, even]), DRAWS, seed=4)
    assert found.p_holm < 0.01
    assert other.p > 0.05


def test_holm_multiplies_the_smallest_by_all_and_never_turns_back():
    assert holm(np.array([0.04, 0.01, 0.03])) == pytest.approx([0.06, 0.03, 0.06])
    assert holm(np.array([0.9, 0.8])) == pytest.approx([1.0, 1.0])
