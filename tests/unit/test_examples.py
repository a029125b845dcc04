"""The examples do what they say: protocols pass the check, scripts run and print numbers that hold."""

from __future__ import annotations

import csv
import importlib.util
import math
import re
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from scipy.special import ndtri
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.protocol.loading import check, load
from hepatrial.survival import SurvivalTimes, cox, kaplan_meier, log_rank

FOLDER = Path(__file__).parents[2] / "examples"
PROTOCOLS = sorted(FOLDER.glob("*.yaml"))


def script(name):
    """An example script as a module."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def own_rows():
    with (FOLDER / "own-trial.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_a_protocol_has_no_problems_and_no_warnings(path):
    found = check(path)
    # What no source gives of an agent is told, and that a pair was never given.
    assert {issue.rule for issue in found.issues} <= {"agent-has-its-numbers", "pair-is-tolerated"}
    assert all(issue.severity == "warning" for issue in found.issues)
    assert found.protocol.published is None


def test_the_command_finds_no_problems_in_any_protocol():
    done = CliRunner().invoke(app, ["check", *map(str, PROTOCOLS)])
    assert done.exit_code == 0
    assert done.stdout.count("no problems") == len(PROTOCOLS) - 2 == 3
    assert "partners-against-resistance.yaml: 4 warnings\n" in done.stdout
    assert "strategies-against-resistance.yaml: 1 warning\n" in done.stdout


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_a_protocol_begins_with_its_question_and_the_commands_that_answer_it(path):
    header = path.read_text(encoding="utf-8").split("hepatrial: 1")[0]
    assert header.startswith("# Question: ")
    assert f"#   hepatrial check examples/{path.name}" in header
    assert f"#   hepatrial run examples/{path.name}" in header


def test_every_example_stands_in_the_list():
    listed = set(re.findall(r"`([\w-]+\.(?:yaml|py|csv))`", (FOLDER / "README.md").read_text("utf-8")))
    there = {path.name for path in FOLDER.iterdir() if path.suffix in {".yaml", ".py", ".csv"}}
    assert listed == there


def test_the_columns_of_the_table_stand_in_the_list(own_rows):
    explained = set(re.findall(r"`(\w+)`", (FOLDER / "README.md").read_text("utf-8")))
    assert set(own_rows[0]) <= explained


def test_events_of_the_three_arms_are_those_of_schoenfelds_formula():
    protocol = load(FOLDER / "three-arms-90-percent-power.yaml")
    normal = ndtri(1 - protocol.analysis.one_sided_alpha) + ndtri(0.9)
    of_a_pair = math.ceil(4 * normal**2 / math.log(0.70) ** 2)
    assert of_a_pair == 331
    assert protocol.data_cut.events == math.ceil(of_a_pair * 3 / 2)


def test_the_table_of_ones_own_says_where_each_changed_covariate_comes_from():
    baseline = yaml.safe_load((FOLDER / "child-pugh-b7.yaml").read_text("utf-8"))["population"]["baseline"]
    assert set(baseline["sources"]) == {*baseline["categories"], *baseline["continuous"]}


def test_power_rises_with_the_size_of_the_trial(capsys):
    example = script("power_by_size")
    example.main()
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.startswith("patients  deaths  hazard ratio")
    sizes, deaths, power = zip(
        *((int(r.split()[0]), int(r.split()[1]), float(r.split()[4])) for r in rows), strict=True
    )
    assert sizes == example.SIZES
    assert deaths == tuple(round(321 * size / 602) for size in sizes)
    assert 0.0 < power[0] < power[1] < power[2] < power[3] <= 1.0
    # More than the error of 1,000 replicates: they are all drawn from the same patients.
    for share, row in zip(power, rows, strict=True):
        assert float(row.split("(")[2].rstrip(")")) > 1.2 * math.sqrt(share * (1.0 - share) / 1000)


def test_the_trial_of_ones_own_is_read_as_its_dates_say(own_rows):
    trial = script("analyse_own_trial").read_trial(FOLDER / "own-trial.csv")
    first = min(date.fromisoformat(row["randomised"]) for row in own_rows)
    for row, subject in zip(own_rows, trial.subjects.iter_rows(named=True), strict=True):
        entry = date.fromisoformat(row["randomised"])
        dead, progression = bool(row["cause_of_death"]), row["progression"]
        end = progression or (row["last_contact"] if dead else row["last_scan"])
        assert subject["randomised_day"] == (entry - first).days
        assert subject["os_days"] == (date.fromisoformat(row["last_contact"]) - entry).days
        assert subject["os_event"] == {"": 0, "cancer": 1, "liver": 2}[row["cause_of_death"]]
        assert subject["ttp_days"] == subject["pfs_days"] == (date.fromisoformat(end) - entry).days
        assert subject["ttp_event"] == (1 if progression else 2 if dead else 0)


def test_an_unknown_cause_of_death_is_not_taken_for_alive(tmp_path):
    text = (FOLDER / "own-trial.csv").read_text("utf-8").replace(",cancer\n", ",accident\n", 1)
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    with pytest.raises(pl.exceptions.InvalidOperationError, match="incomplete mapping"):
        script("analyse_own_trial").read_trial(tmp_path / "table.csv")


def test_what_the_analysis_prints_is_what_the_estimators_say_of_the_table(own_rows, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["analyse_own_trial.py"])
    script("analyse_own_trial").main()
    printed = capsys.readouterr().out
    days = [
        (date.fromisoformat(row["last_contact"]) - date.fromisoformat(row["randomised"])).days
        for row in own_rows
    ]
    times = SurvivalTimes(np.array(days), np.array([bool(row["cause_of_death"]) for row in own_rows]))
    experimental = np.array([row["arm"] == "experimental" for row in own_rows])
    strata = [row["ecog"] for row in own_rows]
    fit = cox(times, experimental, ["arm"], strata=strata)
    p = log_rank(times, experimental, strata).p
    expected = f"OS: hazard ratio {fit.hr[0]:.2f} ({fit.lower[0]:.2f} to {fit.upper[0]:.2f}), p {p:.3f}"
    assert f"{expected}, {fit.events} events" in printed
    for arm, rows in (("experimental", experimental), ("control", ~experimental)):
        median = [value / 30.4375 for value in kaplan_meier(times.select(rows)).median()]
        shown = "OS {:.1f} ({:.1f} to {:.1f})".format(*median)
        assert f"{arm}: {rows.sum()} subjects; medians in months: {shown}" in printed
