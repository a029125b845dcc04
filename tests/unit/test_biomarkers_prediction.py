"""Scores of predictions: by definition, against known cases, and honest on markers that mean nothing."""

from __future__ import annotations

import numpy as np
import pytest

from hepatrial.biomarkers import MarkerFrame
from hepatrial.biomarkers.prognostic.added_value import added_value
from hepatrial.biomarkers.prognostic.calibration import calibration, in_the_large
from hepatrial.biomarkers.prognostic.folds import folds
from hepatrial.biomarkers.prognostic.risk_model import fit_risk_model
from hepatrial.biomarkers.prognostic.scores import (
    auc_at,
    brier_at,
    harrell_c,
    integrated_brier,
    net_benefit,
    uno_c,
    weighting,
)
from hepatrial.survival import SurvivalTimes, concordance, kaplan_meier


def cohort(n: int = 150, seed: int = 5, *, censored: bool = True) -> tuple[SurvivalTimes, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    time = np.ceil(rng.exponential(400, n) * np.exp(-0.8 * x) / 10) * 10
    end = np.ceil(rng.uniform(50, 900, n) / 10) * 10 if censored else np.full(n, 1e9)
    return SurvivalTimes(np.minimum(time, end), (time <= end).astype(np.int8)), x


def test_harrell_is_that_of_the_survival_room():
    times, x = cohort()
    risk = np.round(x, 1)
    assert harrell_c(weighting(times), risk, np.ones(150)) == pytest.approx(concordance(times, risk).estimate)


def test_without_censoring_uno_is_harrell_and_the_brier_score_is_a_mean_square():
    times, x = cohort(censored=False)
    found = weighting(times)
    until = times.time_days.max() + 1
    assert uno_c(found, x, np.ones(150), until) == pytest.approx(harrell_c(found, x, np.ones(150)))
    predicted = 1 / (1 + np.exp(x))
    alive = times.time_days > 300
    assert brier_at(found, predicted, np.ones(150), 300) == pytest.approx(np.mean((alive - predicted) ** 2))
    case, control = x[~alive], x[alive]
    pairs = (case[:, None] > control[None, :]).mean()
    assert auc_at(found, x, np.ones(150), 300) == pytest.approx(pairs)


def test_uno_by_its_definition():
    times, x = cohort(60)
    time, event = times.time_days, times.event
    # Who has the event at a time is no longer there to be censored at it.
    stays = kaplan_meier(SurvivalTimes(time - 1e-3 * event, 1 - event))

    def before(day: float) -> float:
        at = stays.time_days < day
        return stays.survival[at][-1] if at.any() else 1.0

    top = bottom = 0.0
    for i in range(60):
        if not event[i] or time[i] >= 500:
            continue
        later = (time > time[i]) | ((time == time[i]) & (event == 0))
        weight = before(time[i]) ** -2
        top += weight * ((x[i] > x[later]).sum() + 0.5 * (x[i] == x[later]).sum())
        bottom += weight * later.sum()
    assert uno_c(weighting(times), x, np.ones(60), 500.0) == pytest.approx(top / bottom, rel=1e-12)


def test_a_patient_of_weight_2_counts_as_two():
    times, x = cohort(50)
    found = weighting(times)
    weight = np.ones(50)
    weight[7] = 2
    event_weight_kept = harrell_c(found, x, weight)
    twice = SurvivalTimes(
        np.append(times.time_days, times.time_days[7]), np.append(times.event, times.event[7])
    )
    risk = np.append(x, x[7])
    whole = concordance(twice, risk).estimate
    # The pair of a patient with their own copy is the only difference.
    assert event_weight_kept == pytest.approx(whole, abs=2e-3)


def test_the_kaplan_meier_curve_is_calibrated_and_scores_as_it_should():
    times, _ = cohort(400)
    model = fit_risk_model(times, np.empty((400, 0)), ())
    curve = np.exp(-model.hazard)
    assert np.abs(curve - kaplan_meier(times).at(model.time_days).estimate).max() < 0.01
    expected = model.expected(np.empty((400, 0)), times.time_days)
    assert expected.sum() == pytest.approx(times.event.sum(), rel=1e-9)
    large = in_the_large(times, expected / 2)
    assert large.ratio == pytest.approx(2.0)
    assert large.lower < 2 < large.upper


def test_breslow_hazard_expects_as_many_events_as_there_were():
    times, x = cohort(200)
    model = fit_risk_model(times, x[:, None], ("x",))
    assert model.expected(x[:, None], times.time_days).sum() == pytest.approx(times.event.sum(), rel=1e-9)


def test_predictions_twice_too_extreme_have_slope_one_half():
    times, x = cohort(400)
    model = fit_risk_model(times, x[:, None], ("x",))
    eta = model.log_risk(x[:, None])
    risk = 1 - model.survival(x[:, None], np.array([300.0]))[:, 0]
    assert calibration(times, eta, risk, 300.0).slope == pytest.approx(1.0, abs=1e-6)
    assert calibration(times, 2 * eta, risk, 300.0).slope == pytest.approx(0.5, abs=1e-6)


def test_net_benefit_of_everybody_is_the_event_rate_less_the_odds_of_the_rest():
    times, _ = cohort(200)
    dead = 1 - float(kaplan_meier(times).at(300.0).estimate)
    found = net_benefit(times, np.ones(200), 300.0, np.array([0.2, 0.5]))
    assert found == pytest.approx([dead - (1 - dead) * 0.25, dead - (1 - dead)])
    assert net_benefit(times, np.zeros(200), 300.0, np.array([0.2]))[0] == 0


def test_folds_spread_the_events():
    event = np.r_[np.ones(23), np.zeros(80)]
    fold = folds(event, 5, np.random.default_rng(1))
    assert set(np.bincount(fold)) <= {20, 21}
    assert set(np.bincount(fold[event > 0])) <= {4, 5}


def frame_of(times: SurvivalTimes, markers: np.ndarray, adjust: np.ndarray) -> MarkerFrame:
    m = markers.shape[1]
    return MarkerFrame(
        np.arange(len(times)), times, None, ("all",), markers, tuple(f"m{j}" for j in range(m)), adjust,
        tuple(f"a{j}" for j in range(adjust.shape[1])), ("per SD",) * m,
    )  # fmt: skip


def test_a_marker_that_matters_adds_and_noise_does_not():
    times, x = cohort(250)
    rng = np.random.default_rng(2)
    frame = frame_of(times, np.column_stack([x, rng.normal(size=250)]), rng.normal(size=(250, 1)))
    real, noise = (added_value(frame, [name]) for name in ("m0", "m1"))
    assert real.scores[0].lower > 0.05
    assert real.p < 1e-6
    assert noise.scores[0].lower < 0.02
    assert noise.scores[0].difference < 0.03
    # As fitted, models look better than on patients whom they have not seen.
    assert noise.scores[0].apparent[1] > noise.scores[0].extended


def test_the_integrated_brier_score_prefers_the_true_model():
    times, x = cohort(300)
    found = weighting(times)
    days = np.linspace(50, 500, 10)
    true = np.exp(-np.exp(0.8 * x)[:, None] * days / 400)
    flat = np.tile(kaplan_meier(times).at(days).estimate, (300, 1))
    assert (
        integrated_brier(found, true, np.ones(300), days)
        < integrated_brier(found, flat, np.ones(300), days) - 0.02
    )
