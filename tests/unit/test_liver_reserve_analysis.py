"""Benefit by liver reserve: groups, times lost by cause, the curve over ALBI, and from which reserve on it is gone."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from hepatrial.analysis import (
    benefit_by_reserve,
    benefit_curve,
    gone_from,
    reserve_groups,
    restricted_means,
    threshold,
)
from hepatrial.analysis.benefit_curve import spline_basis
from hepatrial.errors import InvalidInput
from hepatrial.trialdata import TrialData

MONTH = 30.4375
EMPTY = {
    name: pl.DataFrame() for name in ("tumour", "responses", "best", "labs", "exposure", "adverse_events")
}


def made(columns, *, arms=("drug", "control")):
    return TrialData(
        name="made", arms=arms, control="control", simulated=False, subjects=pl.DataFrame(columns), **EMPTY
    )


def trial(rng, n, *, slope=0.0, twins=False, liver=0.02, censored=None):
    """Cancer hazard 0.10 a month, times 0.6 under the drug; liver hazard times exp(slope (ALBI + 2))."""
    albi = rng.uniform(-3.2, -0.8, n)
    drug = np.ones(n, bool) if twins else rng.random(n) < 0.5
    luck = rng.exponential(size=(2, n))
    parts = []
    for name, treated in (("drug", True), ("control", False)):
        who = np.arange(n) if twins else np.flatnonzero(drug == treated)
        cancer = luck[0, who] / (0.10 * (0.6 if treated else 1.0))
        failure = luck[1, who] / (liver * np.exp(slope * (albi[who] + 2.0)))
        end = np.full(len(who), 60.0) if censored is None else rng.uniform(*censored, len(who))
        time = np.minimum(np.minimum(cancer, failure), end)
        parts.append(
            pl.DataFrame(
                {
                    "subject": who,
                    "patient": who,
                    "arm": [name] * len(who),
                    "albi": albi[who],
                    "os_days": time * MONTH,
                    "os_event": np.where(end <= time, 0, np.where(cancer < failure, 1, 2)).astype(np.int8),
                }
            )
        )
    return made(pl.concat(parts))


def expected_gain(albi, slope, liver, window=12.0):
    def lived(cancer):
        total = cancer + liver * np.exp(slope * (albi + 2.0))
        return (1.0 - np.exp(-total * window)) / total

    return lived(0.06) - lived(0.10)


def test_groups_are_those_of_the_scores():
    subjects = {
        "subject": range(7),
        "arm": ["drug"] * 7,
        "child_pugh_score": [5, 6, 7, 9, 10, 12, None],
        "albi": [-2.60, -2.59, -2.27, -2.26, -1.39, -1.38, -3.0],
    }
    found = {(g.scale, g.label): np.flatnonzero(g.members).tolist() for g in reserve_groups(made(subjects))}
    assert found == {
        ("Child-Pugh score", "5"): [0],
        ("Child-Pugh score", "6"): [1],
        ("Child-Pugh score", "7"): [2],
        ("Child-Pugh score", "9"): [3],
        ("Child-Pugh score", "10+"): [4, 5],
        ("Child-Pugh class", "A"): [0, 1],
        ("Child-Pugh class", "B"): [2, 3],
        ("Child-Pugh class", "C"): [4, 5],
        ("ALBI grade", "1"): [0, 6],
        ("ALBI grade", "2a"): [1, 2],
        ("ALBI grade", "2b"): [3, 4],
        ("ALBI grade", "3"): [5],
    }


def test_albi_is_computed_from_albumin_and_bilirubin_where_it_is_missing():
    subjects = {
        "subject": [0, 1],
        "arm": ["drug"] * 2,
        "albumin_g_l": [42.0, 25.0],
        "bilirubin_umol_l": [10.0, 60.0],
    }
    found = {g.label: np.flatnonzero(g.members).tolist() for g in reserve_groups(made(subjects))}
    # 0.66 log10(10) - 0.085 x 42 = -2.91; 0.66 log10(60) - 0.085 x 25 = -0.95.
    assert found == {"1": [0], "3": [1]}


def test_data_without_a_covariate_of_the_liver_are_told_what_to_add():
    subjects = {"subject": [0], "arm": ["drug"], "age_years": [60]}
    with pytest.raises(InvalidInput) as caught:
        reserve_groups(made(subjects))
    text = str(caught.value.issues[0])
    assert "no covariate of liver reserve" in text
    assert "subject, arm, age_years" in text
    assert "albumin_g_l (g/L) with bilirubin_umol_l" in text
    with pytest.raises(InvalidInput, match=r"1 problem|no ALBI"):
        benefit_curve(made(subjects), "drug", "control", 12.0)


def test_times_lived_and_lost_fill_the_window_in_every_group():
    for effect in benefit_by_reserve(
        trial(np.random.default_rng(1), 900, slope=1.0), "drug", "control", 12.0
    ):
        assert sum(time.arm_months for time in effect.times) == pytest.approx(12.0, abs=1e-12)
        assert sum(time.control_months for time in effect.times) == pytest.approx(12.0, abs=1e-12)
        assert sum(time.change.value for time in effect.times) == pytest.approx(0.0, abs=1e-12)


def test_the_gain_of_independent_arms_is_that_of_restricted_means():
    data = trial(np.random.default_rng(2), 500, censored=(14.0, 40.0))
    everybody = made(data.subjects.with_columns(albi=pl.lit(-2.0)))
    effect, *others = benefit_by_reserve(everybody, "drug", "control", 12.0)
    assert not others
    known = restricted_means(everybody, "drug", "control", "OS", 12.0)
    assert effect.gain.change.value == pytest.approx(known.difference, abs=1e-12)
    assert effect.gain.change.lower == pytest.approx(known.lower, abs=1e-9)


def test_identical_twins_gain_nothing_anywhere():
    data = trial(np.random.default_rng(3), 300, twins=True)
    same = data.subjects.filter(pl.col("arm") == "control")
    data = made(pl.concat([same.with_columns(arm=pl.lit("drug")), same]))
    for effect in benefit_by_reserve(data, "drug", "control", 12.0):
        for time in effect.times:
            assert (time.change.value, time.change.lower, time.change.upper) == pytest.approx(
                (0, 0, 0), abs=1e-12
            )
        assert effect.hazard_ratio.hr == pytest.approx(1.0, abs=1e-9)
    curve = benefit_curve(data, "drug", "control", 12.0, replicates=20)
    np.testing.assert_allclose(curve.estimate, 0.0, atol=1e-10)
    np.testing.assert_allclose(curve.replicates, 0.0, atol=1e-10)
    assert (curve.trial_error > 0.1).all()


def test_twins_have_narrower_limits_and_no_limits_of_the_subdistribution_ratio():
    data = trial(np.random.default_rng(4), 600, twins=True)
    assert data.holds_twins
    apart = made(data.subjects.with_columns(subject=pl.int_range(pl.len()), patient=pl.int_range(pl.len())))
    for paired, independent in zip(
        benefit_by_reserve(data, "drug", "control", 12.0),
        benefit_by_reserve(apart, "drug", "control", 12.0),
        strict=True,
    ):
        assert paired.gain.change.value == pytest.approx(independent.gain.change.value, abs=1e-12)
        assert paired.gain.change.lower > independent.gain.change.lower
        assert paired.ratios[0].subdistribution.lower is None
        assert independent.ratios[0].subdistribution.lower is not None


def test_few_deaths_of_a_cause_are_counted_and_not_compared():
    data = trial(np.random.default_rng(5), 200, liver=1e-4)
    for effect in benefit_by_reserve(data, "drug", "control", 12.0):
        cancer, liver, toxic = effect.ratios
        assert cancer.cause_specific is not None
        assert liver.events_arm + liver.events_control < 10
        assert liver.cause_specific is None
        assert liver.subdistribution is None
        assert (toxic.events_arm, toxic.events_control, toxic.cause_specific) == (0, 0, None)


def test_a_window_beyond_the_follow_up_gives_no_times():
    data = trial(np.random.default_rng(6), 400, censored=(3.0, 9.0))
    assert all(effect.times == () for effect in benefit_by_reserve(data, "drug", "control", 12.0))


def test_decompensation_counts_where_the_data_hold_it():
    data = trial(np.random.default_rng(7), 400)
    assert all(e.decompensation_free is None for e in benefit_by_reserve(data, "drug", "control", 12.0))
    half = made(
        data.subjects.with_columns(
            decompensation_days=pl.col("os_days") / 2, decompensation_event=pl.lit(1, dtype=pl.Int8)
        )
    )
    for effect in benefit_by_reserve(half, "drug", "control", 12.0):
        assert effect.decompensation_free.arm_months < effect.gain.arm_months


def test_the_curve_is_straight_beyond_its_outer_knots():
    knots = np.array([-3.0, -2.5, -2.0, -1.0])
    for side in (np.array([-3.4, -3.2, -3.0]), np.array([-1.0, -0.6, -0.2])):
        basis = spline_basis(side, knots)
        np.testing.assert_allclose(basis[2] - basis[1], basis[1] - basis[0], atol=1e-12)
    assert spline_basis(knots, knots).shape == (4, 4)


@pytest.mark.parametrize("censored", [None, (13.0, 30.0)])
def test_the_curve_finds_the_benefit_that_is_there(censored):
    slope, liver = 1.5, 0.06
    data = trial(np.random.default_rng(8), 20_000, slope=slope, liver=liver, censored=censored)
    curve = benefit_curve(data, "drug", "control", 12.0, replicates=50)
    error = (curve.upper - curve.estimate) / 1.96
    truth = expected_gain(curve.albi, slope, liver)
    # The spline cannot follow every bend, hence the 0.05 months beside four standard errors.
    assert np.all(np.abs(curve.estimate - truth) < 4.0 * error + 0.05)
    assert truth[0] > 5 * truth[-1]
    np.testing.assert_allclose(curve.replicates.std(axis=0), error, rtol=0.5)


def test_pseudo_values_take_censoring_out_of_the_curve():
    rng = np.random.default_rng(9)
    whole = benefit_curve(trial(rng, 20_000, slope=1.0), "drug", "control", 12.0, replicates=5)
    cut = benefit_curve(
        trial(rng, 20_000, slope=1.0, censored=(2.0, 24.0)), "drug", "control", 12.0, replicates=5,
        albi=whole.albi, knots=whole.knots,
    )  # fmt: skip
    error = np.hypot(whole.upper - whole.estimate, cut.upper - cut.estimate) / 1.96
    assert np.all(np.abs(cut.estimate - whole.estimate) < 4.0 * error)


def test_limits_of_the_curve_cover_as_often_as_they_say():
    rng, inside, trials = np.random.default_rng(10), 0.0, 300
    at, knots = np.array([-2.8, -2.0, -1.4]), np.array([-3.08, -2.36, -1.64, -0.92])
    truth = expected_gain(at, 0.5, 0.05)
    for _ in range(trials):
        data = trial(rng, 400, slope=0.5, liver=0.05)
        found = benefit_curve(data, "drug", "control", 12.0, replicates=1, albi=at, knots=knots)
        inside = inside + ((found.lower <= truth) & (truth <= found.upper))
    # Three binomial standard errors of 95 % in 300 trials are 3.8 %.
    assert np.all(np.abs(inside / trials - 0.95) < 0.038), inside / trials


def test_the_error_of_a_trial_is_that_of_a_trial_of_its_size():
    rng = np.random.default_rng(11)
    twins = benefit_curve(trial(rng, 8000, twins=True), "drug", "control", 12.0, trial_size=400, replicates=1)
    middle = len(twins.albi) // 2
    estimates = [
        benefit_curve(
            trial(rng, 400), "drug", "control", 12.0, replicates=1,
            albi=twins.albi[[middle]], knots=twins.knots,
        ).estimate[0]
        for _ in range(200)
    ]  # fmt: skip
    assert twins.trial_error[middle] == pytest.approx(np.std(estimates), rel=0.2)


def test_few_or_like_subjects_are_refused():
    with pytest.raises(InvalidInput) as caught:
        benefit_curve(trial(np.random.default_rng(12), 40), "drug", "control", 12.0)
    assert "too few subjects" in str(caught.value.issues[0])
    data = trial(np.random.default_rng(13), 200)
    with pytest.raises(InvalidInput) as caught:
        benefit_curve(made(data.subjects.with_columns(albi=pl.lit(-2.5))), "drug", "control", 12.0)
    assert "hardly differ" in str(caught.value.issues[0])


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ([3.0, 2.0, 1.0, 0.0], -1.25),
        ([3.0, 2.0, 1.0, 0.6], math.inf),
        ([0.4, 0.3, 0.2, 0.1], -math.inf),
        ([3.0, 0.0, 1.0, 0.0], -1.25),  # gone, there again, gone
        ([0.0, 3.0, 2.0, 0.5], -1.0),
    ],
)
def test_gone_means_there_and_at_every_worse_reserve(curve, expected):
    assert gone_from(np.array([-2.5, -2.0, -1.5, -1.0]), np.array(curve), 0.5) == pytest.approx(expected)


def test_a_score_goes_in_steps():
    scores = np.array([5.0, 6.0, 7.0])
    assert gone_from(scores, np.array([2.0, 1.0, 0.0]), 0.5, stepwise=True) == 7.0


def test_limits_that_lie_beyond_the_data_are_told_as_not_reached():
    reserve = np.array([-3.0, -2.0, -1.0])
    curve = np.array([2.0, 1.0, 0.0])
    curves = curve + np.linspace(-2.5, 2.5, 101)[:, None]
    found = threshold(reserve, curve, 0.5, curves)
    assert (found.state, found.value) == ("reached", -1.5)
    assert (found.lower, found.upper) == (-math.inf, math.inf)
    assert 50.0 < found.reached_percent < 70.0
    assert 10.0 < found.everywhere_percent < 30.0
    beyond = threshold(reserve, curve + 1.0, 0.5)
    assert (beyond.state, beyond.value, beyond.reached_percent) == ("not reached", None, None)
    assert threshold(reserve, curve - 2.0, 0.5).state == "at every reserve"
