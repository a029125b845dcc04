"""A run from the command line: what it prints, that it repeats, and that stopping it leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time

import pytest

COMMAND = [sys.executable, "-c", "from hepatrial.cli import main; main()"]
SMALL = ["--patients", "64", "--replicates", "10", "--seed", "9"]

WRITING = """
import sys, time
import hepatrial.report.run, hepatrial.virtual_trial
hepatrial.virtual_trial.simulate = lambda *args, **kwargs: None
def write(result, folder, *rest):
    (folder / "summary.json").write_text("half")
    print("writing", file=sys.stderr, flush=True)
    {}
hepatrial.report.run.write_run = write
from hepatrial.cli import main
main()
"""
"""A run whose simulation is skipped and whose writing does what is filled in."""


def hepatrial(*arguments, **options):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=120, **options)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A small run as JSON, and its folder."""
    folder = tmp_path_factory.mktemp("runs") / "sharp"
    return hepatrial("run", "sharp", *SMALL, "--out", str(folder), "--json"), folder


def test_json_is_all_of_stdout_and_progress_all_of_stderr(run):
    done, folder = run
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((folder / "summary.json").read_text())
    lines = done.stderr.splitlines()
    assert all(
        re.match(r"(simulating patients|replicate trials|writing the report|warning): ", line)
        for line in lines
    )
    assert "simulating patients: 64 to do" in lines
    assert not any("about 0 s" in line for line in lines)


def test_few_patients_and_few_replicates_are_warned_of_on_stderr_and_in_the_summary(run):
    done, folder = run
    told = json.loads((folder / "summary.json").read_text())["warnings"]
    assert [line for line in done.stderr.splitlines() if "warning" in line] == [
        f"warning: {text}" for text in told
    ]
    assert [text.split(":")[0].split(" tell")[0] for text in told] == [
        "a trial has 602 patients, but there are 64 virtual patients to draw them from",
        "10 replicate trials",
    ]


def test_the_summary_names_what_was_asked_for(run):
    summary = json.loads(run[0].stdout)
    assert [summary[key] for key in ("seed", "patients", "replicates", "precision")] == [9, 64, 10, "float64"]


def test_a_run_repeats_to_the_last_bit_and_leaves_files_of_ones_own_alone(run):
    _, folder = run
    (folder / "notes.txt").write_text("mine")
    again = hepatrial("reproduce", str(folder), "--quiet")
    assert again.returncode == 0, again.stderr
    assert re.fullmatch(rf"{re.escape(str(folder))}: all \d+ files are the same\n", again.stdout)
    assert again.stderr == ""


def test_an_existing_run_is_refused_before_any_work(run):
    _, folder = run
    started = time.monotonic()
    done = hepatrial("run", "sharp", "--out", str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert "holds an earlier run" in done.stderr
    assert time.monotonic() - started < 10


def test_quiet_prints_the_folder_only(tmp_path):
    code = WRITING.replace('    print("writing", file=sys.stderr, flush=True)\n', "").format("return {}")
    done = subprocess.run(
        [sys.executable, "-c", code, "run", "sharp", "--out", "new run", "--quiet"],
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "new run\n", "")


def test_without_out_the_folder_is_named_after_protocol_and_seed(tmp_path):
    code = WRITING.format("return {}")
    arguments = [sys.executable, "-c", code, "run", "sharp", "--seed", "7", "--quiet"]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == f"{os.path.join('runs', 'SHARP-7')}\n"
    assert (tmp_path / "runs" / "SHARP-7" / "summary.json").read_text() == "half"


def group_of(leader):
    """Processes of a process group that still run, zombies not among them."""
    table = subprocess.run(["ps", "-eo", "pid,pgid,stat"], capture_output=True, text=True).stdout
    rows = [line.split() for line in table.splitlines()[1:]]
    return [pid for pid, group, state in rows if int(group) == leader and not state.startswith("Z")]


def stopped(command, *, wait_for, number, after=0.0, whole_group=True):
    """Start a command, send a signal when a line of stderr starts with ``wait_for``: exit code and stderr."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    said = ""
    try:
        for line in process.stderr:
            said += line
            if line.startswith(wait_for):
                break
        time.sleep(after)
        (os.killpg if whole_group else os.kill)(process.pid, number)
        said += process.communicate(timeout=30)[1]
        deadline = time.monotonic() + 20
        while (left := group_of(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return process.returncode, said, left
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_stopped_while_it_writes_leaves_nothing(number, tmp_path):
    command = [
        sys.executable,
        "-c",
        WRITING.format("time.sleep(60)"),
        "run",
        "sharp",
        "--out",
        str(tmp_path / "a" / "b"),
    ]
    code, said, left = stopped(command, wait_for="writing", number=number)
    assert code == 130
    assert said.endswith("stopped; no half-written folder was left behind\n")
    assert "Traceback" not in said
    assert left == []
    assert list(tmp_path.iterdir()) == []


STOPS = {
    "one process": (1, 1.0, signal.SIGINT, True),
    "two workers that start": (2, 0.3, signal.SIGINT, True),
    "two workers at work": (2, 4.0, signal.SIGINT, True),
    "two workers, and the run alone is told": (2, 1.5, signal.SIGTERM, False),
}


@pytest.mark.parametrize("case", STOPS)
def test_a_run_stopped_while_it_simulates_leaves_no_folder_and_no_process(case, tmp_path):
    workers, after, number, whole_group = STOPS[case]
    options = ["--patients", "1000000", "--workers", str(workers), "--out", str(tmp_path / "run")]
    code, said, left = stopped(
        [*COMMAND, "run", "sharp", *options],
        wait_for="simulating", number=number, after=after, whole_group=whole_group,
    )  # fmt: skip
    assert code == 130
    assert said.endswith("stopped; no half-written folder was left behind\n")
    assert "Traceback" not in said
    assert left == []
    assert list(tmp_path.iterdir()) == []


def test_workers_leave_when_the_run_is_killed(tmp_path):
    options = ["--patients", "1000000", "--workers", "2", "--out", str(tmp_path / "run")]
    _, _, left = stopped(
        [*COMMAND, "run", "sharp", *options],
        wait_for="simulating", number=signal.SIGKILL, after=3.0, whole_group=False,
    )  # fmt: skip
    assert left == []


def test_a_disk_that_fills_up_while_a_run_is_written_leaves_nothing(tmp_path):
    # No file may grow beyond 100 kB: the real writers meet a real error of the system.
    done = hepatrial(
        "run", "sharp", *SMALL, "--out", str(tmp_path / "run"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert done.returncode == 1
    assert "could not be written; nothing was left behind\n  found:   File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_has_exit_code_1_and_the_remedy(tmp_path):
    full = "import errno, os\n    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))"
    command = [sys.executable, "-c", WRITING.format(full), "run", "sharp", "--out", str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.endswith(
        "found:   No space left on device\n  fix:     free some space and run again\n"
    )
    assert list(tmp_path.iterdir()) == []
