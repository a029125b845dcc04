"""The command `hepatrial agents`."""

import json

import pytest
from typer.testing import CliRunner

from hepatrial.agents import load_agent
from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput, UsageError


def shown(*arguments):
    result = CliRunner().invoke(app, ["agents", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_list_names_dose_gaps_and_class():
    line = "sorafenib 400 mg twice daily 1 gap multikinase inhibitor (VEGFR, PDGFR, KIT, RAF)"
    assert line in [" ".join(row.split()) for row in shown().splitlines()]


def test_an_agent_shows_every_number_with_unit_spread_grade_and_source():
    lines = {" ".join(line.split()) for line in shown("sorafenib").splitlines()}
    assert "apparent clearance CL/F 5.71 L/h log sd 0.3 derived arrondeau2012; boudou-rouquette2012" in lines
    assert "VEGFR2 (Kd) 59 nM log sd 0.35 measured davis2011" in lines
    assert "EGFR (Kd) none found measured davis2011" in lines
    assert "exposure, Child-Pugh C not known" in lines
    assert "gaps: hepatic_ratio C" in lines


def test_no_note_is_lost():
    text = " ".join(shown("sorafenib").split())
    for label, quantity in load_agent("sorafenib").quantities():
        if quantity.note:
            assert quantity.note.split(";")[0].split("-")[0].strip() in text, label


def test_json_holds_the_same_numbers():
    record = json.loads(shown("sorafenib", "--json"))
    assert record["pharmacokinetics"]["volume_l"]["value"] == 213
    assert [a["potency"]["value"] for a in record["affinities"] if a["target"] == "MET"] == [None]
    assert record["gaps"] == ["hepatic_ratio C"]


def test_a_misspelt_name_is_a_mistake_of_use():
    with pytest.raises(UsageError, match="did you mean sorafenib"):
        CliRunner().invoke(app, ["agents", "sorafenip"], catch_exceptions=False)


def test_a_path_is_read_and_checked(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "name: mine\ndrug_class: x\nusual_dose: {mg: 1, interval_days: 1}\n"
        "molecular_weight_g_mol: {value: 1, unit: g/mol, grade: assumed, source: none}\n"
    )
    assert shown(str(path)).startswith("mine (x)")
    path.write_text("name: mine\n")
    with pytest.raises(InvalidInput, match="drug_class is missing"):
        CliRunner().invoke(app, ["agents", str(path)], catch_exceptions=False)
