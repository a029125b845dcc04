"""What must be true of vertical and horizontal combinations, by mechanism."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hepatrial.signalling import (
    DRUGGABLE,
    Left,
    ReceptorGain,
    activities,
    blocked_proliferation,
    escape_of,
    node_controls,
    posterior_draws,
    tumour_strengths,
)
from hepatrial.signalling.nodes import NO_GAIN

TUMOUR = tumour_strengths()
MANY = tumour_strengths({name: np.array(values) for name, values in posterior_draws().items()})
"""Strengths of all posterior draws at once."""
UPSTREAM_OF_ERK = ("egfr", "met", "fgfr4", "igf1r", "raf", "mek", "erk")
share = st.floats(0.0, 1.0)
lefts = st.builds(Left, *[share] * len(DRUGGABLE))


def reached(strengths=MANY, gain=NO_GAIN, **left):
    return activities(Left(**left), gain, strengths)


@settings(max_examples=60, deadline=None)
@given(lefts, st.sampled_from(UPSTREAM_OF_ERK), share)
def test_a_second_inhibitor_of_its_cascade_never_raises_erk(left, node, partner):
    alone = activities(left, NO_GAIN, MANY).erk
    both = activities(left._replace(**{node: getattr(left, node) * partner}), NO_GAIN, MANY).erk
    assert np.all(both <= alone + 1e-9)


@settings(max_examples=60, deadline=None)
@given(lefts, st.sampled_from(("pi3k", "akt", "mtor", "s6k")), share)
def test_an_inhibitor_of_its_cascade_never_raises_s6k(left, node, partner):
    alone = activities(left, NO_GAIN, MANY).s6k
    both = activities(left._replace(**{node: getattr(left, node) * partner}), NO_GAIN, MANY).s6k
    assert np.all(both <= alone + 1e-9)


@pytest.mark.parametrize("node", ["pi3k", "akt", "mtor", "s6k"])
def test_a_partner_beside_the_cascade_leaves_erk_to_the_bit(node):
    alone, both = reached(raf=0.3), reached(raf=0.3, **{node: 0.2})
    assert np.array_equal(alone.erk, both.erk)


def test_an_agent_without_target_changes_nothing():
    same = activities(Left(*[np.ones(200)] * len(DRUGGABLE)), NO_GAIN, MANY)
    assert all(np.all(np.asarray(values) == 1.0) for values in same)


def test_mek_inhibition_releases_ras_and_raf_and_raises_akt():
    found = reached(mek=0.2)
    for node in ("ras", "raf", "akt", "egfr"):
        assert np.all(getattr(found, node) > 1.0), node
    assert np.all(found.erk < 0.5)


def test_mek_inhibition_releases_nothing_without_the_feedbacks():
    deaf = MANY._replace(erk_to_ras=0.0, erk_to_receptors=0.0, s6k_to_irs1=0.0)
    found = activities(Left(mek=0.2), NO_GAIN, deaf)
    assert np.all(found.ras == 1.0)
    assert np.all(found.akt == 1.0)


def test_raf_inhibition_raises_ras_but_not_raf():
    found = reached(raf=0.2)
    assert np.all(found.ras > 1.0)
    assert np.all(found.raf < 1.0)


def test_mtor_inhibition_raises_akt_and_an_igf1r_partner_takes_that_back():
    alone, both = reached(mtor=0.2), reached(mtor=0.2, igf1r=0.1)
    assert np.all(alone.akt > 1.0)
    assert np.all(both.akt < alone.akt)


def test_raf_and_mek_need_less_of_each_for_the_same_erk():
    """ERK at 30%: occupancy of one target alone, and of both alike."""

    def occupancy_for(nodes):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            erk = float(activities(Left(**dict.fromkeys(nodes, 1.0 - middle)), NO_GAIN, TUMOUR).erk)
            low, high = (middle, high) if erk > 0.3 else (low, middle)
        return 0.5 * (low + high)

    alone = min(occupancy_for(["raf"]), occupancy_for(["mek"]))
    both = occupancy_for(["raf", "mek"])
    assert both < 0.7 * alone


def test_vertical_and_horizontal_partners_differ_where_they_should():
    vertical, horizontal = reached(raf=0.4, mek=0.4), reached(raf=0.4, mtor=0.4)
    assert np.all(vertical.erk < horizontal.erk)
    assert np.all(horizontal.s6k < reached(raf=0.4).s6k)
    assert np.median(horizontal.s6k / vertical.s6k) < 1.0


def test_an_egfr_partner_takes_back_a_part_of_what_raf_inhibition_releases():
    alone, both = reached(raf=0.3), reached(raf=0.3, egfr=0.1)
    assert np.all(both.ras < alone.ras)
    assert np.all(both.erk < alone.erk)


def test_gained_receptors_give_erk_back_and_a_blocker_of_theirs_takes_it_away():
    held = reached(raf=0.3)
    rewired = reached(raf=0.3, gain=ReceptorGain(egfr=3.0))
    blocked = reached(raf=0.3, egfr=0.1, gain=ReceptorGain(egfr=3.0))
    assert np.all(rewired.erk > held.erk)
    assert np.all(blocked.erk < rewired.erk)


def test_blocked_proliferation_is_nothing_untreated_and_at_most_what_depends():
    assert float(blocked_proliferation(reached(TUMOUR), 0.4, 0.3)) == 0.0
    assert blocked_proliferation(reached(TUMOUR, erk=0.0, s6k=0.0), 0.4, 0.3) == pytest.approx(0.7)


def test_controls_name_the_cascade_under_raf_inhibition():
    found = {one.node: one for one in node_controls(Left(raf=0.5), TUMOUR)}
    assert found["mek"].on_erk > found["egfr"].on_erk > 0.0
    assert found["mtor"].on_erk == 0.0
    assert found["mtor"].on_s6k > found["akt"].on_s6k > 0.0
    assert found["mek"].erk_if_blocked == 0.0
    assert 0.0 < found["mek"].s6k_if_blocked < 1.0


def test_controls_are_unknown_where_nothing_is_left():
    found = {one.node: one for one in node_controls(Left(mek=0.0), TUMOUR)}
    assert found["raf"].on_erk is None
    assert found["mek"].on_s6k is None


def test_the_escape_of_raf_inhibition_lies_in_pi3k_and_a_partner_is_named():
    found = escape_of(Left(raf=0.3), TUMOUR)
    assert found.node == "pi3k"
    assert {"ras", "akt", "egfr"} <= {node for node, _ in found.risen}
    assert found.erk_given_back > 0.0
    assert found.s6k_given_back > 0.0
    assert "raf" not in {one.node for one in found.blockers}
    sums = [one.erk + one.s6k for one in found.blockers]
    assert sums == sorted(sums)


def test_an_untreated_cell_has_no_escape():
    found = escape_of(Left(), TUMOUR)
    assert (found.node, found.risen, found.erk_given_back) == (None, (), 0.0)
