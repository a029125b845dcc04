"""Exact relaxation over a day, and the quadrature that makes a day's drive into a parabola."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from hepatrial.disease.over_day import (
    EARLY,
    LATE,
    OverDay,
    effective_middle,
    mean,
    relaxation_of_day,
    relaxation_of_half_day,
    relaxed,
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
    assert relaxed(0.2, drive, relaxation_of_half_day(rate)) == pytest.approx(solution(rate, 0.5), rel=1e-9)


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


@pytest.mark.parametrize("rate", [0.1, 1.0, 3.0])
def test_the_mean_of_a_fast_change_comes_from_four_nodes(rate):
    """exp(-k t): four Gauss-Lobatto nodes leave a fraction of the error of the plain middle."""

    def drive(time):
        return np.exp(-rate * time)

    exact = (1.0 - np.exp(-rate)) / rate
    four = mean(OverDay(1.0, effective_middle(*map(drive, (0.0, EARLY, LATE, 1.0))), drive(1.0)))
    three = mean(OverDay(1.0, drive(0.5), drive(1.0)))
    assert abs(four - exact) < 1e-3 * exact
    assert abs(four - exact) < 0.1 * abs(three - exact)
