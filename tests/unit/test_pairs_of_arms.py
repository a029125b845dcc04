"""Agents of an arm that are taken together: where no trial is known to have gone on with them, a reader is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hepatrial.combinations import pair_warning, taken_together
from hepatrial.conduct.unfitted_warnings import pair_warnings
from hepatrial.protocol.design import DoseLevel, Raise, Regimen, Stage
from hepatrial.protocol.loading import load

SORAFENIB = Regimen("sorafenib", (DoseLevel(400.0, 0.5),))
EVEROLIMUS = Regimen("everolimus", (DoseLevel(2.5, 1.0),))


def trial(*regimens, sequence=()):
    sharp = load("sharp")
    return replace(sharp, arms=(replace(sharp.arms[0], regimens=regimens, sequence=sequence), sharp.arms[1]))


def test_agents_without_stages_are_all_taken_together():
    assert taken_together(("a", "b", "c")) == (("a", "b"), ("a", "c"), ("b", "c"))


def test_agents_of_different_stages_are_not_taken_together():
    assert taken_together(("a", "b", "c"), (("a",), (), ("c", "b"))) == (("b", "c"),)


def test_a_pair_at_the_doses_of_a_trial_needs_no_warning():
    assert pair_warning(("everolimus", "sorafenib"), (2.5, 800.0)) is None


@pytest.mark.parametrize(
    ("pair", "doses", "words"),
    [
        (("sorafenib", "everolimus"), (800.0, 5.0), "above the tolerated dose"),
        (("sorafenib", "capmatinib"), (800.0, 800.0), "not tolerable as far as known: no trial that gave"),
        (("foretinib", "erlotinib"), (45.0, 150.0), "whether that is tolerated was not read"),
    ],
)
def test_any_other_pair_is_told_and_so_is_what_the_model_leaves_out(pair, doses, words):
    found = pair_warning(pair, doses)
    assert found.startswith(" with ".join(pair))
    assert words in found
    assert found.endswith("knows no harm of the pair")


def test_a_run_tells_a_pair_once_at_the_doses_of_its_arms():
    assert pair_warnings(trial(SORAFENIB, EVEROLIMUS)) == ()
    (found,) = pair_warnings(trial(SORAFENIB, replace(EVEROLIMUS, levels=(DoseLevel(5.0, 1.0),))))
    assert "everolimus 5 mg a day was too toxic" in found


def test_a_dose_that_is_to_be_raised_counts_as_the_raised_one():
    raised = replace(EVEROLIMUS, raise_to=Raise(DoseLevel(5.0, 1.0), 56.0))
    assert len(pair_warnings(trial(SORAFENIB, raised))) == 1


def test_a_dose_by_weight_is_reckoned_as_the_table_of_pairs_does():
    half = replace(SORAFENIB, levels=(DoseLevel(200.0, 0.5),))
    bevacizumab = Regimen("bevacizumab", (DoseLevel(2.5, 14.0, per_kg=True),))
    assert pair_warnings(trial(half, bevacizumab)) == ()
    more = replace(bevacizumab, levels=(DoseLevel(10.0, 14.0, per_kg=True),))
    assert len(pair_warnings(trial(half, more))) == 1


def test_agents_that_follow_each_other_are_no_pair():
    high = replace(EVEROLIMUS, levels=(DoseLevel(10.0, 1.0),))
    in_turn = (Stage(("sorafenib",), None, True), Stage(("everolimus",)))
    assert pair_warnings(trial(SORAFENIB, high, sequence=in_turn)) == ()
    assert len(pair_warnings(trial(SORAFENIB, high))) == 1
