"""The BCG trials: numbers of R's metafor that are written down, so that this test needs no R."""

from __future__ import annotations

import pytest
from pooling_in_r import bcg

from hepatrial.evidence.pooling import events_for_hazard_ratio, pool_common, pool_random


@pytest.fixture(scope="module")
def effects():
    return bcg()[0]


def test_common_effect_and_dersimonian_laird_of_the_bcg_trials_to_the_digits_given(effects):
    common = pool_common(effects).effect
    assert common.value == pytest.approx(-0.4302851637, abs=1e-10)
    assert common.std_error == pytest.approx(0.04049875171, abs=1e-11)
    moments = pool_random(effects, tau2_estimator="dersimonian-laird")
    assert moments.effect.value == pytest.approx(-0.7141172221, abs=1e-10)
    assert moments.heterogeneity.tau2 == pytest.approx(0.3087602629, abs=1e-10)


def test_reml_of_the_bcg_trials(effects):
    # The written numbers come from metafor's iteration as it stops by default, at a step below 1e-5: a tau2 6.8e-8
    # above the maximum. Run to full convergence metafor gives ours (test_pooling_in_r.py, to 1e-10).
    pooled = pool_random(effects, interval="wald", prediction="normal")
    assert pooled.effect.value == pytest.approx(-0.7145323484, abs=1e-8)
    assert pooled.effect.std_error == pytest.approx(0.1797815318, abs=1e-7)
    assert pooled.heterogeneity.tau2 == pytest.approx(0.313243326, abs=1e-7)
    assert pooled.heterogeneity.i2_percent == pytest.approx(92.22138607, abs=1e-5)
    assert pooled.effect.prediction == pytest.approx((-1.8667, 0.4376), abs=5e-5)


def test_knapp_hartung_of_the_bcg_trials(effects):
    effect = pool_random(effects, interval="knapp-hartung").effect
    assert (effect.lower, effect.upper) == pytest.approx((-1.108443723, -0.3206209737), abs=1e-8)


@pytest.mark.parametrize(
    ("hr", "allocation", "events"),
    [
        (0.6, 1, 161.0686),
        (0.7, 1, 330.3779),
        (0.75, 1, 507.8443),
        (0.8, 1, 844.0876),
        (0.6, 2, 181.2022),
        (0.7, 2, 371.6752),
        (0.75, 2, 571.3249),
        (0.8, 2, 949.5986),
    ],
)
def test_schoenfelds_events_equal_rpact(hr, allocation, events):
    assert events_for_hazard_ratio(hr, allocation=allocation) == pytest.approx(events, abs=5e-5)
