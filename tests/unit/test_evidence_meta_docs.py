"""docs/evidence-questions.md tells the truth: its examples, its options, its files."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
import typer

from hepatrial.cli.app import app
from hepatrial.evidence.collection import ENVIRONMENT
from hepatrial.evidence.questions.networks import network_answer
from hepatrial.evidence.questions.prior_choice import EMPIRICAL, WEAK
from hepatrial.evidence.questions.trial_covariates import COVARIATES

PAGE = (Path(__file__).parents[2] / "docs" / "evidence-questions.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def no_records_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_every_example_gives_the_answer_that_stands_below_it():
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(code, {}, "docs/evidence-questions.md", None, 0)
    assert len(examples.examples) > 15
    shown: list[str] = []
    result = doctest.DocTestRunner().run(examples, out=shown.append)
    assert result.failed == 0, "".join(shown)


@pytest.mark.parametrize("command", ["meta", "network"])
def test_every_option_of_a_command_is_on_the_page(command):
    commands = typer.main.get_command(app).commands["evidence"].commands
    options = {option for one in commands[command].params for option in one.opts if option.startswith("--")}
    section = PAGE.split(f"## `{command}`")[1]
    elsewhere = PAGE.split("## What counts")[0] + PAGE.split("## What counts")[1].split("\n## ")[0]
    everywhere = {"--records", "--out", "--force", "--json", "--help"}
    for option in options - {"--help", "--knapp-hartung"}:
        assert f"{option}" in (elsewhere if option in everywhere else section), option


def test_every_property_and_every_prior_is_on_the_page():
    (row,) = re.findall(r"\| `--by` \| (.+?) \|", PAGE)
    assert all(one.key in re.split(r"[\s,]+", row) for one in COVARIATES)
    assert all(f"`{name}`" in PAGE for name in (*EMPIRICAL, WEAK))


@pytest.mark.parametrize("line", ["1L", "2L", "TACE"])
@pytest.mark.parametrize("endpoint", ["OS", "PFS", "TTP"])
def test_no_network_of_the_registry_closes_a_loop(line, endpoint):
    """When one does, the page is to be written anew, and its node splits looked at."""
    found = network_answer(line, endpoint).analysis
    assert found.splits == ()
    assert found.q.between.df == 0


def test_the_trials_that_the_page_calls_narrow_are():
    told = " ".join(network_answer("2L", "PFS").cautions)
    for study in ("REACH-2", "METIV-HCC", "JET-HCC"):
        assert f"{study} (" in told
