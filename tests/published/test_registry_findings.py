"""Findings that were read after the tables were collected, with the page on which each was read."""

from __future__ import annotations

import pytest

from hepatrial.evidence import collection, independent_comparisons
from hepatrial.evidence.questions.indication import indication_maps
from hepatrial.evidence.references import bibliography


def ratio(trial: str, factor: str, group: str):
    (row,) = (
        one for one in collection().trials[trial].subgroups if (one.factor, one.group) == (factor, group)
    )
    return row


@pytest.mark.parametrize(
    ("factor", "group", "hr", "ci", "n"),
    [
        ("Child-Pugh score", "5", 0.80, (0.63, 1.02), "357"),
        ("Child-Pugh score", "6", 0.96, None, "208"),
        ("Child-Pugh score", "7-8", 1.00, None, "78"),
        ("Child-Pugh score and AFP", "5, 400 ng/mL or more", 0.61, (0.43, 0.87), "151"),
        ("Child-Pugh score and AFP", "6, 400 ng/mL or more", 0.64, (0.42, 0.98), "100"),
    ],
)
def test_reach_by_child_pugh_score(factor, group, hr, ci, n):
    row = ratio("reach", factor, group)
    assert (row.hr, row.ci, row.n) == (hr, ci, n)
    assert row.source.startswith("zhu2017")
    assert bibliography()["zhu2017"].doi == "10.1001/jamaoncol.2016.4115"


def test_the_patients_of_class_b_in_reach_are_told_of_and_not_counted():
    (found,) = indication_maps("ramucirumab", factors=("child-pugh",))
    (row,) = found.factors[0].left_out
    assert (row.trial, row.group, row.hr, row.reason) == (
        "reach",
        "7-8",
        1.0,
        "its interval is not confirmed",
    )
    assert found.factors[0].level("B").estimate is None
    assert row.n == "78"
    assert "not among the 565" in ratio("reach", "Child-Pugh score", "7-8").note


def test_afp_predicts_the_effect_of_ramucirumab_in_reach():
    record = collection().trials["reach"]
    assert record.finding("ramucirumab v placebo", "os_p_interaction", "AFP, continuous") == 0.0042


def test_reach_and_reach_2_by_aetiology_with_what_two_sources_print_differently():
    viral = ratio("reach-and-reach-2", "aetiology", "viral")
    assert (viral.hr, viral.ci) == (0.76, (0.60, 0.97))
    above = ratio("reach-and-reach-2", "AFP", "above the median")
    conflicts = {row.quantity: row for row in collection().trials["reach-and-reach-2"].conflicts}
    stated = conflicts["os_hr, AFP above the median"]
    assert stated.shown == above.hr == 0.64
    assert stated.others == (0.71, 0.54, 0.95)
    limit = conflicts["os_hr_low, non-viral aetiology"]
    assert limit.shown == ratio("reach-and-reach-2", "aetiology", "non-viral").ci[0] == 0.40
    assert limit.others == (0.49,)


def test_the_adjusted_ratio_of_reflect_is_told_of_and_never_pooled():
    record = collection().trials["reflect"]
    adjusted = "baseline-covariate adjusted"
    values = [
        record.finding("lenvatinib v sorafenib", f"os_hr{end}", adjusted) for end in ("", "_low", "_high")
    ]
    assert values == [0.814, 0.699, 0.948]
    (primary,) = (row for row in record.comparisons if row["endpoint"] == "OS")
    assert primary["hr"] == 0.92
    counted = independent_comparisons("OS", "1L", treatment="lenvatinib", control="sorafenib").comparisons
    assert [one.hr for one in counted if one.study == "reflect"] == [0.92]
    assert 0.814 not in {row.hr for row in record.subgroups}


def test_of_the_responders_of_sharp_only_those_on_sorafenib_were_found():
    record = collection().trials["sharp"]
    assert record.finding("sorafenib", "responders_patients") == 7
    assert record.finding("placebo", "responders_patients") is None
    assert round(100 * 7 / 299) == record.arm("sorafenib")["orr_percent"]


def test_the_responses_of_precision_v_are_those_of_its_abstract():
    record = collection().trials["precision-v"]
    for arm, shares in (("DEB-TACE", (27, 52, 63)), ("cTACE", (22, 44, 52))):
        for name, percent in zip(
            ("complete_response", "objective_response", "disease_control"), shares, strict=True
        ):
            assert record.finding(arm, f"{name}_easl_percent") == percent
