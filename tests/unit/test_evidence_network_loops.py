"""Closed loops by records of one's own: direct against indirect evidence, in the answer and on the page."""

from __future__ import annotations

import json
import re

import pytest
from test_evidence_meta_records import folder_of, record, run
from test_report_page import Page

from hepatrial.evidence import collection
from hepatrial.evidence.collection import ENVIRONMENT
from hepatrial.evidence.pooling import pool_common
from hepatrial.evidence.questions.models import Model
from hepatrial.evidence.questions.networks import network_answer


@pytest.fixture(autouse=True)
def no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def two_arms(name: str, arm: str, control: str, hr: float, ci: list[float]) -> dict:
    ratio = {"arm": arm, "control": control, "hr": hr, "ci": ci}
    return record({arm: [arm], control: [control]}, [ratio], name=name)


@pytest.fixture
def folder(tmp_path):
    """Lenvatinib against placebo, which REFLECT, SHARP and Asia-Pacific compare by way of sorafenib; and repeats."""
    return folder_of(
        tmp_path,
        loop=two_arms("LOOP", "lenvatinib", "placebo", 0.5, [0.4, 0.625]),
        again=two_arms("AGAIN", "lenvatinib", "sorafenib", 0.8, [0.64, 1.0]),
        more=two_arms("MORE", "sunitinib", "sorafenib", 1.1, [0.88, 1.375]),
    )


def test_direct_and_indirect_evidence_are_set_against_each_other(folder):
    found = network_answer("1L", model="common", records=collection(folder))
    (split,) = (one for one in found.analysis.splits if (one.arm, one.control) == ("lenvatinib", "placebo"))
    assert split.direct_trials == ("LOOP",)
    effects = {effect.study: effect for effect in found.trials.effects}
    direct = pool_common([effects["LOOP"]])
    assert split.direct.ratio == pytest.approx(direct.hr)
    through = [
        pool_common([effects[study] for study in studies]).effect
        for studies in (("REFLECT", "AGAIN"), ("SHARP", "Asia-Pacific"))
    ]
    assert split.indirect.value == pytest.approx(sum(one.value for one in through))
    assert split.indirect.std_error == pytest.approx(sum(one.std_error**2 for one in through) ** 0.5)
    assert "node splits" not in found.analysis.not_done
    assert found.analysis.q.between.df == 1


def test_with_four_degrees_of_freedom_random_effects_lead_and_predict(folder):
    found = network_answer("1L", records=collection(folder)).analysis
    assert found.model is Model.RANDOM
    assert found.lead.heterogeneity.df == 4
    estimate = found.lead.effect("lenvatinib", "placebo")
    assert estimate.prediction[0] < estimate.lower < estimate.upper < estimate.prediction[1]
    assert "prediction intervals" not in found.not_done


def test_text_json_and_page_show_the_splits(folder, tmp_path):
    arguments = ("network", "--line", "1L", "--records", folder)
    text = run(*arguments).stdout
    assert "direct against indirect evidence" in text
    assert re.search(r"between over within +F [\d.]+ on \d+ and \d+ df, p 0", text)
    assert "in a further trial" in text
    assert all(len(line) <= 80 or "https://" in line for line in text.splitlines())
    told = json.loads(run(*arguments, "--json").stdout)
    assert set(told["q"]["between_over_within"]) == {"f", "df", "df_within", "p"}
    rows = told["node_splits"]
    assert {(row["treatment"], row["control"]) for row in rows} >= {
        ("lenvatinib", "placebo"),
        ("placebo", "sorafenib"),
    }
    assert run(*arguments, "--out", tmp_path / "answer").exit_code == 0
    assert (tmp_path / "answer" / "figures" / "direct-indirect.png").is_file()
    page = Page((tmp_path / "answer" / "evidence.html").read_text(encoding="utf-8"))
    assert page.faults == []
    assert "Direct against indirect evidence" in page.text
    assert "within placebo : sorafenib" in page.text
    assert "between over within" in page.text


def test_a_trial_that_gives_all_pairs_of_three_arms_needs_no_shared_arm(tmp_path):
    arms = {name: [name] for name in ("erlotinib", "gefitinib", "sorafenib")}
    ratios = [
        {"arm": "erlotinib", "control": "sorafenib", "hr": 0.8, "ci": [0.64, 1.0]},
        {"arm": "gefitinib", "control": "sorafenib", "hr": 0.9, "ci": [0.72, 1.125]},
        {"arm": "erlotinib", "control": "gefitinib", "hr": 0.89, "ci": [0.712, 1.1125]},
    ]
    known = collection(folder_of(tmp_path, triangle=record(arms, ratios, name="TRIANGLE")))
    found = network_answer("1L", records=known)
    assert "TRIANGLE" not in {one.shared.study for one in found.shared}
    (trial,) = (one for one in found.analysis.network.trials if one.study == "TRIANGLE")
    assert trial.arms == ("erlotinib", "gefitinib", "sorafenib")


def test_ratios_of_three_arms_that_contradict_each_other_are_refused_with_the_trial(tmp_path):
    arms = {name: [name] for name in ("erlotinib", "gefitinib", "sorafenib")}
    ratios = [
        {"arm": "erlotinib", "control": "sorafenib", "hr": 0.8, "ci": [0.64, 1.0]},
        {"arm": "gefitinib", "control": "sorafenib", "hr": 0.9, "ci": [0.72, 1.125]},
        {"arm": "erlotinib", "control": "gefitinib", "hr": 1.6, "ci": [1.28, 2.0]},
    ]
    folder = folder_of(tmp_path, triangle=record(arms, ratios, name="TRIANGLE"))
    result = run("network", "--line", "1L", "--records", folder)
    assert result.exception.exit_code == 3
    assert "TRIANGLE: the log hazard ratios of three arms contradict each other" in str(result.exception)
