"""The command `hepatrial evidence`: list, show, search, check; exit codes and what goes where."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.evidence.collection import ENVIRONMENT

OWN = (Path(__file__).parents[1] / "messages" / "record.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "newtrial.yaml").write_text(OWN, encoding="utf-8")
    return str(tmp_path / "records")


def run(*arguments):
    return CliRunner().invoke(app, ["evidence", *arguments], catch_exceptions=False)


def shown(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    return result.stdout


def test_the_list_is_a_line_a_trial_with_ratio_and_use():
    lines = shown("list", "--line", "2L", "--use", "calibration").splitlines()
    assert lines[0].split() == ["trial", "year", "line", "n", "OS", "hazard", "ratio", "use", "treatments"]
    assert (
        " ".join(lines[3].split())
        == "reach 2015 2L 565 0.87 (0.72 to 1.05) calibration ramucirumab v placebo"
    )
    assert lines[-1] == "4 trials"
    assert all(len(line) <= 150 for line in lines)


def test_columns_of_the_list_do_not_run_into_each_other():
    rows = shown("list").splitlines()
    start = rows[0].index("use")
    assert all(row[start - 1] == " " and row[start] != " " for row in rows[1:-1])


def test_the_list_as_json_marks_what_is_the_users_own(folder):
    rows = json.loads(shown("list", "--agent", "lenvatinib", "--records", folder, "--json"))
    assert {row["trial"]: row["own"] for row in rows}["newtrial"] is True
    assert sum(row["own"] for row in rows) == 1
    text = shown("list", "--agent", "lenvatinib", "--records", folder)
    assert "OWN lenvatinib v sorafenib" in text
    assert "1 of them your own" in text


def test_show_names_the_source_of_every_number_and_keeps_the_unconfirmed_apart():
    text = shown("show", "reach-2")
    confirmed, apart = text.split("NOT CONFIRMED")
    assert "0.71 (0.531 to 0.949) 95 %   Zhu AX et al. 2019, 10.1016/S1470-2045(18)30937-9" in confirmed
    assert "0.45 (0.34 to 0.60) 95 % taken, not stated" in confirmed
    assert "0.427" not in confirmed
    assert "? ramucirumab v placebo: ttp hr 0.427" in apart
    assert "early trial               Zhu 2013, ramucirumab [zhu-ramucirumab]: not datable" in confirmed


def test_show_says_what_kind_of_report_it_is_and_which_others_there_are():
    assert "see also                  IMbrave150, primary analysis [imbrave150-primary]" in shown(
        "show", "imbrave150"
    )
    assert "part of                   IMbrave150 [imbrave150]" in shown("show", "imbrave150-primary")
    assert "pools                     SHARP [sharp]; Asia-Pacific [asia-pacific]" in shown(
        "show", "SHARP and Asia-Pacific pooled"
    )


def test_show_states_conflicts_and_levels_that_were_taken():
    text = " ".join(shown("show", "evolve-1").split())
    assert "os median months (7.6 is shown): " in text
    assert "95 % taken, not stated" in shown("show", "reflect")


def test_show_as_json_holds_every_section():
    record = json.loads(shown("show", "sharp", "--json"))
    assert record["arms"][0]["os_median_months"] == 10.7
    assert {row["of"] for row in record["unconfirmed"]} >= {"sorafenib", "placebo"}
    assert record["citation"] == "Llovet JM et al. 2008, 10.1056/NEJMoa0708857"


def test_show_as_yaml_is_a_record_that_can_be_checked(tmp_path):
    path = tmp_path / "mine.yaml"
    text = shown("show", "brisk-ps", "--yaml")
    path.write_text(text.replace("BRISK-PS", "MINE").replace("NCT00825955", "NCT09999998"), encoding="utf-8")
    result = run("check", str(path))
    assert result.exit_code == 0, result.stdout


def test_an_own_record_is_shown_as_such(folder):
    assert shown("show", "newtrial", "--records", folder).startswith("NEWTRIAL  (OWN RECORD: ")


def test_search_finds_all_words_and_says_by_its_code_if_nothing_was_found():
    assert shown("search", "ramucirumab AFP").splitlines()[-1] == "4 trials"
    assert shown("search", "ramucirumab", "AFP") == shown("search", "ramucirumab AFP")
    result = run("search", "nothing of the kind")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "0 trials"


def test_check_of_sound_records_ends_with_0_and_says_so(folder):
    result = run("check", "sharp", folder)
    assert result.exit_code == 0
    assert [line.rsplit(": ")[-1] for line in result.stdout.splitlines()] == ["no problems", "no problems"]


def test_check_of_a_broken_record_ends_with_3_and_lists_all(folder):
    path = Path(folder) / "newtrial.yaml"
    path.write_text(OWN.replace("level: 95", "level: 0.95").replace("n: 198", "m: 198"), encoding="utf-8")
    result = run("check", str(path))
    assert result.exit_code == 3
    assert result.stdout.splitlines()[-1] == f"{path}: 3 errors"  # the level, the unknown key, no n
    issues = json.loads(run("check", str(path), "--json").stdout)[0]["issues"]
    assert {"rule", "severity", "what", "line", "key", "found", "allowed", "fix"} <= set(issues[0])
    assert all(issue["line"] for issue in issues)


def test_warnings_are_shown_and_end_with_0():
    result = run("check", "sun1170")
    assert result.exit_code == 0
    assert result.stdout.startswith("warning: sun1170.yaml:")
    assert result.stdout.splitlines()[-1] == "sun1170.yaml: 2 warnings"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("show", "reflct"), UsageError, "did you mean reflect"),
        (("list", "--agent", "sorafinib"), UsageError, "did you mean sorafenib"),
        (("list", "--records", "nowhere"), UsageError, "the folder of records is not there"),
        (("list", "--records", __file__), UsageError, "is a file\\n(.|\\n)*name the folder that holds it"),
        (("list", "--records", "tests/published"), UsageError, "no record in the folder of records"),
    ],
)
def test_mistakes_of_use_say_how_to_mend_them(arguments, error, message):
    with pytest.raises(error, match=message):
        run(*arguments)


def test_a_broken_own_record_stops_the_other_commands_with_its_line(folder):
    (Path(folder) / "newtrial.yaml").write_text(OWN.replace("level: 95", "level: 0.95"), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"newtrial\.yaml:12:92"):
        run("list", "--records", folder)


def test_the_process_ends_with_2_for_a_mistake_of_use_and_3_for_an_invalid_record(folder):
    command = [sys.executable, "-m", "hepatrial.cli"]
    if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode != 0:
        command = [sys.executable, "-c", "from hepatrial.cli import main; main()"]
    (Path(folder) / "newtrial.yaml").write_text("name: x\n", encoding="utf-8")
    for arguments, code in (
        (["show", "reflct"], 2),
        (["list", "--records", folder], 3),
        (["show", "sharp"], 0),
    ):
        done = subprocess.run([*command, "evidence", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert bool(done.stdout) == (code == 0)
