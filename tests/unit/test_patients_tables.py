"""Baseline tables: the bundled ones are sound, and a bad one says everything that is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.patients.baseline import (
    baseline_names,
    enrolled,
    load_baseline,
    matching_rules,
    published_shares,
    shares_beside,
    table_as_given,
)
from hepatrial.patients.by_rule import BY_LINE, BY_REGION
from hepatrial.patients.drawn import CATEGORICAL, DRAWN
from hepatrial.patients.population import virtual_patients
from hepatrial.patients.table_checks import check_table
from hepatrial.protocol.loading import load
from hepatrial.simulation.streams import Streams

STREAMS = Streams(3)


@pytest.mark.parametrize("name", baseline_names())
def test_a_bundled_table_is_complete_and_every_entry_says_its_source(name):
    table = load_baseline(name)
    check_table(table)
    assert set(table.sources) == set(DRAWN)
    assert all(table.sources.values())


@pytest.mark.parametrize("name", baseline_names())
def test_assumed_entries_are_not_among_the_published_shares(name):
    sources = load_baseline(name).sources
    for key in published_shares(name):
        covariate = key.rsplit(" ", 1)[0]
        assert not sources.get(covariate, "").startswith("assumed"), key


@pytest.mark.parametrize("name", baseline_names())
def test_what_the_matching_derives_is_marked_derived(name):
    table = load_baseline(name)
    for rule in matching_rules(name):
        assert rule.target in published_shares(name)
        for covariate in rule.covariates:
            assert table.sources[covariate].startswith("derived"), covariate


def mixture(name, asia):
    """What SHARP and Asia-Pacific say, mixed by hand."""
    kind = "categories" if name in CATEGORICAL else "continuous"
    west, east = (getattr(load_baseline(table), kind)[name] for table in ("sharp", "asia-pacific"))
    scale = {key: (np.log, np.exp) if key == "median" else (float, float) for key in west}
    return {
        key: float(back(asia * there(east[key]) + (1 - asia) * there(west[key])))
        for key, (there, back) in scale.items()
    }


@pytest.mark.parametrize("name", baseline_names())
def test_an_entry_by_region_is_the_mixture_by_the_share_from_asia(name):
    table = table_as_given(name)
    asia = table.categories["region"]["Asia"]
    for covariate, source in table.sources.items():
        if source == BY_REGION:
            own = {**table.categories, **table.continuous}[covariate]
            assert own == pytest.approx(mixture(covariate, asia), abs=2e-6), covariate


@pytest.mark.parametrize("name", baseline_names())
def test_levels_that_no_source_gave_divide_the_rest_as_the_mixture_does(name):
    for covariate in ("region", "aetiology"):
        table = load_baseline(name)
        if "divided" not in table.sources[covariate]:
            continue
        own, mixed = table.categories[covariate], mixture(covariate, table.categories["region"]["Asia"])
        by_rule = [level for level in ("alcohol", "other", "Europe", "Americas") if level in own]
        assert own[by_rule[0]] / own[by_rule[1]] == pytest.approx(
            mixed[by_rule[0]] / mixed[by_rule[1]], rel=1e-4
        )
        assert sum(own.values()) == pytest.approx(1.0, abs=1e-5)


def test_an_entry_by_line_is_the_mean_of_the_second_line_trials():
    reach, resorce, celestial = (load_baseline(name) for name in ("reach", "resorce", "celestial"))
    assert {key for key, source in reach.sources.items() if source == BY_LINE} == {
        "male", "ecog", "mvi", "ehs", "age_years",
    }  # fmt: skip
    both = resorce.categories["ehs"]["yes"] + celestial.categories["ehs"]["yes"]
    assert reach.categories["ehs"]["yes"] == pytest.approx(both / 2)


@pytest.mark.parametrize("name", baseline_names())
def test_published_shares_are_set_beside_the_enrolled_alone(name):
    protocol = replace(load("sharp"), baseline=load_baseline(name), eligibility=enrolled(name))
    assert shares_beside(protocol) == published_shares(name)
    younger = replace(protocol.eligibility, ranges={**protocol.eligibility.ranges, "age_years": (18, 60)})
    assert shares_beside(replace(protocol, eligibility=younger)) == {}


def test_more_of_class_b_is_worse_in_every_part_of_the_liver_score():
    sharp, gideon = load_baseline("sharp"), load_baseline("gideon")
    assert gideon.continuous["albumin_g_l"]["mean"] < sharp.continuous["albumin_g_l"]["mean"]
    for name in ("bilirubin_umol_l", "inr"):
        assert gideon.continuous[name]["median"] > sharp.continuous[name]["median"]
    for name in ("ascites", "encephalopathy"):
        assert gideon.categories[name]["none"] < sharp.categories[name]["none"]


def test_an_unknown_table_is_a_key_error_and_has_no_published_shares():
    with pytest.raises(KeyError):
        load_baseline("reflekt")
    assert published_shares("reflekt") == {}


def changed(categories=None, continuous=None):
    table = load_baseline("sharp")
    return replace(
        table,
        categories={**table.categories, **(categories or {})},
        continuous={**table.continuous, **(continuous or {})},
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (changed({"mvi": {"no": 0.5, "yes": 0.4}}), "the shares of mvi do not sum to 1\n  found:   0.9"),
        (changed({"mvi": {"no": 1.2, "yes": -0.2}}), "a share of mvi is no share"),
        (changed({"mvi": {"no": 0.5, "maybe": 0.5}}), "mvi has no such level\n  found:   maybe"),
        (changed({"mvi": {"no": float("nan"), "yes": 0.5}}), "a share of mvi is no share"),
        (changed({"region": {"Asia": 0.0}}), "the shares of region do not sum to 1"),
        (changed({"mvj": {"no": 1.0}}), "no categorical covariate is called mvj.*did you mean mvi"),
        (changed(None, {"inr": {"median": 1.1}}), "inr has no distribution"),
        (changed(None, {"inr": {"median": 1.1, "sd": 0.1}}), "inr has no distribution"),
        (changed(None, {"inr": {"median": 1.1, "log_sd": 0.0}}), "the log_sd of inr is no spread"),
        (changed(None, {"albumin_g_l": {"mean": 3.9, "sd": 0.4}}), "the mean of albumin_g_l cannot be"),
        (changed(None, {"weight_kg": {"median": float("nan"), "log_sd": 0.2}}), "weight_kg cannot be"),
    ],
)
def test_a_bad_entry_is_named_with_what_was_found(table, message):
    with pytest.raises(InvalidInput, match=f"(?s)baseline table sharp.*{message}"):
        check_table(table)


def test_albumin_in_grams_per_decilitre_is_told_the_range_that_its_unit_has():
    with pytest.raises(InvalidInput, match=r"found:   3\.9\n  allowed: 15 to 60"):
        check_table(changed(None, {"albumin_g_l": {"mean": 3.9, "sd": 0.4}}))


def test_a_missing_covariate_and_a_bad_share_are_listed_together():
    table = changed({"mvi": {"no": 0.5, "yes": 0.4}})
    without = replace(table, continuous={k: v for k, v in table.continuous.items() if k != "inr"})
    with pytest.raises(InvalidInput) as caught:
        check_table(without)
    assert len(caught.value.issues) == 2


def test_no_patient_is_drawn_from_a_bad_table(sharp):
    bad = replace(sharp, baseline=changed({"mvi": {"no": 0.5, "yes": 0.4}}))
    with pytest.raises(InvalidInput, match="the shares of mvi do not sum to 1"):
        virtual_patients(bad, np.arange(10), STREAMS)


def test_rounded_shares_are_spread_to_a_whole():
    check_table(changed({"mvi": {"no": 0.333, "yes": 0.664}}))


OWN = """
population:
  baseline:
    based_on: sharp
    categories:
      region: {Asia: 0.6, Europe: 0.4, Americas: 0.0, other: 0.0}
      line: {"1": 0.0, "2": 0.7, "3": 0.3}
      aetiology: {HBV: 1.0, HCV: 0.0, alcohol: 0.0, other: 0.0}
    continuous:
      afp_ng_ml: {median: 4000, log_sd: 0.5}
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """SHARP's protocol with a table of its own: second and third line, Asia and Europe, high AFP."""
    text = load("sharp").text.replace("population:\n  baseline: sharp\n", OWN.lstrip(), 1)
    assert "based_on" in text
    file = tmp_path_factory.mktemp("own") / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return load(str(file))


def test_the_example_of_the_documentation_is_a_sound_population(tmp_path):
    text = (Path(__file__).parents[2] / "docs" / "patients.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    sharp = load("sharp").text
    before, after = sharp.split("population:\n")[0], sharp[sharp.index("\nsize:") :]
    (tmp_path / "mine.yaml").write_text(before + example + after, encoding="utf-8")
    mine = load(str(tmp_path / "mine.yaml"))
    patients = virtual_patients(mine, np.arange(500), STREAMS)
    assert (patients.line == 2).all()
    assert patients.afp_ng_ml.min() >= 400
    assert mine.baseline.sources["region"] == "our own registry, 2024"


def test_a_table_of_ones_own_keeps_what_it_does_not_change(own):
    bundled = load_baseline("sharp")
    assert own.baseline.categories["ascites"] == bundled.categories["ascites"]
    assert own.baseline.continuous["inr"] == bundled.continuous["inr"]
    assert own.baseline.continuous["afp_ng_ml"] == {"median": 4000, "log_sd": 0.5}
    assert published_shares(own.baseline.name) == {}


def test_patients_follow_a_table_of_ones_own_line_and_region_among_it(own):
    patients = virtual_patients(own, np.arange(8000), STREAMS)
    assert set(np.unique(patients.line)) == {2, 3}
    assert np.mean(patients.line == 3) == pytest.approx(0.3, abs=0.02)
    assert set(np.unique(patients.region)) == {0, 1}
    assert np.mean(patients.region == 0) == pytest.approx(0.6, abs=0.02)
    assert set(np.unique(patients.aetiology)) == {0}
    assert np.median(patients.afp_ng_ml) == pytest.approx(4000, rel=0.05)


def test_changing_one_covariate_leaves_the_scores_of_others_alone(own, sharp):
    mine, bundled = (virtual_patients(one, np.arange(500), STREAMS) for one in (own, sharp))
    assert (mine.sld_mm == bundled.sld_mm).all()
    assert (mine.child_pugh_score == bundled.child_pugh_score).all()
    assert (mine.afp_ng_ml != bundled.afp_ng_ml).all()
