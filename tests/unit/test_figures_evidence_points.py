"""Funnel, surrogacy and reconstruction: lines, bands and contours stand where the statistics put them."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import Ellipse
from scipy.special import ndtr
from test_figures import texts
from test_figures_evidence import funnel, reconstruction, studies, surrogate_trials

from hepatrial.errors import UsageError
from hepatrial.evidence.pooling import TrialWeights, egger_test, pool_common, surrogacy
from hepatrial.figures.evidence import draw_funnel, draw_reconstruction, draw_surrogacy
from hepatrial.figures.evidence.reconstructed import largest_distance
from hepatrial.figures.evidence.surrogate_plot import predicted_line, trial_weights
from hepatrial.survival import kaplan_meier


def said(figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in texts(figure)]


def test_points_of_a_funnel_are_the_studies_and_its_sides_their_limits_by_chance():
    effects = studies(12)
    pool = pool_common(effects)
    axes = draw_funnel(effects, pool, title="x", names=False).axes[0]
    points = next(line for line in axes.lines if line.get_marker() == "o")
    assert points.get_xdata() == pytest.approx([effect.hr for effect in effects])
    assert points.get_ydata() == pytest.approx([effect.std_error for effect in effects])
    sides = [
        line
        for line in axes.lines
        if line.get_xdata()[0] == pytest.approx(pool.hr[0]) and len(set(line.get_xdata())) > 1
    ]
    assert len(sides) == 2
    for line in sides:
        error = line.get_ydata()[1]
        z = (np.log(line.get_xdata()[1]) - pool.effect.value) / error
        assert ndtr(abs(z)) == pytest.approx(0.975)
    assert axes.get_ylim()[0] > axes.get_ylim()[1] == 0.0


def test_contours_lie_at_their_p_values_about_no_effect():
    axes = funnel(12, contours=True).axes[0]
    found = []
    for patch in axes.patches:
        left, right = (corner for corner in patch.get_xy() if corner[1] > 0) if len(patch.get_xy()) == 3 else (
            patch.get_xy()[0], patch.get_xy()[2])  # fmt: skip
        assert np.log(left[0]) == pytest.approx(-np.log(right[0]))
        found.append(2 * ndtr(-abs(np.log(right[0])) / right[1]))
    assert sorted(found) == pytest.approx([0.01, 0.05, 0.1])
    assert {"above 0.1", "0.05 to 0.1", "0.01 to 0.05", "below 0.01"} <= set(said(axes.figure))


def test_a_funnel_quotes_its_test_and_warns_of_few_studies():
    effects = studies(6)
    test = egger_test(effects)
    told = " ".join(said(draw_funnel(effects, pool_common(effects), title="x", test=test)))
    assert f"{test.df} df" in told
    assert "With 6 studies" in told
    assert "asymmetry" not in " ".join(said(funnel(12, contours=False)))


@pytest.mark.parametrize("weights", list(TrialWeights))
def test_the_upper_prediction_limit_crosses_one_at_the_threshold(weights):
    trials = surrogate_trials(15)
    found = surrogacy(trials, weights=weights)
    at = found.threshold.log_effect
    line = predicted_line(trials, found, weights, np.array([at, at]))
    assert line.upper[0] == pytest.approx(0.0, abs=1e-10)
    assert line.final[0] == pytest.approx(found.intercept + found.slope * at)


def test_the_threshold_is_drawn_where_it_is_and_told():
    trials = surrogate_trials(20)
    found = surrogacy(trials)
    figure = draw_surrogacy(trials, found, title="x", surrogate="PFS hazard ratio")
    told = " ".join(said(figure))
    assert f"R² {found.r2:.2f} ({found.r2_interval[0]:.2f} to {found.r2_interval[1]:.2f})" in told
    assert f"Threshold effect: ratio below {found.threshold.ratio:.2f}" in told
    lines = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert any(line.get_xdata()[0] == pytest.approx(found.threshold.ratio) for line in lines)


def test_no_threshold_gives_its_reason():
    trials = surrogate_trials(12)
    flat = [
        type(trial)(trial.study, -trial.surrogate, 0.1, trial.final, trial.final_se, "x") for trial in trials
    ]
    told = " ".join(said(draw_surrogacy(flat, surrogacy(flat), title="x", surrogate="TTP hazard ratio")))
    assert "Threshold effect: none; the slope is not positive" in told


def test_areas_of_bubbles_are_as_the_weights():
    trials = surrogate_trials(10)
    axes = draw_surrogacy(trials, surrogacy(trials), title="x", surrogate="s").axes[0]
    areas = np.array([patch.width * patch.height for patch in axes.patches if isinstance(patch, Ellipse)])
    weight = trial_weights(trials, TrialWeights.PRECISION)
    shown = areas > 1.01 * areas.min()
    assert shown.sum() >= 5
    assert (areas / areas.max())[shown] == pytest.approx((weight / weight.max())[shown])


def test_other_trials_or_weights_than_those_of_the_fit_are_refused():
    trials = surrogate_trials(8)
    found = surrogacy(trials)
    with pytest.raises(UsageError, match="other trials"):
        draw_surrogacy(trials[:-1], found, title="x", surrogate="s")
    with pytest.raises(UsageError, match=r"other weights[\s\S]*precision"):
        draw_surrogacy(trials, found, title="x", surrogate="s", weights="equal")


def test_a_reconstruction_shows_published_points_and_both_numbers_at_risk():
    arms = {"agent": reconstruction(200), "control": reconstruction(150)}
    figure = draw_reconstruction(arms, title="x")
    told = said(figure)
    for arm, found in arms.items():
        curve = kaplan_meier(found.times)
        for days, published in zip(found.risk.time_days, found.risk.at_risk, strict=True):
            assert f"{int(curve.at_risk_at(days))} ({published})" in told
        distance = 100 * largest_distance(found, curve)
        shown = f"at most {distance:.1f}" if distance >= 0.05 else "less than 0.05"
        assert f"{arm}: {shown} points from the published curve" in told
        assert any(text.startswith(f"{arm}: {found.events} events of {found.risk.n}") for text in told)
    axes = next(axes for axes in figure.axes if axes.get_ylabel())
    circles = [line for line in axes.lines if line.get_marker() == "o"]
    assert circles[0].get_ydata() == pytest.approx(100 * arms["agent"].curve.survival)


def test_the_distance_is_that_of_the_curves():
    found = reconstruction(400)
    curve = kaplan_meier(found.times)
    kept = np.cumprod(1 - curve.events / curve.at_risk)
    levels = [kept[curve.time_days <= day][-1] for day in found.curve.time_days]
    by_hand = float(np.max(np.abs(levels - found.curve.survival)))
    assert largest_distance(found, curve) == pytest.approx(by_hand)
    assert by_hand < 0.02
