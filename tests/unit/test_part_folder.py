"""What killed runs left beside a target goes with the next run there, and nothing else does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from hepatrial.report.part_folder import part_folder
from hepatrial.report.run_folder import new_run_folder

KILLED = """
import os, signal, sys
from pathlib import Path
from hepatrial.report.run_folder import new_run_folder
with new_run_folder(Path(sys.argv[1]), force=False) as part:
    (part / "half").write_text("written")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def left_over(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "run")], check=False)
    (found,) = tmp_path.iterdir()
    assert found.name.startswith(".run.part-")
    return found


def write(target):
    with new_run_folder(target, force=False) as part:
        (part / "manifest.json").write_text("{}")


def test_what_a_killed_run_left_goes_with_the_next_to_the_same_name(left_over, tmp_path):
    write(tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_run_to_another_name_leaves_it(left_over, tmp_path):
    write(tmp_path / "run2")
    assert left_over.exists()


def test_what_a_running_process_another_machine_or_a_user_has_there_stays(tmp_path):
    mine = part_folder(tmp_path / "run")
    start, machine, process, token = mine.name.rsplit("-", 3)
    others = [
        mine,
        mine.with_name(f"{start}-{machine}-{os.getppid()}-{token}"),
        mine.with_name(f"{start}-00000000-999999999-{token}"),
        mine.with_name(f"{start}-{machine}-{process}-notes"),
        mine.with_name(".run.part-abcd1234"),
    ]
    for folder in others:
        folder.mkdir()
    write(tmp_path / "run")
    assert all(folder.exists() for folder in others)
