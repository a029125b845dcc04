"""Messages for mistakes of ``hepatrial evidence reconstruct``, whole; README.md says how they are written anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from reconstruct_mistakes import FILES, MISTAKES
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import HepatrialError, InvalidInput

SNAPSHOTS = Path(__file__).parent / "reconstruct_snapshots"
WRITE = "HEPATRIAL_WRITE_SNAPSHOTS"


@pytest.fixture
def here(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def refused(arguments) -> HepatrialError:
    with pytest.raises(HepatrialError) as caught:
        CliRunner().invoke(app, ["evidence", "reconstruct", *arguments], catch_exceptions=False)
    return caught.value


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_its_message_and_code(here, mistake):
    error, file = refused(MISTAKES[mistake]), SNAPSHOTS / f"{mistake}.txt"
    text = f"exit code {error.exit_code}\n{error}\n"
    if os.environ.get(WRITE):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_message_says_what_was_found_and_how_to_mend_it(here, mistake):
    error = refused(MISTAKES[mistake])
    for part in map(str, error.issues) if isinstance(error, InvalidInput) else [str(error)]:
        assert "  fix:     " in part
        assert "  found:   " in part or "no such " in part


def test_no_snapshot_is_left_of_a_mistake_that_is_gone():
    assert {file.stem for file in SNAPSHOTS.iterdir()} == set(MISTAKES)
