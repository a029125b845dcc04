"""What must not change a network, whatever its trials: order, names, directions; and what always holds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hepatrial.evidence.network import (
    bayesian_network,
    contributions,
    decompose_q,
    fit_common,
    fit_random,
    league_table,
    network_of,
    p_scores,
    split_nodes,
    weakly_informative,
)
from hepatrial.evidence.pooling import StudyEffect

ESTIMATORS = st.sampled_from(["reml", "paule-mandel", "dersimonian-laird", "ml"])


@st.composite
def networks(draw):
    """Effects of a connected network of two-, three- and four-armed trials with heterogeneity, with a spare trial."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    arms = list("ABCDE"[: draw(st.integers(2, 5))])
    tau = draw(st.sampled_from([0.0, 0.1, 0.5]))
    chosen = [[arms[i], arms[i + 1]] for i in range(len(arms) - 1)]
    for _ in range(draw(st.integers(1, 8))):
        chosen.append(rng.choice(arms, rng.integers(2, min(4, len(arms)) + 1), replace=False).tolist())
    effects = []
    for number, some in enumerate(chosen):
        variance = dict(zip(some, rng.uniform(0.004, 0.05, len(some)), strict=True))
        # Half of tau2 an arm, so that a contrast has tau2.
        level = {
            arm: rng.normal(-0.1 * "ABCDE".index(arm), np.sqrt(variance[arm] + tau**2 / 2)) for arm in some
        }
        effects += [
            StudyEffect(
                f"t{number}",
                a,
                b,
                level[a] - level[b],
                float(np.sqrt(variance[a] + variance[b])),
                f"s{number}",
            )
            for a, b in combinations(some, 2)
        ]
    return effects


def table(fit):
    return {pair: (e.value, e.lower, e.upper) for pair, e in fit.effects().items()}


def assert_same(one, other, rel=1e-6, absolute=1e-8):
    assert one.keys() == other.keys()
    for pair in one:
        assert one[pair] == pytest.approx(other[pair], rel=rel, abs=absolute)


@settings(deadline=None, max_examples=40)
@given(networks(), ESTIMATORS, st.randoms(use_true_random=False))
def test_order_of_effects_and_direction_of_contrasts_do_not_matter(effects, estimator, shuffler):
    turned = [effect.reversed() if shuffler.random() < 0.5 else effect for effect in effects]
    shuffler.shuffle(turned)
    one, other = (fit_random(network_of(some), tau2_estimator=estimator) for some in (effects, turned))
    assert_same(table(one), table(other))
    assert other.heterogeneity.tau2 == pytest.approx(one.heterogeneity.tau2, rel=1e-6, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(networks(), ESTIMATORS)
def test_names_and_so_the_base_of_the_parameters_do_not_matter(effects, estimator):
    rename = dict(zip("ABCDE", "EDCBA", strict=True))
    renamed = [
        StudyEffect(e.study, rename[e.arm], rename[e.control], e.log_hr, e.std_error, e.source)
        for e in effects
    ]
    one, other = (fit_random(network_of(some), tau2_estimator=estimator) for some in (effects, renamed))
    for (arm, control), estimate in one.effects().items():
        found = other.effect(rename[arm], rename[control])
        assert (found.value, found.lower) == pytest.approx(
            (estimate.value, estimate.lower), rel=1e-6, abs=1e-8
        )
    scores = p_scores(other)
    assert {rename[arm]: score for arm, score in p_scores(one).items()} == pytest.approx(scores, abs=1e-7)
    network, again = network_of(effects), network_of(renamed)
    assert decompose_q(again).between.q == pytest.approx(decompose_q(network).between.q, rel=1e-6, abs=1e-8)
    splits = {frozenset((s.arm, s.control)): s.difference.p for s in split_nodes(one)}
    for split in split_nodes(other):
        names = frozenset(rename[arm] for arm in (split.arm, split.control))
        assert split.difference.p == pytest.approx(splits[names], rel=1e-5, abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(networks())
def test_estimates_of_a_network_are_consistent_and_shares_add_up(effects):
    fit = fit_random(network_of(effects))
    for one, two, three in combinations(fit.network.treatments, 3):
        around = fit.effect(one, two).value + fit.effect(two, three).value + fit.effect(three, one).value
        assert around == pytest.approx(0, abs=1e-10)
    size = len(fit.network.treatments)
    assert sum(p_scores(fit).values()) == pytest.approx(size / 2)
    for pair in fit.network.pairs:
        found = contributions(fit, *pair)
        assert sum(found.percent.values()) == pytest.approx(100)
        assert min(found.percent.values()) >= -1e-9
        assert -1e-9 <= found.direct_percent <= 100 + 1e-6
    shown = league_table(fit)
    np.testing.assert_allclose(shown.lower * shown.upper.T, 1.0, rtol=1e-9)


@settings(deadline=None, max_examples=40)
@given(networks())
def test_q_divides_into_within_and_between_designs(effects):
    network = network_of(effects)
    found = decompose_q(network)
    assert found.within.q + found.between.q == pytest.approx(found.total.q, rel=1e-8, abs=1e-8)
    assert found.within.df + found.between.df == found.total.df
    assert sum(part.q for part in found.by_design.values()) == pytest.approx(
        found.within.q, rel=1e-8, abs=1e-8
    )
    assert fit_common(network).heterogeneity.q == pytest.approx(found.total.q, rel=1e-10, abs=1e-10)


@settings(deadline=None, max_examples=25)
@given(networks())
def test_a_posterior_is_coherent(effects):
    fit = bayesian_network(network_of(effects), weakly_informative())
    assert fit.grid.weight.sum() == pytest.approx(1)
    assert sum(fit.sucra().values()) == pytest.approx(len(fit.network.treatments) / 2)
    arm, control = fit.network.pairs[0]
    one, other = fit.effect(arm, control), fit.effect(control, arm)
    assert one.mean == pytest.approx(-other.mean, abs=1e-12)
    assert one.lower == pytest.approx(-other.upper, abs=1e-8)
    assert one.lower < one.median < one.upper
    predicted = fit.predicted(arm, control)
    assert predicted.lower <= one.lower
    assert predicted.upper >= one.upper
