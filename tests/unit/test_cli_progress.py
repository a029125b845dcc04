"""Progress: sparse lines in a pipe, a bar on a terminal, and a time left that was measured."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from hepatrial.cli.progress import Lines, Rate, duration, shown_progress


@pytest.fixture
def told():
    """Lines written, and a function that reports at a given second."""
    lines, now = [], [0.0]
    report = Lines(lines.append, clock=lambda: now[0])

    def at(second, *progress):
        now[0] = second
        report(*progress)

    return lines, at


def test_a_step_is_announced_and_its_end_told(told):
    lines, at = told
    at(0, "simulating", 0, 2000)
    at(3, "simulating", 1024, 2000)
    at(4, "simulating", 2000, 2000)
    assert lines == ["simulating: 2,000 to do", "simulating: done in 4 s"]


def test_lines_are_sparse_and_tell_the_time_left(told):
    lines, at = told
    at(0, "simulating", 0, 100_000)
    for second in range(10, 30):
        at(second, "simulating", 1000 * (second - 9), 100_000)
    # 10 seconds to get going, then 1,000 a second.
    assert lines == [
        "simulating: 100,000 to do",
        "simulating: 1,000 of 100,000 (1%)",
        "simulating: 6,000 of 100,000 (6%), about 1 min 34 s left",
        "simulating: 11,000 of 100,000 (11%), about 1 min 29 s left",
        "simulating: 16,000 of 100,000 (16%), about 1 min 24 s left",
    ]


def test_the_first_report_says_nothing_of_the_time_left():
    rate = Rate()
    assert rate.seconds_left(1024, 2000, now_s=30.0) is None
    assert rate.seconds_left(1500, 2000, now_s=30.1) is None
    assert rate.seconds_left(2000, 3000, now_s=31.0) == pytest.approx(1000 / 976)


def test_a_new_step_is_measured_anew(told):
    lines, at = told
    at(0, "simulating", 0, 10)
    at(100, "simulating", 10, 10)
    at(100, "replicate trials", 500, 2000)
    at(106, "replicate trials", 1000, 2000)
    at(112, "replicate trials", 2000, 2000)
    assert lines[2:] == [
        "replicate trials: 500 of 2,000",
        "replicate trials: 1,000 of 2,000 (50%), about 12 s left",
        "replicate trials: done in 12 s",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (8.4, "8 s"), (59.6, "1 min"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (7200, "2 h")],
)
def test_durations_are_said_as_a_reader_says_them(seconds, text):
    assert duration(seconds) == text


def test_nothing_is_told_when_silent(capsys):
    with shown_progress(silent=True) as report:
        report("simulating patients", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_a_bar_with_the_time_left():
    code = (
        "import time\nfrom hepatrial.cli.progress import shown_progress\n"
        "with shown_progress(silent=False) as report:\n"
        "    for done in (0, 10, 20, 30):\n        report('simulating patients', done, 100); time.sleep(0.6)\n"
    )
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-c", code], stderr=theirs, stdout=subprocess.PIPE, env=environment
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # the terminal has closed
        pass
    os.close(ours)
    text = shown.decode()
    assert done.returncode == 0
    assert done.stdout == b""
    assert "simulating patients" in text
    assert "30%" in text
    assert "s left" in text
