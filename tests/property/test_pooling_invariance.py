"""What must not change a pool, whatever the studies: their order, direction and scale; and what always holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hepatrial.evidence.pooling import (
    IntervalMethod,
    StudyEffect,
    Tau2Estimator,
    benjamini_hochberg,
    holm,
    leave_one_out,
    meta_regression,
    pool_common,
    pool_random,
)

ESTIMATORS = st.sampled_from(list(Tau2Estimator))
# metafor's stop is a step of 1e-5 in tau2, whatever the scale of the effects.
FREE_OF_SCALE = st.sampled_from([one for one in Tau2Estimator if one is not Tau2Estimator.REML_AS_METAFOR])
INTERVALS = st.sampled_from(list(IntervalMethod))


@st.composite
def studies(draw, least=2, most=12):
    """Effects of a few trials, with heterogeneity from none to much and errors that may differ a hundredfold."""
    k = draw(st.integers(least, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    tau = draw(st.sampled_from([0.0, 0.05, 0.3, 2.0]))
    errors = np.exp(rng.uniform(*draw(st.sampled_from([(-3, -1), (-4.6, 0.0), (-2, -2)])), k))
    values = rng.normal(-0.3, np.hypot(tau, errors))
    return [
        StudyEffect(f"t{i}", "drug", "placebo", float(y), float(s), f"s{i}")
        for i, (y, s) in enumerate(zip(values, errors, strict=True))
    ]


def scaled(effects, factor):
    return [
        StudyEffect(e.study, e.arm, e.control, e.log_hr * factor, e.std_error * factor, e.source)
        for e in effects
    ]


def numbers(pooled):
    effect, spread = pooled.effect, pooled.heterogeneity
    return np.array([effect.value, effect.lower, effect.upper, spread.tau2, spread.q, spread.i2_percent])


@settings(deadline=None, max_examples=60)
@given(studies(), ESTIMATORS, INTERVALS, st.randoms(use_true_random=False))
def test_the_order_of_studies_does_not_matter(effects, estimator, interval, shuffler):
    shuffled = list(effects)
    shuffler.shuffle(shuffled)
    one, other = (
        pool_random(some, tau2_estimator=estimator, interval=interval) for some in (effects, shuffled)
    )
    np.testing.assert_allclose(numbers(one), numbers(other), rtol=1e-7, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(studies(), ESTIMATORS, INTERVALS)
def test_reading_all_trials_the_other_way_round_turns_the_sign(effects, estimator, interval):
    one = pool_random(effects, tau2_estimator=estimator, interval=interval)
    other = pool_random([e.reversed() for e in effects], tau2_estimator=estimator, interval=interval)
    assert other.effect.value == pytest.approx(-one.effect.value, rel=1e-9, abs=1e-12)
    assert (other.effect.lower, other.effect.upper) == pytest.approx(
        (-one.effect.upper, -one.effect.lower), rel=1e-7, abs=1e-9
    )
    assert other.heterogeneity.tau2 == pytest.approx(one.heterogeneity.tau2, rel=1e-7, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(studies(), FREE_OF_SCALE, st.sampled_from([0.01, 3.0, 100.0]))
def test_a_change_of_scale_scales_effects_and_squares_tau2(effects, estimator, factor):
    one = pool_random(effects, tau2_estimator=estimator)
    other = pool_random(scaled(effects, factor), tau2_estimator=estimator)
    assert other.effect.value == pytest.approx(one.effect.value * factor, rel=1e-6)
    assert other.heterogeneity.tau2 == pytest.approx(
        one.heterogeneity.tau2 * factor**2, rel=1e-6, abs=1e-12 * factor**2
    )
    assert other.heterogeneity.i2_percent == pytest.approx(one.heterogeneity.i2_percent, rel=1e-6, abs=1e-7)


@settings(deadline=None, max_examples=80)
@given(studies(), ESTIMATORS)
def test_a_pool_lies_among_its_studies_and_its_parts_agree(effects, estimator):
    pooled = pool_random(effects, tau2_estimator=estimator)
    values = [effect.log_hr for effect in effects]
    assert min(values) - 1e-12 <= pooled.effect.value <= max(values) + 1e-12
    assert pooled.heterogeneity.tau2 >= 0
    low, high = pooled.heterogeneity.tau2_interval
    assert 0 <= low <= high
    assert pooled.weights_percent.sum() == pytest.approx(100)
    assert pooled.effect.lower <= pooled.effect.value <= pooled.effect.upper
    if pooled.effect.prediction:
        assert pooled.effect.prediction[0] <= pooled.effect.lower
    assert (pooled.effect.p < 0.05) == (pooled.effect.lower > 0 or pooled.effect.upper < 0)


@settings(deadline=None, max_examples=60)
@given(studies(), ESTIMATORS)
def test_random_effects_never_narrow_the_wald_interval_and_the_variant_never_narrows_walds(
    effects, estimator
):
    common = pool_common(effects).effect
    wald, variant = (
        pool_random(effects, tau2_estimator=estimator, interval=interval).effect
        for interval in ("wald", "knapp-hartung-never-narrower")
    )
    assert wald.std_error >= common.std_error * (1 - 1e-12)
    assert variant.upper - variant.lower >= wald.upper - wald.lower


@settings(deadline=None, max_examples=60)
@given(studies(least=3), st.sampled_from([Tau2Estimator.REML, Tau2Estimator.ML]))
def test_no_other_tau2_is_more_likely_than_the_one_found(effects, estimator):
    found = pool_random(effects, tau2_estimator=estimator).heterogeneity.tau2

    def height(tau2):
        variance = np.array([e.std_error**2 for e in effects]) + tau2
        y = np.array([e.log_hr for e in effects])
        mean = np.average(y, weights=1 / variance)
        restricted = np.log(np.sum(1 / variance)) if estimator is Tau2Estimator.REML else 0.0
        return -0.5 * (np.log(variance).sum() + np.sum((y - mean) ** 2 / variance) + restricted)

    others = np.concatenate([[0.0], np.geomspace(1e-8, 100, 2000)])
    assert height(found) >= max(height(tau2) for tau2 in others) - 1e-9


@settings(deadline=None, max_examples=40)
@given(studies(least=3))
def test_leaving_one_out_is_the_pool_of_the_others(effects):
    left = leave_one_out(effects, pool_random)
    assert list(left) == [effect.study for effect in effects]
    assert left["t0"].effect == pool_random(effects[1:]).effect


@settings(deadline=None, max_examples=40)
@given(studies(least=5), st.floats(-50, 50), st.sampled_from([0.01, 1.0, 365.25]))
def test_the_unit_and_the_origin_of_a_moderator_do_not_matter(effects, shift, unit):
    x = np.arange(len(effects), dtype=float) ** 1.5
    one = meta_regression(effects, {"x": x})
    other = meta_regression(effects, {"x": (x + shift) * unit})
    assert other.coefficients["x"].value * unit == pytest.approx(
        one.coefficients["x"].value, rel=1e-5, abs=1e-8
    )
    assert other.test_p == pytest.approx(one.test_p, rel=1e-4, abs=1e-9)
    there, here = other.effect_at(x=(3.0 + shift) * unit), one.effect_at(x=3.0)
    assert (there.value, there.lower) == pytest.approx((here.value, here.lower), rel=1e-5, abs=1e-7)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusted_p_values_never_fall_and_keep_their_order(p):
    for adjust in (holm, benjamini_hochberg):
        adjusted = adjust(p)
        assert np.all(adjusted >= np.array(p) - 1e-15)
        assert np.all(adjusted <= 1)
        order = np.argsort(p, kind="stable")
        assert np.all(np.diff(adjusted[order]) >= -1e-15)
    assert np.all(benjamini_hochberg(p) <= holm(p) + 1e-12)
