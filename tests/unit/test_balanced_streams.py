"""Draws that are balanced over a set of patients."""

import numpy as np

from hepatrial.simulation.balanced_streams import BalancedStreams
from hepatrial.simulation.streams import Streams

SIZE = 512


def test_each_stratum_holds_exactly_one_patient():
    drawn = BalancedStreams(3, SIZE).uniform("growth rate", np.arange(SIZE), 2)
    assert np.all((drawn > 0.0) & (drawn < 1.0))
    for column in drawn.T:
        assert sorted(np.floor(column * SIZE).astype(int)) == list(range(SIZE))


def test_names_are_independent_and_blocks_agree():
    streams, numbers = BalancedStreams(3, SIZE), np.arange(SIZE)
    one, other = (streams.normal(name, numbers)[:, 0] for name in ("growth rate", "frailty"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(SIZE)
    assert np.array_equal(streams.normal("frailty", numbers[100:200])[:, 0], other[100:200])


def test_means_have_a_fraction_of_the_sampling_error():
    numbers = np.arange(SIZE)
    plain, balanced = (
        np.std([of(seed).normal("growth rate", numbers).mean() for seed in range(30)])
        for of in (Streams, lambda seed: BalancedStreams(seed, SIZE))
    )
    assert balanced < 0.1 * plain
