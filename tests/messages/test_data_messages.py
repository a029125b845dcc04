"""Messages for mistakes in a user's data, whole; README.md says how they are written anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from data_mistakes import MISTAKES
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput
from hepatrial.userdata import read_trial_data
from hepatrial.userdata.checking import ColumnChoice, check_data

SNAPSHOTS = Path(__file__).parent / "data_snapshots"
WRITE = "HEPATRIAL_WRITE_SNAPSHOTS"


@pytest.fixture
def file(request, tmp_path, monkeypatch):
    mistake = MISTAKES[request.getfixturevalue("name")]
    content = mistake.content if isinstance(mistake.content, bytes) else mistake.content.encode()
    (tmp_path / mistake.name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return mistake.name


def choice_of(options: str) -> ColumnChoice:
    words = options.split()
    named = dict(zip(words[::2], words[1::2], strict=True))
    codes = named.pop("--event-values", None)
    given = {option[2:].replace("-", "_"): value for option, value in named.items()}
    return ColumnChoice(**given, event_values=codes and {codes.split("=")[0]: int(codes.split("=")[1])})


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gets_its_message_and_code(name, file):
    mistake = MISTAKES[name]
    done = CliRunner().invoke(app, ["data", "check", file, *mistake.options.split()], catch_exceptions=False)
    problems = done.stdout.split("problems\n")[-1].split("\nanalyses\n")[0].strip("\n")
    text = f"exit code {done.exit_code}\n{problems}\n"
    snapshot = SNAPSHOTS / f"{name}.txt"
    if os.environ.get(WRITE):
        snapshot.write_text(text, encoding="utf-8")
    assert text == snapshot.read_text(encoding="utf-8")
    assert (done.exit_code == 3) == mistake.error


@pytest.mark.parametrize("name", MISTAKES)
def test_the_rule_of_a_mistake_speaks_and_errors_alone_stop_the_reading(name, file):
    mistake = MISTAKES[name]
    choice = choice_of(mistake.options)
    found = check_data(file, choice)
    assert set(mistake.rules) <= {issue.rule for issue in found.issues}
    assert all(issue.fix and issue.where for issue in found.issues)
    columns = choice.columns()
    if mistake.error:
        assert found.errors[0].rule in mistake.rules
        assert not any(one.possible for one in found.analyses)
        if "all-censored" not in mistake.rules:
            with pytest.raises(InvalidInput):
                read_trial_data(file, columns)
    elif columns is not None:
        assert len(read_trial_data(file, columns)) > 0


def test_no_snapshot_is_left_of_a_mistake_that_is_gone():
    assert {file.stem for file in SNAPSHOTS.iterdir()} == set(MISTAKES)
