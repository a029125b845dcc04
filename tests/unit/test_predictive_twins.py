"""The simulated SHARP: the twins' gains are those of the outcomes, and plasma VEGF is not called predictive."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hepatrial.analysis.twin_effects import twin_effect
from hepatrial.biomarkers import marker_frame
from hepatrial.biomarkers.predictive import predictive_results, twin_truth
from hepatrial.errors import UsageError

YEAR = 365.25


def test_gains_are_those_of_the_complete_outcomes_and_observed_times_those_of_the_population(sharp_trial):
    truth = twin_truth(sharp_trial, ["albi"], YEAR)
    names = [arm.name for arm in sharp_trial.protocol.arms]
    treated, control = (sharp_trial.outcomes[names.index(name)].death for name in truth.arms[::-1])
    assert truth.gain_days.mean() == pytest.approx(
        twin_effect(*truth.arms[::-1], treated, control, YEAR).mean * 30.4375
    )
    assert truth.expected_days.mean() == pytest.approx(truth.gain_days.mean())
    # Whoever is seen to die within the year has that day in the gain; both sides are of one patient.
    died = [(side.event > 0) & (side.time_days < YEAR) for side in truth.observed]
    both = died[0] & died[1]
    gained = truth.observed[1].time_days[both] - truth.observed[0].time_days[both]
    np.testing.assert_allclose(truth.gain_days[both], gained, atol=1.0)


def test_the_control_is_no_treated_arm(sharp_trial):
    with pytest.raises(UsageError, match="an arm other than the control"):
        twin_truth(sharp_trial, ["albi"], YEAR, arm=sharp_trial.protocol.control)


def test_plasma_vegf_of_a_simulated_sharp_is_not_predictive(sharp_trial):
    trial = sharp_trial.trial
    vegf = trial.labs.filter((pl.col("day") == 0) & (pl.col("parameter") == "VEGF")).select(
        "subject", pl.col("value").alias("vegf")
    )
    subjects = trial.subjects.join(vegf, on="subject", how="left", maintain_order="left")
    frame = marker_frame(replace(trial, subjects=subjects), markers=["vegf"], transform="log1p")
    found = predictive_results(frame)
    assert found.verdicts[0].predictive != "yes"
    # SHARP's own size does not settle it: the interval of the ratio per SD is wider than the margins.
    assert found.relative.upper[0] / found.relative.lower[0] > 1.25
