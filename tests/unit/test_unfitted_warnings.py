"""A run says of which of its treatments no fitted trial tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hepatrial.conduct.unfitted_warnings import unfitted_warnings
from hepatrial.disease.parameters import fitted_trials
from hepatrial.protocol.loading import load
from hepatrial.virtual_trial import work_of


def warnings_of(name):
    work = work_of(name)
    return list(unfitted_warnings(work.protocol, work.recorded_agents))


@pytest.mark.parametrize("name", ["sharp", "asia-pacific", "gideon-child-pugh-a"])
def test_trials_of_fitted_treatments_alone_need_no_warning(name):
    assert warnings_of(name) == []


def test_what_was_fitted_is_what_the_fit_says():
    assert fitted_trials() == ("sharp", "asia-pacific")


@pytest.mark.parametrize(("name", "agents"), [("reflect", ["lenvatinib"]), ("search", ["erlotinib"])])
def test_each_agent_that_no_fitted_trial_gave_is_named(name, agents):
    found = warnings_of(name)
    assert [one.split(":")[0] for one in found] == agents
    assert "no trial of it was fitted" in found[0]


def test_embolisation_is_told_beside_a_fitted_agent():
    (found,) = warnings_of("space")
    assert found.startswith("embolisation and ablation: no trial of them was fitted")


def test_an_agent_with_a_fitted_potency_is_not_told():
    work = work_of("reflect")
    fitted = [
        replace(agent, effective_potency=replace(agent.effective_potency, grade="fitted"))
        for agent in work.recorded_agents
    ]
    assert list(unfitted_warnings(load("reflect"), fitted)) == []
