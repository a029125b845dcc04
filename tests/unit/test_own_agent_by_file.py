"""An agent of a user's own is a data file and nothing else: it works in every command, with gaps or without."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hepatrial.agents import fillings, recorded_agent
from hepatrial.cli.app import app
from hepatrial.protocol.bundled_protocols import protocol_text

DATA = files("hepatrial.agents") / "data"
SHARP = protocol_text("sharp")


def copied(folder: Path, agent: str, dose: str) -> Path:
    """A SHARP that gives a copy of an agent under the name testinib, from a file."""
    text = (DATA / f"{agent}.yaml").read_text(encoding="utf-8")
    (folder / "testinib.yaml").write_text(
        text.replace(f"name: {agent}\n", "name: testinib\n"), encoding="utf-8"
    )
    given = SHARP[SHARP.index("- agent: sorafenib") : SHARP.index("        interrupt_at_grade")]
    new = f"- agent: ./testinib.yaml\n        {dose}\n"
    protocol = folder / "mine.yaml"
    protocol.write_text(SHARP.replace(given, new, 1), encoding="utf-8")
    return protocol


def shown(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


CASES = {
    "complete": ("lenvatinib", "dose: 12 mg\n        schedule: once daily"),
    "with gaps": ("fisogatinib", "dose: 600 mg\n        schedule: once daily"),
}


@pytest.fixture(params=CASES)
def mine(request, tmp_path):
    agent, dose = CASES[request.param]
    return agent, copied(tmp_path, agent, dose)


def test_agents_shows_the_file_with_what_the_class_fills(mine):
    agent, protocol = mine
    file = protocol.parent / "testinib.yaml"
    text = shown("agents", file)
    assert text.startswith("testinib (")
    record = json.loads(shown("agents", file, "--json"))
    assert [each["name"] for each in record["filled_from_class"]] == [
        filling.name for filling in fillings(recorded_agent(agent))
    ]
    for filling in record["filled_from_class"]:
        assert filling["key"] in text.replace("\n    ", " ")
    assert "agent: ./my-testinib.yaml" in text


def test_check_names_the_numbers_that_come_from_the_class(mine):
    agent, protocol = mine
    text = shown("check", protocol)
    count = len(fillings(recorded_agent(agent)))
    assert f"testinib: {count} number" in text
    assert text.endswith("1 warning\n")


def test_run_simulates_it_and_says_what_its_class_filled(mine, tmp_path):
    _, protocol = mine
    summary = json.loads(
        shown("run", protocol, "--patients", 32, "--replicates", 0, "--out", tmp_path / "run", "--json")
    )
    assert any(warning.startswith("testinib: ") for warning in summary["warnings"])
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "from the class" in page
    assert (tmp_path / "run" / "testinib.yaml").is_file()


def test_export_of_sbml_holds_its_affinities(mine, tmp_path):
    _, protocol = mine
    shown("export-sbml", protocol, "--out", tmp_path / "patient.xml")
    assert "affinity_testinib_VEGFR2" in (tmp_path / "patient.xml").read_text(encoding="utf-8")
