"""What goes to stdout is data, whole and valid; readers who leave and full disks are no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from hepatrial.cli.result_table import print_result, rows
from hepatrial.protocol.bundled_protocols import protocol_names

COMMAND = [sys.executable, "-c", "from hepatrial.cli import main; main()"]
PRINTING = [
    ["schema"],
    ["agents", "sorafenib"],
    ["protocols", "show", "sharp"],
    ["check", "sharp"],
    ["--help"],
]


def hepatrial(*arguments, **options):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=120, **options)


@pytest.mark.parametrize("arguments", PRINTING)
def test_a_reader_who_has_gone_is_no_traceback(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stdout:
        done = subprocess.run([*COMMAND, *arguments], stdout=stdout, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_behind_stdout_is_said():
    with open("/dev/full", "w") as stdout:
        done = subprocess.run([*COMMAND, "schema"], stdout=stdout, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("hepatrial: No space left on device\n  fix:")


def test_a_closed_stdout_is_no_traceback():
    code = "import os, sys\nos.close(1)\nos.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    done = subprocess.run(
        [sys.executable, "-c", code, *COMMAND[1:], "check", "sharp"], stderr=subprocess.PIPE
    )
    assert done.returncode == 0
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("encoding", "arguments"),
    [
        ("utf-8", ["schema"]),
        ("ascii", ["agents", "--json"]),
        ("cp1252", ["check", "sharp", "nowhere.yaml", "--json"]),
    ],
)
def test_json_is_json_in_every_encoding(encoding, arguments):
    done = hepatrial(*arguments, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert done.stderr == ""
    assert json.loads(done.stdout)


def test_the_problems_of_a_check_as_json_hold_everything_that_the_text_holds(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(hepatrial("protocols", "show", "sharp").stdout.replace("size: 602", "size: -602"))
    done = hepatrial("check", str(file), "--json")
    assert done.returncode == 3
    (outcome,) = json.loads(done.stdout)
    (issue,) = outcome["issues"]
    assert outcome["file"] == str(file)
    assert issue == {
        "rule": "schema-greater-than-equal",
        "severity": "error",
        "what": "size: out of range",
        "line": issue["line"],
        "column": 7,
        "key": "size",
        "found": "-602",
        "allowed": "1 or more",
        "fix": "change the number",
    }
    assert file.read_text().splitlines()[issue["line"] - 1].startswith("size: -602")


def test_a_shown_protocol_is_a_valid_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(hepatrial("protocols", "show", "asia-pacific").stdout)
    assert hepatrial("check", str(file)).stdout == f"{file}: no problems\n"


def test_the_list_of_protocols_names_use_registration_size_and_title():
    lines = hepatrial("protocols").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(protocol_names())
    rows = {line.split()[0]: line.split()[1:4] for line in lines}
    assert rows["sharp"] == ["calibration", "NCT00105443", "602"]
    assert rows["reach-2"] == ["validation", "NCT02435433", "292"]
    assert rows["gideon-child-pugh-b"] == ["calibration", "NCT00812175", "666"]
    assert len({line.index(" NCT") for line in lines}) == 1


SUMMARY = {
    "protocol": "Trial", "patients": 2000, "seed": 1,
    "arms": [
        {"arm": "drug", "os_median_months": 10.0, "os_median_ci": [9.0, None], "orr_percent": 2.0},
        {"arm": "placebo", "os_median_months": None, "os_median_ci": [20.2, None], "orr_percent": 0.0},
    ],
    "comparisons": [{"arm": "drug", "control": "placebo", "endpoint": "OS", "hr": 0.7, "ci": [0.6, 0.8]}],
    "published": {
        "arms": [{"arm": "drug", "os_median_months": 10.7, "os_median_ci": [9.4, 13.3]}],
        "comparisons": [{"arm": "drug", "control": "placebo", "endpoint": "OS", "hr": 0.69, "ci": [0.55, 0.87]}],
    },
}  # fmt: skip


def test_the_result_stands_beside_the_published_one_and_a_median_not_reached_is_told():
    assert list(rows(SUMMARY)) == [
        ("OS median, months", "drug", "10.0 (9.0–NR)", "10.7 (9.4–13.3)"),
        ("OS median, months", "placebo", "NR (20.2–NR)", "–"),
        ("OS hazard ratio", "drug v placebo", "0.70 (0.60–0.80)", "0.69 (0.55–0.87)"),
        ("response, %", "drug", "2.0", "–"),
        ("response, %", "placebo", "0.0", "–"),
    ]


def test_what_neither_side_has_is_left_out():
    unpublished = {
        **SUMMARY,
        "published": None,
        "arms": [{"arm": "drug", "orr_percent": None}],
        "comparisons": [],
    }
    assert list(rows(unpublished)) == []


def test_the_table_fits_80_columns_and_ends_with_notice_and_report(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    print_result(SUMMARY, tmp_path / "run")
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in lines[:-1])
    assert "not for treating a patient" in lines[-2]
    shown = " ".join(lines[-4:-2])
    assert "Simulated: Monte-Carlo error, not that of a trial. Published: a trial's." in " ".join(
        shown.split()
    )
    assert lines[-1] == f"report: {tmp_path / 'run' / 'report.html'}"
