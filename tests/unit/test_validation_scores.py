"""Predictive distributions and scores against what can be computed by hand or by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from hepatrial.errors import InvalidInput
from hepatrial.prediction.predictive import Predictive
from hepatrial.report.validation_verdict import verdict
from hepatrial.validation.leave_one_out import read_left_out
from hepatrial.validation.scores import Coverage, Scored, summarised


def scored(published, error, predicted, noise=0.1, **rivals):
    return Scored(published, error, Predictive(np.array([predicted]), noise), rivals)


def test_scores_are_those_computed_by_hand():
    found = summarised([scored(0.2, 0.1, 0.0, null=0.0), scored(-0.3, 0.2, 0.1, null=0.0)], (50, 80, 95))
    assert found.n == 2
    assert found.model.rmse_log_hr == pytest.approx(math.sqrt((0.04 + 0.16) / 2))
    assert found.model.chi2 == pytest.approx(4.0 + 4.0)
    assert found.rivals["null"].chi2 == pytest.approx(4.0 + 2.25)
    assert found.perfect.chi2 == 2.0
    assert found.perfect.rmse_log_hr == pytest.approx(math.sqrt((0.01 + 0.04) / 2))
    assert found.log_score == pytest.approx((norm(0, 0.1).logpdf(0.2) + norm(0.1, 0.1).logpdf(-0.3)) / 2)
    # 2 and 4 predictive standard deviations off: neither in the 95 % interval of 1.96.
    assert [one.inside for one in found.coverage] == [0, 0, 0]
    assert scored(0.2, 0.1, 0.0).standardised_error == pytest.approx(2.0)


def test_nothing_to_score_has_no_summary():
    assert summarised([], (80,)) is None


def test_intervals_cover_what_they_say_where_the_model_is_right():
    rng = np.random.default_rng(20)
    draws, between, sampling, count = rng.normal(-0.2, 0.15, 400), 0.08, 0.12, 4000
    true = rng.choice(draws, count) + between * rng.standard_normal(count)
    published = true + sampling * rng.standard_normal(count)
    predictive = Predictive(draws, math.hypot(between, sampling))
    found = summarised([Scored(x, sampling, predictive, {}) for x in published], (50, 80, 95))
    for one in found.coverage:
        assert binomtest(one.inside, one.n, one.percent / 100).pvalue > 0.01
    # Without the variation between trials they are too narrow, and that is seen.
    narrow = summarised([Scored(x, sampling, Predictive(draws[:1], 0.1), {}) for x in published], (80,))
    assert narrow.coverage[0].share < 0.65


def test_a_perfect_predictor_scores_n_on_average():
    rng = np.random.default_rng(3)
    errors = rng.uniform(0.05, 0.2, 4000)
    found = summarised(
        [scored(error * z, error, 0.0) for error, z in zip(errors, rng.standard_normal(4000), strict=True)],
        (80,),
    )
    assert found.model.chi2 == pytest.approx(found.perfect.chi2, rel=0.1)
    assert found.model.rmse_log_hr == pytest.approx(found.perfect.rmse_log_hr, rel=0.05)


def test_scores_do_not_depend_on_the_order():
    rows = [scored(x, 0.1, 0.0, null=0.0) for x in (0.3, -0.1, 0.02, 0.15)]
    first, second = summarised(rows, (80, 95)), summarised(rows[::-1], (80, 95))
    assert first.model.chi2 == pytest.approx(second.model.chi2)
    assert first.coverage == second.coverage


@pytest.mark.parametrize(("inside", "n"), [(0, 5), (6, 7), (7, 7), (3, 10)])
def test_the_interval_of_a_coverage_is_exact(inside, n):
    exact = binomtest(inside, n).proportion_ci(0.95, method="exact")
    assert Coverage(80, inside, n).ci == pytest.approx((exact.low, exact.high))


ROW = {
    "trial": "sharp",
    "arm": "sorafenib",
    "control": "placebo",
    "endpoint": "OS",
    "quantity": "os_hr",
    "scale": "log",
    "published": 0.69,
    "predicted_minus_published": 0.1,
    "sd_over_draws": 0.05,
    "published_sd": 0.117,
}


def test_predictions_without_a_trial_are_read_on_the_log_scale():
    median = ROW | {"control": None, "scale": "logit", "quantity": "os_median_months"}
    found = read_left_out({"rows": [ROW, median]})
    assert set(found) == {("sharp", "sorafenib v placebo", "OS")}
    assert found["sharp", "sorafenib v placebo", "OS"].log_hr == pytest.approx(math.log(0.69) + 0.1)


def test_a_row_without_its_numbers_is_refused_with_its_place():
    without = {key: value for key, value in ROW.items() if key != "sd_over_draws"}
    with pytest.raises(InvalidInput, match="2 problems") as caught:
        read_left_out({"rows": [ROW, without, ROW | {"published": None}]})
    assert "sd_over_draws" in str(caught.value)
    assert [issue.where.key for issue in caught.value.issues] == ["rows[1]", "rows[2]"]


def test_the_verdict_says_where_the_model_loses():
    found = summarised([scored(0.2, 0.1, 0.0, null=0.3, common_sense=0.2)], (80, 95))
    said = verdict("held-out trials", "OS", found)
    assert "It loses to every rival: HR = 1 (1.0) and common sense (0.0)." in said
    won = summarised([scored(0.2, 0.1, 0.2, null=0.3, common_sense=0.5)], (80, 95))
    assert "It is below every rival" in verdict("held-out trials", "OS", won)
    mixed = summarised([scored(0.2, 0.1, 0.25, null=0.5, common_sense=0.2)], (80, 95))
    assert "It beats HR = 1 (9.0), and loses to common sense (0.0)." in verdict(
        "held-out trials", "OS", mixed
    )


def test_the_verdict_says_where_intervals_hold_too_few():
    rows = [scored(0.5, 0.1, 0.0, null=0.0), scored(0.0, 0.1, 0.0, null=0.0)]
    said = verdict("held-out trials", "OS", summarised(rows, (80, 95)))
    assert "The 80 % intervals hold 50%, outside the 65% to 95% asked of them" in said
