"""What the fit is compared with: calibration trials and early arms, each with its observations and their covariance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from scipy.linalg import solve_triangular

from hepatrial.calibration.data_files import DataFile, data_file
from hepatrial.calibration.early_arms import early_arms
from hepatrial.calibration.observation import Observation
from hepatrial.calibration.observing import observation
from hepatrial.calibration.published_numbers import Row
from hepatrial.calibration.reading import TrialReading
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.loading import load

__all__ = ["TrialEvidence", "fit_evidence"]

TRIAL_ROWS = "trial_rows.yaml"


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
    kind: Literal["calibration", "early"]
    protocol: Protocol
    observations: tuple[Observation, ...]
    cholesky: np.ndarray

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
    """
    early = (_evidence(key, "early", *of_trial) for key, *of_trial in early_arms())
    return (*calibration_trials(), *early)


@cache
def calibration_trials() -> tuple[TrialEvidence, ...]:
    """The bundled trials that the fit may see, with their confirmed numbers."""
    file = data_file(TRIAL_ROWS)
    return tuple(_trial(name, file) for name in file.content)


def covariance(observations: tuple[Observation, ...]) -> np.ndarray:
    """Covariance of the differences, shape (k, k): independent sampling, and discrepancy as it is shared."""
    sd = np.array([each.sd for each in observations])
    return np.diag(sd**2) + _discrepancy(observations)


def _discrepancy(observations: tuple[Observation, ...]) -> np.ndarray:
    """Levels of one endpoint move together in all arms of a trial; everything else has a discrepancy of its own."""
    sd = np.array([each.discrepancy_sd for each in observations])
    shared = np.array([each.shared or f"own {place}" for place, each in enumerate(observations)])
    return np.outer(sd, sd) * (shared[:, None] == shared[None, :])


def _trial(name: str, file: DataFile) -> TrialEvidence:
    protocol = load(name)
    observations = tuple(
        observation(
            Row(str(row.get("record", protocol.published)), row, file.locate((name, "used", place))),
            "calibration",
        )
        for place, row in enumerate(file.content[name]["used"])
    )
    return _evidence(name, "calibration", protocol, observations)


def _evidence(
    key: str,
    kind: Literal["calibration", "early"],
    protocol: Protocol,
    observations: tuple[Observation, ...],
) -> TrialEvidence:
    return TrialEvidence(key, kind, protocol, observations, np.linalg.cholesky(covariance(observations)))
