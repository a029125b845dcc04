"""What pools and networks refuse: messages name trial and field, what was found, what is allowed, how to mend it."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from hepatrial.errors import InvalidInput, RunFailed, UsageError
from hepatrial.evidence.network import (
    ArmVariance,
    HalfNormalTau,
    bayesian_network,
    fit_common,
    fit_random,
    network_of,
    rank_probabilities,
    weakly_informative,
)
from hepatrial.evidence.network.quadrature import TauGrid
from hepatrial.evidence.pooling import (
    StudyEffect,
    SubgroupPair,
    SurrogateTrial,
    benjamini_hochberg,
    between_subgroups,
    cumulative,
    effect_from_interval,
    egger_test,
    events_for_hazard_ratio,
    events_for_interaction,
    events_for_precision,
    leave_one_out,
    meta_regression,
    pool_common,
    pool_interactions,
    pool_random,
    ratio_of_hazard_ratios,
    surrogacy,
    surrogacy_with_errors,
)
from hepatrial.simulation.streams import Streams


def effect(study, arm="sorafenib", control="placebo", log_hr=-0.3, std_error=0.1, source="s"):
    return StudyEffect(study, arm, control, log_hr, std_error, source)


GOOD = [effect("SHARP"), effect("Asia-Pacific", log_hr=-0.38), effect("ORIENTAL", log_hr=-0.2)]


def refused(kind, *parts):
    """A refusal whose text holds every part, in any order."""
    pattern = "".join(f"(?=.*{part})" for part in parts)
    return pytest.raises(kind, match=f"(?s){pattern}")


# Study effects


@pytest.mark.parametrize("std_error", [0.0, -0.1, math.nan, math.inf, None, "0.1"])
def test_a_standard_error_that_is_none_names_the_study(std_error):
    bad = [*GOOD, effect("REACH", std_error=std_error)]
    with refused(InvalidInput, "REACH, sorafenib v placebo: std_error", "above 0", "effect_from_interval"):
        pool_common(bad)
    with refused(InvalidInput, "REACH, sorafenib v placebo: std_error"):
        network_of(bad)


def test_all_unusable_studies_are_listed_at_once():
    bad = [effect("one", std_error=-1), effect("two", log_hr=math.nan), effect("three", control="sorafenib")]
    with pytest.raises(InvalidInput) as raised:
        pool_common(bad)
    assert len(raised.value.issues) == 3
    assert raised.value.exit_code == 3
    assert all(issue.found and issue.allowed and issue.fix for issue in raised.value.issues)


def test_a_study_given_twice_is_not_counted_twice():
    with refused(InvalidInput, "SHARP: the study is given 2 times", "final report", "network"):
        pool_random([*GOOD, effect("SHARP", source="interim")])


@pytest.mark.parametrize(
    ("call", "least"),
    [
        (lambda some: pool_common(some[:0]), 1),
        (lambda some: pool_random(some[:1]), 2),
        (lambda some: leave_one_out(some[:2], pool_common), 3),
        (lambda some: egger_test(some[:2]), 3),
        (lambda some: meta_regression(some[:2], {"year": [1, 2]}), 3),
    ],
)
def test_too_few_studies_say_how_many_are_needed(call, least):
    with refused(InvalidInput, "too few studies", f"{least} or more"):
        call(GOOD)


@pytest.mark.parametrize(
    ("hr", "ci", "said"),
    [
        (0.69, (0.87, 0.55), "reversed"),
        (0.95, (0.55, 0.87), "does not hold its hazard ratio"),
        (0.69, (0.69, 0.69), "reversed or empty"),
        (-0.37, (-0.6, -0.1), "not a positive number"),
        (0.69, (0.0, 0.87), "not a positive number"),
        (math.nan, (0.5, 0.9), "not a positive number"),
    ],
)
def test_a_printed_interval_that_cannot_be_names_the_trial(hr, ci, said):
    with refused(InvalidInput, "SHARP, sorafenib v placebo", said, "fix:"):
        effect_from_interval("SHARP", "sorafenib", "placebo", hr, ci, "llovet2008")


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, math.nan])
def test_a_level_that_is_none_is_refused_everywhere(confidence):
    trials = [SurrogateTrial(f"{i}", -0.1 * i, 0.1, -0.05 * i, 0.1, "s") for i in range(6)]
    network = network_of(GOOD)
    for call in (
        lambda: effect_from_interval("S", "a", "b", 0.7, (0.5, 0.9), "s", confidence=confidence),
        lambda: pool_common(GOOD, confidence=confidence),
        lambda: pool_random(GOOD, confidence=confidence),
        lambda: fit_common(network, confidence=confidence),
        lambda: bayesian_network(network, weakly_informative(), confidence=confidence),
        lambda: surrogacy(trials, confidence=confidence),
        lambda: surrogacy_with_errors(trials, within_correlation=0.0, confidence=confidence),
    ):
        with refused(UsageError, "confidence: not a level", "write 0.95 for 95%"):
            call()


def test_an_unknown_method_suggests_the_near_miss():
    with refused(UsageError, "tau2_estimator", "did you mean paule-mandel", "dersimonian-laird"):
        pool_random(GOOD, tau2_estimator="paul-mandel")
    with refused(UsageError, "interval", "knapp-hartung"):
        pool_random(GOOD, interval="hksj")


# Moderators and orders


@pytest.mark.parametrize(
    ("moderators", "said"),
    [
        ({}, "none given"),
        ({"year": [1, 2]}, "one value a study"),
        ({"year": [1.0, math.nan, 2.0, 3.0]}, "not numbers"),
        ({"year": ["early", "late", "late", "late"]}, "not numbers"),
        ({"year": [7, 7, 7, 7]}, "constant"),
        ({"year": [0, 0, 0, 0]}, "all 0"),
        ({"a": [1, 2, 3, 5], "b": [2, 4, 6, 10]}, "moderator b"),
    ],
)
def test_moderators_that_say_nothing_are_named(moderators, said):
    with refused(InvalidInput, said, "fix:"):
        meta_regression([*GOOD, effect("fourth", log_hr=-0.1)], moderators)


def test_an_effect_at_other_moderators_than_the_models_is_refused():
    fit = meta_regression([*GOOD, effect("fourth")], {"year": [1, 2, 3, 4]})
    with refused(InvalidInput, "effect_at", "years", "year"):
        fit.effect_at(years=3)


def test_an_order_of_another_length_is_refused():
    with refused(UsageError, "order: one value a study"):
        cumulative(GOOD, [2008, 2009], pool_common)


def test_a_small_study_test_needs_studies_of_several_sizes():
    with refused(InvalidInput, "all studies are of one precision"):
        egger_test(GOOD)


# Subgroups, p values, events


def test_subgroups_of_different_trials_are_no_pair():
    pair = SubgroupPair("AFP", "high", "low", effect("REACH"), effect("REACH-2"))
    with refused(InvalidInput, "AFP", "REACH", "within a trial"):
        ratio_of_hazard_ratios(pair)


def test_pairs_that_divide_patients_in_different_ways_are_not_pooled():
    one = SubgroupPair("AFP", "high", "low", effect("REACH"), effect("REACH"))
    two = SubgroupPair("AFP", "low", "high", effect("SHARP"), effect("SHARP"))
    with refused(InvalidInput, "do not divide patients alike", "turn pairs round"):
        pool_interactions([one, two])


def test_labels_must_match_the_subgroups():
    with refused(InvalidInput, "labels"):
        between_subgroups(GOOD, ["yes", "no"])


@pytest.mark.parametrize("p", [[0.1, 1.2], [-0.1], [math.nan], [[0.1, 0.2]]])
def test_what_is_no_p_value_is_refused(p):
    with refused(InvalidInput, "not a list of p values"):
        benjamini_hochberg(p)


@pytest.mark.parametrize(
    "call",
    [
        lambda: events_for_hazard_ratio(1.0),
        lambda: events_for_hazard_ratio(-0.7),
        lambda: events_for_hazard_ratio(0.7, power=90),
        lambda: events_for_hazard_ratio(0.7, one_sided_alpha=0.0),
        lambda: events_for_hazard_ratio(0.7, allocation=0),
        lambda: events_for_interaction(0.7, 20),
        lambda: events_for_precision(0.8),
    ],
)
def test_events_for_what_cannot_be_asked_is_a_usage_error(call):
    with refused(UsageError, "found:", "allowed:", "fix:"):
        call()


# Networks


def test_a_network_that_falls_apart_names_its_parts_and_a_trial_of_each():
    apart = [
        effect("SHARP"),
        effect("REFLECT", "lenvatinib", "sorafenib"),
        effect("RESORCE", "regorafenib", "best supportive care"),
    ]
    with refused(
        InvalidInput,
        "falls into 2 parts",
        r"lenvatinib, placebo, sorafenib \(for example SHARP\)",
        r"best supportive care, regorafenib \(for example RESORCE\)",
        "one treatment under two names",
    ):
        network_of(apart)


def test_one_pair_of_arms_given_twice_in_a_trial_names_both_sources():
    with refused(InvalidInput, "SHARP: placebo and sorafenib are compared twice", "interim and final"):
        network_of(
            [effect("SHARP", source="interim"), effect("SHARP", "placebo", "sorafenib", source="final")]
        )


def test_an_arm_compared_with_itself_is_refused():
    with refused(InvalidInput, "SHARP, placebo v placebo: a treatment compared with itself"):
        network_of([effect("SHARP", "placebo", "placebo")])


def test_no_trials_make_no_network():
    with refused(InvalidInput, "a network without trials"):
        network_of([])


def pairs(study, log_hrs, errors):
    names = list(combinations("ABC", 2))
    return [effect(study, *pair, y, s) for pair, y, s in zip(names, log_hrs, errors, strict=True)]


def test_standard_errors_that_no_three_arms_can_have_name_the_trial():
    with refused(InvalidInput, "tri: no trial of 3 arms can have these standard errors", "A v C: 0.5"):
        network_of(pairs("tri", (-0.1, -0.2, -0.1), (0.1, 0.5, 0.1)))


def test_log_hazard_ratios_that_contradict_each_other_name_the_trial():
    with refused(
        InvalidInput, "tri: the log hazard ratios of three arms contradict", "0.400", "turned round"
    ):
        network_of(pairs("tri", (-0.1, 0.2, -0.1), (0.1, 0.1, 0.1)))


def test_rounded_ratios_are_no_contradiction():
    hrs = [round(math.exp(x), 2) for x in (-1.1, -0.65, 0.45)]
    network_of(pairs("tri", [math.log(hr) for hr in hrs], (0.1, 0.1, 0.1)))


def test_several_arms_against_one_need_the_variance_of_that_arm():
    star = [effect("tri", "B", "A"), effect("tri", "C", "A")]
    with refused(InvalidInput, "tri: several arms share A", "ArmVariance of A in tri", "events"):
        network_of(star)
    with refused(InvalidInput, "tri: no trial of 3 arms can have"):
        network_of(star, [ArmVariance("tri", "A", 0.02, "s")])
    network_of(star, [ArmVariance("tri", "A", 0.004, "s")])


def test_a_chain_of_arms_in_one_trial_is_refused():
    chain = [effect("tetra", "A", "B"), effect("tetra", "B", "C"), effect("tetra", "C", "D")]
    with refused(InvalidInput, "tetra: its comparisons are neither all pairs", "6 pairs of A, B, C, D"):
        network_of(chain)


def test_an_arm_variance_of_nothing_is_named():
    with refused(InvalidInput, "SHARP, arm plcebo: the trial has no such arm", "placebo, sorafenib"):
        network_of(GOOD, [ArmVariance("SHARP", "plcebo", 0.01, "s")])
    with refused(InvalidInput, "SHARP, arm placebo: not a variance"):
        network_of(GOOD, [ArmVariance("SHARP", "placebo", -0.01, "s")])


def test_all_broken_trials_of_a_network_are_listed_at_once():
    broken = [
        *pairs("one", (-0.1, -0.2, -0.1), (0.1, 0.5, 0.1)),
        *pairs("two", (-0.1, 0.2, -0.1), (0.1, 0.1, 0.1)),
    ]
    with pytest.raises(InvalidInput) as raised:
        network_of(broken)
    assert [issue.what.split(":")[0] for issue in raised.value.issues] == ["one", "two"]


def test_a_network_without_spare_contrasts_points_to_what_can_be_done():
    with refused(InvalidInput, "heterogeneity cannot be seen", "fit_common, or bayesian_network"):
        fit_random(network_of(GOOD[:1]))


def test_hedges_estimator_is_not_for_networks():
    with refused(UsageError, "not for networks", "dersimonian-laird"):
        fit_random(network_of(GOOD), tau2_estimator="hedges")


def test_an_unknown_treatment_suggests_the_near_miss():
    fit = fit_common(network_of(GOOD))
    with refused(UsageError, "no treatment sorafinib", "did you mean sorafenib"):
        fit.effect("sorafinib", "placebo")
    with refused(UsageError, "compared with itself"):
        fit.effect("placebo", "placebo")
    with refused(UsageError, "compared with itself"):
        bayesian_network(network_of(GOOD), weakly_informative()).effect("placebo", "placebo")


def test_priors_and_draws_out_of_range_are_refused():
    with refused(UsageError, "scale: not usable in a prior"):
        HalfNormalTau(0.0, "s")
    with refused(UsageError, "draws: too few"):
        rank_probabilities(bayesian_network(network_of(GOOD), weakly_informative()), Streams(1), draws=10)


def test_an_imprecise_integral_is_refused_not_returned(monkeypatch):
    coarse = TauGrid(np.array([0.1]), np.array([1.0]), 1e-3)
    monkeypatch.setattr("hepatrial.evidence.network.bayesian.integrate_over_tau", lambda *arguments: coarse)
    with refused(RunFailed, "relative error of 1.0e-03", "fix:"):
        bayesian_network(network_of(GOOD), weakly_informative())


# Surrogacy


def test_surrogate_trials_that_cannot_be_used_are_named():
    good = [SurrogateTrial(f"t{i}", -0.1 * i, 0.1, -0.05 * i, 0.1, "s") for i in range(5)]
    with refused(InvalidInput, "SUN: final_se is not usable"):
        surrogacy([*good, SurrogateTrial("SUN", -0.1, 0.1, 0.2, 0.0, "s")])
    with refused(InvalidInput, "t1: the trial is given 2 times"):
        surrogacy([*good, good[1]])
    with refused(InvalidInput, "too few trials", "4 or more"):
        surrogacy(good[:3])
    flat = [SurrogateTrial(f"t{i}", -0.3, 0.1, -0.05 * i, 0.1, "s") for i in range(5)]
    with refused(InvalidInput, "one effect on the surrogate"):
        surrogacy(flat)


def test_surrogate_effects_that_differ_by_chance_alone_give_no_line_between_true_effects():
    rng = np.random.default_rng(0)
    trials = [
        SurrogateTrial(f"t{i}", -0.3 + 0.01 * rng.normal(), 0.2, rng.normal(0, 0.3), 0.1, "s")
        for i in range(8)
    ]
    with refused(InvalidInput, "true effects on the surrogate do not differ"):
        surrogacy_with_errors(trials, within_correlation=0.0)
    with refused(UsageError, "within_correlation"):
        surrogacy_with_errors(trials, within_correlation=1.0)
