"""No patient counts twice, and every record that is left out has its reason."""

from __future__ import annotations

import math

import pytest

from hepatrial.errors import UsageError
from hepatrial.evidence import collection, early_trials, independent_comparisons, study_effects
from hepatrial.evidence.early_trials import was_known
from hepatrial.evidence.treatments import treatment_of


def reports(found):
    return [one.trial for one in found.comparisons]


def test_a_later_report_replaces_the_earlier_one_of_the_same_trial():
    found = independent_comparisons("OS", "1L")
    assert "imbrave150" in reports(found)
    assert found.left_out["imbrave150-primary"] == "replaced by the later report IMbrave150"
    updates = {one.trial: one.study for one in found.comparisons if one.trial != one.study}
    assert updates == {"checkmate-459-update": "checkmate-459", "leap-002-update": "leap-002"}


def test_a_later_report_without_an_endpoint_leaves_the_earlier_one():
    second = independent_comparisons("OS", "2L")
    assert "resorce-update" in reports(second)
    assert second.left_out["resorce"] == "replaced by the later report RESORCE, two-year update"
    assert "resorce" in reports(independent_comparisons("PFS", "2L"))


def test_the_arms_of_a_trial_come_from_one_analysis():
    found = independent_comparisons("OS", "1L")
    arms = [(one.trial, one.arm) for one in found.comparisons if one.study == "himalaya"]
    assert arms == [("himalaya", "STRIDE"), ("himalaya", "durvalumab")]
    assert found.left_out["himalaya-5-year"] == "it gives fewer comparisons than HIMALAYA"


def test_subgroups_pools_and_single_arms_are_left_out_with_their_reason():
    left_out = independent_comparisons("OS").left_out
    assert left_out["reach-and-reach-2"] == "it pools patients of REACH, REACH-2"
    assert left_out["reach-afp-400"] == "its OS hazard ratio is not confirmed"
    assert left_out["zhu-sunitinib"] == "it is not a randomised trial but a single-arm trial"
    assert left_out["peng-sorafenib"] == "it is not a randomised trial but a meta-analysis"
    assert left_out["boost"] == "it gives no OS hazard ratio"


@pytest.mark.parametrize("endpoint", ["OS", "TTP", "PFS", "RFS", "TTR", "TTUP"])
@pytest.mark.parametrize("line", [None, "1L", "2L", "TACE", "SIRT", "adjuvant"])
def test_every_record_is_either_counted_or_left_out_and_no_study_counts_by_two_reports(endpoint, line):
    found = independent_comparisons(endpoint, line)
    assert set(reports(found)) | set(found.left_out) == set(collection().trials)
    assert not set(reports(found)) & set(found.left_out)
    assert len({one.trial for one in found.comparisons}) == len({one.study for one in found.comparisons})
    pairs = [(one.study, one.arm, one.control) for one in found.comparisons]
    assert len(pairs) == len(set(pairs))


def test_an_unconfirmed_interval_counts_only_by_its_p_value_and_on_request():
    strict = independent_comparisons("OS", "1L")
    assert strict.left_out["search"] == "its OS hazard ratio has no confirmed interval"
    one = next(c for c in independent_comparisons("OS", "1L", from_p=True).comparisons if c.trial == "search")
    assert one.ci is None
    assert one.log_hr_standard_error == pytest.approx(0.0890, abs=1e-4)


def test_the_standard_error_uses_the_level_of_the_interval():
    found = {one.trial: one for one in independent_comparisons("OS").comparisons if one.arm != "durvalumab"}
    assert found["himalaya"].level_percent == 96.02
    width = math.log(0.93 / 0.65)
    assert found["himalaya"].log_hr_standard_error == pytest.approx(width / (2 * 2.0556), abs=1e-4)
    assert not found["brisk-fl"].level_stated
    assert (
        collection().trials["brisk-fl"].unconfirmed_value("brivanib v sorafenib", "os_ci_level_percent")
        == 95.8
    )


def test_the_ramucirumab_story_comes_out():
    found = independent_comparisons("OS", "2L", treatment="ramucirumab", control="placebo")
    assert [(one.trial, one.hr) for one in found.comparisons] == [("reach", 0.87), ("reach-2", 0.71)]


def test_comparisons_become_effects_that_are_pooled():
    from hepatrial.evidence.pooling import pool_common

    effects = study_effects(independent_comparisons("OS", "1L", treatment="sorafenib", control="placebo"))
    assert [(effect.study, effect.arm, effect.control) for effect in effects] == [
        ("asia-pacific", "sorafenib", "placebo"),
        ("sharp", "sorafenib", "placebo"),
    ]
    # Inverse variance by hand.
    weights = [effect.std_error**-2 for effect in effects]
    by_hand = sum(w * e.log_hr for w, e in zip(weights, effects, strict=True)) / sum(weights)
    pooled = pool_common(effects)
    assert pooled.hr[0] == pytest.approx(math.exp(by_hand))
    assert math.exp(by_hand) == pytest.approx(0.686, abs=5e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("ORR",), "no such endpoint: ORR"), (("os",), "did you mean OS"), (("OS", "3rd"), "no such line: 3rd")],
)
def test_words_that_are_not_known_are_refused(arguments, message):
    with pytest.raises(UsageError, match=message):
        independent_comparisons(*arguments)


@pytest.mark.parametrize(
    ("agents", "name"),
    [
        (["sorafenib", "placebo"], "sorafenib"),
        (["sorafenib", "erlotinib"], "erlotinib + sorafenib"),
        (["placebo"], "placebo"),
        (["DEB-TACE", "placebo"], "DEB-TACE"),
        (["best supportive care"], "best supportive care"),
    ],
)
def test_a_placebo_beside_something_active_is_no_part_of_the_treatment(agents, name):
    assert treatment_of(agents) == name


@pytest.mark.parametrize(
    ("public_by", "began", "known"),
    [
        ("2007-06", "2008-07", "known before"),
        ("2009", "2008-07", "published later"),
        ("2013", "2013-05-14", "not datable"),
        ("2012-06", "2012-12", "known before"),
        ("2012-06", "2012", "not datable"),
        ("2005", None, "not datable"),
    ],
)
def test_dates_are_compared_as_coarsely_as_the_coarser_is_given(public_by, began, known):
    assert was_known(public_by, began) == known


def test_what_was_known_before_sun1170_began():
    found = {one.early: one for one in early_trials("sun1170")}
    assert {name: one.known for name, one in found.items()} == {
        "faivre-sunitinib": "published later",
        "koeberle-sunitinib": "published later",
        "zhu-sunitinib": "known before",
    }
    assert "barone-sunitinib" not in found  # published after it
    assert all(one.how and one.public_by for one in early_trials())
    assert all(one.began_source for one in early_trials() if one.known == "known before")


def test_early_trials_are_of_an_agent_of_their_phase_3_trial():
    known = collection().trials
    for one in early_trials():
        active = set(known[one.early].agents) & set(known[one.phase_3].agents) - {"placebo"}
        assert active, (one.early, one.phase_3)
