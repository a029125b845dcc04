"""Sorafenib against placebo: what SHARP printed of invasion and spread, and how little is known of liver function."""

from __future__ import annotations

import pytest

from hepatrial.evidence import standard_error_of_log_hr
from hepatrial.evidence.questions.closing_trial import ClosingAssumptions
from hepatrial.evidence.questions.indication import indication_maps
from hepatrial.evidence.questions.indication_verdict import Finding, factor_verdict

(MAP,) = indication_maps("sorafenib")
BY_KEY = {answer.factor.key: answer for answer in MAP.factors}


def test_all_patients_are_those_of_sharp_and_asia_pacific_and_not_of_the_adjuvant_trial():
    assert MAP.lines == ("1L",)
    assert [one.trial for one in MAP.whole.comparisons] == ["asia-pacific", "sharp"]
    assert [round(x, 2) for x in MAP.overall.ratio] == [0.69, 0.57, 0.83]
    assert MAP.whole.left_out["storm"] == "its line is adjuvant"


def test_invasion_or_spread_is_open():
    answer = BY_KEY["invasion-or-spread"]
    # wjgnet.com, table of v18 i42 6005.
    assert [round(x, 2) for x in answer.level("yes").estimate.ratio] == [0.77, 0.60, 0.99]
    assert [round(x, 2) for x in answer.level("no").estimate.ratio] == [0.52, 0.32, 0.85]
    (contrast,) = answer.contrasts
    errors = standard_error_of_log_hr(0.6, 0.99), standard_error_of_log_hr(0.32, 0.85)
    assert contrast.within.std_error == pytest.approx((errors[0] ** 2 + errors[1] ** 2) ** 0.5)
    assert round(contrast.within.ratio[0], 2) == 1.48
    assert factor_verdict(answer, ClosingAssumptions()).finding is Finding.OPEN


def test_the_patients_of_invasion_or_spread_are_those_printed():
    seen = {one.level: one.seen for one in BY_KEY["invasion-or-spread"].levels}
    assert (seen["yes"].patients, seen["no"].patients, seen["yes"].of) == (209 + 212, 90 + 91, 602)


def test_child_pugh_b_and_c_are_all_but_empty_and_the_map_says_so():
    seen = {one.level: one.seen for one in BY_KEY["child-pugh"].levels}
    # 20 of 602 in SHARP, 6 of 226 in Asia-Pacific; class C could enter neither.
    assert (seen["B"].patients, seen["B"].of) == (26, 828)
    assert (seen["C"].patients, seen["C"].of) == (0, 828)
    verdict = factor_verdict(BY_KEY["child-pugh"], ClosingAssumptions())
    assert verdict.finding is Finding.NOT_KNOWN
    assert "B is all but empty: 26 of 828" in verdict.sentence
    assert "C is empty: nobody of 828" in verdict.sentence
    assert "331 events, 473 patients" in verdict.sentence


def test_registries_by_child_pugh_class_describe_and_never_enter_an_effect():
    answer = BY_KEY["child-pugh"]
    assert all(level.estimate is None and level.effects == () for level in answer.levels)
    gideon = {row.level: row for row in answer.described if row.trial == "gideon"}
    assert (gideon["A"].os_median_months, gideon["B"].os_median_months) == (13.6, 5.2)
    assert (gideon["A"].n, gideon["B"].n) == (1968, 666)
    assert {row.trial for row in answer.described} == {
        "gideon", "gideon-china", "abou-alfa-2011-child-pugh", "boost",
    }  # fmt: skip


def test_unconfirmed_intervals_and_numbers_never_enter():
    left_out = [row for answer in MAP.factors for row in answer.left_out]
    assert {(row.trial, row.reason) for row in left_out} == {
        ("sharp-and-asia-pacific", "its interval is not confirmed")
    }
    # SHARP by extrahepatic spread, 0.55 (0.39 to 0.77), was recalled and not read.
    assert BY_KEY["extrahepatic-spread"].level("no").estimate is None
