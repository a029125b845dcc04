"""Standard errors behind printed intervals and p values, and whether printed numbers fit together."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hepatrial.errors import UsageError
from hepatrial.evidence.intervals import (
    is_symmetric_on_log_scale,
    rounding_of_standard_error,
    standard_error_of_log_hr,
    standard_error_of_log_hr_from_p,
)

# Two-sided standard normal quantiles, R 4 qnorm((1 + level / 100) / 2).
QUANTILES = {90: 1.6448536269514722, 95: 1.959963984540054, 98.04: 2.333918306183625, 99: 2.5758293035489004}


@pytest.mark.parametrize("level", QUANTILES)
def test_the_standard_error_is_the_width_over_twice_the_quantile(level):
    expected = (math.log(0.87) - math.log(0.55)) / (2 * QUANTILES[level])
    assert standard_error_of_log_hr(0.55, 0.87, level) == pytest.approx(expected, rel=1e-6)


def test_rounding_moves_an_error_more_where_fewer_decimals_are_printed():
    # 0.85 to 1.45 round to 0.9 and 1.4 (or 1.5).
    widest = math.log(1.45 / 0.85) / math.log(1.4 / 0.9) - 1
    assert rounding_of_standard_error(0.9, 1.4) == pytest.approx(widest)
    assert widest == pytest.approx(0.209, abs=5e-4)
    # 1 stands for 1.00 beside 0.72.
    assert rounding_of_standard_error(0.72, 1.0) == pytest.approx(
        math.log(1.005 / 0.715) / math.log(1 / 0.72) - 1
    )
    assert rounding_of_standard_error(0.531, 0.949) < 0.003


def test_sharp_by_hand():
    assert standard_error_of_log_hr(0.55, 0.87) == pytest.approx(0.1169856, abs=1e-7)


@given(
    st.floats(-1.5, 1.5), st.floats(0.02, 1.0), st.sampled_from([80.0, 90.0, 95.0, 95.8, 96.02, 98.04, 99.0])
)
def test_an_interval_gives_back_the_error_that_it_was_made_from(log_hr, error, level):
    from statistics import NormalDist

    half = NormalDist().inv_cdf(0.5 + level / 200) * error
    low, high = math.exp(log_hr - half), math.exp(log_hr + half)
    assert standard_error_of_log_hr(low, high, level) == pytest.approx(error, rel=1e-9)


def test_a_higher_level_of_the_same_interval_means_a_smaller_error():
    errors = [standard_error_of_log_hr(0.8, 1.2, level) for level in (90, 95, 98.04, 99)]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize(("low", "high"), [(0.9, 0.5), (0.5, 0.5), (0, 1), (-0.3, 0.1), (0.5, math.inf)])
def test_limits_that_are_none_are_refused(low, high):
    with pytest.raises(UsageError, match="not the limits of a hazard ratio"):
        standard_error_of_log_hr(low, high)


@pytest.mark.parametrize("level", [0.95, 0, 50, 100, 105])
def test_a_level_that_is_none_is_refused(level):
    with pytest.raises(UsageError, match=r"write 95, not 0\.95"):
        standard_error_of_log_hr(0.5, 0.9, level)


def test_a_p_value_gives_nearly_the_error_of_the_interval():
    # SUN1170: HR 1.30 (1.13 to 1.50), two-sided p 0.0014; the ratio and the limits are rounded.
    assert standard_error_of_log_hr_from_p(1.30, 0.0014) == pytest.approx(0.0821, abs=1e-4)
    assert standard_error_of_log_hr_from_p(0.929, 0.408) == pytest.approx(0.0890, abs=1e-4)
    assert standard_error_of_log_hr_from_p(0.5, 2 * 0.022750131948179195) == pytest.approx(math.log(2) / 2)


@pytest.mark.parametrize(("hr", "p"), [(1.0, 0.5), (0.8, 0.0), (0.8, 1.0), (-1.0, 0.5)])
def test_a_p_value_that_says_nothing_is_refused(hr, p):
    with pytest.raises(UsageError, match="no standard error follows"):
        standard_error_of_log_hr_from_p(hr, p)


@pytest.mark.parametrize(
    ("hr", "low", "high", "fits"),
    [
        (0.69, 0.55, 0.87, True),
        (0.995, 0.76, 1.30, True),  # the limits have fewer decimals
        (0.58, 0.3, 1.0, True),
        (0.8, 0.64, 1.0, True),
        (0.70, 0.55, 1.20, False),
        (0.78, 0.65, 0.83, False),
    ],
)
def test_an_interval_is_symmetric_on_the_log_scale_within_its_rounding(hr, low, high, fits):
    assert is_symmetric_on_log_scale(hr, low, high) is fits


@given(st.floats(0.2, 4.0), st.floats(0.03, 0.6), st.integers(2, 3))
def test_no_rounding_of_a_true_interval_is_called_asymmetric(hr, error, decimals):
    half = 1.959964 * error
    printed = [round(hr * math.exp(sign * half), decimals) for sign in (0, -1, 1)]
    assert is_symmetric_on_log_scale(*printed)
