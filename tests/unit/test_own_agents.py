"""A protocol names an agent's file beside it; the run folder carries the file, and is enough to repeat the run."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from hepatrial.agents import agent_names, load_agent
from hepatrial.agents.reading import read_agent_text
from hepatrial.agents.writing import agent_yaml
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.protocol.bundled_protocols import protocol_text
from hepatrial.protocol.loading import check, load, load_text
from hepatrial.report.reproduce import reproduce
from hepatrial.report.run import run_protocol
from hepatrial.virtual_trial import simulate

SORAFENIB = (files("hepatrial.agents") / "data" / "sorafenib.yaml").read_text(encoding="utf-8")
TESTINIB = SORAFENIB.replace("name: sorafenib\n", "name: testinib\n", 1)
SHARP = protocol_text("sharp")


def written(folder: Path, agent: str = "./testinib.yaml", text: str = TESTINIB) -> Path:
    """A SHARP whose sorafenib comes from a file, with that file."""
    folder.mkdir(exist_ok=True)
    (folder / "mine.yaml").write_text(SHARP.replace("agent: sorafenib", f"agent: {agent}"), encoding="utf-8")
    (folder / "testinib.yaml").write_text(text, encoding="utf-8")
    return folder / "mine.yaml"


def problem(protocol: Path) -> str:
    (issue,) = check(protocol).issues
    return str(issue)


def test_the_cases_change_what_they_mean_to():
    assert TESTINIB != SORAFENIB
    assert "agent: sorafenib" in SHARP


def test_a_run_with_an_agent_of_ones_own_repeats_from_its_folder_alone(tmp_path):
    out = tmp_path / "run"
    protocol = load(written(tmp_path / "from"))
    run_protocol(protocol, patients=32, replicates=0, seed=1, out=out)
    for file in (tmp_path / "from").iterdir():
        file.unlink()
    assert (out / "testinib.yaml").read_text(encoding="utf-8") == TESTINIB
    assert "testinib.yaml" in json.loads((out / "manifest.json").read_text())["files"]
    assert reproduce(out) > 10


def test_the_trial_calls_the_agent_by_its_name_and_the_numbers_are_those_of_the_file(tmp_path):
    weak = TESTINIB.replace("value: 5.71", "value: 500.0")
    assert weak != TESTINIB
    results = [
        simulate(written(tmp_path, text=text), patients=200, replicates=0) for text in (TESTINIB, weak)
    ]
    assert set(results[0].trial.exposure["agent"]) == {"testinib"}
    high, low = (result.twin(1)["sorafenib"].concentration_mg_l.max() for result in results)
    assert high > 20 * low
    assert results[0].protocol.hash != results[1].protocol.hash


def test_a_changed_protocol_keeps_its_agents(tmp_path):
    protocol = load(written(tmp_path))
    smaller = protocol.with_changes(size=500)
    assert (smaller.own_agents, smaller.size) == (protocol.own_agents, 500)
    assert "agent: ./testinib.yaml" in smaller.text


WRONG = {
    "no such file": ("./testinb.yaml", "the file cannot be read"),
    "outside by dots": ("../testinib.yaml", "not in the folder of the protocol"),
    "outside by root": ("/tmp/testinib.yaml", "not in the folder of the protocol"),
    "the name that the run gives to the protocol": ("./protocol.yaml", "may not be named protocol.yaml"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_path_that_cannot_be_is_told(case, tmp_path):
    path, said = WRONG[case]
    told = problem(written(tmp_path, path))
    assert said in told
    assert "fix:" in told


def test_a_file_that_cannot_be_read_is_told_where_the_protocol_names_it(tmp_path):
    protocol = written(tmp_path, "./none.yaml")
    line = SHARP[: SHARP.index("agent: sorafenib")].count("\n") + 1
    assert problem(protocol).startswith(f"{protocol}:{line}:")
    assert "./none.yaml: the file cannot be read" in problem(protocol)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    protocol = written(tmp_path / "in", "./link.yaml")
    (tmp_path / "secret.yaml").write_text(TESTINIB)
    (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "not in the folder of the protocol" in problem(protocol)


def test_problems_of_the_agents_file_are_told_with_their_line(tmp_path):
    told = problem(written(tmp_path, text=TESTINIB.replace("unit: L/h", "unit: mL/h", 1)))
    line = TESTINIB[: TESTINIB.index("clearance_l_per_h:")].count("\n") + 1
    assert told.startswith(f"./testinib.yaml:{line}:")
    assert "found:   mL/h" in told


def test_the_name_of_an_agent_of_the_catalogue_is_refused(tmp_path):
    told = problem(written(tmp_path, text=SORAFENIB))
    assert "there are two agents named sorafenib" in told
    assert "for example sorafenib-2" in told


def test_text_without_a_folder_names_no_files():
    with pytest.raises(InvalidInput, match="without a folder has no files beside it"):
        load_text(SHARP.replace("agent: sorafenib", "agent: ./testinib.yaml"))


def test_an_absurd_dose_of_ones_own_agent_is_told(tmp_path):
    protocol = written(tmp_path)
    protocol.write_text(protocol.read_text().replace("dose: 400 mg", "dose: 4000 mg"))
    assert any("daily dose is absurd" in issue.what for issue in check(protocol).issues)


@pytest.mark.parametrize("name", agent_names())
def test_an_agent_written_and_read_again_is_the_same(name):
    agent = load_agent(name)
    assert read_agent_text(agent_yaml(agent), agent.file) == agent


def test_agents_given_in_python_are_in_the_run_folder(sharp, tmp_path):
    agent = replace(load_agent("sorafenib"), name="testinib")
    arms = tuple(
        replace(arm, regimens=tuple(replace(r, agent="testinib") for r in arm.regimens)) for arm in sharp.arms
    )
    result = simulate(replace(sharp, arms=arms), patients=32, replicates=0, agents=[agent])
    result.report(tmp_path / "run")
    assert reproduce(tmp_path / "run") > 10
    assert read_agent_text((tmp_path / "run" / "testinib.yaml").read_text(), agent.file) == agent


def test_what_is_no_agent_is_refused(sharp):
    with pytest.raises(UsageError, match=r"not an agent\n  found: .*\n  allowed: .*load_agent"):
        simulate(sharp, agents=["sorafenib"])
    broken = replace(load_agent("sorafenib"), name="testinib", usual_dose_mg=-1.0)
    with pytest.raises(InvalidInput, match=r"testinib\.yaml"):
        simulate(sharp, agents=[broken])
