"""Repeating an answer: the same command, registry and files give the same folder, and what changed is named."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput, RunFailed
from hepatrial.evidence.collection import ENVIRONMENT, load_trial, record_text
from hepatrial.evidence.fingerprint import registry_fingerprint
from hepatrial.report.repeated_answer import repeat_answer
from hepatrial.report.run_folder import MANIFEST, file_hashes

GUESS = (
    "reconstruct", "--guess", "--arms", "sorafenib,placebo", "--n", "299", "--n", "303", "--published-median", "10.7",
    "--published-median", "7.9", "--follow-up", "18", "--events-together", "321", "--published-hr", "0.69",
    "--published-ci", "0.55,0.87",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def hepatrial(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def answered(folder, *arguments):
    result = hepatrial("evidence", *arguments, "--out", folder)
    assert result.exit_code == 0, result.exception
    return folder


def own_records(folder):
    folder.mkdir()
    text = (
        record_text(load_trial("sharp"))
        .replace("name: SHARP", "name: Mine", 1)
        .replace("NCT00105443", "NCT99999999")
    )
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "question",
    [
        ("meta", "--agent", "sorafenib"),
        ("network", "--line", "2L", "--endpoint", "TTP"),
        ("indication", "--agent", "ramucirumab", "--factor", "afp-400"),
        ("surrogates", "--surrogate", "TTP"),
        GUESS,
    ],
    ids=lambda question: question[0],
)
def test_an_answer_given_again_is_the_same_to_the_byte(question, tmp_path):
    folder = answered(tmp_path / "answer", *question)
    result = hepatrial("reproduce", folder)
    assert result.exit_code == 0, result.exception
    count = len(json.loads((folder / MANIFEST).read_text())["files"])
    assert result.stdout == f"{folder}: all {count} files are the same\n"


def test_the_page_of_an_agent_is_the_same_again(tmp_path):
    assert hepatrial("agents", "sorafenib", "--out", tmp_path / "agent").exit_code == 0
    assert hepatrial("reproduce", tmp_path / "agent").exit_code == 0


def test_a_file_of_the_answer_that_was_changed_is_named_before_any_work(tmp_path):
    folder = answered(tmp_path / "answer", "network", "--line", "2L", "--endpoint", "TTP")
    (folder / "result.json").write_text("{}")
    error = hepatrial("reproduce", folder).exception
    assert isinstance(error, RunFailed)
    assert "changed: result.json" in str(error)
    assert "give the command again" in str(error)


def test_records_of_ones_own_are_found_again_missed_and_seen_to_have_changed(tmp_path):
    records = own_records(tmp_path / "records")
    folder = answered(tmp_path / "answer", "meta", "--agent", "sorafenib", "--records", records)
    manifest = json.loads((folder / MANIFEST).read_text())
    assert list(manifest["inputs"]) == [(records / "mine.yaml").as_posix()]
    assert hepatrial("reproduce", folder).exit_code == 0

    kept = (records / "mine.yaml").read_text(encoding="utf-8")
    changed = kept.replace("hr: 0.69", "hr: 0.71", 1)
    assert changed != kept
    (records / "mine.yaml").write_text(changed, encoding="utf-8")
    told = str(hepatrial("reproduce", folder).exception)
    assert "result.json: pooled.hr: 0.68" in told
    assert f"files of your own have changed, came or went since: {records / 'mine.yaml'}" in told

    shutil.rmtree(records)
    told = str(hepatrial("reproduce", folder).exception)
    assert f"{records / 'mine.yaml'}: missing" in told
    assert "put them back" in told


def test_records_that_came_from_the_environment_and_went_are_named(tmp_path, monkeypatch):
    records = own_records(tmp_path / "records")
    monkeypatch.setenv(ENVIRONMENT, str(records))
    folder = answered(tmp_path / "answer", "meta", "--agent", "sorafenib")
    monkeypatch.delenv(ENVIRONMENT)
    told = str(hepatrial("reproduce", folder).exception)
    assert "came or went since" in told
    assert str(records / "mine.yaml") in told


def folder_with(folder, number, **manifest):
    folder.mkdir()
    (folder / "result.json").write_text(json.dumps({"pooled": {"hr": number}}))
    content = {
        "command": "hepatrial evidence meta --agent sorafenib", "versions": {"hepatrial": "1"}, "registry": "a",
        "inputs": {}, "files": file_hashes(folder),
    } | manifest  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(content))
    return folder, content


def repeated(tmp_path, **later):
    """The message about an answer that changed, where the later manifest differs so."""
    folder, manifest = folder_with(tmp_path / "then", 0.7)
    with pytest.raises(RunFailed) as raised:
        repeat_answer(
            folder, manifest, lambda words: folder_with(tmp_path.__class__(words[-1]), 0.8, **later)
        )
    return str(raised.value)


@pytest.mark.parametrize(
    ("later", "cause"),
    [
        ({"versions": {"hepatrial": "2"}}, "install the versions of that answer: hepatrial 1 then, 2 now"),
        ({"registry": "b"}, "the registry of published trials has changed since"),
        ({}, "so this may be a defect"),
    ],
)
def test_what_differs_and_why_is_told(later, cause, tmp_path):
    told = repeated(tmp_path, **later)
    assert told.startswith("the repeated answer differs in 1 of 1 files\n  found:   result.json\n")
    assert "result.json: pooled.hr: 0.7 then, 0.8 now" in told
    assert cause in told


@pytest.mark.parametrize(
    "command",
    [
        "hepatrial run sharp", "hepatrial evidence meta --agent x --out /somewhere", "rm -rf /", "hepatrial", "",
        "hepatrial evidence meta --agent 'x", "hepatrial evidence meta --agent x --force", "hepatrial evidence list",
    ],
)  # fmt: skip
def test_no_other_command_than_one_that_answers_is_given(command, tmp_path):
    folder, manifest = folder_with(tmp_path / "then", 0.7, command=command)
    with pytest.raises(InvalidInput) as raised:
        repeat_answer(folder, manifest, lambda words: pytest.fail(f"gave {words}"))
    assert raised.value.issues[0].fix


def test_a_command_that_this_version_does_not_know_says_so(tmp_path):
    folder, _ = folder_with(tmp_path / "then", 0.7, command="hepatrial evidence meta --agent x --moon full")
    error = hepatrial("reproduce", folder).exception
    assert isinstance(error, RunFailed)
    assert "--moon" in str(error)


def test_the_fingerprint_is_of_what_ships():
    assert registry_fingerprint() == registry_fingerprint()
    assert len(registry_fingerprint()) == 64
