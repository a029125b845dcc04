"""Exact relaxation over a day, and the quadrature that makes a day's drive into a parabola."""

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from hepatrial.disease.over_day import (
    EARLY,
    IN_MEAN,
    LATE,
    AtNodes,
    OverDay,
    effective_middle,
    fast_relaxation_of_day,
    mean,
    relaxation_of_day,
    relaxed,
    relaxed_over_day,
)

RATES = [1e-6, 1e-3, 0.0433, 0.3, 0.499999, 0.500001, 2.0, 30.0]


def parabola(time):
    return 0.7 - 1.1 * time + 0.9 * time**2


def solution(rate, until):
    found = solve_ivp(
        lambda t, y: rate * (parabola(t) - y), (0.0, until), [0.2], rtol=1e-11, atol=1e-13, method="LSODA"
    )
    return found.y[0, -1]


@pytest.mark.parametrize("rate", RATES)
def test_relaxation_to_a_parabola_is_exact(rate):
    drive = OverDay(*map(parabola, (0.0, 0.5, 1.0)))
    assert relaxed(0.2, drive, relaxation_of_day(rate)) == pytest.approx(solution(rate, 1.0), rel=1e-9)


@pytest.mark.parametrize("rate", RATES)
def test_what_is_in_equilibrium_stays_to_the_last_bit(rate):
    level = 0.123456789
    assert relaxed(level, OverDay(level, level, level), relaxation_of_day(rate)) == level


def test_weights_of_an_array_are_those_of_its_members():
    together = relaxation_of_day(np.array(RATES))
    for place, rate in enumerate(RATES):
        alone = relaxation_of_day(rate)
        assert [w[place] for w in together] == pytest.approx([float(w) for w in alone], rel=1e-12, abs=0)


def test_weights_do_not_jump_where_the_series_takes_over():
    below, above = (np.array(relaxation_of_day(rate)) for rate in (0.5 - 1e-9, 0.5 + 1e-9))
    np.testing.assert_allclose(below, above, rtol=1e-8)


NODES = np.array([0.0, EARLY, LATE, 1.0])


def test_the_mean_from_four_nodes_is_exact_to_degree_four():
    means = [np.array(IN_MEAN) @ NODES**power for power in range(6)]
    assert means[:5] == pytest.approx([1.0, 1 / 2, 1 / 3, 1 / 4, 1 / 5], rel=1e-12, abs=0)
    assert means[5] != pytest.approx(1 / 6, rel=1e-4, abs=0)


@pytest.mark.parametrize("rate", [0.3, 1.0, 3.0])
def test_the_mean_of_a_rising_occupancy_is_better_than_by_gauss_lobatto(rate):
    """c / (1 + c) with c rising to 3 and to 10 from the first dose, which is where most error arises."""
    lobatto = np.array([0.0, 0.5 - 0.5 / np.sqrt(5.0), 0.5 + 0.5 / np.sqrt(5.0), 1.0])
    for highest in (3.0, 10.0):

        def left(time, highest=highest):
            return 1.0 / (1.0 + highest * (1.0 - np.exp(-rate * time)))

        exact, _ = quad(left, 0.0, 1.0, epsabs=1e-12)
        ours = mean(OverDay(left(0.0), effective_middle(*left(NODES)), left(1.0)))
        usual = np.array([1.0, 5.0, 5.0, 1.0]) @ left(lobatto) / 12.0
        assert abs(ours - exact) < 0.6 * abs(usual - exact) + 1e-4


@pytest.mark.parametrize("rate", RATES)
def test_relaxation_to_a_cubic_is_exact_at_the_end_and_in_the_mean(rate):
    def drive(time):
        return 0.7 - 1.1 * time + 0.9 * time**2 - 0.5 * time**3

    found = solve_ivp(
        lambda t, y: [rate * (drive(t) - y[0]), y[0]],
        (0.0, 1.0), [0.2, 0.0], rtol=1e-11, atol=1e-13, method="LSODA",
    )  # fmt: skip
    day = relaxed_over_day(0.2, AtNodes(*drive(NODES)), fast_relaxation_of_day(rate))
    assert (day.end, mean(day)) == pytest.approx(tuple(found.y[:, -1]), rel=1e-9)


@pytest.mark.parametrize("rate", RATES)
def test_what_is_in_equilibrium_stays_at_all_nodes_to_the_last_bit(rate):
    level = 0.123456789
    assert set(relaxed_over_day(level, AtNodes(*[level] * 4), fast_relaxation_of_day(rate))) == {level}
    assert effective_middle(level, level, level, level) == level
