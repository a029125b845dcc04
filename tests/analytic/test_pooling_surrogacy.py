"""Surrogacy over trials: the line, R2, the threshold, errors in both effects."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hepatrial.evidence.pooling import SurrogateTrial, surrogacy, surrogacy_with_errors


def trials_of(x, y, sx=0.1, sy=0.1):
    sx, sy = np.broadcast_to(sx, len(x)), np.broadcast_to(sy, len(x))
    return [
        SurrogateTrial(f"trial {i}", *map(float, row), f"source {i}")
        for i, row in enumerate(zip(x, sx, y, sy, strict=True))
    ]


RNG = np.random.default_rng(21)
X = RNG.normal(-0.4, 0.3, 14)
Y = 0.02 + 0.6 * X + RNG.normal(0, 0.1, 14)
SY = RNG.uniform(0.08, 0.25, 14)


def upper_prediction_limit(x, at, y, weight, confidence=0.95):
    """By the textbook, for a further trial of average weight."""
    design = np.column_stack([np.ones_like(x), x])
    w = weight / weight.mean()
    inverse = np.linalg.inv(design.T @ (w[:, None] * design))
    beta = inverse @ design.T @ (w * y)
    s2 = np.sum(w * (y - design @ beta) ** 2) / (len(x) - 2)
    row = np.array([1.0, at])
    half = stats.t.ppf(0.5 + confidence / 2, len(x) - 2) * np.sqrt(s2 * (1 + row @ inverse @ row))
    return row @ beta + half


def test_with_equal_weights_it_is_ordinary_regression():
    found = surrogacy(trials_of(X, Y, sy=SY), weights="equal")
    expected = stats.linregress(X, Y)
    assert (found.slope, found.intercept) == pytest.approx((expected.slope, expected.intercept), rel=1e-11)
    assert found.slope_se == pytest.approx(expected.stderr, rel=1e-10)
    assert found.r2 == pytest.approx(expected.rvalue**2, rel=1e-10)


def test_weights_repeat_trials():
    # A trial with half the variance counts as two trials with the same effects.
    y = Y.copy()
    twice = surrogacy(trials_of(X, y, sy=np.where(np.arange(14) == 3, 0.1 / np.sqrt(2), 0.1)))
    copied = surrogacy(trials_of(np.append(X, X[3]), np.append(y, y[3])), weights="equal")
    assert (twice.slope, twice.intercept, twice.r2) == pytest.approx(
        (copied.slope, copied.intercept, copied.r2), rel=1e-10
    )


def test_the_interval_of_r2_is_fishers_z_squared():
    found = surrogacy(trials_of(X, Y), weights="equal")
    expected = stats.pearsonr(X, Y).confidence_interval()
    assert found.r2_interval == pytest.approx((expected.low**2, expected.high**2), rel=1e-9)


def test_at_the_threshold_the_upper_prediction_limit_is_0():
    found = surrogacy(trials_of(X, Y, sy=SY))
    at = found.threshold.log_effect
    assert at < 0
    assert upper_prediction_limit(X, at, Y, SY**-2.0) == pytest.approx(0, abs=1e-10)
    assert upper_prediction_limit(X, at - 0.05, Y, SY**-2.0) < 0
    assert upper_prediction_limit(X, at + 0.05, Y, SY**-2.0) > 0
    assert found.threshold.ratio == pytest.approx(np.exp(at))


def test_without_a_relation_there_is_no_threshold_and_it_says_why():
    noise = np.random.default_rng(0).normal(0, 0.2, 14)
    flat = surrogacy(trials_of(X, noise))
    assert flat.threshold.log_effect is None
    assert "does not differ from 0" in flat.threshold.why_none or "not positive" in flat.threshold.why_none
    assert flat.r2_interval[0] == 0
    against = surrogacy(trials_of(X, -Y))
    assert "not positive" in against.threshold.why_none
    assert against.threshold.ratio is None


def test_a_perfect_line_has_r2_of_1_and_its_threshold_where_it_crosses_0():
    found = surrogacy(trials_of(X, 0.1 + 0.5 * X))
    assert found.r2 == pytest.approx(1.0)
    assert found.threshold.log_effect == pytest.approx(-0.2, abs=1e-6)


def test_each_trial_is_predicted_from_the_others():
    found = surrogacy(trials_of(X, Y, sy=SY))
    rest = np.arange(14) != 5
    weight = SY[rest] ** -2.0
    design = np.column_stack([np.ones(13), X[rest]])
    beta = np.linalg.solve(design.T @ (weight[:, None] * design), design.T @ (weight * Y[rest]))
    left = found.left_out["trial 5"]
    assert left.predicted == pytest.approx(beta[0] + beta[1] * X[5], rel=1e-10)
    assert left.observed == pytest.approx(Y[5])
    assert left.lower < left.predicted < left.upper
    assert left.covered == (left.lower <= Y[5] <= left.upper)


def test_a_precise_trial_is_predicted_more_closely_than_a_small_one():
    small, large = (
        surrogacy(trials_of(X, Y, sy=np.where(np.arange(14) == 0, error, 0.1))).left_out["trial 0"]
        for error in (0.5, 0.02)
    )
    assert large.upper - large.lower < small.upper - small.lower


# Errors in both effects


def test_without_errors_the_correction_changes_nothing():
    tiny = 1e-4
    found = surrogacy_with_errors(trials_of(X, Y, sx=tiny, sy=tiny), within_correlation=0.0)
    expected = stats.linregress(X, Y)
    assert found.slope == pytest.approx(expected.slope, rel=1e-4)
    assert found.r2 == pytest.approx(expected.rvalue**2, rel=1e-4)
    # REML's curvature stands for the t theory of regression: (k - 2) / (k - 1) in the variance.
    assert found.slope_se == pytest.approx(expected.stderr * np.sqrt(12 / 13), rel=0.01)


def test_the_threshold_of_true_effects_is_where_their_prediction_limit_is_0():
    tiny = 1e-4
    found = surrogacy_with_errors(trials_of(X, Y, sx=tiny, sy=tiny), within_correlation=0.0)
    at, residual = found.threshold.log_effect, found.residual_sd**2
    # Without sampling error the line is known at the mean of X up to residual / k, and turns about it.
    variance = residual / 14 + found.slope_se**2 * (at - X.mean()) ** 2 + residual
    limit = found.intercept + found.slope * at + stats.t.ppf(0.975, 12) * np.sqrt(variance)
    assert limit == pytest.approx(0, abs=1e-5)


def test_the_correction_undoes_the_flattening_of_the_slope():
    rng = np.random.default_rng(2)
    k, spread, error = 400, 0.3, 0.3
    true_x = rng.normal(-0.3, spread, k)
    x = true_x + rng.normal(0, error, k)
    y = 0.8 * true_x + rng.normal(0, 0.1, k) + rng.normal(0, 0.1, k)
    trials = trials_of(x, y, sx=error, sy=0.1)
    assert surrogacy(trials).slope == pytest.approx(0.8 * spread**2 / (spread**2 + error**2), abs=0.08)
    found = surrogacy_with_errors(trials, within_correlation=0.0)
    assert found.slope == pytest.approx(0.8, abs=4 * found.slope_se)
    assert found.slope_se < 0.1
    true_r2 = (0.8 * spread) ** 2 / ((0.8 * spread) ** 2 + 0.01)
    assert found.r2_interval[0] <= true_r2 <= found.r2_interval[1]


def test_a_correlation_at_its_limit_is_said_so():
    rng = np.random.default_rng(9)
    true_x = rng.normal(-0.3, 0.3, 8)
    errors = rng.normal(0, 0.02, (8, 2))
    trials = trials_of(true_x + errors[:, 0], 0.5 * true_x + errors[:, 1], sx=0.15, sy=0.15)
    found = surrogacy_with_errors(trials, within_correlation=0.0)
    assert found.at_boundary
    assert found.r2 == pytest.approx(1.0, abs=1e-4)
    assert found.r2_interval[1] == 1.0
