"""Shapley's division against cases with known answers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from hepatrial.attribution.shapley import shapley_values


def test_independent_causes_get_what_each_adds():
    adds = np.array([3.0, -1.0, 0.5])
    outcome = np.array([sum(adds[j] for j in range(3) if active >> j & 1) for active in range(8)])
    np.testing.assert_allclose(shapley_values(outcome), adds, rtol=0, atol=1e-14)


def test_causes_that_only_work_together_share_alike():
    outcome = np.array([0.0, 0.0, 0.0, 1.0])
    np.testing.assert_allclose(shapley_values(outcome), [0.5, 0.5])


def test_the_glove_game_of_the_textbooks():
    # One right glove (0), two left gloves (1, 2): a pair is worth 1; shares 2/3, 1/6, 1/6.
    outcome = np.array([float(bool(s & 1) and bool(s & 6)) for s in range(8)])
    np.testing.assert_allclose(shapley_values(outcome), [2 / 3, 1 / 6, 1 / 6])


def test_shares_are_the_mean_over_all_orders_of_entering():
    rng = np.random.default_rng(3)
    outcome = rng.normal(size=(16, 5))
    by_order = np.zeros((4, 5))
    for order in itertools.permutations(range(4)):
        active = 0
        for cause in order:
            by_order[cause] += (outcome[active | 1 << cause] - outcome[active]) / 24
            active |= 1 << cause
    shares = shapley_values(outcome)
    np.testing.assert_allclose(shares, by_order, atol=1e-12)
    np.testing.assert_allclose(shares.sum(axis=0), outcome[-1] - outcome[0], atol=1e-12)


@pytest.mark.parametrize("sets", [0, 1, 3, 12])
def test_an_outcome_for_every_set_of_causes_is_needed(sets):
    with pytest.raises(ValueError, match="2\\*\\*k"):
        shapley_values(np.zeros(sets))
