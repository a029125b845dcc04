"""Trials without embolisation or ablation are what they were before the model knew of these: hashes of SHARP's tables.

The hashes were taken before procedures entered the engine, for one set of parameters and one record of sorafenib. After
a refit, or another change that is meant, there is nothing to compare with and the test says so.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from hepatrial.agents import load_agent
from hepatrial.disease.parameters import default_parameters
from hepatrial.virtual_trial import simulate

STORED = Path(__file__).parent / "data_of_sharp_before_procedures.json"
LATER = ("tace.", "ablation.")
"""Groups of parameters that entered with the procedures."""


def of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def circumstances() -> dict[str, str]:
    """What a result depends on beside the engine: the parameters that were there before, and sorafenib's numbers."""
    values = {
        name: q.value
        for name, q in sorted(default_parameters().quantities.items())
        if not name.startswith(LATER)
    }
    numbers = {
        name: q.value for name, q in sorted(load_agent("sorafenib").quantities(), key=lambda pair: pair[0])
    }
    return {"parameters": of_text(json.dumps(values)), "sorafenib": of_text(json.dumps(numbers))}


def test_sharps_tables_are_bit_for_bit_what_they_were():
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    if circumstances() != stored["circumstances"]:
        pytest.skip("the hashes were taken with other parameters, or another record of sorafenib")
    trial = simulate("sharp", patients=2048, seed=7, replicates=0, workers=1).trial
    found = {name: of_text(table.write_csv()) for name, table in trial.tables().items()}
    assert found == stored["tables"]
