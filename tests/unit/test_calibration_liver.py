"""Targets of liver reserve: what enters, what never does, and that the fit can use them."""

from __future__ import annotations

import math
from importlib import resources

import numpy as np
import pytest
import yaml

from hepatrial.calibration.fit import fit, parameters_at, read_all
from hepatrial.calibration.targets import Target, calibration_targets, fitted_names
from hepatrial.evidence.published import published_summary
from hepatrial.protocol.loading import load

LIVER = tuple(t for t in calibration_targets(liver=True) if t not in calibration_targets())
COHORT_LOG_RATIOS = [
    math.log(a / b) for a, b in ((13.6, 5.2), (322, 240), (12.8, 11.2), (9.71, 2.53), (13.0, 4.5), (168, 64))
]


def test_they_come_beside_the_others_and_only_when_asked_for():
    assert [t.kind for t in LIVER] == ["class_contrast"]
    assert len(calibration_targets(liver=True)) == len(calibration_targets()) + 1
    assert set(fitted_names(liver=True)) - set(fitted_names()) == {
        "hazards.albi_log_hazard_ratio",
        "hazards.decompensation_log_hazard_ratio",
    }


def test_they_are_confirmed_numbers_of_calibration_trials_and_never_of_validation():
    for target in LIVER:
        records = {load(name).published for name in target.trials}
        assert len(records) == 1
        record = records.pop()
        file = resources.files("hepatrial.evidence").joinpath("data", "trials", f"{record}.yaml")
        assert yaml.safe_load(file.read_text(encoding="utf-8"))["use"] == "calibration"
        arms = {arm["arm"]: arm for arm in published_summary(record)["arms"]}
        row = target.row
        assert (arms[row["arm"]]["os_median_months"], arms[row["arm"]]["n"]) == (row["months"], row["n"])
        other = arms[row["other_arm"]]
        assert (other["os_median_months"], other["n"]) == (row["other_months"], row["n_other"])


def test_the_error_holds_how_far_cohorts_lie_apart():
    (target,) = LIVER
    assert target.row["cohorts_log_sd"] == pytest.approx(np.std(COHORT_LOG_RATIOS, ddof=1), abs=0.005)
    chance = 1.2 * math.sqrt(4 / 1968 + 4 / 666)
    assert target.sd == pytest.approx(math.hypot(chance, 2 * math.log(2) * 0.47), rel=1e-9)
    assert target.sd > 5 * chance


class Exponential:
    def __init__(self, median):
        self.median = median

    def survival(self, arm, day):
        return 0.5 ** (day / 30.4375 / self.median)


def test_what_is_missed_of_both_prognoses_cancels():
    (target,) = LIVER
    right = {"gideon-child-pugh-a": Exponential(13.6), "gideon-child-pugh-b": Exponential(5.2)}
    worse = {"gideon-child-pugh-a": Exponential(6.8), "gideon-child-pugh-b": Exponential(2.6)}
    assert target.misfit(right) == pytest.approx(0.0, abs=1e-12)
    assert target.misfit(worse) == pytest.approx(0.0, abs=1e-12)
    flatter = {"gideon-child-pugh-a": Exponential(10.0), "gideon-child-pugh-b": Exponential(5.2)}
    # Ratio of medians too small by a factor 1.36: about 2 ln 2 times its logarithm.
    assert target.difference(*flatter.values()) == pytest.approx(-2 * math.log(2) * math.log(1.36), rel=0.2)


def test_the_fit_finds_the_effect_of_albi_that_made_a_contrast():
    names, truth = ("hazards.albi_log_hazard_ratio",), np.array([1.0])
    trials = ("gideon-child-pugh-a", "gideon-child-pugh-b")
    made = read_all(parameters_at(names, truth), trials, 512, 6)

    def median(name, arm):
        return next(day for day in range(20, 900) if made[name].survival(arm, float(day)) < 0.5) / 30.4375

    row = {
        "arm": "Child-Pugh A", "months": median(trials[0], "Child-Pugh A"), "n": 60_000, "other": trials[1],
        "other_arm": "Child-Pugh B", "other_months": median(trials[1], "Child-Pugh B"), "n_other": 60_000,
        "cohorts_log_sd": 0.0,
    }  # fmt: skip
    found = fit(
        (Target(trials[0], "class_contrast", row),), names, patients=512, seed=6, report=lambda line: None
    )
    np.testing.assert_allclose(found.z, truth, atol=0.15)
