"""Virtual patients are the same whoever else is asked for, within limits, and computed from what defines them."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hepatrial.patients import Patients, child_pugh_class
from hepatrial.patients.drawn import CATEGORICAL, CONTINUOUS
from hepatrial.patients.limits import covariate_limits
from hepatrial.patients.liver_scores import albi_score, child_pugh_score
from hepatrial.patients.marginals import category
from hepatrial.patients.population import virtual_patients
from hepatrial.protocol.design import Eligibility
from hepatrial.protocol.loading import load
from hepatrial.simulation.streams import Streams

N = 3000
SHARP = load("sharp")
ALL = virtual_patients(SHARP, np.arange(N), Streams(11))
NAMES = tuple(field.name for field in fields(Patients))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, N - 1), min_size=1, max_size=70))
def test_a_patient_is_the_same_to_the_bit_whatever_others_are_asked_for(numbers):
    chosen = np.array(numbers)
    few = virtual_patients(SHARP, chosen, Streams(11))
    for name in NAMES:
        assert (getattr(few, name) == getattr(ALL, name)[chosen]).all(), name


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
def test_patients_in_blocks_are_the_patients_at_once(block):
    parts = [virtual_patients(SHARP, np.arange(N)[i : i + block], Streams(11)) for i in range(0, 1500, block)]
    for name in NAMES:
        together = np.concatenate([getattr(part, name) for part in parts])
        assert (together == getattr(ALL, name)[: len(together)]).all(), name


def test_another_seed_is_another_population():
    other = virtual_patients(SHARP, np.arange(N), Streams(12))
    assert (other.afp_ng_ml != ALL.afp_ng_ml).mean() > 0.95


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    width=st.floats(0.05, 5.0),
)
def test_no_value_leaves_its_limits_however_wide_the_distribution(seed, width):
    wide = {
        name: {key: value * width if key.endswith("sd") else value for key, value in values.items()}
        for name, values in SHARP.baseline.continuous.items()
    }
    protocol = replace(
        SHARP, baseline=replace(SHARP.baseline, continuous=wide), eligibility=Eligibility({}, {})
    )
    patients = virtual_patients(protocol, np.arange(400), Streams(seed))
    for name in CONTINUOUS:
        limits, values = covariate_limits()[name], getattr(patients, name)
        assert np.isfinite(values).all(), name
        assert limits.lowest <= values.min() <= values.max() <= limits.highest, name
    assert 5 <= patients.child_pugh_score.min() <= patients.child_pugh_score.max() <= 15
    assert np.isfinite(patients.albi).all()


def test_the_target_lesions_that_make_up_a_sum_are_measurable_and_fit_a_liver():
    lesion = covariate_limits()["lesion_mm"]
    mean_mm = ALL.sld_mm / ALL.n_target_lesions
    assert lesion.lowest == 10.0  # RECIST 1.1: a target lesion measures 10 mm or more
    assert lesion.lowest <= mean_mm.min() <= mean_mm.max() <= lesion.highest


def test_codes_are_codes_of_levels():
    offset = {"n_target_lesions": 1, "line": 1}
    for name, levels in CATEGORICAL.items():
        codes = getattr(ALL, name).astype(int) - offset.get(name, 0)
        assert 0 <= codes.min() <= codes.max() < len(levels), name


def test_scores_and_stage_are_what_they_are_defined_by():
    p = ALL
    assert (p.albi == albi_score(p.albumin_g_l, p.bilirubin_umol_l)).all()
    score = child_pugh_score(p.albumin_g_l, p.bilirubin_umol_l, p.inr, p.ascites, p.encephalopathy)
    assert (p.child_pugh_score == score).all()
    assert ((p.bclc == 1) == ((p.ecog > 0) | p.mvi | p.ehs)).all()
    assert (child_pugh_class(p.child_pugh_score) <= 1).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=6))
def test_a_category_has_the_shares_it_was_given(weights):
    shares = np.array(weights) / np.sum(weights)
    from scipy.special import ndtri

    score = ndtri((np.arange(20_000) + 0.5) / 20_000)
    found = np.bincount(category(score, list(shares)), minlength=len(shares)) / 20_000
    assert np.abs(found - shares).max() < 2e-4


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.25, 0.75]), min_size=2, max_size=5))
def test_a_level_without_a_share_is_nobodys(weights):
    if sum(weights) == 0:
        weights = [*weights, 1.0]
    score = np.linspace(-6.0, 6.0, 4001)
    codes = category(score, [weight / sum(weights) for weight in weights])
    assert all(weights[code] > 0 for code in np.unique(codes))
