"""What the fit is compared with: calibration trials and early arms, each with its observations and their covariance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.linalg import solve_triangular

from hepatrial.calibration.observation import Observation
from hepatrial.calibration.observed import EvidenceKind, ObservedTrial, observed_trials
from hepatrial.calibration.reading import TrialReading
from hepatrial.calibration.sampling_correlation import SamplingCorrelation, sampling_correlation
from hepatrial.protocol.design import Protocol

__all__ = ["TrialEvidence", "evidence_of", "fit_evidence"]


@dataclass(frozen=True, slots=True)
class TrialEvidence:
    """One trial, or one early arm, with what was published of it.

    Attributes
    ----------
    key
        The bundled protocol's name, or the early record's key.
    protocol
        What is simulated; its arms name the agents.
    cholesky
        Lower factor of the covariance of the differences, shape (k, k): sampling and discrepancy.
    """

    key: str
    kind: EvidenceKind
    protocol: Protocol
    observations: tuple[Observation, ...]
    cholesky: np.ndarray

    @property
    def has_own_population(self) -> bool:
        """Whether its baseline table is its own, and not borrowed from another trial."""
        return self.kind == "calibration"

    def differences(self, reading: TrialReading) -> np.ndarray:
        """Simulated minus published, each on the scale of its observation, shape (k,)."""
        return np.array([each.comparison.difference(reading) for each in self.observations])

    def residuals(self, reading: TrialReading) -> np.ndarray:
        """Differences made independent with unit variance, shape (k,): their sum of squares is the chi-squared."""
        return solve_triangular(self.cholesky, self.differences(reading), lower=True)


@cache
def fit_evidence() -> tuple[TrialEvidence, ...]:
    """All that the fit is compared with; the same objects at every call.

    Raises
    ------
    InvalidInput
        A row of a data file names a number that its record does not hold as confirmed.
    RunFailed
        The shipped correlations are of other numbers than the data files name.
    """
    return tuple(
        evidence_of(trial, sampling_correlation(trial.key, tuple(each.name for each in trial.observations)))
        for trial in observed_trials()
    )


def covariance(observations: tuple[Observation, ...], of_sampling: SamplingCorrelation) -> np.ndarray:
    """Covariance of the differences, shape (k, k): sampling with the published errors, and discrepancy."""
    sd = np.array([each.sd for each in observations])
    return np.outer(sd, sd) * of_sampling.correlation + _discrepancy(observations)


def _discrepancy(observations: tuple[Observation, ...]) -> np.ndarray:
    """Numbers that share a discrepancy move together in all arms of a trial; each other one has its own."""
    sd = np.array([each.discrepancy_sd for each in observations])
    shared = np.array([each.shared or f"own {place}" for place, each in enumerate(observations)])
    return np.outer(sd, sd) * (shared[:, None] == shared[None, :])


def evidence_of(trial: ObservedTrial, of_sampling: SamplingCorrelation) -> TrialEvidence:
    """A trial's observations with the covariance of their differences."""
    # A ratio printed without an interval has the error that trials of its size show.
    observations = tuple(
        replace(each, sd=float(simulated)) if np.isnan(each.sd) else each
        for each, simulated in zip(trial.observations, of_sampling.sd, strict=True)
    )
    factor = np.linalg.cholesky(covariance(observations, of_sampling))
    return TrialEvidence(trial.key, trial.kind, trial.protocol, observations, factor)
