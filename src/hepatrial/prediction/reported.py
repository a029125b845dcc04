"""What a simulated phase 2 trial would report, in the words and units of its file, and how far chance moves that."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from hepatrial.calibration.comparisons import (
    LOGIT_PER_LOG_TIME,
    MISREAD,
    VISIT_WINDOW_DAYS,
    Controlled,
    DiedOfToxicity,
    HazardRatio,
    Responders,
    ScannedMedian,
    ScannedShare,
    Stopped,
    Survival,
)
from hepatrial.calibration.observation import Observation
from hepatrial.calibration.reading import LEAST_SHARE, TrialReading
from hepatrial.units import DAYS_PER_MONTH

COUNTED = (Responders, Controlled, Stopped, DiedOfToxicity)
"""Numbers of patients among n: reports are binomial."""


WORDS = {
    "orr_percent": "response, %",
    "responders_patients": "patients with a response",
    "dcr_percent": "disease control, %",
    "stopped_for_related_adverse_events_percent": "stopped for related adverse events, %",
    "stopped_for_adverse_events_percent": "stopped for adverse events, %",
    "toxic_deaths": "deaths from toxicity, patients",
}


def result_words(of: Observation, *, arm: bool) -> str:
    """A result in a reader's words; ``arm`` says whether the arm must be named too."""
    start = of.quantity.split("_")[0].upper()
    if of.control is not None:
        return f"hazard ratio of {start}, {of.arm} v {of.control}"
    if of.quantity.endswith("_median_months"):
        words = f"median {start}, months"
    else:
        words = WORDS.get(of.quantity, f"{start}{of.quantity.partition('percent')[2]}, %")
    return f"{words}, {of.arm}" if arm else words


def expected_report(of: Observation, reading: TrialReading) -> float:
    """The number that the trial would report without chance: months, per cent, a ratio, or patients.

    Infinite for a median that is not reached.
    """
    how = of.comparison
    if isinstance(how, Survival):
        if of.quantity.startswith("os_median"):
            return _median_survival_months(reading, how.arm)
        return 100.0 * reading.survival(how.arm, how.day)
    if isinstance(how, ScannedMedian):
        return _scanned_median_months(reading, how.endpoint, how.arm)
    if isinstance(how, ScannedShare):
        return 100.0 * reading.event_free(how.endpoint, how.arm, how.day + VISIT_WINDOW_DAYS)
    if isinstance(how, HazardRatio):
        return float(np.exp(reading.log_hazard_ratio(how.endpoint, how.arm)))
    return _of_share(of, _share(of, reading))


def replicated_reports(
    of: Observation, expected: np.ndarray, replicates: int, random: np.random.Generator
) -> np.ndarray:
    """Reports of trials of this size around what each draw expects, shape (draws, replicates).

    Each has the observation's own discrepancy and chance: binomial for numbers of patients, else normal on its scale.
    """
    shape = (len(expected), replicates)
    own = of.discrepancy_sd * random.standard_normal(shape)
    if isinstance(of.comparison, COUNTED):
        share = np.clip(_share_of(of, expected), LEAST_SHARE, 1.0 - LEAST_SHARE)
        return _of_share(of, random.binomial(of.n, expit(logit(share)[:, None] + own)) / of.n)
    noise = own + of.sd * random.standard_normal(shape)
    if of.quantity.endswith("_months"):
        return expected[:, None] * np.exp(noise / LOGIT_PER_LOG_TIME)
    if of.scale == "log":
        return expected[:, None] * np.exp(noise)
    share = np.clip(expected / 100.0, LEAST_SHARE, 1.0 - LEAST_SHARE)
    return 100.0 * expit(logit(share)[:, None] + noise)


def _share(of: Observation, reading: TrialReading) -> float:
    how = of.comparison
    if isinstance(how, Responders):
        return MISREAD + (1.0 - MISREAD) * reading.responding(how.arm, how.criteria)
    if isinstance(how, Controlled):
        return reading.controlled(how.arm, how.criteria)
    if isinstance(how, Stopped):
        return reading.stopped_for_adverse_event(how.arm)
    assert isinstance(how, DiedOfToxicity), "every comparison of a phase 2 file is known here"
    return reading.died_of_toxicity(how.arm)


def _of_share(of: Observation, share: float | np.ndarray) -> float | np.ndarray:
    return share * (100.0 if of.quantity.endswith("_percent") else float(of.n))


def _share_of(of: Observation, report: np.ndarray) -> np.ndarray:
    return report / (100.0 if of.quantity.endswith("_percent") else float(of.n))


def _median_survival_months(reading: TrialReading, arm: str) -> float:
    alive = np.exp(-reading.cumulative_hazard[arm]).mean(axis=1)
    if alive[-1] > 0.5:
        return np.inf
    return float(np.interp(-0.5, -alive, reading.visit_days)) / DAYS_PER_MONTH


def _scanned_median_months(reading: TrialReading, endpoint: str, arm: str) -> float:
    every, last = reading.protocol.visits.scan_interval_days, reading.protocol.horizon_days
    for day in np.arange(every, last + 1e-9, every):
        if reading.event_free(endpoint, arm, float(day)) <= 0.5:
            return float(day) / DAYS_PER_MONTH
    return np.inf
