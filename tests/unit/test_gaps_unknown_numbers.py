"""Which numbers of an agent are unknown, and the agent at values of them."""

import math

import pytest

from hepatrial.agents import (
    agent_names,
    completed,
    dissociation_constant,
    inverse_constant_per_nm,
    load_agent,
)
from hepatrial.agents.agent import OPTIONAL
from hepatrial.gaps import unknown_numbers
from hepatrial.gaps.unknown_numbers import agent_at


@pytest.mark.parametrize("name", agent_names())
def test_every_gap_that_can_move_an_outcome_is_among_the_unknown_numbers(name):
    agent = load_agent(name)
    missing = {each.name for each in unknown_numbers(agent) if each.missing}
    # Class A is 1 by definition, the reference dose is the usual one, and an IC50 stands for Kd where there is one.
    beside = {"hepatic_ratio A", "reference_dose_mg_per_day", *OPTIONAL}
    gaps = {gap for gap in agent.gaps if gap not in beside and not gap.startswith("Kd of ")}
    if not agent.adverse_events:  # without events nothing follows them
        gaps -= {"liver_injury", "reduction_given_event", "withdrawal_given_event", "fatal_given_event"}
    assert gaps <= missing


@pytest.mark.parametrize("name", agent_names())
def test_a_missing_number_is_assumed_and_wide(name):
    for each in unknown_numbers(load_agent(name)):
        if each.missing:
            assert each.quantity.grade == "assumed"
            least = {"lognormal": 1.0, "logitnormal": 1.5}[each.quantity.distribution]
            assert each.quantity.spread >= least, each.name


@pytest.mark.parametrize("name", ["sorafenib", "brivanib", "tepotinib", "bevacizumab", "everolimus"])
def test_scores_of_0_give_the_agent_that_is_simulated_apart_from_conventions(name):
    agent = load_agent(name)
    numbers = [each for each in unknown_numbers(agent) if not each.by_convention]
    whole, centre = completed(agent), agent_at(agent, numbers, [0.0] * len(numbers))
    pk, at = whole.pharmacokinetics, centre.pharmacokinetics
    for kind in ("clearance_l_per_h", "volume_l", "clearance_cv", "fraction_unbound"):
        assert getattr(at, kind).value == pytest.approx(getattr(pk, kind).value)
    for target in ("VEGFR2", "MET", "MTOR", "VEGFA", "RAF1"):
        assert inverse_constant_per_nm(centre, target) == pytest.approx(
            inverse_constant_per_nm(whole, target)
        )
    for before, after in zip(whole.adverse_events, centre.adverse_events, strict=True):
        assert after.probability.value == pytest.approx(before.probability.value)
    assert centre.fatal_given_event.value == pytest.approx(whole.fatal_given_event.value)


def test_a_score_moves_the_number_by_so_many_of_its_standard_deviations():
    agent = load_agent("sorafenib")
    numbers = unknown_numbers(agent)
    names = [each.name for each in numbers]
    scores = [0.0] * len(names)
    scores[names.index("clearance_l_per_h")] = 2.0
    scores[names.index("potency on VEGFR2")] = -1.0
    moved = agent_at(agent, numbers, scores)
    assert moved.pharmacokinetics.clearance_l_per_h.value == pytest.approx(5.71 * math.exp(0.6))
    assert dissociation_constant(moved, "VEGFR2").value == pytest.approx(59.0 * math.exp(-0.35))
    assert dissociation_constant(moved, "EGFR").value == math.inf


def test_a_number_does_not_fall_below_0():
    agent = load_agent("sorafenib")
    numbers = unknown_numbers(agent)
    low = agent_at(agent, numbers, [-6.0] * len(numbers))
    assert all(quantity.value >= 0.0 for _, quantity in low.quantities())
