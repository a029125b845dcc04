"""An agent that is a data file alone, made up for this test, in every command that takes agents or protocols."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app

MADE_UP = """
name: madeupinib
drug_class: made-up inhibitor
molecular_weight_g_mol: {value: 450, unit: g/mol, grade: assumed, source: made up for a test}
usual_dose: {mg: 100, interval_days: 1}
pharmacokinetics:
  clearance_l_per_h: {value: 6, unit: L/h, grade: assumed, source: a test, distribution: lognormal, spread: 1}
affinities:
  - {target: VEGFR2, kind: Kd, potency: {value: 9, unit: nM, grade: assumed, source: a test,
     distribution: lognormal, spread: 1}}
  - {target: MEK, kind: IC50}
adverse_events:
  - {name: rash, grade: 3}
"""

TRIAL = """
hepatrial: 1
name: Made up
population: {baseline: sharp}
size: 60
randomisation: {ratio: {staged: 1, both: 1, none: 1}, block_size: 3}
arms:
  - name: staged
    agents: [{agent: ./madeupinib.yaml, dose: 100 mg, schedule: once daily}]
    treat_until: progression
    sequence: [{give: [./madeupinib.yaml], until: progression}, {give: [], for: 4 weeks}, {give: [./madeupinib.yaml]}]
  - name: both
    agents:
      - {agent: sorafenib, dose: 400 mg, schedule: twice daily}
      - {agent: ./madeupinib.yaml, dose: 100 mg, schedule: once daily}
    treat_until: progression
    tace: {kind: conventional, max_sessions: 3}
  - {name: none, agents: [], treat_until: progression}
control: none
accrual: {duration: 12 months}
visits: {clinic: 3 weeks, scan: 6 weeks}
response: {progression: mRECIST, reported: [mRECIST]}
endpoints: [OS, TTP]
data_cut: {after: 15 months}
horizon: 15 months
"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    (folder / "madeupinib.yaml").write_text(MADE_UP, encoding="utf-8")
    (folder / "trial.yaml").write_text(TRIAL, encoding="utf-8")
    return folder / "trial.yaml"


def shown(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_check_and_agents_take_it(trial):
    assert "madeupinib: 13 numbers have no source" in shown("check", trial)
    text = shown("agents", trial.parent / "madeupinib.yaml")
    assert "filled from the class" in text
    assert "assumed numbers make 100% of the variance" in text


def test_combine_takes_it_with_an_agent_of_the_catalogue(trial, tmp_path):
    file = trial.parent / "madeupinib.yaml"
    record = json.loads(shown("combine", file, "sorafenib", "--json", "--out", tmp_path / "pair"))
    assert record["tolerability"]["answer"] == "not tolerable as far as known"
    assert record["at_usual_doses"]["first"]["value"] > 0.0
    assert "madeupinib" in (tmp_path / "pair" / "combination.html").read_text(encoding="utf-8")
    shown("reproduce", tmp_path / "pair")


def test_the_report_draws_what_it_hits_beside_the_other_agents(trial, tmp_path):
    shown("run", trial, "--patients", 60, "--replicates", 0, "--out", tmp_path / "run", "--quiet")
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    drawn = page[page.index("Which nodes each arm hits") :]
    assert re.search(r"MEK \d\d %", drawn)
    assert re.search(r"VEGFR2 \d\d %", drawn)
    warnings = json.loads((tmp_path / "run" / "summary.json").read_text())["warnings"]
    assert any(warning.startswith("madeupinib: no trial of it was fitted") for warning in warnings)


def test_resistance_and_liver_take_it(trial):
    causes = shown("resistance", trial, "--patients", 32, "--quiet")
    assert "staged: " in causes
    assert "both: " in causes
    liver = shown("liver", trial, "--patients", 400, "--draws", 0, "--quiet")
    assert "staged against none" in liver


def test_export_writes_its_course_in_stages_and_beside_sessions(trial, tmp_path):
    for arm in ("staged", "both"):
        shown("export-sbml", trial, "--arm", arm, "--out", tmp_path / f"{arm}.xml")
        assert "affinity_madeupinib_MEK" in (tmp_path / f"{arm}.xml").read_text(encoding="utf-8")
