"""The data of a virtual trial carry the protocol's plan, and an analysis follows it unless told otherwise."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from hepatrial.analysis import restricted_means
from hepatrial.errors import UsageError
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
        (report.twins, planned.population.analyse()),
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


def test_twins_are_told_from_independent_subjects_by_the_data_alone(planned):
    assert planned.population.holds_twins
    assert not planned.trial.holds_twins
    of_twins = planned.population.analyse().effect("sorafenib", "OS")
    numbered_anew = planned.population.subjects.with_columns(pl.int_range(pl.len()).alias("subject"))
    as_strangers = replace(planned.population, subjects=numbered_anew).analyse().effect("sorafenib", "OS")
    assert of_twins.hr == as_strangers.hr
    assert of_twins.log_hr_se < 0.9 * as_strangers.log_hr_se
    assert of_twins.p_logrank is None


def test_restricted_means_refuse_twins(planned):
    with pytest.raises(UsageError, match="same patients in every arm"):
        restricted_means(planned.population, "sorafenib", "placebo", "OS", 12.0)
