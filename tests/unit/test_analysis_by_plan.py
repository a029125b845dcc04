"""The data of a virtual trial carry the protocol's plan, and an analysis follows it unless told otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hepatrial.report.analyses import run_analyses
from hepatrial.virtual_trial import simulate


@pytest.fixture(scope="module")
def planned(sharp):
    """A virtual trial with a plan of its own."""
    plan = replace(sharp.analysis, endpoints=("OS", "TTP"), survival_at_months=(3.0, 9.0), stratified=True)
    return simulate(sharp.with_changes(analysis=plan), patients=700, replicates=0)


def test_an_analysis_has_the_endpoints_the_times_and_the_strata_of_the_plan(planned):
    found = planned.trial.analyse()
    assert found == planned.trial.analyse(endpoints=("OS", "TTP"), months=(3.0, 9.0), stratified=True)
    assert found.effect("sorafenib", "OS") != planned.trial.analyse(stratified=False).effect(
        "sorafenib", "OS"
    )
    assert found.effect("sorafenib", "PFS") is None


def test_report_and_analysis_agree(planned):
    report = run_analyses(planned)
    for shown, own in (
        (report.trial, planned.trial.analyse()),
        (report.twins, planned.population.analyse(twins=True)),
    ):
        assert [shown.effect("sorafenib", name) for name in ("OS", "TTP")] == list(own.effects)
        for one, other in zip(shown.arms, own.arms, strict=True):
            assert one.survival == other.survival
            assert {name: one.medians[name] for name in other.medians} == other.medians


def test_a_cut_keeps_the_plan(planned):
    assert planned.trial.cut(events=100).plan == planned.protocol.analysis


def test_data_without_a_plan_are_analysed_in_full_and_without_strata(planned):
    bare = replace(planned.trial, plan=None)
    assert bare.analyse() == planned.trial.analyse(
        endpoints=("OS", "TTP", "PFS"), months=(6, 12), stratified=False
    )
