"""What no source gives comes from the agent's class, wide and graded assumed, and stays a gap."""

import math
from dataclasses import replace

import numpy as np
import pytest

from hepatrial.agents import (
    Affinity,
    agent_names,
    completed,
    fillings,
    load_agent,
    prior_from_class,
)
from hepatrial.agents.class_prior import KINDS
from hepatrial.errors import UsageError
from hepatrial.quantities import Quantity

ALL = tuple(load_agent(name) for name in agent_names())
SORAFENIB = load_agent("sorafenib")


def without(agent, **kinetics):
    return replace(agent, pharmacokinetics=replace(agent.pharmacokinetics, **kinetics))


def test_the_prior_is_the_median_of_the_class_with_its_spread():
    class_ = [
        agent.pharmacokinetics.clearance_l_per_h.value
        for agent in ALL
        if agent.modality == "small molecule"
        and agent.name != "brivanib"
        and agent.pharmacokinetics.clearance_l_per_h
    ]
    prior = prior_from_class(load_agent("brivanib"), "clearance_l_per_h", ALL)
    assert prior.value == pytest.approx(math.exp(np.median(np.log(class_))))
    assert prior.spread == pytest.approx(np.std(np.log(class_), ddof=1))
    assert prior.spread > 1.0
    assert prior.grade == "assumed"


@pytest.mark.parametrize("quantity", KINDS)
def test_no_prior_is_narrower_than_the_house_rule(quantity):
    prior = prior_from_class(load_agent("fisogatinib"), quantity, ALL)
    assert prior.spread >= (1.5 if prior.distribution == "logitnormal" else 1.0)
    assert prior.grade == "assumed"


def test_an_antibody_borrows_from_antibodies():
    prior = prior_from_class(load_agent("cixutumumab"), "clearance_l_per_h", ALL)
    known = [
        load_agent(name).pharmacokinetics.clearance_l_per_h.value for name in ("bevacizumab", "ramucirumab")
    ]
    assert prior.value == pytest.approx(math.sqrt(known[0] * known[1]))
    assert "2 of the class (antibody)" in prior.source


def test_numbers_that_are_assumed_themselves_do_not_count_where_there_are_others():
    first, second = replace(SORAFENIB, name="a"), replace(SORAFENIB, name="b")
    guess = Quantity(0.9, "1", "assumed", "a guess", "logitnormal", 1.5)
    second = without(second, fraction_unbound=guess)
    prior = prior_from_class(SORAFENIB, "fraction_unbound", (first, second))
    assert prior.value == pytest.approx(0.005)


def test_a_catalogue_without_the_quantity_says_so():
    with pytest.raises(UsageError, match="no agent has a volume_l that sorafenib could borrow"):
        prior_from_class(SORAFENIB, "volume_l", ())


def test_an_agent_without_gaps_to_fill_is_left_as_it_is():
    assert completed(SORAFENIB) is SORAFENIB
    assert SORAFENIB.gaps == ("hepatic_ratio C",)


def test_a_gap_is_filled_for_the_simulation_and_stays_a_gap_of_the_record():
    agent = without(SORAFENIB, clearance_l_per_h=None, reference_dose_mg_per_day=None)
    assert {"clearance_l_per_h", "reference_dose_mg_per_day"} <= set(agent.gaps)
    whole = completed(agent)
    assert whole.pharmacokinetics.clearance_l_per_h.grade == "assumed"
    assert whole.pharmacokinetics.reference_dose_mg_per_day.value == 800.0
    assert [filling.name for filling in fillings(agent)] == ["clearance_l_per_h"]


def test_a_target_without_a_potency_gets_the_one_by_which_the_class_acts():
    agent = replace(SORAFENIB, affinities=(Affinity("MET", "IC50", None),))
    filling = next(filling for filling in fillings(agent) if filling.name == "potency on MET")
    assert filling.key == "affinities: potency of MET"
    assert completed(agent).affinities[0].potency == filling.prior
    assert 0.5 < filling.prior.value < 50.0


def test_several_events_without_a_share_come_together_as_often_as_the_classes_one():
    fisogatinib = load_agent("fisogatinib")
    (event,) = fisogatinib.adverse_events
    three = replace(fisogatinib, adverse_events=tuple(replace(event, name=name) for name in "abc"))
    (whole,) = completed(fisogatinib).adverse_events
    none = math.prod(1.0 - one.probability.value for one in completed(three).adverse_events)
    assert 1.0 - none == pytest.approx(whole.probability.value)
    assert "divided evenly among 3" in completed(three).adverse_events[0].probability.source


def test_an_agent_without_events_is_given_none():
    agent = replace(SORAFENIB, adverse_events=(), reduction_given_event=None, liver_injury=None)
    assert completed(agent).adverse_events == ()
    assert completed(agent).liver_injury is None


@pytest.mark.parametrize("name", agent_names())
def test_every_agent_of_the_catalogue_can_be_simulated(name):
    whole = completed(load_agent(name))
    pk = whole.pharmacokinetics
    assert all((pk.clearance_l_per_h, pk.volume_l, pk.fraction_unbound, pk.reference_dose_mg_per_day))
    assert all(affinity.potency for affinity in whole.affinities)
    assert all(event.probability and event.onset_days for event in whole.adverse_events)
    assert completed(whole) is whole
