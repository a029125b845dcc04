"""Small mistakes on the command line: told, never a hang, never a file lost."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from hepatrial.cli.result_table import print_result

COMMAND = [sys.executable, "-c", "from hepatrial.cli import main; main()"]


def hepatrial(*arguments, **options):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, **options)


@pytest.mark.parametrize("formats", ["", ",", " , "])
def test_figures_without_a_format_are_a_usage_error(formats):
    done = hepatrial("run", "sharp", "--figures", formats)
    assert done.returncode == 2
    assert "no figure format" in done.stderr
    assert "allowed: png, svg" in done.stderr


def test_a_closed_stdout_is_no_error_inside():
    done = subprocess.run(
        ["sh", "-c", '"$0" -c "from hepatrial.cli import main; main()" schema >&-', sys.executable],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_named_pipe_is_refused_at_once_and_the_pipe_of_a_shell_is_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "found:   a pipe" in hepatrial("check", str(tmp_path / "pipe")).stdout
    shown = hepatrial("protocols", "show", "sharp").stdout
    assert "no problems" in hepatrial("check", "/dev/stdin", input=shown).stdout


def test_an_sbml_file_is_replaced_only_if_asked_for(tmp_path):
    out = tmp_path / "model.xml"
    out.write_text("mine")
    refused = hepatrial("export-sbml", "sharp", "--out", str(out))
    assert (refused.returncode, out.read_text()) == (2, "mine")
    assert "replace it with --force" in refused.stderr
    assert hepatrial("export-sbml", "sharp", "--out", str(out), "--force").returncode == 0
    assert out.read_text().startswith("<?xml")


@pytest.mark.parametrize(("number", "said"), [(1, "1 virtual patient,"), (2000, "2,000 virtual patients,")])
def test_one_patient_is_said_as_one(number, said, capsys, tmp_path):
    print_result({"protocol": "X", "patients": number, "seed": 1, "arms": [], "comparisons": []}, tmp_path)
    assert said in " ".join(capsys.readouterr().out.split())
