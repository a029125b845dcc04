"""Unknowns as independent standard normal numbers, and the values that they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import halfnorm, kstest

from hepatrial.agents import recorded_agent
from hepatrial.calibration.unknowns import all_unknowns
from hepatrial.disease.parameters import prior_parameters
from hepatrial.posterior.hierarchy import hierarchy, log_bench_ratio
from hepatrial.protocol.loading import load


@pytest.fixture(scope="module")
def unknowns():
    return all_unknowns([load("sharp"), load("reflect"), load("evolve-1")])


def at(unknowns, **moved: float) -> dict[str, float]:
    z = np.zeros(len(unknowns))
    for name, value in moved.items():
        z[unknowns.place[name]] = value
    return unknowns.values(z)


def test_the_centre_of_the_prior_holds_the_parameters_as_they_are(unknowns):
    values = unknowns.values(np.zeros(len(unknowns)))
    prior = prior_parameters()
    assert {n: values[n] for n in hierarchy().population} == pytest.approx(
        {n: prior[n] for n in hierarchy().population}
    )
    assert values["agent.sorafenib.effective_potency"] == 1.0
    assert values["trial.sharp.growth_log_ratio"] == 0.0


def test_bench_potency_counts_with_its_exponent_relative_to_the_anchor(unknowns):
    profile = hierarchy().profile_of(recorded_agent("lenvatinib"))
    bench = log_bench_ratio(recorded_agent("lenvatinib"), profile.targets)
    anchor = log_bench_ratio(recorded_agent("sorafenib"), profile.targets)
    effective = np.log(at(unknowns)["agent.lenvatinib.effective_potency"]) + bench
    assert effective - anchor == pytest.approx(0.3 * (bench - anchor))


def test_an_agent_of_another_profile_keeps_its_bench_potency(unknowns):
    assert at(unknowns)["agent.everolimus.effective_potency"] == 1.0


def test_the_anchors_potency_moves_its_profile_and_no_other(unknowns):
    before = at(unknowns)
    after = at(unknowns, **{"agent.sorafenib.effective_potency": 1.0})
    ratio = {
        n: after[f"agent.{n}.effective_potency"] / before[f"agent.{n}.effective_potency"]
        for n in unknowns.agents
    }
    assert ratio["sorafenib"] == pytest.approx(ratio["lenvatinib"])
    assert ratio["sorafenib"] > 1.2
    assert ratio["everolimus"] == 1.0


def test_a_spread_moves_only_what_differs_from_its_centre(unknowns):
    assert at(unknowns, **{"potency.log_sd": 1.0}) == at(unknowns)
    wide = at(unknowns, **{"potency.log_sd": 1.0, "agent.lenvatinib.effective_potency": 1.0})
    narrow = at(unknowns, **{"potency.log_sd": -1.0, "agent.lenvatinib.effective_potency": 1.0})
    name = "agent.lenvatinib.effective_potency"
    assert wide[name] > narrow[name] > at(unknowns)[name]


def test_half_normal_spreads_have_their_distribution():
    z = np.random.default_rng(1).standard_normal(4000)
    values = [hierarchy().hyper["potency.log_sd"].at(each) for each in z]
    assert kstest(values, halfnorm(scale=0.5).cdf).pvalue > 0.01


def test_an_unknown_touches_the_trials_that_it_can_change(unknowns):
    names = {unknowns.names[place] for place in unknowns.touching(load("reflect"))}
    assert "agent.lenvatinib.effective_potency" in names
    assert "agent.sorafenib.effective_potency" in names
    assert "trial.reflect.growth_log_ratio" in names
    assert not any(n.startswith(("agent.everolimus", "trial.sharp")) for n in names)


def test_what_touches_no_trial_changes_no_setting_of_its_agents(unknowns):
    """Slopes are taken over the touching unknowns alone: all others must leave the trial's values as they are."""
    protocol = load("evolve-1")
    untouched = np.setdiff1d(np.arange(len(unknowns)), unknowns.touching(protocol))
    z = np.zeros(len(unknowns))
    z[untouched] = 1.3
    moved, still = unknowns.values(z), unknowns.values(np.zeros(len(unknowns)))
    advanced = (name for name in hierarchy().population if not name.startswith("tace."))
    seen = ("agent.everolimus", "trial.evolve-1", *advanced)
    assert {n: v for n, v in moved.items() if n.startswith(seen)} == {
        n: v for n, v in still.items() if n.startswith(seen)
    }


def test_every_agent_of_the_catalogue_has_one_profile():
    named = [agent for profile in hierarchy().profiles for agent in profile.agents]
    assert len(named) == len(set(named))
    from hepatrial.agents import agent_names

    assert set(named) == set(agent_names())
