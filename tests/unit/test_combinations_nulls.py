"""Bliss, Loewe, ZIP and isoboles against closed forms and an independent package."""

import numpy as np
import pytest

from hepatrial.combinations import (
    bliss_excess,
    dose_surface,
    isobole,
    loewe_excess,
    loewe_expected,
    zip_scores,
)
from hepatrial.errors import UsageError

FIRST = np.array([0.0, 0.1, 0.3, 1.0, 3.0, 10.0])
SECOND = np.array([0.0, 0.2, 0.6, 2.0, 6.0, 20.0])


def hill(dose, middle, slope, largest=1.0):
    odds = (np.asarray(dose, dtype=float) / middle) ** slope
    return largest * odds / (1.0 + odds)


def independent(a, b):
    first, second = hill(a, 1.0, 1.3), hill(b, 2.0, 0.9)
    return first + second - first * second


def potentiated(a, b):
    x, y = (np.asarray(a) / 1.0) ** 1.3, (np.asarray(b) / 2.0) ** 0.9
    odds = x + y + 2.5 * x * y
    return odds / (1.0 + odds)


@pytest.mark.parametrize("largest", [1.0, 0.6])
@pytest.mark.parametrize("slope", [0.7, 1.0, 2.5])
def test_an_agent_with_itself_is_loewe_additive(largest, slope):
    def sham(a, b):
        return hill(np.asarray(a) + np.asarray(b) / 2.0, 1.5, slope, largest)

    excess = loewe_excess(sham, dose_surface(sham, FIRST, SECOND))
    assert np.all(np.isfinite(excess))
    assert np.max(np.abs(excess)) < 1e-5


def test_an_agent_with_itself_is_beyond_or_below_bliss():
    def sham(a, b):
        return hill(np.asarray(a) + np.asarray(b), 1.5, 3.0)

    assert np.max(bliss_excess(dose_surface(sham, FIRST, SECOND))) > 0.1


def test_independent_agents_have_no_bliss_excess_and_no_zip_interaction():
    surface = dose_surface(independent, FIRST, SECOND)
    assert np.max(np.abs(bliss_excess(surface))) < 1e-15
    scores = zip_scores(surface)
    assert np.max(np.abs(scores.delta)) < 1e-6
    assert scores.residual < 1e-6


def test_loewe_of_two_hyperbolas_is_a_hyperbola():
    def effect(a, b):
        return independent(a, b) * 0.0 + hill(a, 1.0, 1.0) + hill(b, 4.0, 1.0) * (1.0 - hill(a, 1.0, 1.0))

    surface = dose_surface(effect, FIRST, SECOND)
    both = FIRST[:, None] / 1.0 + SECOND[None, :] / 4.0
    assert np.max(np.abs(loewe_expected(effect, surface) - both / (1.0 + both))) < 1e-5


def test_loewe_solves_the_isobole_equation_for_curves_of_different_slope():
    expected = loewe_expected(independent, dose_surface(independent, FIRST, SECOND))
    inner = expected[1:, 1:]
    alone_first = 1.0 * (inner / (1.0 - inner)) ** (1.0 / 1.3)
    alone_second = 2.0 * (inner / (1.0 - inner)) ** (1.0 / 0.9)
    index = FIRST[1:, None] / alone_first + SECOND[None, 1:] / alone_second
    assert np.max(np.abs(index - 1.0)) < 1e-4


def test_loewe_is_not_defined_above_what_the_weaker_agent_can_do():
    def effect(a, b):
        first, second = hill(a, 1.0, 1.0), hill(b, 1.0, 1.0, 0.3)
        return first + second - first * second

    surface = dose_surface(effect, FIRST, SECOND)
    expected = loewe_expected(effect, surface)
    assert np.isnan(expected[-1, -1])
    assert np.all(np.isfinite(expected[:2, :2]))
    assert np.nanmax(expected[1:, 1:]) <= 0.3
    assert np.array_equal(expected[:, 0], surface.effects[:, 0])


def test_with_an_inert_partner_additivity_is_the_agent_alone():
    def effect(a, b):
        return hill(a, 1.0, 1.0) + 0.0 * np.asarray(b)

    surface = dose_surface(effect, FIRST, SECOND)
    assert np.array_equal(loewe_excess(effect, surface), np.zeros((6, 6)))
    assert np.array_equal(bliss_excess(surface), np.zeros((6, 6)))
    assert zip_scores(surface) is None


def test_zip_and_bliss_agree_with_an_independent_package():
    """`synergy` 1.0.0 (D. J. Wooten), ZIP and Bliss of the potentiated pair; inner doses, rounded to 5 places."""
    expected = np.array(
        [
            [0.00672, 0.01265, 0.01645, 0.01281, 0.00637],
            [0.0207, 0.03803, 0.04747, 0.03566, 0.01732],
            [0.03436, 0.05955, 0.06818, 0.04792, 0.02235],
            [0.02047, 0.03385, 0.03645, 0.02457, 0.0112],
            [0.00584, 0.00946, 0.00994, 0.0066, 0.00298],
        ]
    )
    surface = dose_surface(potentiated, FIRST, SECOND)
    assert np.max(np.abs(zip_scores(surface).delta[1:, 1:] - expected)) < 1e-5
    assert np.max(np.abs(bliss_excess(surface)[1:, 1:] - expected)) < 1e-5


def test_zip_says_when_its_curves_do_not_fit():
    def plateau(a, b):
        first, second = hill(a, 1.0, 1.0, 0.4), hill(b, 1.0, 1.0, 0.4)
        return first + second - first * second

    assert zip_scores(dose_surface(plateau, FIRST, SECOND)).residual > 0.01


def test_zip_needs_doses_for_its_curves():
    assert zip_scores(dose_surface(independent, FIRST[:3], SECOND)) is None


def test_an_additive_pair_lies_on_the_straight_line():
    found = isobole(lambda a, b: hill(np.asarray(a) + np.asarray(b) / 3.0, 1.0, 2.0), 0.5, 5.0, 5.0)
    assert found.first_alone == pytest.approx(1.0)
    assert found.second_alone == pytest.approx(3.0)
    assert np.allclose(found.combination_index, 1.0)


def test_a_potentiated_pair_needs_less_than_additivity():
    def hyperbolas(a, b):
        odds = np.asarray(a) + np.asarray(b) / 2.0 + 2.5 * np.asarray(a) * np.asarray(b)
        return odds / (1.0 + odds)

    found = isobole(hyperbolas, 0.5, 5.0, 5.0)
    assert np.all(found.combination_index[1:-1] < 1.0)
    assert np.allclose(hyperbolas(found.first_doses, found.second_doses), 0.5)


def test_an_isobole_says_where_an_agent_alone_never_gets():
    found = isobole(lambda a, b: hill(a, 1.0, 1.0, 0.3) + hill(b, 1.0, 1.0, 0.6), 0.5, 5.0, 5.0)
    assert found.first_alone is None
    assert found.combination_index is None
    assert found.second_alone == pytest.approx(5.0, rel=1e-6)
    assert np.all(np.diff(found.second_doses) <= 0.0)


@pytest.mark.parametrize("doses", [np.array([0.0]), np.array([1.0, 2.0]), np.array([0.0, 2.0, 1.0])])
def test_doses_that_do_not_ascend_from_nothing_are_refused(doses):
    with pytest.raises(UsageError, match="ascend from 0"):
        dose_surface(independent, doses, SECOND)


def test_an_effect_that_is_no_share_is_refused():
    with pytest.raises(UsageError, match="between 0 and 1"):
        dose_surface(lambda a, b: np.asarray(a) + np.asarray(b), FIRST, SECOND)
