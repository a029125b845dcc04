"""Fatal adverse events: what the files hold is what the derivation gives, from numbers that the registry holds."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from hepatrial.agents import agent_names, completed, recorded_agent
from hepatrial.agents.fatal_events import fatal_share_of, fatal_share_of_class, published_deaths
from hepatrial.disease.parameters import default_parameters
from hepatrial.evidence.collection import load_trial
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.simulation.events import NEVER

ROWS = [
    (agent, trial)
    for agents in published_deaths().values()
    for agent, trials in agents.items()
    for trial in trials
]
DERIVED = [agent for agent in agent_names() if fatal_share_of(agent)]


@pytest.mark.parametrize(("agent", "row"), ROWS, ids=[row["trial"] for _, row in ROWS])
def test_every_number_stands_in_the_registry_and_none_is_of_a_trial_that_is_held_out(agent, row):
    trial = load_trial(row["trial"])
    assert trial.use != "validation"
    arm = next(arm for arm in trial.arms if agent in arm["agents"])
    found = {}
    for finding in trial.findings:
        if finding.of == arm["arm"] and not finding.subgroup:
            found |= finding.values
    assert row["patients"] in (arm["n"], found.get("n_safety"))
    assert row.get("deaths") == found.get("toxic_deaths")
    if "fatal" in row:
        assert 100 * row["fatal"] == found["fatal_related_adverse_events_percent"]
        any_event = (
            "related_adverse_events_grade_3_or_more_percent",
            "adverse_events_grade_3_or_more_percent",
        )
        assert 100 * row["any"] == pytest.approx(next(found[name] for name in any_event if name in found))


@pytest.mark.parametrize("name", DERIVED)
def test_the_files_hold_what_the_derivation_gives(name):
    held, derived = recorded_agent(name).fatal_given_event, fatal_share_of(name)
    assert held.grade == "derived"
    assert held.value == pytest.approx(derived.share, abs=6e-5)
    assert held.spread == pytest.approx(derived.logit_sd, abs=6e-3)


@pytest.mark.parametrize("name", [name for name in agent_names() if name not in DERIVED])
def test_an_agent_without_deaths_of_its_own_has_those_of_its_class_wide_and_assumed(name):
    held = completed(recorded_agent(name)).fatal_given_event
    assert held.grade == "assumed"
    assert held.value == pytest.approx(fatal_share_of_class(recorded_agent(name).modality).share, abs=6e-5)
    assert (held.distribution, held.spread) == ("logitnormal", 1.5)


def test_shares_worked_out_by_hand():
    regorafenib = fatal_share_of("regorafenib")
    assert regorafenib.share == pytest.approx(0.02 / math.log(2.0))
    faivre = 37 * -np.log1p(-np.array([14, 9, 5, 4, 4]) / 37).sum()
    events = [-math.log(1.0 - share) for share in (0.57, 0.50, 0.68)] + [faivre / 37]
    assert fatal_share_of("sunitinib").share == pytest.approx(4 / (faivre + 45 * np.median(events)), rel=2e-3)
    assert fatal_share_of("cetuximab") is None


def test_the_simulated_share_of_toxic_deaths_is_near_the_published_one():
    """Lenvatinib in a simulated REFLECT: 2% printed, so 1.5 to 2.5%; with a share ten times as high, for precision."""
    lenvatinib = recorded_agent("lenvatinib")
    often = replace(lenvatinib.fatal_given_event, value=10.0 * lenvatinib.fatal_given_event.value)
    agent = replace(lenvatinib, fatal_given_event=often)
    work = Work(load("reflect"), default_parameters(), 3, "float32", block=1024, own_agents=(agent,))
    found = follow_patients(work, np.arange(1024))
    arm = next(place for place, one in enumerate(work.protocol.arms) if one.name == "lenvatinib")
    events = found.events[arm]
    hazard = 0.1 * -np.log1p(-np.mean((events.toxic_death < NEVER) & (events.toxic_death <= events.death)))
    assert 0.01 < hazard < 0.03
