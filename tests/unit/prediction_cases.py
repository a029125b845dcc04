"""Small phase 2 and phase 3 trials, and a small prediction, that several tests look at."""

from __future__ import annotations

from functools import cache

import yaml

from hepatrial.prediction.answer import Prediction, predict
from hepatrial.prediction.phase2_file import Phase2, read_phase2_text
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.loading import load
from hepatrial.protocol.own_agents import already_read

SMALL = {"draws": 16, "patients": 64, "workers": 1}
RESULTS = (
    {"quantity": "os_median_months", "value": 9.8, "interval": [5.5, 13.2]},
    {"quantity": "ttp_median_months", "value": 2.7},
    {"quantity": "orr_percent", "value": 4.3},
    {"quantity": "toxic_deaths", "value": 1},
)
"""Made up."""


def phase2_text(results=RESULTS, agent="brivanib", dose="800 mg"):
    arm = {"name": agent, "n": 46, "agents": [{"agent": agent, "dose": dose, "schedule": "once daily"}]}
    trial = {
        "name": "T-1", "source": "made up", "baseline": "sharp", "horizon": "30 months", "cut": "30 months",
        "accrual": "12 months", "arms": [arm], "results": [{"arm": agent, **row} for row in results],
    }  # fmt: skip
    return yaml.safe_dump({"hepatrial": 1, "trials": [trial]}, sort_keys=False)


def phase2(results=RESULTS, **named) -> Phase2:
    return read_phase2_text(phase2_text(results, **named), "results.yaml", already_read(()))


@cache
def phase3() -> Protocol:
    """Brivanib against placebo after sorafenib, as BRISK-PS."""
    return load("brisk-ps")


@cache
def small_prediction(with_phase2: bool = True, workers: int = 1) -> Prediction:
    asked = {**SMALL, "workers": workers}
    return predict("brivanib", phase3(), phase2() if with_phase2 else None, **asked)
