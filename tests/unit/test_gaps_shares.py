"""Shares of unknown numbers in the variance of an outcome: against functions whose shares are known exactly."""

import numpy as np
import pytest
from scipy.special import ndtri

from hepatrial.gaps.shares import fewest_draws, shares
from hepatrial.simulation.balanced_streams import BalancedStreams

NUMBERS = 5


def scores(draws, seed=1):
    return ndtri(BalancedStreams(seed, draws).uniform("scores", np.arange(draws), NUMBERS))


def found(outcome, z):
    return shares(z, outcome, np.vstack([np.eye(NUMBERS), np.ones(NUMBERS)]))


def test_a_sum_gives_each_term_its_squared_weight_without_error():
    z = scores(64)
    each = found(3.0 * z[:, 0] + 4.0 * z[:, 1], z)
    assert [share.value for share in each] == pytest.approx([9 / 25, 16 / 25, 0, 0, 0, 1.0], abs=1e-9)
    assert max(share.se for share in each) < 1e-9


def test_a_curved_and_an_interacting_function_lie_within_the_stated_error():
    # Var(z0 + z1^2 + 2 z2 z3) = 1 + 2 + 4: a seventh, two sevenths, and four sevenths of interactions.
    truth = np.array([1, 2, 0, 0, 0, 3]) / 7.0
    apart = []
    for seed in range(12):
        z = scores(256, seed)
        each = found(z[:, 0] + z[:, 1] ** 2 + 2.0 * z[:, 2] * z[:, 3], z)
        apart.append([(share.value - true) / share.se for share, true in zip(each, truth, strict=True)])
    apart = np.array(apart)
    assert np.abs(apart.mean(axis=0)).max() < 1.0
    # The jackknife does not know of the even spread of the draws: the error is of its order, not above twice of it.
    assert np.sqrt(np.mean(apart**2)) < 2.0


def test_an_outcome_that_nothing_moves_has_no_shares():
    z = scores(64)
    assert {share.value for share in found(np.full(64, 3.988), z)} == {0.0}


def test_too_few_draws_are_refused():
    draws = fewest_draws(NUMBERS) - 1
    with pytest.raises(ValueError, match="at least"):
        found(np.zeros(draws), scores(draws))
