"""Worker processes: answers in order, errors as they are, and nobody left at the end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from hepatrial.errors import RunFailed, UsageError
from hepatrial.simulation.worker_pool import in_processes, team_of


def slow_first(task):
    time.sleep(0.3 if task == 0 else 0.0)
    return task, os.getpid()


def picky(task):
    if task == 2:
        raise UsageError("no twos")
    return task


def ended(task):
    if task == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def test_answers_come_in_the_order_of_the_tasks_from_several_processes():
    answers = list(in_processes(slow_first, range(8), workers=2))
    assert [task for task, _ in answers] == list(range(8))
    assert len({process for _, process in answers} - {os.getpid()}) == 2
    assert multiprocessing.active_children() == []


def test_an_error_of_the_work_is_raised_as_it_is_with_its_place():
    with pytest.raises(UsageError, match="no twos") as raised:
        list(in_processes(picky, range(5), workers=2))
    assert "in picky" in raised.value.__notes__[0]
    assert multiprocessing.active_children() == []


def test_a_worker_that_is_ended_from_outside_fails_the_run():
    with pytest.raises(RunFailed, match="want of memory"):
        list(in_processes(ended, range(4), workers=2))
    assert multiprocessing.active_children() == []


def test_closing_early_ends_the_workers():
    answers = in_processes(slow_first, range(1000), workers=2)
    next(answers)
    assert len(multiprocessing.active_children()) == 2
    answers.close()
    assert multiprocessing.active_children() == []


def test_no_task_needs_no_worker():
    assert list(in_processes(picky, [], workers=4)) == []


def test_a_script_without_a_guard_is_told_so(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(
        "from hepatrial.simulation.worker_pool import in_processes\nprint(list(in_processes(abs, [1, 2], workers=2)))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "UsageError: worker processes read the script" in done.stderr
    assert 'fix:     put the work under `if __name__ == "__main__":`' in done.stderr
    assert "memory" not in done.stderr
    assert done.stderr.count("Traceback") == 2  # that of the script, and its cause; none of the workers


def where(task: int) -> tuple[int, int]:
    return task, os.getpid()


def test_a_team_keeps_its_processes_and_gives_tasks_to_those_that_had_them_before():
    with team_of(where, 2) as team:
        first = list(team.answers(range(6), range(6)))
        again = list(team.answers(range(6), range(6)))
    assert [task for task, _ in first] == [task for task, _ in again] == list(range(6))
    assert {process for _, process in first} == {process for _, process in again}


def test_a_worker_of_a_team_without_tasks_of_its_own_takes_anothers():
    with team_of(slow_first, 2) as team:
        assert len(list(team.answers(range(8), [0] * 8))) == 8
