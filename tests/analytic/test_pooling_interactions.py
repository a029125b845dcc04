"""Ratios of hazard ratios, multiplicity and events needed, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hepatrial.evidence.pooling import (
    StudyEffect,
    SubgroupPair,
    benjamini_hochberg,
    between_subgroups,
    effect_from_interval,
    events_for_hazard_ratio,
    events_for_interaction,
    events_for_precision,
    holm,
    interaction_test,
    pool_common,
    pool_interactions,
    ratio_of_hazard_ratios,
)


def pair(study, inside, outside):
    one, two = (StudyEffect(study, "drug", "placebo", *numbers, "s") for numbers in (inside, outside))
    return SubgroupPair("invasion", "yes", "no", one, two)


def test_altman_and_blands_example_comes_out():
    # 10.1136/bmj.326.7382.219: relative risks of fracture 0.67 (0.46 to 0.98) below 60 years and 0.88 (0.71 to 1.08)
    # above; the difference of logs is -0.2726 with error 0.2206, z -1.24, the ratio 0.76 (0.49 to 1.17).
    younger, older = (
        effect_from_interval("trials", "hormones", "control", rr, ci, "s")
        for rr, ci in ((0.67, (0.46, 0.98)), (0.88, (0.71, 1.08)))
    )
    found = interaction_test(SubgroupPair("age", "below 60", "60 or more", younger, older))
    assert found.value == pytest.approx(-0.2726, abs=5e-5)
    assert found.std_error == pytest.approx(0.2206, abs=5e-5)
    assert found.statistic == pytest.approx(-1.24, abs=0.005)
    assert [round(one, 2) for one in found.ratio] == [0.76, 0.49, 1.17]


def test_within_trial_interactions_pool_without_differences_between_trials():
    # The same interaction (-0.3) in trials whose overall effects differ widely.
    pairs = [
        pair(f"t{i}", (base - 0.3, 0.1 + 0.05 * i), (base, 0.1)) for i, base in enumerate((-1.0, 0.0, 0.7))
    ]
    found = pool_interactions(pairs, pool_common)
    assert found.effect.value == pytest.approx(-0.3, rel=1e-12)
    assert found.heterogeneity.q == pytest.approx(0, abs=1e-12)
    information = sum(1 / ((0.1 + 0.05 * i) ** 2 + 0.01) for i in range(3))
    assert found.effect.std_error == pytest.approx(information**-0.5, rel=1e-12)


def test_turning_the_subgroups_round_turns_the_sign():
    one = pair("t", (-0.5, 0.1), (-0.1, 0.2))
    other = SubgroupPair("invasion", "no", "yes", one.other, one.subgroup)
    assert ratio_of_hazard_ratios(one).log_hr == -ratio_of_hazard_ratios(other).log_hr


def test_two_subgroups_give_the_square_of_the_interaction_test():
    one = pair("t", (-0.5, 0.1), (-0.1, 0.2))
    effects = [
        StudyEffect(name, "drug", "placebo", y, s, "s")
        for name, y, s in (("yes", -0.5, 0.1), ("no", -0.1, 0.2))
    ]
    found = between_subgroups(effects, ["yes", "no"])
    assert found.q == pytest.approx(interaction_test(one).statistic ** 2, rel=1e-12)
    assert found.p == pytest.approx(interaction_test(one).p, rel=1e-9)


# Multiplicity


def test_holm_and_benjamini_hochberg_on_the_example_of_the_latter():
    # Benjamini & Hochberg 1995, section 3.2: fifteen p values; at 5% Bonferroni (and Holm) rejects three, theirs four.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
    ]
    p += [0.7590, 1.0000]
    assert int(np.sum(holm(p) <= 0.05)) == 3
    assert int(np.sum(benjamini_hochberg(p) <= 0.05)) == 4
    assert benjamini_hochberg(p)[3] == pytest.approx(0.0095 * 15 / 4)


def test_adjusted_p_values_by_hand_in_the_order_given():
    p = [0.03, 0.01, 0.04]
    assert holm(p) == pytest.approx([0.06, 0.03, 0.06])
    assert benjamini_hochberg(p) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([]).size == 0
    assert holm([0.6, 0.9]) == pytest.approx([1.0, 1.0])


def test_benjamini_hochberg_equals_scipy():
    p = np.random.default_rng(2).uniform(size=50) ** 2
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p), rel=1e-12)


# Events


def test_a_test_with_schoenfelds_events_has_the_power():
    events = events_for_hazard_ratio(0.7, power=0.85)
    standard_error = 2 / np.sqrt(events)
    power = stats.norm.sf(stats.norm.ppf(0.975) - abs(np.log(0.7)) / standard_error)
    assert power == pytest.approx(0.85, rel=1e-10)


def test_an_interaction_in_equal_halves_takes_four_times_the_events():
    assert events_for_interaction(0.7, 0.5) == pytest.approx(4 * events_for_hazard_ratio(0.7), rel=1e-12)
    assert events_for_interaction(0.7, 0.1) > 2 * events_for_interaction(0.7, 0.5)
    assert events_for_interaction(0.7, 0.2) == pytest.approx(events_for_interaction(1 / 0.7, 0.8), rel=1e-12)


def test_events_for_a_precision_give_that_interval():
    events = events_for_precision(1.25, allocation=2)
    half = stats.norm.ppf(0.975) / np.sqrt(events * 2 / 9)
    assert np.exp(half) == pytest.approx(1.25, rel=1e-12)
