"""Agents of the catalogue together: what they hit, what must be true of pairs, what was ever given."""

from dataclasses import replace

import numpy as np
import pytest

from hepatrial.agents import agent_names, load_agent
from hepatrial.combinations import combine, given_together, hits_of, left_by, tolerability
from hepatrial.combinations.tolerability import ABOVE, TOLERATED, UNKNOWN
from hepatrial.errors import UsageError
from hepatrial.evidence.references import bibliography

AGENTS = ("sorafenib", "trametinib", "everolimus", "erlotinib", "bevacizumab")


@pytest.fixture(scope="module")
def pairs():
    agents = {name: load_agent(name) for name in AGENTS}
    wanted = [("sorafenib", other) for other in AGENTS[1:]] + [("everolimus", "sorafenib")]
    return {names: combine(*(agents[name] for name in names)) for names in wanted}


def test_agents_hit_the_nodes_of_their_targets():
    assert hits_of(load_agent("sorafenib")).nodes == ("raf",)
    assert hits_of(load_agent("everolimus")).nodes == ("mtor",)
    assert hits_of(load_agent("bevacizumab")).nodes == ()


def test_without_a_dose_every_node_is_left_whole_to_the_bit():
    hits = [hits_of(load_agent(name)) for name in ("sorafenib", "erlotinib")]
    assert all(np.all(np.asarray(left) == 1.0) for left in left_by(hits, (np.zeros(3), np.zeros(3))))


def test_more_dose_never_leaves_more_and_agents_on_one_target_compete():
    erlotinib, foretinib = hits_of(load_agent("erlotinib")), hits_of(load_agent("foretinib"))
    doses = np.linspace(0.0, 400.0, 40)
    left = left_by([erlotinib], [doses]).egfr
    assert np.all(np.diff(left) < 0.0)
    alone = [left_by([one], [np.array(30.0)]).met for one in (erlotinib, foretinib)]
    both = left_by([erlotinib, foretinib], [np.array(30.0)] * 2).met
    assert 1.0 / both - 1.0 == pytest.approx(sum(1.0 / one - 1.0 for one in alone))
    assert both > alone[0] * alone[1]


def test_a_partner_without_target_in_the_network_changes_nothing(pairs):
    found = pairs["sorafenib", "bevacizumab"]
    assert np.all(found.bliss == 0.0)
    assert np.all(found.loewe == 0.0)
    assert np.ptp(found.surface.effects, axis=1).max() == 0.0
    assert found.nodes[0] == found.nodes[2]
    assert found.isoboles == ()


def test_the_order_of_the_agents_does_not_matter(pairs):
    one, other = pairs["sorafenib", "everolimus"], pairs["everolimus", "sorafenib"]
    assert np.allclose(one.surface.effects, other.surface.effects.T, rtol=0.0, atol=1e-14)
    assert np.allclose(one.loewe, other.loewe.T, atol=1e-5, equal_nan=True)
    assert one.tolerability.answer == other.tolerability.answer


def test_more_of_either_agent_never_blocks_less(pairs):
    for found in pairs.values():
        assert np.all(np.diff(found.surface.effects, axis=0) >= -1e-12)
        assert np.all(np.diff(found.surface.effects, axis=1) >= -1e-12)


def test_vertical_and_horizontal_partners_of_sorafenib_differ_by_node(pairs):
    vertical, horizontal = pairs["sorafenib", "trametinib"], pairs["sorafenib", "everolimus"]
    assert vertical.nodes[2].erk < vertical.nodes[0].erk
    assert horizontal.nodes[2].erk == pytest.approx(horizontal.nodes[0].erk)
    assert horizontal.nodes[2].s6k < vertical.nodes[2].s6k
    assert horizontal.nodes[2].akt > horizontal.nodes[0].akt > 1.0


def test_a_pair_on_one_cascade_needs_less_than_additivity(pairs):
    for found in pairs["sorafenib", "trametinib"].isoboles:
        assert np.all(found.combination_index[1:-1] < 1.0)


IN_THE_NETWORK = [name for name in agent_names() if hits_of(load_agent(name)).nodes]


@pytest.mark.parametrize("name", IN_THE_NETWORK)
def test_an_agent_with_itself_is_additive_whatever_its_exposure_does_with_the_dose(name):
    agent = load_agent(name)
    found = combine(agent, replace(agent, name="the same"))
    assert np.nanmax(np.abs(found.loewe)) < 1e-5
    assert found.isoboles
    for one in found.isoboles:
        assert np.allclose(one.combination_index, 1.0, atol=1e-6)
        assert np.isclose(one.first_alone, one.second_alone)


def test_additivity_of_two_agents_on_one_target_is_known_by_hand():
    """On one node X adds: the pair is one agent at exposures weighted by what binds, so no excess over Loewe."""
    erlotinib, foretinib = load_agent("erlotinib"), load_agent("foretinib")
    both = [
        replace(one, affinities=tuple(a for a in one.affinities if a.target == "EGFR"))
        for one in (erlotinib, foretinib)
    ]
    found = combine(*both)
    assert np.nanmax(np.abs(found.loewe)) < 1e-5
    x = [hits_of(one).bound_at_usual["egfr"] for one in both]
    for one in found.isoboles:
        assert np.allclose(
            x[0] * one.first_doses + x[1] * one.second_doses, x[0] * one.first_alone, rtol=1e-6
        )


def test_intervals_hold_their_values(pairs):
    for found in pairs.values():
        for value, low, high in (found.at_usual_doses.first, found.at_usual_doses.both):
            assert low - 0.02 <= value <= high + 0.02


def test_one_agent_twice_is_no_combination():
    with pytest.raises(UsageError, match="sorafenib twice"):
        combine(load_agent("sorafenib"), load_agent("sorafenib"))


def test_numbers_that_no_source_gave_are_named():
    gap = replace(load_agent("sorafenib").pharmacokinetics, fraction_unbound=None)
    assert hits_of(load_agent("sorafenib")).assumed == ()
    assert hits_of(replace(load_agent("sorafenib"), pharmacokinetics=gap)).assumed == ("free fraction",)


def test_an_agent_of_ones_own_needs_no_line_of_code():
    sorafenib = load_agent("sorafenib")
    weak = replace(sorafenib, name="weak", affinities=())
    found = combine(weak, sorafenib)
    assert np.all(found.surface.effects[:, 0] == 0.0)
    assert found.tolerability.answer == UNKNOWN


@pytest.mark.parametrize(
    ("pair", "doses", "answer"),
    [
        (("sorafenib", "everolimus"), (800, 2.5), TOLERATED),
        (("everolimus", "sorafenib"), (2.5, 400), TOLERATED),
        (("sorafenib", "everolimus"), (800, 5), ABOVE),
        (("sorafenib", "everolimus"), (800, 10), ABOVE),
        (("sorafenib", "everolimus"), (400, 5), UNKNOWN),
        (("sorafenib", "trametinib"), (800, 2), ABOVE),
        (("sorafenib", "trametinib"), (800, 1), UNKNOWN),
        (("sorafenib", "erlotinib"), (800, 150), TOLERATED),
        (("lenvatinib", "everolimus"), (24, 5), ABOVE),
        (("sunitinib", "brivanib"), (1, 1), UNKNOWN),
        (("cixutumumab", "sorafenib"), (45.7, 800), TOLERATED),
        (("sorafenib", "cixutumumab"), (800, 68.6), ABOVE),
        (("cabozantinib", "erlotinib"), (40, 150), TOLERATED),
        (("cabozantinib", "erlotinib"), (60, 150), UNKNOWN),
        (("erlotinib", "selumetinib"), (150, 150), ABOVE),
        (("erlotinib", "foretinib"), (150, 30), UNKNOWN),
    ],
)
def test_what_was_given_is_told_from_what_was_not(pair, doses, answer):
    found = tolerability(pair, doses)
    assert found.answer == answer
    assert found.reason
    assert (found.trial is None) == (pair == ("sunitinib", "brivanib"))


def test_doses_that_were_given_without_a_word_on_tolerance_are_told_from_those_never_seen():
    given = tolerability(("erlotinib", "pazopanib"), (150, 800))
    assert given.reason.endswith("whether that is tolerated was not read")
    never = tolerability(("erlotinib", "pazopanib"), (150, 1000))
    assert never.answer == given.answer == UNKNOWN
    assert "never seen at these doses" in never.reason


def test_every_pair_of_the_table_is_cited_and_stands_once():
    table = given_together()
    assert len({frozenset(one.pair) for one in table}) == len(table)
    for one in table:
        assert one.source in bibliography(), one.pair
        assert one.tolerated or one.given
        assert one.population
        assert one.note
        if one.mtd is not None:
            assert one.mtd in one.tolerated
