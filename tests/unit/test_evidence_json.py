"""The evidence commands' JSON: strict, alone on stdout, and every key on its page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.evidence.collection import ENVIRONMENT

ROOT = Path(__file__).parents[2]
RECORD = str(ROOT / "tests" / "messages" / "record.yaml")
DOCUMENTED = set(re.findall(r"`([a-z][a-z0-9_]*)`", (ROOT / "docs" / "evidence-json.md").read_text("utf-8")))
"""Words in code on the page."""
RECORD_KEYS = set(re.findall(r"[a-z][a-z0-9_]+", (ROOT / "docs" / "evidence.md").read_text("utf-8")))
"""The page on records holds the keys of a record's file, and `show` prints those."""
BY_DATA = {
    "against_reference", "against_reference_second_prior", "sucra", "rank_probability", "by_design", "not_done",
    "left_out", "values", "read_in",
}  # fmt: skip
"""Objects whose keys are treatments, trials, quantities or parts of an answer."""

COMMANDS = [
    ("list", "--line", "2L"),
    ("search", "ramucirumab"),
    ("show", "himalaya"),
    ("check", RECORD, "sun1170"),
    ("meta", "--agent", "ramucirumab", "--apart", "afp-400"),
    ("meta", "--agent", "all", "--line", "2L", "--by", "year"),
    ("network", "--line", "1L", "--bayesian"),
    ("network", "--line", "2L", "--model", "random"),
    ("indication", "--agent", "ramucirumab"),
    ("indication", "--agent", "sorafenib", "--factor", "child-pugh"),
    ("surrogates", "--surrogate", "PFS", "--surrogate", "TTP"),
    ("surrogates", "--surrogate", "TTP", "--line", "2L"),
    ("reconstruct", "{curves}", "--n", "60", "--n", "60", "--published-hr", "0.7", "--published-ci", "0.4,1.2"),
    ("reconstruct", "{flat}", "--n", "5"),
    ("reconstruct", "--guess", "--arms", "a,b", "--n", "90", "--n", "90", "--events-together", "90",
     "--published-hr", "0.7", "--published-median", "10", "--follow-up", "17"),
]  # fmt: skip


@pytest.fixture
def places(tmp_path, monkeypatch):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    share = np.linspace(1, 0.2, 41)
    rows = [f"{k / 2},{s:.3f},{k / 2},{s**1.4:.3f}" for k, s in enumerate(share)]
    (tmp_path / "curves.csv").write_text("new,,old,\nX,Y,X,Y\n" + "\n".join(rows), encoding="utf-8")
    (tmp_path / "flat.csv").write_text("0,1\n9,1\n", encoding="utf-8")
    return {"curves": str(tmp_path / "curves.csv"), "flat": str(tmp_path / "flat.csv")}


def printed(command, places):
    run = CliRunner().invoke(
        app, ["evidence", *(word.format(**places) for word in command), "--json"], catch_exceptions=False
    )
    return run.stdout, run.stderr


def refuse(constant):
    raise ValueError(f"not JSON: {constant}")


def keys_of(content, *, by_data=False):
    if isinstance(content, dict):
        for key, value in content.items():
            if not by_data:
                yield key
            yield from keys_of(value, by_data=key in BY_DATA and not by_data)
    elif isinstance(content, list):
        for value in content:
            yield from keys_of(value)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(Path(word).name for word in words))
def test_json_is_strict_alone_on_stdout_and_its_keys_are_documented(command, places):
    stdout, stderr = printed(command, places)
    content = json.loads(stdout, parse_constant=refuse)
    known = DOCUMENTED | (RECORD_KEYS if command[0] == "show" else set())
    assert set(keys_of(content)) - known == set()
    assert stderr == ""
