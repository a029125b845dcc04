"""The fit of the unknown parameters: what enters it, how a trial is read, and that it finds what is there to find."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest
import yaml

from hepatrial.calibration.fit import FURTHEST, fit, parameters_at, read_all
from hepatrial.calibration.reading import read_trial
from hepatrial.calibration.scale import value_at
from hepatrial.calibration.targets import Target, calibration_targets, fitted_names
from hepatrial.disease.parameters import default_parameters, prior_parameters
from hepatrial.evidence.published import published_summary
from hepatrial.simulation.blocks import Work
from hepatrial.survival import SurvivalTimes, kaplan_meier

TARGETS = calibration_targets()


def record(name):
    file = resources.files("hepatrial.evidence").joinpath("data", "trials", f"{name}.yaml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def test_only_trials_marked_for_calibration_are_fitted_to():
    assert {record(target.trial)["use"] for target in TARGETS} == {"calibration"}


def test_targets_are_the_confirmed_numbers_of_the_evidence():
    for target in TARGETS:
        published = published_summary(target.trial)
        arms = {arm["arm"]: arm for arm in published["arms"]}
        if target.kind == "survival":
            assert target.row["months"] == arms[target.row["arm"]]["os_median_months"]
        elif target.kind == "scan_median":
            assert target.row["months"] == arms[target.row["arm"]]["ttp_median_months"]
        elif target.kind == "log_hazard_ratio":
            known = next(row for row in published["comparisons"] if row["endpoint"] == target.row["endpoint"])
            assert [target.row[key] for key in ("value", "low", "high")] == [known["hr"], *known["ci"]]


@pytest.mark.parametrize("kind", ["symptoms", "spread_contrast"])
def test_other_targets_stand_among_the_findings(kind):
    for target in (target for target in TARGETS if target.kind == kind):
        findings = [
            row["values"] for row in record(target.trial)["findings"] if row["of"] == target.row["arm"]
        ]
        numbers = {value for values in findings for value in values.values()}
        assert {value for key, value in target.row.items() if key.startswith("months")} <= numbers


def test_what_ships_is_the_fit_of_the_named_parameters_within_their_priors():
    shipped = json.loads(resources.files("hepatrial.disease").joinpath("data", "fitted.json").read_text())
    assert list(shipped["parameters"]) == list(fitted_names())
    assert len(shipped["targets"]) == len(TARGETS)
    for name, entry in shipped["parameters"].items():
        assert abs(entry["prior_sds_moved"]) < FURTHEST
        assert entry["sd_over_prior_sd"] < 1.01
        assert default_parameters().quantities[name].grade == "fitted"
        prior = prior_parameters().quantities[name]
        assert entry["value"] == pytest.approx(value_at(prior, entry["prior_sds_moved"]))


def test_the_fit_agrees_with_every_target():
    """Misfits of what ships, in standard deviations of the published numbers."""
    shipped = json.loads(resources.files("hepatrial.disease").joinpath("data", "fitted.json").read_text())
    assert max(abs(row["misfit_in_sd"]) for row in shipped["targets"]) < 1.5


@pytest.fixture(scope="module")
def reading(sharp):
    return read_trial(Work(sharp, default_parameters(), 3, "float32"), 2048)


def test_survival_is_read_as_the_expectation_of_what_is_drawn(reading):
    for arm, found in reading.outcomes.items():
        death = found.death
        for day in (100.0, 240.0, 500.0):
            # Binomial standard error at most 0.011; four of them.
            assert reading.survival(arm, day) == pytest.approx(np.mean(death > day), abs=0.045)


def test_time_to_progression_is_read_as_a_kaplan_meier_curve(reading):
    every = reading.protocol.visits.scan_interval_days
    for arm, found in reading.outcomes.items():
        death = found.death
        event = (found.progression < death).astype(np.int8)
        times = SurvivalTimes(np.minimum(found.progression, death), event, ("censored", "progression"))
        curve = kaplan_meier(times)
        before, after = reading.free_of_progression_around_scan(arm, 4 * every + 3.0)
        assert before == pytest.approx(float(curve.at(3 * every).estimate), abs=1e-9)
        assert after == pytest.approx(float(curve.at(4 * every).estimate), abs=1e-9)


def test_a_median_between_two_scans_is_no_misfit(reading):
    class Between:
        def free_of_progression_around_scan(self, arm, day):
            return 0.6, 0.4

    class Late:
        def free_of_progression_around_scan(self, arm, day):
            return 0.7, 0.55

    target = next(target for target in TARGETS if target.kind == "scan_median")
    assert target.residual(Between()) == 0.0
    assert target.residual(Late()) == pytest.approx(np.log(0.55 / 0.45) / target.sd)


def test_the_fit_finds_parameters_again_that_made_its_targets():
    """Targets read off a simulated trial with known parameters; the priors pull little where errors are small."""
    names = ("hazards.cancer_rate_per_month", "angiogenesis.vascular_ratio")
    truth = np.array([-0.6, -0.5])
    trial = read_all(parameters_at(names, truth), ("sharp",), 512, 5)["sharp"]
    made = [
        Target("sharp", "log_hazard_ratio", {"endpoint": e, "value": v, "low": v * 0.99, "high": v / 0.99})
        for e, v in ((e, float(np.exp(trial.log_hazard_ratio(e)))) for e in ("OS", "TTP"))
    ]
    median = next(day for day in range(60, 900) if trial.survival("placebo", float(day)) < 0.5)
    row = {"arm": "placebo", "months": median / 30.4375, "n": 60_000}
    targets = (*made, Target("sharp", "survival", row))
    found = fit(targets, names, patients=512, seed=5, report=lambda line: None)
    np.testing.assert_allclose(found.z, truth, atol=0.1)
    assert np.all(found.sd < 0.3)
