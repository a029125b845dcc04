"""The command line before any work: quick, with exit codes and near misses."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from hepatrial.cli import main; main()"]
TRIAL = Path(__file__).parents[1] / "messages" / "trial.yaml"
HEAVY = ("jax", "numpy", "scipy", "polars", "matplotlib", "yaml", "numba", "rich.table")


def hepatrial(*arguments, **options):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=120, **options)


def test_help_takes_well_under_half_a_second_of_processor_time():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert hepatrial("--help").returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"], ["chek"]])
def test_nothing_heavy_is_imported_before_there_is_work(arguments):
    code = (
        "import sys\nfrom hepatrial.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.stderr.endswith("loaded []\n")


def test_the_version_is_that_of_the_package():
    assert hepatrial("--version").stdout == f"hepatrial {version('hepatrial')}\n"


def test_help_names_every_command():
    text = hepatrial("--help").stdout
    commands = ("run", "check", "schema", "agents", "export-sbml", "reproduce", "protocols")
    assert all(re.search(rf"^  {name} ", text, re.MULTILINE) for name in commands)
    assert "not for treating" in text


USAGE = {
    "no command": ([], "Usage:"),
    "an unknown command": (["chek"], "Did you mean 'check'"),
    "an unknown option": (["run", "sharp", "--pateints", "3"], "--patients"),
    "no protocol": (["run"], "PROTOCOL"),
    "an option without its value": (["run", "sharp", "--seed"], "requires an argument"),
    "no patients": (["run", "sharp", "--patients", "0"], "found:   0\n  allowed: 1 to 5000000"),
    "fewer than no patients": (["run", "sharp", "--patients", "-1"], "found:   -1\n"),
    "far too many patients": (["run", "sharp", "--patients", "1000000000000"], "found:   1000000000000\n"),
    "patients in scientific notation": (["run", "sharp", "--patients", "1e12"], "found:   1e12\n"),
    "patients in words": (["run", "sharp", "--patients", "many"], "found:   many\n"),
    "patients in other digits": (["run", "sharp", "--patients", "٣"], "found:   ٣\n"),
    "half a replicate": (["run", "sharp", "--replicates", "1.5"], "found:   1.5\n"),
    "a negative seed": (["run", "sharp", "--seed", "-1"], "allowed: 0 to 9223372036854775807"),
    "a seed beyond its bounds": (["run", "sharp", "--seed", str(2**63)], "allowed: 0 to 9223372036854775807"),
    "no workers": (["run", "sharp", "--workers", "0"], "allowed: 1 to 256"),
    "an unknown precision": (["run", "sharp", "--precision", "float46"], "did you mean float64?"),
    "an unknown figure format": (["run", "sharp", "--figures", "png,pgn"], "found:   pgn\n  allowed: png, svg"),
    "an unknown bundled protocol to show": (["protocols", "show", "shap"], "did you mean sharp?"),
    "an unknown agent to show": (["agents", "sorafenip"], "did you mean sorafenib?"),
    "an arm that the protocol lacks": (["export-sbml", "sharp", "--out", "x", "--arm", "plazebo"],
                                       "did you mean placebo?"),
    "a folder that holds no run": (["reproduce", "."], "is not a run folder"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", USAGE)
def test_a_mistake_of_use_has_exit_code_2_and_says_what_is_allowed(mistake, tmp_path):
    arguments, expected = USAGE[mistake]
    done = hepatrial(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert expected in (done.stdout if mistake == "no command" else done.stderr) + done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", [["run"], ["check"], ["export-sbml", "--out", "x.xml"], ["run", "--json"]]
)
def test_an_invalid_protocol_has_exit_code_3_and_lists_all_problems(command, tmp_path):
    text = TRIAL.read_text().replace("size: 300", "size: -1").replace("control: placebo", "control: plazebo")
    (tmp_path / "bad.yaml").write_text(text)
    done = hepatrial(command[0], "bad.yaml", *command[1:], cwd=tmp_path)
    assert done.returncode == 3
    said = done.stdout if command == ["check"] else done.stderr
    assert "bad.yaml:15:7: size: out of range" in said
    assert "bad.yaml:34:10: unknown arm: plazebo" in said
    assert "fix:     did you mean `placebo`?" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.yaml"]
    if command != ["check"]:
        assert done.stdout == ""


def test_a_check_of_several_files_says_all_and_fails_if_one_does(tmp_path):
    done = hepatrial("check", "sharp", str(tmp_path / "none.yaml"), "asia-pacific")
    assert done.returncode == 3
    assert "sharp: no problems" in done.stdout
    assert "asia-pacific: no problems" in done.stdout
    assert "none.yaml: 1 error" in done.stdout


def test_a_check_with_only_warnings_is_done(tmp_path):
    file = tmp_path / "dose.yaml"
    file.write_text(TRIAL.read_text().replace("dose: 400 mg", "dose: 800 mg"))
    done = hepatrial("check", str(file))
    assert done.returncode == 0
    assert done.stdout.startswith("warning: ")
    assert done.stdout.endswith("dose.yaml: 1 warning\n")


def test_a_file_that_may_not_be_read_is_named(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("the superuser may read everything")
    file = tmp_path / "secret.yaml"
    file.write_text("name: x")
    file.chmod(0)
    done = hepatrial("check", str(file))
    assert done.returncode == 3
    assert "Permission denied" in done.stdout


def test_an_error_inside_is_one_line_and_a_traceback_only_with_debug():
    code = "import hepatrial.protocol.loading as l\nl.check = lambda f: 1 / 0\nfrom hepatrial.cli import main\nmain()"
    for option, traced in (((), False), (("--debug",), True)):
        arguments = [sys.executable, "-c", code, "check", "sharp", *option]
        done = subprocess.run(arguments, capture_output=True, text=True)
        assert done.returncode == 1
        assert "hepatrial: an error inside hepatrial: ZeroDivisionError" in done.stderr
        assert ("Traceback" in done.stderr) == traced
