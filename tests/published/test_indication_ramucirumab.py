"""REACH and REACH-2: ramucirumab by AFP is predictive within REACH, and REACH-2 confirms it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from hepatrial.evidence import standard_error_of_log_hr
from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.questions.closing_trial import ClosingAssumptions
from hepatrial.evidence.questions.indication import indication_maps
from hepatrial.evidence.questions.indication_verdict import Finding, factor_verdict
from hepatrial.evidence.questions.level_effect import How

(MAP,) = indication_maps("ramucirumab")
AFP = next(answer for answer in MAP.factors if answer.factor.key == "afp-400")
EAST_ASIA, ELSEWHERE = (0.749, 0.519, 1.082), (0.579, 0.371, 0.904)
"""OS with AFP of 400 ng/mL or more, by region: oncotarget.com/article/12780."""
REACH, REACH_2 = (0.87, 0.72, 1.05), (0.71, 0.531, 0.949)
"""All patients: 10.1016/S1470-2045(15)00050-9 and 10.1016/S1470-2045(18)30937-9."""


def effects_at(answer, level):
    return answer.level(level).effects


def by_hand(hr, low, high):
    """Log hazard ratio and information."""
    return math.log(hr), standard_error_of_log_hr(low, high) ** -2


def pooled_by_hand(*printed):
    parts = [by_hand(*one) for one in printed]
    total = sum(weight for _, weight in parts)
    return sum(log_hr * weight for log_hr, weight in parts) / total, total


def test_the_effect_above_400_is_that_of_both_regions_together():
    (effect,) = (one for one in effects_at(AFP, "400 or more") if one.effect.study == "reach")
    log_hr, information = pooled_by_hand(EAST_ASIA, ELSEWHERE)
    assert effect.how is How.COMBINED
    assert effect.effect.log_hr == pytest.approx(log_hr, abs=1e-12)
    assert effect.effect.std_error == pytest.approx(information**-0.5, abs=1e-12)
    assert round(effect.effect.hr, 2) == 0.67


def test_the_effect_below_400_is_what_the_whole_trial_leaves_and_is_none():
    (effect,) = effects_at(AFP, "below 400")
    high, own = pooled_by_hand(EAST_ASIA, ELSEWHERE)
    whole, total = by_hand(*REACH)
    assert effect.how is How.DERIVED
    assert effect.effect.log_hr == pytest.approx((whole * total - high * own) / (total - own), abs=1e-12)
    assert effect.effect.std_error == pytest.approx(1.6 * (total - own) ** -0.5, abs=1e-12)
    assert round(effect.effect.hr, 2) == 1.06
    assert "region, East Asia add up" in effect.reason


def test_afp_is_predictive_within_reach_by_the_authors_own_test():
    (contrast,) = AFP.contrasts
    assert [study for study, _ in contrast.trials] == ["reach"]
    # The level below 400 is derived, so that the ratio from printed numbers is wide.
    assert [round(x, 2) for x in contrast.within.ratio] == [0.63, 0.39, 1.04]
    assert contrast.within.p == pytest.approx(0.0702, abs=5e-5)
    # On patients, with AFP continuous: scholars.mssm.edu, 69cdaced9ed3459c8497a3668a9f08ea.
    assert contrast.published.p == contrast.p == 0.0042
    assert "AFP continuous" in contrast.published.note
    # Three ratios could be tested: AFP, aetiology and region.
    assert MAP.tested == 3
    assert contrast.p_adjusted == pytest.approx(3 * 0.0042)


def test_reach_2_confirms_it():
    (further,) = (one for one in effects_at(AFP, "400 or more") if one.how is How.WHOLE_TRIAL)
    assert further.trial == "reach-2"
    assert further.effect.log_hr == pytest.approx(math.log(0.71))
    verdict = factor_verdict(AFP, ClosingAssumptions())
    assert verdict.finding is Finding.CONFIRMED
    assert "confirmed by reach-2" in verdict.sentence
    assert "of the other level it tells nothing" in verdict.sentence
    assert "0.71 (0.53 to 0.95)" in verdict.sentence
    assert "was not printed" in verdict.sentence


def test_the_effect_above_400_over_both_trials():
    level = AFP.level("400 or more")
    log_hr, information = pooled_by_hand(EAST_ASIA, ELSEWHERE, REACH_2)
    assert level.estimate.value == pytest.approx(log_hr, abs=1e-12)
    assert level.estimate.std_error == pytest.approx(information**-0.5, abs=1e-12)
    assert [round(x, 2) for x in level.estimate.ratio] == [0.69, 0.56, 0.85]


def test_across_trials_the_ratio_is_shown_apart_and_not_tested():
    (contrast,) = AFP.contrasts
    assert contrast.across is not None
    assert [round(x, 2) for x in contrast.across.ratio] == [0.65, 0.41, 1.02]


def test_region_tells_nothing():
    answer = next(one for one in MAP.factors if one.factor.key == "region-east-asia")
    assert factor_verdict(answer, ClosingAssumptions()).finding is Finding.OPEN


def test_the_pooled_analysis_counts_only_for_what_its_trials_did_not_print():
    aetiology = next(one for one in MAP.factors if one.factor.key == "aetiology")
    assert [one.trial for one in effects_at(aetiology, "non-viral")] == ["reach-and-reach-2"]
    assert all(one.trial != "reach-and-reach-2" for level in AFP.levels for one in level.effects)
    contrast = aetiology.contrasts[0]
    assert (contrast.first, contrast.second) == ("viral", "non-viral")
    # 0.76 (0.60 to 0.97) against 0.56 (0.40 to 0.79).
    assert contrast.within.ratio[0] == pytest.approx(0.76 / 0.56, rel=0.01)
    assert factor_verdict(aetiology, ClosingAssumptions()).finding is Finding.OPEN


def test_every_number_has_its_citation():
    assert set(MAP.sources) >= {"reach-2015", "reach-2-2019", "https://oncotarget.com/article/12780/text"}


def test_the_story_holds_with_random_effects():
    (found,) = indication_maps("ramucirumab", model="random")
    afp = next(answer for answer in found.factors if answer.factor.key == "afp-400")
    assert factor_verdict(afp, ClosingAssumptions()).finding is Finding.CONFIRMED


def test_without_reach_2_the_effect_is_not_confirmed_and_without_the_authors_test_nothing_is_shown():
    records = collection()
    fewer = Collection({key: trial for key, trial in records.trials.items() if key != "reach-2"})
    (found,) = indication_maps("ramucirumab", factors=["afp-400", "region-east-asia"], records=fewer)
    assert factor_verdict(found.factors[0], ClosingAssumptions()).finding is Finding.PREDICTIVE
    reach = replace(
        records["reach"], findings=tuple(row for row in records["reach"].findings if row.source != "zhu-afp")
    )
    untested = Collection({**records.trials, "reach": reach})
    (found,) = indication_maps("ramucirumab", factors=["afp-400", "region-east-asia"], records=untested)
    assert factor_verdict(found.factors[0], ClosingAssumptions()).finding is Finding.OPEN


def test_the_forest_prints_the_authors_test_where_it_stands_in_place_of_the_ratios():
    from hepatrial.report.indication_page import indication_output

    (section,) = indication_output((MAP,), "").sections
    told = [text.get_text() for text in section.figures[0].figure.texts]
    contrast = AFP.contrasts[0]
    assert contrast.published is not None
    assert f"{contrast.published.p:.3f}" in told
    assert f"{contrast.within.p:.3f}" not in told
    assert any("the authors' test" in text.replace("\n", " ") for text in told)


def test_class_b_is_not_called_empty_where_a_trial_printed_a_ratio_of_it():
    answer = next(one for one in MAP.factors if one.factor.key == "child-pugh")
    said = factor_verdict(answer, ClosingAssumptions()).sentence
    assert "B is empty" not in said
    assert "B: 78 of 935 randomised in reach, reach-2; reach prints HR 1 of its 78" in said
    assert "its interval is not confirmed" in said


def test_class_a_and_b_of_reach_are_all_who_were_randomised():
    answer = next(one for one in MAP.factors if one.factor.key == "child-pugh")
    seen = {level.level: (level.seen.patients, level.seen.of) for level in answer.levels}
    # REACH: 565 of class A, 78 of class B; REACH-2: 292 of class A.
    assert seen == {"A": (565 + 292, 643 + 292), "B": (78, 643 + 292), "C": (0, 643 + 292)}
