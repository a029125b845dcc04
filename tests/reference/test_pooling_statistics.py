"""The BCG trials: numbers of R's metafor that are written down, so that this test needs no R."""

from __future__ import annotations

import numpy as np
import pytest
from pooling_in_r import bcg

from hepatrial.evidence.pooling import events_for_hazard_ratio, pool_common, pool_random
from hepatrial.evidence.pooling.fisher_scoring import scored_tau2
from hepatrial.evidence.pooling.variance_component import independent_model, score


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


def test_reml_of_the_bcg_trials_to_the_digits_given_when_stopped_where_metafor_stops(effects):
    pooled = pool_random(effects, tau2_estimator="reml-as-metafor", interval="wald", prediction="normal")
    assert pooled.effect.value == pytest.approx(-0.7145323484, abs=5e-11)
    assert pooled.effect.std_error == pytest.approx(0.1797815318, abs=5e-11)
    assert pooled.heterogeneity.tau2 == pytest.approx(0.313243326, abs=5e-10)
    assert pooled.heterogeneity.i2_percent == pytest.approx(92.22138607, abs=5e-9)
    assert pooled.effect.prediction == pytest.approx((-1.8667, 0.4376), abs=5e-5)


def test_knapp_hartung_of_the_bcg_trials_to_the_digits_given_when_stopped_where_metafor_stops(effects):
    effect = pool_random(effects, tau2_estimator="reml-as-metafor", interval="knapp-hartung").effect
    assert effect.lower == pytest.approx(-1.108443723, abs=5e-10)
    assert effect.upper == pytest.approx(-0.3206209737, abs=5e-11)


def test_reml_itself_is_at_the_top_of_the_likelihood_a_little_below_metafors_stop(effects):
    # Stopped at a step below 1e-5, metafor is 6.8e-8 above the maximum in tau2.
    model, converged, stopped = (
        _model(effects),
        *(
            pool_random(effects, tau2_estimator=name).heterogeneity.tau2
            for name in ("reml", "reml-as-metafor")
        ),
    )
    assert score(model, converged, restricted=True) == pytest.approx(0, abs=1e-11)
    assert stopped - converged == pytest.approx(6.8e-8, abs=0.1e-8)
    assert scored_tau2(model, start=0.0, threshold=1e-15) == pytest.approx(converged, abs=1e-13)


def _model(effects):
    y, errors = (np.array([getattr(one, field) for one in effects]) for field in ("log_hr", "std_error"))
    return independent_model(y, errors, np.ones((len(y), 1)))


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
