"""One rule says which published potency an agent acts by, and what an IC50 is worth as a dissociation constant."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from hepatrial.agents import (
    Affinity,
    agent_names,
    dissociation_constant,
    inverse_constant_per_nm,
    load_agent,
    potency_used,
    recorded_agent,
)
from hepatrial.agents.potency import KINDS
from hepatrial.disease.resistance import ResistanceSwitches
from hepatrial.disease.targets import TARGETS
from hepatrial.quantities import Quantity
from hepatrial.simulation.inputs import agent_tables

SORAFENIB = recorded_agent("sorafenib")


def measured(kind, value, grade="measured", spread=0.35):
    return Affinity("MET", kind, Quantity(value, "nM", grade, "davis2011", "lognormal", spread))


def with_potencies(*affinities):
    return replace(SORAFENIB, affinities=affinities)


def test_of_two_kinds_the_one_that_is_trusted_more_is_used():
    for better, worse in pairwise(KINDS):
        agent = with_potencies(measured(worse, 1.0), measured(better, 2.0))
        assert potency_used(agent, "MET").kind == better


def test_a_potency_with_a_source_comes_before_one_that_was_not_confirmed():
    agent = with_potencies(measured("Kd", 1.0, grade="assumed"), measured("cell IC50", 5.0))
    assert potency_used(agent, "MET").kind == "cell IC50"


def test_an_ic50_keeps_its_value_loses_its_grade_and_gains_spread():
    constant = dissociation_constant(with_potencies(measured("IC50", 4.0)), "MET")
    assert (constant.value, constant.grade) == (4.0, "assumed")
    assert constant.spread == pytest.approx(math.hypot(0.35, 1.0))
    kept = dissociation_constant(with_potencies(measured("Ki", 4.0)), "MET")
    assert (kept.grade, kept.spread) == ("measured", 0.35)


def test_no_binding_and_no_number_give_no_effect():
    agent = with_potencies(measured("Kd", math.inf), Affinity("AKT", "Kd", None))
    assert [inverse_constant_per_nm(agent, target) for target in ("MET", "AKT", "EGFR")] == [0.0, 0.0, 0.0]
    assert dissociation_constant(agent, "AKT") is None


def test_tivantinib_does_not_act_on_met():
    tivantinib = load_agent("tivantinib")
    assert {affinity.kind for affinity in tivantinib.affinities} == {"Ki", "cell IC50"}
    assert inverse_constant_per_nm(tivantinib, "MET") == 0.0
    assert any("does not inhibit MET" in note for note in tivantinib.notes)


def test_selumetinib_is_taken_at_its_kd_although_its_ic50_is_lower():
    selumetinib = load_agent("selumetinib")
    assert min(a.potency.value for a in selumetinib.affinities if a.target == "MEK") == 14.0
    assert dissociation_constant(selumetinib, "MEK").value == 99.0


def test_effective_potency_multiplies_every_affinity_and_is_one_unless_given():
    tables = agent_tables([SORAFENIB], ResistanceSwitches())
    known = {a.target: a.potency.value for a in SORAFENIB.affinities if a.kind == "Kd"}
    assert list(tables.inverse_kd_per_nm[0]) == [1.0 / known.get(target, math.inf) for target in TARGETS]
    double = replace(SORAFENIB, effective_potency=replace(SORAFENIB.effective_potency, value=2.0))
    assert list(agent_tables([double], ResistanceSwitches()).inverse_kd_per_nm[0]) == [
        2.0 * value for value in tables.inverse_kd_per_nm[0]
    ]


@pytest.mark.parametrize("name", agent_names())
def test_the_bench_misleads_so_effective_potency_is_open_until_it_is_fitted(name):
    potency = recorded_agent(name).effective_potency
    assert (potency.value, potency.distribution, potency.spread) == (1.0, "lognormal", 0.5)
    assert potency.grade == "assumed"
