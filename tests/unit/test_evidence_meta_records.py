"""Records of the user's own, sound and broken, in the questions of pools and networks: what a reader is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput
from hepatrial.evidence import collection
from hepatrial.evidence.collection import ENVIRONMENT
from hepatrial.evidence.questions.meta import pooled_answer
from hepatrial.evidence.questions.networks import network_answer

QUESTIONS = (
    ("meta", "--agent", "lenvatinib", "--control", "sorafenib"),
    ("network", "--line", "1L"),
)


@pytest.fixture(autouse=True)
def no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def record(arms: dict[str, list[str]], ratios: list[dict], **further) -> dict:
    """A sound record: arms by name with their agents, ratios with at least arm, control, hr and ci."""
    return {
        "name": "NEWTRIAL",
        "registration": "",
        "use": "evidence",
        "year": 2024,
        "line": "1L",
        "source": "10.1000/newtrial",
        "arms": [{"arm": name, "agents": agents, "n": 200} for name, agents in arms.items()],
        "comparisons": [{"endpoint": "OS", "level": 95, **ratio} for ratio in ratios],
        **further,
    }


def lenvatinib(**changed) -> dict:
    ratio = {"arm": "lenvatinib", "control": "sorafenib", "hr": 0.8, "ci": [0.64, 1.0], **changed}
    return record({"lenvatinib": ["lenvatinib"], "sorafenib": ["sorafenib"]}, [ratio])


def folder_of(tmp_path: Path, **records: dict) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    for name, content in records.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return folder


def run(*arguments):
    return CliRunner().invoke(app, ["evidence", *map(str, arguments)])


def problem_of(result) -> str:
    """What the command line prints of an error, which `main` would print."""
    assert result.exception is not None
    return str(result.exception)


def test_a_sound_record_counts_and_is_marked(tmp_path):
    known = collection(folder_of(tmp_path, newtrial=lenvatinib()))
    found = pooled_answer(["lenvatinib"], "sorafenib", records=known)
    assert [one.effect.study for one in found.trials.counted] == ["REFLECT", "NEWTRIAL"]
    assert [one.own for one in found.trials.counted] == [False, True]
    assert found.trials.counted[1].citation == "10.1000/newtrial"
    assert "Your own record: NEWTRIAL." in found.cautions


BROKEN = {
    "a reversed interval": ({"ci": [1.0, 0.64]}, "ci"),
    "a ratio outside its interval": ({"hr": 1.4}, "OS hazard ratio"),
    "a level as a share": ({"level": 0.95}, "level"),
    "a level above 100": ({"level": 950}, "level"),
    "a ratio below 0": ({"hr": -0.8}, "hr"),
    "a limit that is no number": ({"ci": ["low", 1.0]}, "ci"),
}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
@pytest.mark.parametrize("mistake", BROKEN, ids=lambda mistake: mistake.replace(" ", "-"))
def test_a_broken_record_is_named_with_the_field(tmp_path, question, mistake):
    changed, field = BROKEN[mistake]
    folder = folder_of(tmp_path, newtrial=lenvatinib(**changed))
    result = run(*question, "--records", folder)
    told = problem_of(result)
    assert isinstance(result.exception, InvalidInput)
    assert result.exception.exit_code == 3
    assert f"{folder / 'newtrial.yaml'}:" in told
    assert any(field in str(issue.where.key) or field in issue.what for issue in result.exception.issues)
    assert "fix:" in told


def test_an_arm_that_stands_twice_is_named(tmp_path):
    broken = lenvatinib()
    broken["arms"].append({**broken["arms"][0], "agents": ["lenvatinib"]})
    result = run(*QUESTIONS[0], "--records", folder_of(tmp_path, newtrial=broken))
    assert isinstance(result.exception, InvalidInput)
    assert "lenvatinib" in problem_of(result)
    assert any("arms" in str(issue.where.key) for issue in result.exception.issues)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
def test_two_doses_against_one_control_are_refused_with_trial_and_arms(tmp_path, question):
    arms = {"8 mg": ["lenvatinib"], "12 mg": ["lenvatinib"], "sorafenib": ["sorafenib"]}
    ratios = [
        {"arm": arm, "control": "sorafenib", "hr": 0.9, "ci": [0.7, 1.157]} for arm in ("8 mg", "12 mg")
    ]
    result = run(*question, "--records", folder_of(tmp_path, newtrial=record(arms, ratios)))
    assert isinstance(result.exception, InvalidInput)
    told = problem_of(result)
    assert "NEWTRIAL (newtrial), comparisons: lenvatinib and sorafenib are compared 2 times for OS" in told
    assert "8 mg v sorafenib; 12 mg v sorafenib" in told


def test_a_comparison_of_doses_alone_is_left_out_of_a_network(tmp_path):
    arms = {"8 mg": ["lenvatinib"], "12 mg": ["lenvatinib"]}
    doses = record(arms, [{"arm": "8 mg", "control": "12 mg", "hr": 0.9, "ci": [0.7, 1.157]}])
    found = network_answer("1L", records=collection(folder_of(tmp_path, newtrial=doses)))
    (reason,) = (one.reason for one in found.trials.left_out if one.trial == "newtrial")
    assert reason == "it compares doses or schedules of one treatment: lenvatinib"


def apart(tmp_path) -> Path:
    """A trial of the first line that no other connects, and one that would connect it had it an interval."""
    arms = {"erlotinib": ["erlotinib"], "gefitinib": ["gefitinib"]}
    island = record(
        arms, [{"arm": "erlotinib", "control": "gefitinib", "hr": 0.9, "ci": [0.7, 1.157]}], name="ISLAND"
    )
    arms = {"erlotinib": ["erlotinib"], "sorafenib": ["sorafenib"]}
    bridge = record(arms, [{"arm": "erlotinib", "control": "sorafenib", "hr": 0.9}], name="BRIDGE")
    bridge["comparisons"] = [{"arm": "erlotinib", "control": "sorafenib", "endpoint": "OS", "hr": 0.9}]
    return folder_of(tmp_path, island=island, bridge=bridge)


def test_a_network_that_falls_apart_says_what_would_connect_it(tmp_path):
    result = run("network", "--line", "1L", "--records", apart(tmp_path))
    assert isinstance(result.exception, InvalidInput)
    told = problem_of(result)
    assert "the network falls into 2 parts that no trial connects" in told
    assert "erlotinib, gefitinib (ISLAND)" in told
    assert "a trial of one of erlotinib, gefitinib against one of atezolizumab + bevacizumab" in told
    assert "BRIDGE (erlotinib v sorafenib), but its OS hazard ratio has no interval" in told
    assert "--connected" in told


def test_the_part_of_the_reference_can_be_analysed_alone(tmp_path):
    known = collection(apart(tmp_path))
    whole = network_answer("1L", connected=True, records=known)
    assert [part.treatments for part in whole.set_aside] == [("erlotinib", "gefitinib")]
    assert "gefitinib" not in whole.analysis.network.treatments
    assert any("Set aside" in caution and "ISLAND" in caution for caution in whole.cautions)
    plain = network_answer("1L")
    assert whole.analysis.lead.effect("lenvatinib", "placebo") == plain.analysis.lead.effect(
        "lenvatinib", "placebo"
    )
    island = network_answer("1L", reference="gefitinib", connected=True, records=known)
    assert island.analysis.network.treatments == ("erlotinib", "gefitinib")
    assert island.set_aside[0].treatments == plain.analysis.network.treatments


def three_arms(**further) -> dict:
    arms = {name: [name] for name in ("erlotinib", "gefitinib", "sorafenib")}
    ratios = [
        {"arm": "erlotinib", "control": "sorafenib", "hr": 0.8, "ci": [0.64, 1.0]},
        {"arm": "gefitinib", "control": "sorafenib", "hr": 0.9, "ci": [0.72, 1.125]},
    ]
    return record(arms, ratios, **further)


def test_confirmed_events_of_the_shared_arm_tie_its_hazard_ratios(tmp_path):
    events = [{"of": "sorafenib", "source": "10.1000/newtrial", "values": {"os_events": 150}}]
    known = collection(folder_of(tmp_path, newtrial=three_arms(findings=events)))
    found = network_answer("1L", records=known)
    (shared,) = (one.shared for one in found.shared if one.shared.study == "NEWTRIAL")
    assert shared.how.value == "events"
    assert shared.variance == pytest.approx(1 / 150)
    errors = [one.effect.std_error for one in found.trials.counted if one.effect.study == "NEWTRIAL"]
    between = found.analysis.common.effect("erlotinib", "gefitinib").std_error
    assert between == pytest.approx((errors[0] ** 2 + errors[1] ** 2 - 2 / 150) ** 0.5)


def test_without_events_the_intervals_and_patients_tie_them(tmp_path):
    found = network_answer("1L", records=collection(folder_of(tmp_path, newtrial=three_arms())))
    (shared,) = (one.shared for one in found.shared if one.shared.study == "NEWTRIAL")
    errors = [one.effect.std_error for one in found.trials.counted if one.effect.study == "NEWTRIAL"]
    assert shared.how.value == "intervals"
    assert shared.variance == pytest.approx(min(errors) ** 2 / 2)  # arms of one size
    assert shared.least == pytest.approx(1 / 200)
    assert any("NEWTRIAL" in caution and "events are not confirmed" in caution for caution in found.cautions)
