"""Eligibility: who is excluded and by what, and what happens when nobody is left."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.patients.drawn import COMPUTED_FROM, DRAWN
from hepatrial.patients.eligibility import covariate, covariate_text, failures
from hepatrial.patients.patients import Patients
from hepatrial.patients.population import virtual_patients
from hepatrial.protocol.design import Eligibility
from hepatrial.simulation.streams import Streams

STREAMS = Streams(7)
NONE = Eligibility(ranges={}, levels={})


def drawn(protocol, eligibility, n=2000):
    return virtual_patients(replace(protocol, eligibility=eligibility), np.arange(n), STREAMS)


@pytest.fixture(scope="module")
def everyone(sharp):
    return drawn(sharp, NONE)


def test_without_criteria_nobody_is_excluded(everyone):
    assert failures(everyone, NONE) == {}


@pytest.mark.parametrize(
    ("ranges", "levels", "outside"),
    [
        ({"age_years": (40.0, None)}, {}, lambda p: p.age_years < 40),
        ({"afp_ng_ml": (None, 400.0)}, {}, lambda p: p.afp_ng_ml > 400),
        ({"ecog": (None, 1)}, {}, lambda p: p.ecog == 2),
        ({"child_pugh_score": (7, 9)}, {}, lambda p: (p.child_pugh_score < 7) | (p.child_pugh_score > 9)),
        ({}, {"bclc": ("C",)}, lambda p: p.bclc == 0),
        ({}, {"mvi": ("no",)}, lambda p: p.mvi),
        ({}, {"mvi_or_ehs": ("yes",)}, lambda p: ~(p.mvi | p.ehs)),
        ({}, {"albi_grade": ("1",)}, lambda p: p.albi > -2.60),
        ({}, {"child_pugh_class": ("A",)}, lambda p: p.child_pugh_score > 6),
        ({}, {"aetiology": ("HBV", "HCV")}, lambda p: p.aetiology > 1),
    ],
)
def test_a_criterion_excludes_those_outside_it_and_no_other(everyone, sharp, ranges, levels, outside):
    eligibility = Eligibility(ranges=ranges, levels=levels)
    (excluded,) = failures(everyone, eligibility).values()
    assert (excluded == outside(everyone)).all()
    assert 0 < excluded.sum() < len(everyone)
    assert not outside(drawn(sharp, eligibility)).any()


def test_a_limit_holds_its_own_value(everyone):
    (excluded,) = failures(everyone, Eligibility({"ecog": (1, 1)}, {})).values()
    assert (excluded == (everyone.ecog != 1)).all()


def test_an_empty_list_of_levels_is_no_criterion(everyone):
    assert failures(everyone, Eligibility({}, {"bclc": ()})) == {}


def test_an_eligible_patient_is_the_one_that_would_be_drawn_without_criteria(everyone, sharp):
    chosen = drawn(sharp, Eligibility({}, {"bclc": ("C",)}))
    at_once = everyone.bclc == 1
    assert (chosen.sld_mm[at_once] == everyone.sld_mm[at_once]).all()
    assert (chosen.sld_mm[~at_once] != everyone.sld_mm[~at_once]).all()


def test_texts_of_levels(everyone):
    assert set(covariate_text(everyone, "mvi_or_ehs")) == {"no", "yes"}
    assert set(covariate_text(everyone, "region")) == {"Europe", "Americas", "other"}
    assert (covariate(everyone, "mvi_or_ehs") == (everyone.mvi | everyone.ehs)).all()


def test_a_rare_population_is_found(sharp):
    rare = Eligibility({"child_pugh_score": (7, 9), "age_years": (None, 60.0)}, {})
    excluded = failures(drawn(sharp, NONE, 20_000), rare).values()
    assert 0.005 < np.mean(~np.logical_or.reduce(list(excluded))) < 0.03
    patients = drawn(sharp, rare, 3000)
    assert (patients.patient == np.arange(3000)).all()
    assert patients.child_pugh_score.min() >= 7


@pytest.mark.parametrize(
    "eligibility",
    [
        Eligibility({"age_years": (300.0, None)}, {}),
        Eligibility({}, {"region": ("Asia",)}),
        Eligibility({}, {"bclc": ("B",), "mvi": ("yes",)}),
        Eligibility({"line": (2, None)}, {}),
    ],
)
@pytest.mark.parametrize("n", [1, 1024])
def test_an_empty_population_is_an_error_that_names_the_criterion_quickly(sharp, eligibility, n):
    before = time.perf_counter()
    with pytest.raises(InvalidInput) as caught:
        drawn(sharp, eligibility, n)
    assert time.perf_counter() - before < 10.0
    text = str(caught.value)
    assert "no or hardly any virtual patient is eligible" in text
    assert any(name in text for name in (*eligibility.ranges, *eligibility.levels))
    assert "fix:" in text


@pytest.mark.parametrize(
    ("eligibility", "change"),
    [
        (Eligibility({"age_years": (300.0, None)}, {}), "its entry in the baseline table"),
        (
            Eligibility({"albi": (1.9, None)}, {}),
            "what it is computed from in the baseline table: albumin_g_l, bilirubin_umol_l",
        ),
        (
            Eligibility({"child_pugh_score": (15, None)}, {}),
            "what it is computed from in the baseline table: "
            "albumin_g_l, bilirubin_umol_l, inr, ascites, encephalopathy",
        ),
    ],
)
def test_the_fix_for_an_empty_population_names_what_the_table_can_give(sharp, eligibility, change):
    with pytest.raises(InvalidInput) as caught:
        drawn(sharp, eligibility, 16)
    (name,) = eligibility.ranges
    assert caught.value.issues[0].fix == f"loosen the limit on {name}, or change {change}"


def test_every_covariate_of_a_patient_is_drawn_or_computed_from_drawn_ones():
    fields = {name for name in Patients.__slots__ if name != "patient"}
    assert fields - set(DRAWN) - {"met_high"} <= set(COMPUTED_FROM)  # MET status has a stream of its own
    assert not set(DRAWN) & set(COMPUTED_FROM)
    assert {part for parts in COMPUTED_FROM.values() for part in parts} <= set(DRAWN)


def test_no_patient_asked_for_is_no_patient(sharp):
    assert len(virtual_patients(sharp, np.array([], dtype=np.int64), STREAMS)) == 0
