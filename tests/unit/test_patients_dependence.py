"""The dependence of covariates: a possible correlation matrix, or an error that says which pairs."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.patients.dependence import assumed_correlations, correlated, mixing, mixing_matrix
from hepatrial.patients.drawn import CATEGORICAL, CONTINUOUS, DRAWN
from hepatrial.patients.limits import covariate_limits
from hepatrial.patients.matched import matched_correlations


def test_the_matrix_that_ships_is_positive_definite_and_holds_every_pair():
    matrix = mixing() @ mixing().T
    assert np.linalg.eigvalsh(matrix).min() > 0.3
    assert np.allclose(np.diag(matrix), 1.0)
    pairs = {(a, b): value for a, b, value in (*assumed_correlations(), *matched_correlations())}
    for (first, second), value in pairs.items():
        assert matrix[DRAWN.index(first), DRAWN.index(second)] == pytest.approx(value)
    assert np.count_nonzero(np.abs(np.tril(matrix, -1)) > 1e-12) == len(pairs)


def test_scores_come_out_standard_normal_with_the_asked_correlation():
    pair = (("albumin_g_l", "inr", -0.6),)
    independent = np.random.default_rng(1).standard_normal((100_000, len(DRAWN)))
    rows = dict(zip(DRAWN, correlated(independent, mixing_matrix(pair, "mine")), strict=True))
    assert np.corrcoef(rows["albumin_g_l"], rows["inr"])[0, 1] == pytest.approx(-0.6, abs=0.01)
    assert np.corrcoef(rows["albumin_g_l"], rows["sld_mm"])[0, 1] == pytest.approx(0.0, abs=0.015)
    assert rows["inr"].std() == pytest.approx(1.0, abs=0.01)


def test_contradicting_correlations_name_the_covariates_that_contradict():
    impossible = [("mvi", "ehs", 0.9), ("ehs", "sld_mm", 0.9), ("mvi", "sld_mm", -0.9)]
    with pytest.raises(InvalidInput) as caught:
        mixing_matrix(impossible, "mine.yaml")
    text = str(caught.value)
    assert "mine.yaml: the correlations contradict one another" in text
    assert "carried by ehs, mvi, sld_mm" in text
    assert "positive definite" in text


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("mvi", "tumour_size", 0.2), "no covariate tumour_size is drawn"),
        (("mvi", "mvi", 0.2), "does not correlate with itself"),
        (("mvi", "ehs", 1.0), "outside -1 to 1"),
        (("mvi", "ehs", float("nan")), "outside -1 to 1"),
    ],
)
def test_a_pair_that_cannot_be_is_refused(pair, message):
    with pytest.raises(InvalidInput, match=message):
        mixing_matrix([pair], "mine.yaml")


def test_all_bad_pairs_are_listed_at_once_and_a_pair_counts_either_way_round():
    with pytest.raises(InvalidInput) as caught:
        mixing_matrix([("mvi", "ehs", 0.1), ("ehs", "mvi", 0.1), ("a", "b", 0.1)], "mine.yaml")
    assert ["given twice" in str(issue) for issue in caught.value.issues] == [True, False]


def test_every_drawn_covariate_has_levels_or_limits_with_a_reason():
    assert set(CATEGORICAL) | set(CONTINUOUS) == set(DRAWN)
    assert set(covariate_limits()) == {*CONTINUOUS, "lesion_mm"}
    for name, limits in covariate_limits().items():
        assert limits.lowest < limits.highest, name
        assert len(limits.reason) > 20, name


def test_values_beyond_a_limit_are_held_to_it():
    weight = covariate_limits()["weight_kg"]
    assert weight.hold(np.array([1.0, 70.0, 1000.0])).tolist() == [weight.lowest, 70.0, weight.highest]
