"""What the field knows comes out of the registry: sorafenib against placebo, REACH and REACH-2, TACE."""

from __future__ import annotations

import math

import pytest

from hepatrial.evidence import load_trial
from hepatrial.evidence.collection import Collection, shipped
from hepatrial.evidence.questions.meta import pooled_answer
from hepatrial.evidence.questions.networks import network_answer


@pytest.fixture(scope="module")
def known() -> Collection:
    return Collection(shipped())


def rounded(ratio) -> tuple[float, ...]:
    return tuple(round(value, 2) for value in ratio)


def by_hand(*printed: tuple[float, float, float]) -> tuple[float, float, float]:
    """Inverse-variance pool of printed hazard ratios with 95 % intervals (Tierney 2007, 10.1186/1745-6215-8-16)."""
    quantile = 1.959964
    errors = [(math.log(high) - math.log(low)) / (2 * quantile) for _, low, high in printed]
    weights = [1 / error**2 for error in errors]
    mean = sum(w * math.log(hr) for w, (hr, _, _) in zip(weights, printed, strict=True)) / sum(weights)
    half = quantile / math.sqrt(sum(weights))
    return math.exp(mean), math.exp(mean - half), math.exp(mean + half)


def test_sorafenib_against_placebo_in_the_first_line(known):
    found = pooled_answer(["sorafenib"], "placebo", "OS", "1L", records=known)
    assert rounded(found.lead.hr) == (0.69, 0.57, 0.83)
    assert found.common.hr == pytest.approx(by_hand((0.69, 0.55, 0.87), (0.68, 0.50, 0.93)), rel=1e-6)
    assert found.common.heterogeneity.p > 0.9
    citations = [one.citation for one in found.trials.counted]
    assert "10.1056/NEJMoa0708857" in citations[0]
    assert "10.1016/S1470-2045(08)70285-7" in citations[1]


def test_time_to_progression_under_sorafenib(known):
    found = pooled_answer(["sorafenib"], "placebo", "TTP", "1L", records=known)
    assert found.common.hr == pytest.approx(by_hand((0.58, 0.45, 0.74), (0.57, 0.42, 0.79)), rel=1e-6)


def test_reach_and_reach_2_pooled(known):
    """REACH missed its endpoint, REACH-2 met it: pooled, the effect on survival is small but there."""
    found = pooled_answer(["ramucirumab"], "placebo", "OS", "2L", records=known)
    assert [one.effect.study for one in found.trials.counted] == ["REACH", "REACH-2"]
    assert found.common.hr == pytest.approx(by_hand((0.87, 0.72, 1.05), (0.71, 0.531, 0.949)), rel=1e-6)
    reach, reach_2 = found.trials.counted
    assert reach.ratio[2] > 1 > reach_2.ratio[2]
    assert rounded(found.common.hr) == (0.82, 0.70, 0.96)


def test_reach_and_reach_2_apart_by_afp(known):
    """The effect is in patients with AFP of 400 ng/mL or more, in both trials, and none is seen below."""
    found = pooled_answer(["ramucirumab"], "placebo", "OS", "2L", apart=["afp-400"], records=known)
    (factor,) = found.apart
    high, low = factor.levels
    assert (high.level, low.level) == ("400 or more", "below 400")
    assert high.pooled.studies == ("REACH", "REACH-2")
    assert low.pooled.studies == ("REACH",)
    # REACH prints this level in two regions without a patient in common.
    regions = by_hand((0.749, 0.519, 1.082), (0.579, 0.371, 0.904))
    assert high.effects[0].hr == pytest.approx(regions[0], rel=1e-6)
    assert high.pooled.hr[2] < 0.9
    assert low.pooled.hr[1] < 1 < low.pooled.hr[0]


def test_indirectly_lenvatinib_against_placebo(known):
    """REFLECT through the trials of sorafenib: variances of the three log hazard ratios add up."""
    found = network_answer("1L", records=known)
    sorafenib, lenvatinib = by_hand((0.69, 0.55, 0.87), (0.68, 0.50, 0.93)), (0.92, 0.79, 1.06)
    error = math.hypot(
        *((math.log(high) - math.log(low)) / (2 * 1.959964) for _, low, high in (sorafenib, lenvatinib))
    )
    effect = found.analysis.common.effect("lenvatinib", "placebo")
    assert effect.ratio[0] == pytest.approx(sorafenib[0] * 0.92, rel=1e-6)
    assert effect.std_error == pytest.approx(error, rel=1e-5)


def test_targeted_agents_beside_tace_have_not_prolonged_survival(known):
    found = pooled_answer(["all"], "TACE", "OS", "TACE", records=known)
    assert {one.effect.study for one in found.trials.counted} == {"BRISK-TA", "TACTICS"}
    assert found.common.hr == pytest.approx(by_hand((0.90, 0.66, 1.23), (0.861, 0.607, 1.223)), rel=1e-6)
    assert found.common.hr[2] > 1
    left_out = {one.trial: one.reason for one in network_answer("TACE", records=known).trials.near}
    assert left_out["space"] == "its OS hazard ratio has no confirmed interval"


def test_a_trial_counts_by_its_latest_whole_report_and_once(known):
    found = network_answer("2L", records=known)
    studies = [one.effect.study for one in found.trials.counted]
    assert len(studies) == len(set(studies))
    (resorce,) = (one for one in found.trials.counted if one.effect.study == "RESORCE")
    assert resorce.comparison.trial == "resorce-update"
    assert load_trial("resorce-update").part_of == "resorce"


def test_no_unconfirmed_ratio_enters_any_network(known):
    for line in ("1L", "2L", "TACE"):
        for endpoint in ("OS", "PFS", "TTP"):
            for one in network_answer(line, endpoint, records=known).trials.counted:
                comparison = one.comparison
                pair = f"{comparison.arm} v {comparison.control}"
                stem = f"{endpoint.lower()}_hr"
                record = known[comparison.trial]
                for quantity in (stem, f"{stem}_low", f"{stem}_high"):
                    assert record.unconfirmed_value(pair, quantity) is None
