"""The elastic net is at its optimum, and a panel of noise adds nothing on patients whom it has not seen."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.biomarkers import MarkerFrame
from hepatrial.biomarkers.prognostic.elastic_net import coefficients, fit_elastic_net
from hepatrial.biomarkers.prognostic.panel import panel
from hepatrial.survival import SurvivalTimes, cox
from hepatrial.survival.partial_likelihood import partial_likelihood, risk_sets


def made(n: int = 160, p: int = 8, seed: int = 6, *, effect: float = 0.6) -> tuple[SurvivalTimes, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + rng.normal(size=(n, 1)) * 0.5
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    time = np.ceil(rng.exponential(400, n) * np.exp(-effect * (x[:, 0] - x[:, 1])) / 15) * 15
    end = rng.uniform(100, 1200, n)
    return SurvivalTimes(np.minimum(time, end), (time <= end).astype(np.int8)), x


def score_of(times: SurvivalTimes, x: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Gradient of the partial log-likelihood (Breslow) over n, by the survival room."""
    sets = risk_sets(times.time_days, times.event, x, np.zeros(len(x), int), efron=False)
    return partial_likelihood(sets)(beta)[1] / len(x)


@pytest.mark.parametrize("mixing", [1.0, 0.5, 0.0])
def test_coefficients_satisfy_the_conditions_of_the_optimum(mixing):
    times, x = made()
    free = np.zeros(8, bool)
    free[7] = True
    penalties = np.array([0.2, 0.1, 0.05, 0.01])
    for penalty, beta in zip(penalties, coefficients(times, x, free, penalties, mixing), strict=True):
        pull = score_of(times, x, beta) - np.where(free, 0.0, penalty * (1 - mixing) * beta)
        assert abs(pull[7]) < 1e-5
        for j in range(7):
            if beta[j] != 0:
                assert pull[j] == pytest.approx(penalty * mixing * np.sign(beta[j]), abs=1e-5)
            else:
                assert abs(pull[j]) <= penalty * mixing + 1e-7


def test_without_penalty_it_is_the_cox_model():
    times, x = made()
    beta = coefficients(times, x, np.zeros(8, bool), np.array([0.05, 0.0]), 1.0)[-1]
    expected = cox(times, x, [str(j) for j in range(8)], ties="breslow").beta
    np.testing.assert_allclose(beta, expected, atol=1e-5)


def test_the_strongest_penalty_leaves_the_covariates_alone():
    times, x = made()
    free = np.arange(8) < 2
    beta = coefficients(times, x, free, np.array([10.0]), 1.0)[0]
    np.testing.assert_allclose(beta[:2], cox(times, x[:, :2], ["a", "b"], ties="breslow").beta, atol=1e-6)
    assert (beta[2:] == 0).all()


def test_cross_validation_keeps_what_matters_and_missing_values_stand_at_the_mean():
    times, x = made(250)
    x[:60, 3] = np.nan
    found = fit_elastic_net(times, x, np.zeros(8, bool), mixing=1.0, rng=np.random.default_rng(1))
    assert found.beta[0] > 0.2
    assert found.beta[1] < -0.2
    shifted = x.copy()
    shifted[:, 3] = np.where(np.isnan(x[:, 3]), found.centre[3], x[:, 3])
    np.testing.assert_array_equal(found.log_risk(x), found.log_risk(shifted))


def frame_of(times: SurvivalTimes, x: np.ndarray) -> MarkerFrame:
    n, m = x.shape
    names = tuple(f"m{j}" for j in range(m))
    return MarkerFrame(np.arange(n), times, None, ("all",), x, names, np.empty((n, 0)), (), ("per SD",) * m)


def test_a_panel_of_noise_adds_nothing_on_unseen_patients_though_it_seems_to_as_fitted():
    times, x = made(120, 40, effect=0.0)
    found = panel(frame_of(times, x), "ridge")
    assert found.scores[0].extended < 0.58
    assert found.scores[0].apparent[1] > found.scores[0].extended
    assert found.candidates == 40


def test_a_panel_finds_its_markers_and_leaves_out_those_that_few_have():
    times, x = made(220)
    x[:120, 5] = np.nan
    found = panel(frame_of(times, x), "lasso")
    assert set(found.names[:2]) == {"m0", "m1"}
    assert (found.kept_in[:2] == 100).all()
    assert found.left_out == ("m5",)
    assert found.scores[0].lower > 0.05
    assert 0.5 < found.calibration.slope < 1.6
