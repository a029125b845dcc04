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

from hepatrial.cli import main

COMMAND = [sys.executable, "-c", "from hepatrial.cli import main; main()"]
TRIAL = Path(__file__).parents[1] / "messages" / "trial.yaml"
HEAVY = ("jax", "numpy", "scipy", "polars", "matplotlib", "yaml", "numba", "rich.table")


def hepatrial(*arguments, **options):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=120, **options)


def test_the_package_runs_as_a_module_too():
    done = subprocess.run(
        [sys.executable, "-m", "hepatrial", "--version"], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout.split()) == (0, ["hepatrial", version("hepatrial")])


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


@pytest.fixture
def here(monkeypatch, capsys, tmp_path):
    """Run a command in this process, in a folder of its own: exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda number, handler: None)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["hepatrial", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("mistake", USAGE)
def test_a_mistake_of_use_has_exit_code_2_and_says_what_is_allowed(mistake, here, tmp_path):
    arguments, expected = USAGE[mistake]
    code, out, err = here(*arguments)
    assert code == 2
    assert expected in (out if mistake == "no command" else "") + err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


COMMANDS = [["run"], ["check"], ["export-sbml", "--out", "x.xml"], ["run", "--json"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_invalid_protocol_has_exit_code_3_and_lists_all_problems(command, here, tmp_path):
    text = TRIAL.read_text().replace("size: 300", "size: -1").replace("control: placebo", "control: plazebo")
    (tmp_path / "bad.yaml").write_text(text)
    code, out, err = here(command[0], "bad.yaml", *command[1:])
    assert code == 3
    said = out if command == ["check"] else err
    assert "bad.yaml:15:7: size: out of range" in said
    assert "bad.yaml:34:10: unknown arm: plazebo" in said
    assert "fix:     did you mean `placebo`?" in said
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]
    if command != ["check"]:
        assert out == ""


def test_a_check_of_several_files_says_all_and_fails_if_one_does(here):
    code, out, _ = here("check", "sharp", "none.yaml", "asia-pacific")
    assert code == 3
    assert "sharp: no problems" in out
    assert "asia-pacific: no problems" in out
    assert "none.yaml: 1 error" in out


def test_a_check_with_only_warnings_is_done(here, tmp_path):
    (tmp_path / "dose.yaml").write_text(TRIAL.read_text().replace("dose: 400 mg", "dose: 800 mg"))
    code, out, _ = here("check", "dose.yaml")
    assert code == 0
    assert out.startswith("warning: ")
    assert out.endswith("dose.yaml: 1 warning\n")


def test_a_file_that_may_not_be_read_is_named(here, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("the superuser may read everything")
    (tmp_path / "secret.yaml").write_text("name: x")
    (tmp_path / "secret.yaml").chmod(0)
    code, out, _ = here("check", "secret.yaml")
    assert code == 3
    assert "Permission denied" in out


@pytest.mark.parametrize("traced", [False, True])
def test_an_error_inside_is_one_line_and_a_traceback_only_with_debug(traced, here, monkeypatch):
    monkeypatch.setattr("hepatrial.protocol.loading.check", lambda file: 1 / 0)
    code, _, err = here("check", "sharp", *(["--debug"] if traced else []))
    assert code == 1
    assert "hepatrial: an error inside hepatrial: ZeroDivisionError" in err
    assert ("Traceback" in err) == traced


def test_want_of_memory_is_said_with_the_remedy(here, monkeypatch):
    def greedy(file):
        raise MemoryError

    monkeypatch.setattr("hepatrial.protocol.loading.check", greedy)
    code, _, err = here("check", "sharp")
    assert code == 1
    assert err == "hepatrial: not enough memory\n  fix:     fewer --patients, --replicates or --workers\n"
