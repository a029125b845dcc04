"""The published evidence in a run's report: found by the arms, true to the registry."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from report_cases import LONG, run
from test_figures import shown, texts

from hepatrial.evidence.collection import ENVIRONMENT, Collection, shipped
from hepatrial.evidence.pooling import pool_common, pool_random
from hepatrial.evidence.questions.comparable import comparable_trials
from hepatrial.evidence.questions.meta import pooled_answer
from hepatrial.protocol.design import Stage
from hepatrial.protocol.loading import load
from hepatrial.report.analyses import run_analyses
from hepatrial.report.html import write_report
from hepatrial.report.published_evidence import EndpointBeside, published_evidence, treatment_of_arm
from hepatrial.report.published_figures import draw_published, drawable
from hepatrial.report.summary import summary_of

RECORDS = Collection(shipped())


def row(arm="sorafenib", control="placebo", endpoint="OS", hr=0.7, ci=(0.65, 0.75)):
    return {
        "arm": arm,
        "control": control,
        "endpoint": endpoint,
        "hr": hr,
        "ci": None if ci is None else list(ci),
    }


def other(treatment: str, control: str, published: str | None = None):
    """SHARP with other agents in its arms; "placebo" for none."""
    sharp = load("sharp")
    drug = sharp.arm("sorafenib")
    arms = []
    for name in (treatment, control):
        regimens = () if name == "placebo" else (replace(drug.regimens[0], agent=name),)
        arms.append(replace(drug, name=name, regimens=regimens))
    return replace(sharp, arms=tuple(arms), control=control, published=published)


def beside(protocol, *rows):
    return published_evidence(protocol, {"comparisons": list(rows)})


def test_the_published_pool_is_that_of_the_meta_command():
    found = beside(load("sharp"), row()).rows[0]
    assert found.published_ratio == pooled_answer(["sorafenib"], "placebo", "OS", "1L").lead.hr
    assert [one.effect.study for one in found.counted] == ["SHARP", "Asia-Pacific"]
    assert found.prediction is None


def test_three_trials_are_pooled_by_random_effects_and_two_by_the_common_effect():
    agents = ("everolimus", "regorafenib", "ramucirumab", "cabozantinib", "tivantinib", "brivanib")
    for agent in agents:
        found = comparable_trials(agent, "placebo", "OS", lines=["2L"], records=RECORDS)
        effects = [one.effect for one in found.counted]
        pooling = {0: None, 1: None, 2: pool_common}.get(len(effects), pool_random)
        assert (found.pooled and found.pooled.hr) == (pooling and pooling(effects).hr)


def test_a_trial_printed_the_other_way_round_is_turned():
    straight = comparable_trials("lenvatinib", "sorafenib", "OS", lines=["1L"], records=RECORDS)
    turned = comparable_trials("sorafenib", "lenvatinib", "OS", lines=["1L"], records=RECORDS)
    assert (
        [one.effect.study for one in straight.counted]
        == [one.effect.study for one in turned.counted]
        == ["REFLECT"]
    )
    assert turned.counted[0].effect.log_hr == pytest.approx(-straight.counted[0].effect.log_hr)


def test_placebo_and_supportive_care_are_one_kind_of_control():
    found = comparable_trials("sorafenib", "best supportive care", "OS", lines=["1L"], records=RECORDS)
    assert found.controls == ("placebo", "best supportive care")
    assert {"SHARP", "Asia-Pacific"} <= {one.effect.study for one in found.counted}


def test_the_line_is_that_of_the_protocols_published_trial_else_that_of_most_trials():
    named = beside(other("ramucirumab", "placebo", "reach-2"), row("ramucirumab"))
    assert named.lines == ("2L",)
    assert not named.line_chosen
    unnamed = beside(other("sorafenib", "placebo"), row())
    assert unnamed.lines == ("1L",)
    assert unnamed.line_chosen
    assert "STORM" not in {one.effect.study for one in unnamed.trials}


def test_a_comparison_that_nobody_made_is_said_so():
    found = beside(other("vatalanib", "lenvatinib"), row("vatalanib", "lenvatinib"))
    assert found.trials == ()
    assert found.without == (
        "vatalanib v lenvatinib: the registry has no randomised trial of vatalanib against lenvatinib with a confirmed "
        "hazard ratio for OS.",
    )
    assert drawable(found) == ()


def test_a_record_with_both_arms_that_does_not_count_is_named_with_its_reason():
    (said,) = beside(load("sharp"), row(endpoint="PFS")).without
    assert re.search(r"it gives no PFS hazard ratio: [^;]*SHARP", said)


def test_arms_that_differ_by_dose_alone_have_no_published_trial():
    found = beside(other("sorafenib", "sorafenib"), row("sorafenib", "sorafenib"))
    assert found.rows[0].published is None
    assert "does not tell doses apart" in found.without[0]


def test_an_arm_with_a_sequence_is_no_combination_to_the_registry():
    protocol = other("sorafenib", "placebo")
    drug = protocol.arm("sorafenib")
    stages = (Stage(("sorafenib",), until_progression=True), Stage((), 28.0), Stage(("sorafenib",)))
    found = beside(
        replace(protocol, arms=(replace(drug, sequence=stages), protocol.arm("placebo"))),
        row("sorafenib", "placebo"),
    )
    assert found.rows[0].published is None
    assert "in sequence" in found.without[0]


def test_the_treatment_of_an_arm_is_its_agents_in_order_and_placebo_without():
    drug = load("sharp").arm("sorafenib")
    both = replace(drug, regimens=(replace(drug.regimens[0], agent="tivantinib"), drug.regimens[0]))
    assert treatment_of_arm(both) == "sorafenib + tivantinib"
    assert treatment_of_arm(replace(drug, regimens=())) == "placebo"


@pytest.mark.parametrize(
    ("hr", "text", "misses"),
    [
        (0.70, "inside the pooled interval", False),
        (0.90, "above the pooled interval", True),
        (0.50, "below the pooled interval", True),
        (None, "–", False),
    ],
)
def test_where_the_simulated_ratio_lies_is_judged_by_the_published_interval(hr, text, misses):
    verdict = beside(load("sharp"), row(hr=hr)).rows[0].verdict
    assert tuple(verdict) == (text, misses)


def test_a_ratio_outside_the_pool_but_where_a_further_trial_may_lie_does_not_miss():
    effects = pooled_answer(["all"], "placebo", "OS", "2L").trials.counted
    pooled = pool_random([one.effect for one in effects])
    published = replace(
        comparable_trials("sorafenib", "placebo", "OS", lines=[], records=RECORDS), pooled=pooled
    )
    made = EndpointBeside("a", "b", "OS", 1.05, (1.0, 1.1), None, published)
    assert made.verdict.text == "above the pooled interval, inside the prediction interval"
    assert not made.verdict.misses


def test_trials_of_the_calibration_are_named_and_others_are_not():
    assert beside(load("sharp"), row()).calibrated_on == ("SHARP", "Asia-Pacific")
    assert beside(other("regorafenib", "placebo", "resorce"), row("regorafenib")).calibrated_on == (
        "RESORCE",
    )


def test_records_of_ones_own_do_not_change_a_report(monkeypatch, tmp_path):
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "not there"))
    assert len(beside(load("sharp"), row()).trials) == 2


def test_the_forest_holds_published_and_simulated_numbers():
    found = shown("plain").evidence
    (comparison,) = drawable(found)
    told = [text.get_text() for text in texts(draw_published(comparison, found, patients=300))]
    assert {"OS", "TTP", "SHARP", "Asia-Pacific", "300 twins", "0.69 (0.57 to 0.83)"} <= set(told)
    simulated = found.rows[0]
    assert f"{simulated.hr:.2f} ({simulated.ci[0]:.2f} to {simulated.ci[1]:.2f})" in told
    assert any("calibrated on SHARP and Asia-Pacific" in text.replace("\n", " ") for text in told)


def test_the_section_of_the_report_lists_trials_with_links_and_fails_for_no_protocol(tmp_path):
    for case in ("plain", "four arms", "placebo alone"):
        result = run(case)
        analyses = run_analyses(result)
        write_report(result, summary_of(result, analyses), analyses, tmp_path)
        page = (tmp_path / "report.html").read_text(encoding="utf-8")
        section = re.search(r'<section id="evidence".*?</section>', page, re.DOTALL).group()
        if case == "placebo alone":
            assert "compares no arms" in section
            continue
        assert 'href="https://doi.org/10.1056/NEJMoa0708857"' in section
        assert "hepatrial evidence meta --agent sorafenib --control placebo --endpoint OS" in section
        if case == "four arms":
            assert LONG in section
            assert "watchful waiting v placebo: both arms are one treatment" in section
