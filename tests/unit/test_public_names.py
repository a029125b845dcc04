"""The public names: guarded, importable, and light."""

from __future__ import annotations

import subprocess
import sys

import hepatrial


def test_the_public_names_are_these_and_all_can_be_reached():
    assert hepatrial.__all__ == [
        "SurvivalTimes",
        "TrialData",
        "VirtualTrial",
        "analyse",
        "check",
        "cut",
        "load",
        "load_agent",
        "simulate",
    ]
    assert all(callable(getattr(hepatrial, name)) for name in hepatrial.__all__)


def test_the_public_names_stay_few():
    assert len(hepatrial.__all__) <= 25


def test_importing_the_package_loads_nothing_heavy():
    code = "import hepatrial, sys; print([m for m in ('jax', 'scipy', 'matplotlib', 'polars') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_trial_data_cuts_and_analyses_itself(sharp_trial):
    trial = sharp_trial.trial
    early = trial.cut(events=150)
    found = early.analyse(endpoints=("OS",), stratified=False)
    assert sum(arm.n for arm in found.arms) == len(early)
    died = early.subjects.filter(early.subjects["os_event"] > 0)
    day = died["randomised_day"] + died["os_days"]
    # Deaths on the day of the cut all count; without that day there are fewer than 150.
    assert found.effect("sorafenib", "OS").events == len(day) >= 150
    assert day.max() == early.cut_day
    assert (day < early.cut_day).sum() < 150
