"""The matching: the shipped numbers are what the script derives, and targets that cannot be met are an error."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest
import yaml

from hepatrial.errors import RunFailed
from hepatrial.patients import matching
from hepatrial.patients.baseline import baseline_names, published_shares


@pytest.fixture(scope="module")
def derived():
    return matching.match()


def shipped():
    file = resources.files("hepatrial.patients").joinpath("data", "matched.yaml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def test_the_shipped_numbers_are_those_that_the_script_derives(derived):
    fresh = yaml.safe_load(matching.as_text(*derived))
    assert fresh["grade"] == shipped()["grade"] == "derived"
    assert [row[:2] for row in fresh["correlations"]] == [row[:2] for row in shipped()["correlations"]]
    for mine, theirs in zip(fresh["correlations"], shipped()["correlations"], strict=True):
        assert mine[2] == pytest.approx(theirs[2], abs=0.002)
    for table, categories in shipped()["categories"].items():
        for covariate, levels in categories.items():
            assert fresh["categories"][table][covariate] == pytest.approx(levels, abs=0.0005)


def test_computed_shares_meet_the_published_ones_to_a_fiftieth_of_a_point(derived):
    rows = {(share.table, share.target): share for share in derived[1]}
    assert len(rows) == sum(len(published_shares(name)) for name in baseline_names())
    for table in baseline_names():
        for rule in matching.matching_rules(table):
            share = rows[table, rule["target"]]
            assert share.simulated == pytest.approx(share.published, abs=0.02), share


def test_the_margins_that_are_given_are_left_alone(derived):
    given = [share for share in derived[1] if share.target.startswith(("ecog", "mvi ", "ehs", "prior"))]
    assert len(given) == 6
    assert all(abs(share.simulated - share.published) < 0.15 for share in given)


def test_stage_needs_symptoms_and_spread_to_go_together(derived):
    correlations = derived[0].correlations
    assert correlations["ecog", "mvi"] == correlations["ecog", "ehs"]
    assert 0.03 < correlations["ecog", "ehs"] < 0.12
    # 36 and 53 % that are independent leave 0.64 x 0.47 = 30.1 % with neither, which is what was published.
    assert abs(correlations["mvi", "ehs"]) < 0.02


def test_more_dependence_of_symptoms_on_spread_leaves_fewer_in_stage_c(derived):
    rule = next(rule for rule in matching.matching_rules("sharp") if rule["target"] == "bclc C")
    low, high = (
        matching.population("sharp", matching.with_value(derived[0], "sharp", rule, value))
        for value in (-0.2, 0.3)
    )
    assert np.mean(low.bclc == 1) > 0.84
    assert np.mean(high.bclc == 1) < 0.79


def test_a_share_that_cannot_be_reached_says_what_can(monkeypatch):
    real = matching.published_shares
    monkeypatch.setattr(
        matching, "published_shares", lambda name: {**real(name), "mvi_or_ehs yes": (20.0, "wrong")}
    )
    with pytest.raises(RunFailed, match=r"mvi_or_ehs yes cannot be 20 %\n  found:   \d+\.\d+ to \d+\.\d+ %"):
        matching.match()


def test_the_script_writes_its_file_whole_or_not_at_all(tmp_path, monkeypatch, capsys, derived):
    monkeypatch.setattr(matching, "match", lambda: derived)
    monkeypatch.setattr("sys.argv", ["matching", "--out", str(tmp_path / "matched.yaml")])
    matching.main()
    assert [file.name for file in tmp_path.iterdir()] == ["matched.yaml"]
    assert yaml.safe_load((tmp_path / "matched.yaml").read_text())["grade"] == "derived"
    assert "published  82.40  simulated  82.40" in capsys.readouterr().out
