"""The virtual population against the published baseline tables, with 20,000 patients."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata

from hepatrial.patients.baseline import baseline_names, enrolled, load_baseline, published_shares
from hepatrial.patients.dependence import assumed_correlations, in_place
from hepatrial.patients.drawn import CATEGORICAL, COMPUTED_FROM
from hepatrial.patients.eligibility import covariate
from hepatrial.patients.matched import matched_correlations
from hepatrial.patients.population import virtual_patients
from hepatrial.patients.shares import has
from hepatrial.protocol.loading import load
from hepatrial.simulation.streams import Streams

N = 20_000
EVIDENCE = Path(__file__).parents[3] / "shared" / "evidence" / "trial_baseline.csv"
STANDARD_ERRORS = 4.0
NOTICEABLE = 0.05


PARTS_OF_SCORE = COMPUTED_FROM["child_pugh_score"]


def selected_by_score(name):
    """Whether the trial took those of a high score: that turns round how the parts of the score go together."""
    return enrolled(name).ranges["child_pugh_score"][0] is not None


NOTHING_READ = {"brisk-ta", "soramic-ablation"}
"""Tables of trials of whose baseline no source gave a share."""


@pytest.fixture(scope="module", params=baseline_names())
def population(request):
    trial = replace(load("sharp"), baseline=load_baseline(request.param), eligibility=enrolled(request.param))
    return request.param, virtual_patients(trial, np.arange(N), Streams(20))


def test_each_published_share_is_met_within_four_standard_errors(population):
    name, patients = population
    shares = published_shares(name)
    assert bool(shares) == (name not in NOTHING_READ)
    for key, (percent, _) in shares.items():
        share = percent / 100.0
        found = np.mean(has(patients, key))
        assert abs(found - share) <= STANDARD_ERRORS * np.sqrt(share * (1.0 - share) / N), (key, found)


def test_each_assumed_margin_is_met_too(population):
    """Eligibility takes few out, so the shares of the enrolled are those of the table but for a fraction of a point."""
    name, patients = population
    table = load_baseline(name)
    assert set(table.categories) == set(CATEGORICAL)
    for covariate_name in ("male", "region", "aetiology", "n_target_lesions", "line"):
        for level, share in table.categories[covariate_name].items():
            codes = covariate(patients, covariate_name).astype(int)
            first = 1 if covariate_name in ("n_target_lesions", "line") else 0
            found = np.mean(codes - first == CATEGORICAL[covariate_name].index(level))
            assert abs(found - share) <= STANDARD_ERRORS * np.sqrt(share * (1 - share) / N) + 0.004, level


def test_the_signs_of_dependence_are_those_stated(population):
    name, patients = population
    shared = (*assumed_correlations(), *matched_correlations())
    for first, second, value in in_place(shared, load_baseline(name).correlations):
        if abs(value) < NOTICEABLE or (selected_by_score(name) and {first, second} <= set(PARTS_OF_SCORE)):
            continue
        ranks = [rankdata(covariate(patients, name)) for name in (first, second)]
        spread = [np.ptp(covariate(patients, name).astype(float)) for name in (first, second)]
        if min(spread) == 0:
            continue
        found = np.corrcoef(*ranks)[0, 1]
        assert np.sign(found) == np.sign(value), (first, second, found)
        assert abs(found) > 2.0 / np.sqrt(N), (first, second, found)
        assert abs(found) < abs(value) + 0.03, (first, second, found)


def test_covariates_that_no_pair_names_are_independent(population):
    _, patients = population
    for first, second in (("age_years", "sld_mm"), ("weight_kg", "afp_ng_ml"), ("age_years", "albumin_g_l")):
        found = np.corrcoef(covariate(patients, first), covariate(patients, second))[0, 1]
        assert abs(found) < 4.0 / np.sqrt(N), (first, second, found)


@pytest.mark.skipif(not EVIDENCE.exists(), reason="the collected evidence (../shared) is not on this machine")
def test_published_shares_are_the_confirmed_ones_of_the_collected_evidence():
    keys = {
        "mvi_pct": "mvi yes", "ehs_pct": "ehs yes", "ecog0_pct": "ecog 0", "ecog1_pct": "ecog 1",
        "ecog2_pct": "ecog 2", "prior_local_therapy_pct": "prior_local_therapy yes",
    }  # fmt: skip
    of_both = {"bclc_C_pct": "bclc C", "child_pugh_A_pct": "child_pugh_class A"}
    shares = published_shares("sharp")
    compared = 0
    with EVIDENCE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["trial"] != "SHARP" or row["checked"] != "yes":
                continue
            key = (of_both if row["arm"] == "both arms" else keys).get(row["quantity"])
            if key:
                compared += 1
                assert shares[key][0] == pytest.approx(float(row["value"]))
    assert compared == 8
