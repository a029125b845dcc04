"""How one published number is set beside a simulated trial: what is read, and by how much it differs.

Every difference is simulated minus published on the logit of a share, or on the log of a hazard ratio. A number that
the trial's scans blur has no difference inside the blur. A number of patients among n differs by its signed root
deviance times its standard error: whitened and squared it is twice the log likelihood ratio of the binomial, which a
response rate near zero needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol as Interface

import numpy as np
from scipy.special import logit, xlogy

from hepatrial.calibration.reading import LEAST_SHARE, TrialReading
from hepatrial.calibration.simulated_trials import SimulatedTrials

MISREAD = 0.01
"""Share of patients without a response who are read as responders: by RECIST the placebo arms of CELESTIAL, SHARP,
Asia-Pacific and EVOLVE-1 show 0.4, 1, 1.3 and 1.6 % (their records). That all of it is misreading is assumed."""
VISIT_WINDOW_DAYS = 7.0
"""A share printed for a time this near to a scan may stand before or after it (assumed)."""

LOGIT_PER_LOG_TIME = 2.0 * float(np.log(2.0))
"""By how much the logit of survival falls at the median as the logarithm of time rises, for a constant hazard."""


class Comparison(Interface):
    """One published number beside what is simulated."""

    def difference(self, reading: TrialReading) -> float:
        """Simulated minus published, on the scale of the observation."""
        ...

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        """The same number read off simulated trials of the published size, on that scale, shape (trials,)."""
        ...


@dataclass(frozen=True, slots=True)
class Survival:
    """Share alive on a day: one half at a published median."""

    arm: str
    day: float
    share: float

    def difference(self, reading: TrialReading) -> float:
        return float(logit(reading.survival(self.arm, self.day)) - logit(self.share))

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return trials.logit_free("OS", self.arm, self.day)


@dataclass(frozen=True, slots=True)
class ScannedMedian:
    """A median that scans show: it is known to lie after the scan before the nearest one and not after that."""

    arm: str
    endpoint: str
    day: float

    def difference(self, reading: TrialReading) -> float:
        every = reading.protocol.visits.scan_interval_days
        scan = nearest_scan(self.day, every)
        # Deaths between two scans are events of PFS: they count for the curve that the scan begins with.
        before = reading.event_free(self.endpoint, self.arm, scan - 1.0)
        after = reading.event_free(self.endpoint, self.arm, scan)
        return beyond(logit(after), logit(before), 0.0)

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        scan = nearest_scan(self.day, trials.protocol.visits.scan_interval_days)
        return trials.logit_free(self.endpoint, self.arm, scan)


@dataclass(frozen=True, slots=True)
class ScannedShare:
    """Share free of an event that scans show, on a day; of a scan within the visits' window either side counts."""

    arm: str
    endpoint: str
    day: float
    share: float

    def difference(self, reading: TrialReading) -> float:
        early = reading.event_free(self.endpoint, self.arm, self.day - VISIT_WINDOW_DAYS)
        late = reading.event_free(self.endpoint, self.arm, self.day + VISIT_WINDOW_DAYS)
        return beyond(logit(late), logit(early), float(logit(self.share)))

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return trials.logit_free(self.endpoint, self.arm, self.day + VISIT_WINDOW_DAYS)


@dataclass(frozen=True, slots=True)
class SymptomMedian:
    """Median time to symptomatic progression, with death as censoring."""

    arm: str
    day: float

    def difference(self, reading: TrialReading) -> float:
        return float(logit(reading.free_of_symptoms(self.arm, self.day)))

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return trials.logit_free_of_symptoms(self.arm, self.day)


@dataclass(frozen=True, slots=True)
class SpreadContrast:
    """Survival without against with macrovascular invasion or spread, each at its median: a common shift cancels."""

    arm: str
    day_with: float
    day_without: float

    def difference(self, reading: TrialReading) -> float:
        without = reading.survival(self.arm, self.day_without, spread=False)
        return float(logit(without) - logit(reading.survival(self.arm, self.day_with, spread=True)))

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        without = trials.logit_free("OS", self.arm, self.day_without, spread=False)
        return without - trials.logit_free("OS", self.arm, self.day_with, spread=True)


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """A Cox hazard ratio as the trial's plan computes it."""

    arm: str
    control: str
    endpoint: str
    ratio: float

    def difference(self, reading: TrialReading) -> float:
        return reading.log_hazard_ratio(self.endpoint, self.arm) - float(np.log(self.ratio))

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return trials.log_hazard_ratio(self.endpoint, self.arm, self.control)


@dataclass(frozen=True, slots=True)
class SubgroupHazardRatio:
    """A Cox hazard ratio among the patients who have all of ``among``, as `patients.shares.has` reads each."""

    arm: str
    control: str
    endpoint: str
    ratio: float
    among: tuple[str, ...]

    def difference(self, reading: TrialReading) -> float:
        found = reading.log_hazard_ratio(self.endpoint, self.arm, among=self.among)
        return found - float(np.log(self.ratio))

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return trials.log_hazard_ratio(self.endpoint, self.arm, self.control, among=self.among)


@dataclass(frozen=True, slots=True)
class Responders:
    """Patients with a response as best response, some of them misread."""

    arm: str
    criteria: str
    patients: float
    n: int

    def difference(self, reading: TrialReading) -> float:
        share = reading.responding(self.arm, self.criteria)
        return counted_difference(MISREAD + (1.0 - MISREAD) * share, self.patients, self.n)

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return trials.responders(self.arm, self.criteria).logit


@dataclass(frozen=True, slots=True)
class Controlled:
    """Patients with a response or stable disease as best response."""

    arm: str
    criteria: str
    patients: float
    n: int

    def difference(self, reading: TrialReading) -> float:
        return counted_difference(reading.controlled(self.arm, self.criteria), self.patients, self.n)

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return trials.controlled(self.arm, self.criteria).logit


@dataclass(frozen=True, slots=True)
class Stopped:
    """Patients whose treatment ended for an adverse event of an agent.

    Attributes
    ----------
    least, most
        Number of patients; they differ where only the number with an adverse event of whatever cause is known.
    """

    arm: str
    least: float
    most: float
    n: int

    def difference(self, reading: TrialReading) -> float:
        share = reading.stopped_for_adverse_event(self.arm)
        nearest = float(np.clip(share * self.n, self.least, self.most))
        return counted_difference(share, nearest, self.n)

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return trials.stopped(self.arm).logit


@dataclass(frozen=True, slots=True)
class DiedOfToxicity:
    """Patients who died of an adverse event of an agent."""

    arm: str
    patients: float
    n: int

    def difference(self, reading: TrialReading) -> float:
        return counted_difference(reading.died_of_toxicity(self.arm), self.patients, self.n)

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return trials.died_of_toxicity(self.arm).logit


def nearest_scan(day: float, every: float) -> float:
    """Day of the scan nearest to a day, of the first one if that is baseline."""
    return max(round(day / every), 1) * every


def beyond(low: float, high: float, published: float) -> float:
    """By how much an interval of what is simulated misses a published number; 0 inside."""
    return float(max(0.0, low - published) + min(0.0, high - published))


def counted_difference(share: float, patients: float, n: int) -> float:
    """Signed root deviance of a simulated share from ``patients`` of ``n``, times their standard error."""
    share = float(np.clip(share, LEAST_SHARE, 1.0 - LEAST_SHARE))
    left = n - patients
    likely = xlogy(patients, patients / (n * share)) + xlogy(left, left / (n * (1.0 - share)))
    return float(np.sign(share - patients / n) * np.sqrt(2.0 * max(likely, 0.0)) * counted_sd(patients, n))


def counted_sd(patients: float, n: int) -> float:
    """Standard error of the empirical logit of ``patients`` of ``n`` (Gart and Zweifel 1967, 10.2307/2333866)."""
    return float(np.sqrt(1.0 / (patients + 0.5) + 1.0 / (n - patients + 0.5)))
