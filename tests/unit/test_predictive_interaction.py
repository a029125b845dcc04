"""Interaction of treatment and marker on both scales, against fits of the survival room and against simulation."""

from __future__ import annotations

import numpy as np
import pytest
from predictive_cases import Case, near_nominal
from scipy.stats import chi2

from hepatrial.biomarkers.predictive import (
    absolute_interactions,
    events_to_detect,
    events_to_rule_out,
    high_low,
    interactions,
    power_to_detect,
    pseudo_values,
    two_arms,
)
from hepatrial.biomarkers.predictive.pseudo_values import survival_influence
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.survival import SurvivalTimes, cox, kaplan_meier, restricted_mean


def tied_trial():
    """Tied times, strata, an adjusting pair and missing values."""
    generator = np.random.default_rng(4)
    n = 400
    markers, adjust = generator.normal(size=(n, 3)), generator.normal(size=(n, 2))
    arm, strata = generator.integers(0, 2, n), generator.integers(0, 3, n)
    days = np.ceil(
        20 * generator.exponential(size=n) * np.exp(-0.3 * markers[:, 0] + 0.4 * arm * markers[:, 1])
    )
    cut = np.ceil(generator.uniform(0, 60, n))
    markers[generator.random((n, 3)) < 0.1] = np.nan
    times = SurvivalTimes(np.minimum(days, cut), (days <= cut).astype(int))
    return two_arms(times, arm, markers, ("a", "b", "c"), adjust=adjust), strata


def test_the_screen_gives_what_one_cox_fit_after_another_gives():
    trial, strata = tied_trial()
    found = interactions(trial, strata=strata)
    for j in range(3):
        rows = np.isfinite(trial.markers[:, j])
        z = trial.markers[rows, j] - trial.markers[rows, j].mean()
        arm = trial.arm[rows]
        columns = np.column_stack([arm, z, arm * z, trial.adjust[rows]])
        names = ["arm", "z", "product", "q", "r"]
        full = cox(trial.times.select(rows), columns, names, strata=strata[rows])
        plain = cox(
            trial.times.select(rows), np.delete(columns, 2, 1), np.delete(names, 2), strata=strata[rows]
        )
        assert found.n[j] == rows.sum()
        np.testing.assert_allclose(found.log_ratio[j], full.beta[2], rtol=1e-8)
        np.testing.assert_allclose(found.log_ratio_se[j], full.se[2], rtol=1e-8)
        np.testing.assert_allclose(found.covariance[j], full.covariance[:3, :3], rtol=1e-7, atol=1e-12)
        drop = 2 * (full.log_likelihood - plain.log_likelihood)
        np.testing.assert_allclose(found.p_likelihood_ratio[j], chi2.sf(drop, 1), rtol=1e-7)


def test_the_effect_in_the_treated_arm_is_that_of_the_control_arm_times_the_ratio():
    found = interactions(Case(log_ratio=0.5, prognostic=0.4).trial(1))
    np.testing.assert_allclose(found.log_hr_treated, found.log_hr_control + found.log_ratio)
    assert found.lower[0] < found.ratio[0] < found.upper[0]


def test_markers_that_cannot_be_fitted_are_named_so_and_the_others_are_fitted():
    trial = Case(n=120).trial(2)
    z = trial.markers[:, 0]
    rare = np.full(120, np.nan)
    rare[:8] = z[:8]
    found = interactions(
        two_arms(trial.times, trial.arm, np.column_stack([z, np.ones(120), rare]), ("z", "one", "rare"))
    )
    assert found.state == ("fitted", "constant", "too few events")
    assert np.isfinite(found.p[0])
    assert np.isnan(found.p[1:]).all()


def test_a_marker_that_separates_events_is_not_given_a_number():
    trial = Case(n=200).trial(3)
    split = np.where((trial.arm == 1) & (trial.times.event == 1), 1.0, 0.0)
    split[np.flatnonzero(trial.arm == 0)[:50]] = 1.0
    found = interactions(two_arms(trial.times, trial.arm, split, ("split",)))
    assert found.state == ("runs to infinity",)


def test_one_arm_is_refused_with_a_remedy():
    trial = Case(n=60).trial(1)
    with pytest.raises(InvalidInput, match="0 for control and 1 for treated"):
        two_arms(trial.times, np.zeros(60), trial.markers, ("z",))
    with pytest.raises(InvalidInput, match="name the column of arms"):
        two_arms(trial.times, None, trial.markers, ("z",))


def test_pseudo_values_average_to_the_kaplan_meier_estimates():
    times = Case(n=150, prognostic=0.6).trial(5).times
    assert np.mean(pseudo_values(times, 250.0, "rmst")) == pytest.approx(restricted_mean(times, 250.0).days)
    assert np.mean(pseudo_values(times, 250.0, "survival")) == pytest.approx(
        kaplan_meier(times).at(250.0).estimate
    )


def test_without_censoring_a_pseudo_value_is_the_outcome_itself():
    days = np.array([30.0, 80.0, 120.0, 200.0, 400.0])
    times = SurvivalTimes(days, np.ones(5, int))
    np.testing.assert_allclose(pseudo_values(times, 150.0, "rmst"), np.minimum(days, 150.0))
    np.testing.assert_allclose(pseudo_values(times, 150.0, "survival"), days > 150.0, atol=1e-12)


def test_influence_on_survival_squares_to_greenwoods_variance():
    times = Case(n=150).trial(6).times
    survival, influence = survival_influence(times, 250.0)
    curve = kaplan_meier(times)
    inside = curve.time_days <= 250.0
    left = curve.at_risk[inside] - curve.events[inside]
    greenwood = survival**2 * np.sum(curve.events[inside] / (curve.at_risk[inside] * left))
    assert np.sum(influence**2) == pytest.approx(greenwood)


def test_a_time_beyond_the_follow_up_is_refused():
    with pytest.raises(UsageError, match="within the follow-up"):
        survival_influence(SurvivalTimes([10.0, 20.0, 30.0], [1, 1, 0]), 31.0)


def test_high_against_low_is_the_difference_of_two_differences():
    trial = Case(n=200, prognostic=0.5).trial(7)
    found = high_low(trial, "z", 200.0, cut=0.0)
    z = trial.markers[:, 0]
    means = {
        (high, code): restricted_mean(trial.times.select(((z > 0) == high) & (trial.arm == code)), 200.0).days
        for high in (True, False)
        for code in (0, 1)
    }
    assert found.difference == pytest.approx(
        means[True, 1] - means[True, 0] - means[False, 1] + means[False, 0]
    )
    assert sum(found.n) == 200


CASES = {
    "nothing at all": Case(n=200),
    "a strong prognostic marker, 2 : 1, half censored": Case(
        n=300, prognostic=0.9, treated_share=2 / 3, follow_up=(60.0, 500.0)
    ),
}
"""In both no patient gains, so that no interaction stands on either scale."""


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_the_tests_of_interaction_hold_their_level_over_2000_null_trials(name):
    found = np.array([_p_values(CASES[name].trial(seed)) for seed in range(2_000)])
    assert near_nominal(found[:, 0]), "Wald"
    assert near_nominal(found[:, 1]), "likelihood ratio"
    assert near_nominal(found[:, 2]), "restricted mean"
    assert near_nominal(found[:, 3]), "survival"


def test_a_constant_hazard_ratio_is_no_interaction_on_the_relative_scale_and_is_one_in_months():
    case = Case(n=1_000, prognostic=0.7, log_hr=-0.7, follow_up=(600.0, 900.0))
    found = [case.trial(seed) for seed in range(100)]
    relative = np.mean([interactions(trial, threads=1).p[0] < 0.05 for trial in found])
    absolute = np.mean([absolute_interactions(trial, 150.0).p[0] < 0.05 for trial in found])
    assert relative < 0.15
    assert absolute > 0.5


def _p_values(trial):
    relative = interactions(trial, threads=1)
    return (
        relative.p[0],
        relative.p_likelihood_ratio[0],
        absolute_interactions(trial, 250.0).p[0],
        absolute_interactions(trial, 250.0, measure="survival").p[0],
    )


def test_power_is_what_the_formula_says():
    # Everybody has an event, so that events = subjects and the marker's SD among events is 1.
    case = Case(n=250, log_ratio=0.4, log_hr=-0.3, prognostic=0.3, follow_up=(1e6, 2e6))
    hits = [interactions(case.trial(seed), threads=1).p[0] < 0.05 for seed in range(600)]
    expected = power_to_detect(np.exp(0.4), 250)
    assert np.mean(hits) == pytest.approx(expected, abs=3.29 * np.sqrt(expected * (1 - expected) / 600))


def test_events_to_detect_and_power_are_each_others_inverse():
    events = events_to_detect(1.3, marker_sd=0.5, treated_share=1 / 3, power=0.9)
    assert power_to_detect(1.3, events, marker_sd=0.5, treated_share=1 / 3) == pytest.approx(0.9, abs=1e-6)
    assert events_to_rule_out(1.3) > events_to_detect(1.3)


def test_a_marker_that_half_have_needs_four_times_the_events_of_the_treatment_itself():
    # Schoenfeld: 4 (z + z)^2 / log(HR)^2 events for a treatment effect at 1 : 1.
    treatment = 4 * (1.959964 + 0.841621) ** 2 / np.log(1.5) ** 2
    assert events_to_detect(1.5, marker_sd=0.5) == pytest.approx(4 * treatment, rel=1e-5)


def test_a_ratio_of_one_has_no_sample_size():
    with pytest.raises(UsageError, match="other than 1"):
        events_to_detect(1.0)
