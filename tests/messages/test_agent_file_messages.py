"""Messages for agents' files that break rules, as whole answers; README.md here says how they are written anew."""

from __future__ import annotations

import os
import time
import tracemalloc
from pathlib import Path

import pytest
from agent_mistakes import GOOD, MISTAKES

from hepatrial.agents import agent_names, load_agent
from hepatrial.errors import InvalidInput
from hepatrial.files.text_file import MAX_BYTES

SNAPSHOTS = Path(__file__).parent / "agent_snapshots"
WRITE = "HEPATRIAL_WRITE_SNAPSHOTS"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def issues_of(content):
    Path("agent.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InvalidInput) as raised:
        load_agent("agent.yaml")
    return raised.value.issues


def test_the_file_without_mistakes_is_read():
    Path("agent.yaml").write_text(GOOD)
    agent = load_agent("agent.yaml")
    assert (agent.usual_dose_mg, agent.synonyms) == (100, ("NK-1",))
    assert agent.affinities[0].potency.value == float("inf")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_its_message(mistake):
    issues = issues_of(MISTAKES[mistake])
    text, file = "".join(f"{issue}\n\n" for issue in issues), SNAPSHOTS / f"{mistake}.txt"
    if os.environ.get(WRITE):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert all(issue.where.line and issue.allowed and issue.fix for issue in issues)
    assert [issue.where.line for issue in issues] == sorted(issue.where.line for issue in issues)


def test_no_snapshot_is_left_of_a_mistake_that_is_gone():
    assert {file.stem for file in SNAPSHOTS.iterdir()} == set(MISTAKES)


BYTES = {
    "UTF-16": (GOOD.encode("utf-16"), "agent.yaml:1: the file is not in UTF-8"),
    "Latin-1": (GOOD.encode() + b"notes: [caf\xe9]\n", "agent.yaml:14: the file is not in UTF-8"),
    "a program": (b"\x7fELF\x00\x00\x01", "agent.yaml: this is not a text file"),
    "more than an agent can be": (b"#" * (MAX_BYTES + 1), "agent.yaml: the file is too large for an agent"),
}


@pytest.mark.parametrize("kind", BYTES)
def test_a_file_that_is_no_text_gets_one_clear_message(kind):
    content, expected = BYTES[kind]
    (issue,) = issues_of(content)
    assert str(issue).startswith(expected)
    assert issue.fix


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake():
    Path("agent.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_agent("agent.yaml").name == "newkinib"


def test_an_endless_file_a_folder_and_a_missing_one_get_a_message():
    Path("zero.yaml").symlink_to("/dev/zero")
    Path("folder.yaml").mkdir()
    for path, what, found in (
        ("zero.yaml", "the file is too large for an agent", "more than 200,000 bytes"),
        ("folder.yaml", "this is a folder, not a file", None),
        ("none.yaml", "the file cannot be read", "No such file or directory"),
    ):
        with pytest.raises(InvalidInput) as raised:
            load_agent(path)
        (issue,) = raised.value.issues
        assert (issue.what, issue.found, issue.where.file) == (what, found, path)


def test_no_file_takes_long_or_much_memory():
    bomb = "a: &a [x, x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for content in (bomb, "[" * MAX_BYTES, "".join(f"key{i}: 1\n" for i in range(MAX_BYTES // 12))):
        started = time.process_time()
        tracemalloc.start()
        issues_of(content)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 20e6
        assert time.process_time() - started < 5.0


def test_an_unknown_name_gives_the_near_miss():
    with pytest.raises(InvalidInput) as caught:
        load_agent("sorafinib")
    assert str(caught.value) == (
        "1 problem\nthe catalogue has no such agent\n"
        "  found:   sorafinib\n"
        f"  allowed: {', '.join(agent_names())}, or the path of an agent's file (.yaml)\n"
        "  fix:     did you mean sorafenib?"
    )
