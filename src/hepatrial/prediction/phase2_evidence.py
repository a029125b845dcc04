"""A user's phase 2 results as the calibration compares early arms: with their covariance from simulated trials."""

from __future__ import annotations

import numpy as np

from hepatrial.calibration.evidence import TrialEvidence, evidence_of
from hepatrial.calibration.observed import ObservedTrial
from hepatrial.calibration.replicated_summaries import correlation, replicated, summaries
from hepatrial.calibration.sampling_correlation import OWN_SHARE, SamplingCorrelation
from hepatrial.disease.parameters import default_parameters
from hepatrial.errors import RunFailed
from hepatrial.prediction.phase2_file import Phase2

TRIALS = 400
FEWEST_COMPLETE = 50
"""Simulated trials that show every number, below which their correlation says nothing."""


def phase2_evidence(phase2: Phase2, seed: int) -> tuple[TrialEvidence, ...]:
    """All trials of a file, each with the covariance of its differences: sampling and discrepancy.

    Raises
    ------
    RunFailed
        Nearly no simulated trial of that size shows all the numbers.
    """
    return tuple(evidence_of(trial, _sampling(trial, seed)) for trial in phase2.trials)


def _sampling(trial: ObservedTrial, seed: int) -> SamplingCorrelation:
    found = summaries(trial, replicated(trial, default_parameters(), TRIALS, seed))
    if len(found) < FEWEST_COMPLETE:
        raise RunFailed(
            f"{trial.key}: trials of this size hardly ever show all its results\n"
            f"  found:   {len(found)} of {TRIALS} simulated trials do\n  allowed: {FEWEST_COMPLETE}\n"
            "  fix:     check n of its arms, and take out the hazard ratio of an arm with a few patients"
        )
    names = tuple(each.name for each in trial.observations)
    of_numbers = (1.0 - OWN_SHARE) * correlation(found) + OWN_SHARE * np.eye(len(names))
    return SamplingCorrelation(names, found.std(axis=0, ddof=1), of_numbers)
