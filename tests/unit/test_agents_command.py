"""The command `hepatrial agents`."""

import csv
import json
import re

import pytest
from typer.testing import CliRunner

from hepatrial.agents import agent_names, load_agent
from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput, UsageError


def shown(*arguments):
    result = CliRunner().invoke(app, ["agents", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def row_of(agent):
    return next(" ".join(row.split()) for row in shown().splitlines() if row.startswith(f"{agent} "))


def test_the_list_names_class_main_targets_completeness_and_what_is_missing():
    line = (
        r"sorafenib multikinase inhibitor \(VEGFR, PDGFR,... "
        r"PDGFRB [\d.]+, VEGFR2 [\d.]+, RAF1 [\d.]+ 91% Child-Pugh C"
    )
    assert re.fullmatch(line, row_of("sorafenib"))
    assert {row.split()[0] for row in shown().splitlines() if "%" in row} == set(agent_names())


def test_the_list_marks_what_rests_on_assumed_numbers():
    assert re.search(r"VEGFR2 [\d.]+\?", row_of("lenvatinib"))  # an IC50
    assert re.search(r"MET [\d.]+\?", row_of("tepotinib"))  # the class
    assert "none that acts" in row_of("tivantinib")


def test_an_agent_is_found_by_another_name():
    assert shown("rivoceranib") == shown("apatinib")


def test_an_agent_tells_which_numbers_make_its_occupancy_unsure():
    text = " ".join(shown("brivanib").split())
    assert re.search(
        r"VEGFR2 [\d.]+ over K \d+% \(\d+% to \d+%\) assumed numbers make \d+% of the variance", text
    )
    assert "`pharmacokinetics.clearance_l_per_h`" in text
    assert "agent: ./my-brivanib.yaml" in text


def test_an_agent_without_gaps_to_fill_says_nothing_of_its_class():
    assert "filled from the class" not in shown("sorafenib")


def test_a_folder_holds_the_map_of_targets_and_every_number(tmp_path):
    shown("--out", str(tmp_path / "agents"))
    folder = tmp_path / "agents"
    assert (folder / "figures" / "targets.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (folder / "figures" / "targets.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "agents.html").is_file()
    with (folder / "targets.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["agent"] for row in rows} == set(agent_names()) - {"tivantinib"}
    for row in rows:
        shares = sum(float(value) for name, value in row.items() if name.startswith("share_of_"))
        assert shares == pytest.approx(1.0)


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
        "molecular_weight_g_mol: {value: 500, unit: g/mol, grade: assumed, source: none}\n"
    )
    assert shown(str(path)).startswith("mine (x)")
    path.write_text("name: mine\n")
    with pytest.raises(InvalidInput, match="drug_class is missing"):
        CliRunner().invoke(app, ["agents", str(path)], catch_exceptions=False)
