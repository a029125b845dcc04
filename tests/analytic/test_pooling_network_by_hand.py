"""Networks whose matrices can be written down: a path, a loop, trials of three arms."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from hepatrial.evidence.network import (
    ArmVariance,
    contributions,
    decompose_q,
    fit_common,
    fit_random,
    league_table,
    network_of,
    p_scores,
    split_nodes,
)
from hepatrial.evidence.pooling import StudyEffect, pool_common, pool_random


def effect(study, arm, control, log_hr, std_error):
    return StudyEffect(study, arm, control, log_hr, std_error, f"source of {study}")


def three_arms(study, levels, variances):
    """All pairs of a trial whose arms have these log hazards and variances."""
    return [
        effect(study, one, two, levels[one] - levels[two], float(np.sqrt(variances[one] + variances[two])))
        for one, two in combinations(levels, 2)
    ]


PATH = [effect("one", "A", "B", -0.4, 0.1), effect("two", "C", "B", -0.1, 0.2)]
LOOP = [*PATH, effect("three", "A", "C", -0.5, 0.15)]


def test_an_indirect_comparison_is_buchers():
    found = fit_common(network_of(PATH)).effect("A", "C")
    assert found.value == pytest.approx(-0.4 + 0.1, rel=1e-12)
    assert found.std_error == pytest.approx(np.hypot(0.1, 0.2), rel=1e-12)
    assert found.prediction is None


def test_a_loop_weighs_direct_and_indirect_evidence_by_their_precision():
    fit = fit_common(network_of(LOOP))
    indirect, direct = (-0.3, 0.1**2 + 0.2**2), (-0.5, 0.15**2)
    weights = np.array([1 / indirect[1], 1 / direct[1]])
    assert fit.effect("A", "C").value == pytest.approx(np.average([-0.3, -0.5], weights=weights), rel=1e-12)
    assert fit.effect("A", "C").std_error == pytest.approx(weights.sum() ** -0.5, rel=1e-12)
    (split,) = [one for one in split_nodes(fit) if (one.arm, one.control) == ("A", "C")]
    assert (split.direct.value, split.direct.std_error) == pytest.approx((-0.5, 0.15), rel=1e-12)
    assert (split.indirect.value, split.indirect.std_error**2) == pytest.approx(indirect, rel=1e-12)
    z = (-0.5 + 0.3) / np.sqrt(indirect[1] + direct[1])
    assert split.difference.p == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-10)


def test_in_one_loop_all_splits_and_q_between_designs_are_one_test():
    network = network_of(LOOP)
    splits = split_nodes(fit_common(network))
    between = decompose_q(network).between
    assert len(splits) == 3
    assert [split.difference.p for split in splits] == pytest.approx([between.p] * 3, rel=1e-10)
    assert between.df == 1


def test_inconsistency_over_heterogeneity_is_f_by_hand():
    again = [replace(one, study=f"{one.study} again", log_hr=one.log_hr + 0.3) for one in LOOP]
    network = network_of([*LOOP, *again])
    found = decompose_q(network)
    tau2 = found.tau2_within
    weights = {one.study: 1 / (one.std_error**2 + tau2) for one in [*LOOP, *again]}
    # Two trials of each design, 0.3 apart: one degree of freedom within each.
    within = sum(2 * weights[one.study] * 0.15**2 for one in LOOP)
    # Means: A to B -0.25, C to B 0.05, A to C -0.35.
    difference = -0.35 - (-0.25 - 0.05)
    between = difference**2 / sum(1 / (2 * weights[one.study]) for one in LOOP)
    f = found.between_over_within
    assert (f.df, f.df_within) == (1, 3)
    assert f.f == pytest.approx(between / (within / 3), rel=1e-10)
    assert f.p == pytest.approx(stats.f.sf(f.f, 1, 3), rel=1e-10)


def test_without_repeated_designs_or_loops_there_is_no_f():
    assert decompose_q(network_of(LOOP)).between_over_within is None
    assert decompose_q(network_of(PATH)).between_over_within is None


def test_contributions_to_a_loop_follow_the_paths():
    found = contributions(fit_common(network_of(LOOP)), "A", "C")
    direct = (1 / 0.15**2) / (1 / 0.15**2 + 1 / (0.1**2 + 0.2**2))
    assert found.direct_percent == pytest.approx(100 * direct, rel=1e-12)
    assert found.percent["three"] == pytest.approx(100 * direct, rel=1e-12)
    # The indirect path's share is divided as its variance is.
    assert found.percent["one"] / found.percent["two"] == pytest.approx(0.1**2 / 0.2**2, rel=1e-10)


def test_two_treatments_make_a_network_of_one_pool():
    rng = np.random.default_rng(6)
    effects = [effect(f"t{i}", "A", "B", rng.normal(-0.3, 0.3), rng.uniform(0.1, 0.3)) for i in range(9)]
    network = network_of(effects)
    for estimator in ("reml", "paule-mandel", "dersimonian-laird", "ml"):
        for interval in ("wald", "knapp-hartung", "knapp-hartung-never-narrower"):
            options = {"tau2_estimator": estimator, "interval": interval}
            fit, pooled = fit_random(network, **options), pool_random(effects, **options)
            found, expected = fit.effect("A", "B"), pooled.effect
            assert found.value == pytest.approx(expected.value, rel=1e-10)
            assert (found.lower, found.upper) == pytest.approx((expected.lower, expected.upper), rel=1e-9)
            assert found.prediction == pytest.approx(expected.prediction, rel=1e-9)
            assert fit.heterogeneity.tau2 == pytest.approx(pooled.heterogeneity.tau2, rel=1e-9)
            assert fit.heterogeneity.i2_percent == pytest.approx(pooled.heterogeneity.i2_percent, rel=1e-9)
    shares = contributions(fit_random(network), "A", "B").percent
    assert list(shares.values()) == pytest.approx(list(pool_random(effects).weights_percent), rel=1e-9)


# Trials of three arms

LEVELS = {"A": -0.6, "B": 0.0, "C": -0.2}
VARIANCES = {"A": 0.012, "B": 0.02, "C": 0.03}


def test_a_trial_of_three_arms_alone_gives_its_own_three_results():
    effects = three_arms("tri", LEVELS, VARIANCES)
    fit = fit_common(network_of(effects))
    assert fit.heterogeneity.df == 0
    for one in effects:
        found = fit.effect(one.arm, one.control)
        assert (found.value, found.std_error) == pytest.approx((one.log_hr, one.std_error), rel=1e-12)
    assert split_nodes(fit) == ()


def test_the_contrasts_of_three_arms_have_the_shared_arms_variance_as_covariance():
    (block,) = network_of(three_arms("tri", LEVELS, VARIANCES)).trials
    assert block.arms == ("A", "B", "C")
    a, b, c = VARIANCES.values()
    np.testing.assert_allclose(block.covariance, [[a + b, a], [a, a + c]], rtol=1e-12)
    np.testing.assert_allclose(block.heterogeneity, [[1, 0.5], [0.5, 1]])


@pytest.mark.parametrize("centre", ["A", "B", "C"])
def test_ratios_against_one_arm_and_its_variance_tell_as_much_as_all_pairs(centre):
    pairs = three_arms("tri", LEVELS, VARIANCES)
    star = [one for one in pairs if centre in (one.arm, one.control)]
    rest = [effect("two", "A", "B", -0.3, 0.2), effect("three", "B", "C", 0.4, 0.3)]
    whole = fit_random(network_of([*pairs, *rest]))
    known = [ArmVariance("tri", centre, VARIANCES[centre], "events in the report")]
    part = fit_random(network_of([*star, *rest], known))
    for pair in whole.network.pairs:
        one, two = whole.effect(*pair), part.effect(*pair)
        assert (one.value, one.std_error) == pytest.approx((two.value, two.std_error), rel=1e-9)


def test_a_trial_of_three_arms_and_one_of_two_combine_as_by_hand():
    pairs = three_arms("tri", LEVELS, VARIANCES)
    fit = fit_common(network_of([*pairs, effect("duo", "A", "B", -0.3, 0.2)]))
    a, b, c = VARIANCES.values()
    # Parameters: B and C against A, as in the network's basic parameters.
    x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    v = np.array([[a + b, a, 0], [a, a + c, 0], [0, 0, 0.04]])
    y = np.array([0.6, 0.4, 0.3])
    information = x.T @ np.linalg.inv(v) @ x
    beta = np.linalg.solve(information, x.T @ np.linalg.inv(v) @ y)
    np.testing.assert_allclose(fit.basic, beta, rtol=1e-12)
    np.testing.assert_allclose(fit.basic_cov, np.linalg.inv(information), rtol=1e-12)
    # The trial of two arms says something of A against C only by way of the trial of three.
    assert fit.variance("A", "C") < a + c


def test_a_third_arm_does_not_count_patients_twice():
    pairs = three_arms("tri", LEVELS, VARIANCES)
    as_three_trials = [StudyEffect(f"{i}", *_fields(one)) for i, one in enumerate(pairs)]
    right = fit_common(network_of(pairs)).effect("A", "B").std_error
    wrong = fit_common(network_of(as_three_trials)).effect("A", "B").std_error
    assert wrong < 0.95 * right


def _fields(one):
    return one.arm, one.control, one.log_hr, one.std_error, one.source


def test_ratios_that_miss_closure_by_rounding_are_brought_to_it_by_least_squares():
    pairs = three_arms("tri", LEVELS, VARIANCES)
    nudged = [StudyEffect(o.study, o.arm, o.control, o.log_hr + 0.01, o.std_error, o.source) for o in pairs]
    # A v B, A v C, B v C each 0.01 too high: around the triangle AB + BC - AC misses by 0.01.
    fit = fit_common(network_of(nudged))
    assert fit.effect("A", "B").value == pytest.approx(-0.6 + 0.01 - 0.01 / 3, rel=1e-9)
    total = fit.effect("A", "B").value + fit.effect("B", "C").value + fit.effect("C", "A").value
    assert total == pytest.approx(0, abs=1e-12)


def test_four_arms_keep_the_covariances_of_their_arms():
    levels, variances = LEVELS | {"D": -0.9}, VARIANCES | {"D": 0.05}
    (block,) = network_of(three_arms("tetra", levels, variances)).trials
    expected = np.full((3, 3), variances["A"]) + np.diag([variances[arm] for arm in "BCD"])
    np.testing.assert_allclose(block.covariance, expected, rtol=1e-12)
    np.testing.assert_allclose(block.log_hr, [levels[arm] - levels["A"] for arm in "BCD"], rtol=1e-12)


# Ranking, league, speed


def test_p_scores_are_one_minus_one_sided_p_averaged():
    fit = fit_common(network_of(LOOP))
    scores = p_scores(fit)
    better = [
        stats.norm.sf(fit.effect("A", other).value / fit.effect("A", other).std_error) for other in "BC"
    ]
    assert scores["A"] == pytest.approx(np.mean(better), rel=1e-12)
    assert p_scores(fit, small_is_good=False)["A"] == pytest.approx(1 - scores["A"], rel=1e-12)


def test_the_league_table_is_ordered_and_its_halves_are_inverse():
    table = league_table(fit_common(network_of(PATH)))
    assert table.treatments == ("A", "C", "B")
    assert np.all(np.diff(table.p_scores) < 0)
    np.testing.assert_allclose(table.hr * table.hr.T, 1.0)
    np.testing.assert_allclose(table.lower * table.upper.T, 1.0)
    assert table.direct_trials[0].tolist() == [0, 0, 1]


def test_all_trials_are_cited():
    fit = fit_common(network_of(LOOP))
    assert fit.sources == ("source of one", "source of two", "source of three")


def test_a_network_of_30_trials_takes_well_under_a_second():
    rng = np.random.default_rng(3)
    arms = [f"drug {letter}" for letter in "ABCDEFGHIJ"]
    levels = dict(zip(arms, rng.normal(0, 0.3, 10), strict=True))
    effects = []
    for number in range(30):
        # The first nine trials form a chain, so that the network is connected; every fifth trial has three arms.
        chosen = rng.choice(arms, 3 if number % 5 == 0 else 2, replace=False).tolist()
        chosen = [arms[number], arms[number + 1]] if number < 9 else chosen
        seen = {arm: levels[arm] + rng.normal(0, 0.1) for arm in chosen}
        effects += three_arms(f"trial {number}", seen, dict.fromkeys(chosen, 0.01))
    start = time.process_time()
    fit = fit_random(network_of(effects))
    league_table(fit)
    spent = time.process_time() - start
    assert len(fit.network.trials) == 30
    assert spent < 0.5


def test_the_random_effects_of_equally_precise_closed_loops_exceed_the_common_ones():
    heterogeneous = [
        effect(f"{pair}{i}", pair[0], pair[1], value, 0.1)
        for pair, values in (("AB", (-0.8, 0.0)), ("BC", (0.5, -0.3)), ("AC", (-0.9, 0.1)))
        for i, value in enumerate(values)
    ]
    network = network_of(heterogeneous)
    common, random = fit_common(network), fit_random(network)
    assert random.heterogeneity.tau2 > 0
    ratio = random.effect("A", "B").std_error / common.effect("A", "B").std_error
    assert ratio == pytest.approx(np.sqrt((0.01 + random.heterogeneity.tau2) / 0.01), rel=1e-9)
    assert random.effect("A", "B").value == pytest.approx(common.effect("A", "B").value, rel=1e-9)


def test_direct_evidence_of_a_split_pools_the_direct_trials():
    effects = [
        *(effect(f"ab{i}", "A", "B", y, s) for i, (y, s) in enumerate([(-0.5, 0.1), (-0.2, 0.2)])),
        *LOOP[1:],
    ]
    (split,) = [
        one for one in split_nodes(fit_common(network_of(effects))) if (one.arm, one.control) == ("A", "B")
    ]
    pooled = pool_common(effects[:2]).effect
    assert split.direct_trials == ("ab0", "ab1")
    assert (split.direct.value, split.direct.std_error) == pytest.approx(
        (pooled.value, pooled.std_error), rel=1e-11
    )
