"""Named random streams: the same number for the same patient and decision, whatever is asked beside it."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.simulation.streams import Streams


def test_draws_of_a_patient_do_not_depend_on_the_block():
    streams = Streams(7)
    whole = streams.uniform("growth rate", np.arange(1000), 3)
    pieces = [streams.uniform("growth rate", np.arange(a, b), 3) for a, b in ((0, 1), (1, 257), (257, 1000))]
    assert np.array_equal(whole, np.vstack(pieces))


def test_draws_follow_the_patient_number_in_any_order():
    streams = Streams(7)
    order = np.array([41, 3, 977, 3, 0])
    assert np.array_equal(streams.normal("x", order, 5), streams.normal("x", np.arange(1000), 5)[order])


@pytest.mark.parametrize(
    "other", [Streams(8).uniform("x", np.arange(64)), Streams(7).uniform("y", np.arange(64))]
)
def test_another_seed_or_name_gives_other_numbers(other):
    assert not np.any(Streams(7).uniform("x", np.arange(64)) == other)


def test_uniform_draws_stay_inside_the_open_interval_and_have_uniform_moments():
    draws = Streams(11).uniform("u", np.arange(200_000))[:, 0]
    assert draws.min() > 0.0
    assert draws.max() < 1.0
    assert abs(draws.mean() - 0.5) < 4 * np.sqrt(1 / 12 / draws.size)
    assert abs(draws.var() - 1 / 12) < 4 * np.sqrt(1 / 180 / draws.size)


def test_streams_of_different_names_are_uncorrelated():
    streams = Streams(3)
    first, second = (streams.normal(name, np.arange(100_000))[:, 0] for name in ("a", "b"))
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(100_000)
