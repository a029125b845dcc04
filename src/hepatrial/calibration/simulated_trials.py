"""Simulated trials of the published size, with the numbers that an article prints: for the correlation between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from hepatrial.calibration.reading import TrialReading
from hepatrial.conduct.endpoints import Observed, scans_had
from hepatrial.conduct.replicates import Draw, draw_trials, observe_trials, patient_strata
from hepatrial.patients.shares import having_all
from hepatrial.protocol.design import Protocol
from hepatrial.response.recist import PARTIAL, STABLE
from hepatrial.simulation.events import ADVERSE_EVENT
from hepatrial.simulation.outcomes import Outcomes
from hepatrial.simulation.streams import Streams
from hepatrial.survival.many_trials import ManyTrials, many_trials


@dataclass(frozen=True, slots=True)
class FollowedTrials:
    """Times to an event in one arm: days, whether it happened, and who counts; arrays have shape (trials, size)."""

    days: np.ndarray
    happened: np.ndarray
    who: np.ndarray

    def logit_free(self, day: float) -> np.ndarray:
        """Logit of the Kaplan-Meier curve on a day, (trials,)."""
        return _logit_within(_kaplan_meier(self.days, self.happened, self.who, day), self.who)


@dataclass(frozen=True, slots=True)
class CountedTrials:
    """Patients of one arm who have something, and patients in it; arrays have shape (trials,)."""

    count: np.ndarray
    n: np.ndarray

    @property
    def logit(self) -> np.ndarray:
        """Empirical logit of the share."""
        return np.log((self.count + 0.5) / (self.n - self.count + 0.5))


@dataclass(frozen=True, slots=True)
class SimulatedTrials:
    """Trials drawn from one pool of twins; arrays have shape (trials, size)."""

    pool: TrialReading
    draw: Draw
    outcomes: Outcomes
    seen: Observed
    end: np.ndarray

    @property
    def protocol(self) -> Protocol:
        return self.pool.protocol

    def _in_arm(self, arm: str) -> np.ndarray:
        names = [each.name for each in self.protocol.arms]
        return (self.draw.arm == names.index(arm)) & (self.end >= 0.0)

    def followed(self, endpoint: str, arm: str, *, spread: bool | None = None) -> FollowedTrials:
        """Times to an endpoint in an arm; of patients with or without MVI or EHS where ``spread`` says so."""
        who = self._in_arm(arm)
        if spread is not None:
            patients = self.pool.patients
            who &= (patients.mvi | patients.ehs)[self.draw.index] == spread
        return FollowedTrials(*self.seen.times(endpoint), who)

    def followed_for_symptoms(self, arm: str) -> FollowedTrials:
        """Times to symptomatic progression in an arm, with death as censoring."""
        names = [each.name for each in self.protocol.arms]
        symptoms = np.choose(self.draw.arm, [self.pool.symptoms[name][self.draw.index] for name in names])
        last = np.minimum(self.outcomes.death, self.end)
        return FollowedTrials(np.minimum(symptoms, last), symptoms <= last, self._in_arm(arm))

    def logit_free(self, endpoint: str, arm: str, day: float, *, spread: bool | None = None) -> np.ndarray:
        """Logit of the Kaplan-Meier curve on a day, (trials,); of patients with or without MVI or EHS."""
        return self.followed(endpoint, arm, spread=spread).logit_free(day)

    def logit_free_of_symptoms(self, arm: str, day: float) -> np.ndarray:
        """Logit of the Kaplan-Meier curve of time to symptomatic progression on a day, (trials,)."""
        return self.followed_for_symptoms(arm).logit_free(day)

    def log_hazard_ratio(
        self, endpoint: str, arm: str, control: str, *, among: tuple[str, ...] = ()
    ) -> np.ndarray:
        """Cox log hazard ratios, stratified as the plan says, (trials,); among patients who have all that is named."""
        return self.compared(endpoint, arm, control, among=among).log_hr

    def compared(self, endpoint: str, arm: str, control: str, *, among: tuple[str, ...] = ()) -> ManyTrials:
        """An arm against its control as the plan says, among patients who have all that is named."""
        who = having_all(self.pool.patients, among)[self.draw.index]
        treated = self._in_arm(arm) & who
        days, happened = self.seen.times(endpoint)
        return many_trials(
            days,
            happened,
            treated.astype(np.int8),
            stratum=self.draw.stratum if self.protocol.analysis.stratified else None,
            included=treated | (self._in_arm(control) & who),
        )

    def responders(self, arm: str, criteria: str) -> CountedTrials:
        """Patients with a response as best response."""
        return self._best_of_at_least(PARTIAL, arm, criteria)

    def controlled(self, arm: str, criteria: str) -> CountedTrials:
        """Patients with a response or stable disease as best response."""
        return self._best_of_at_least(STABLE, arm, criteria)

    def stopped(self, arm: str) -> CountedTrials:
        """Patients whose treatment an agent's adverse event ended by the data cut."""
        stopped = (self.outcomes.stop_for_adverse_event == ADVERSE_EVENT) & (self.outcomes.stop <= self.end)
        return _counted(stopped, self._in_arm(arm))

    def died_of_toxicity(self, arm: str) -> CountedTrials:
        """Patients who died of an agent's adverse event by the data cut."""
        found = self.outcomes
        fatal = (found.toxic_death <= self.end) & (found.toxic_death <= found.death)
        return _counted(fatal, self._in_arm(arm))

    def _best_of_at_least(self, level: int, arm: str, criteria: str) -> CountedTrials:
        scans = scans_had(self.outcomes, np.maximum(self.end, 0.0), self.protocol.visits.scan_interval_days)
        code = self.pool.best[arm][criteria].code[self.draw.index, scans]
        return _counted(code >= level, self._in_arm(arm))


def simulated_trials(pool: TrialReading, streams: Streams, trials: int) -> SimulatedTrials:
    """Draw trials of the protocol's size from the twins of a reading.

    The twins must be independent, not balanced draws, and many times the trial's size: what they miss of the population
    is common to all trials.
    """
    protocol = pool.protocol
    draw = draw_trials(protocol, patient_strata(protocol, pool.patients), streams, 0, trials)
    by_arm = [pool.outcomes[arm.name] for arm in protocol.arms]
    seen, end, _ = observe_trials(protocol, draw, by_arm)
    return SimulatedTrials(pool, draw, Outcomes.choose(draw.arm, by_arm, draw.index), seen, end)


def _kaplan_meier(days: np.ndarray, happened: np.ndarray, who: np.ndarray, day: float) -> np.ndarray:
    """Kaplan-Meier shares on a day by trial, (trials,); events stand before censoring on the same day."""
    time = np.where(who, days, np.inf)
    order = np.lexsort((~happened, time), axis=-1)
    time = np.take_along_axis(time, order, axis=1)
    event = np.take_along_axis(happened & who, order, axis=1) & (time <= day)
    at_risk = who.sum(axis=1, keepdims=True) - np.arange(time.shape[1])
    return np.prod(np.where(event, 1.0 - 1.0 / np.maximum(at_risk, 1), 1.0), axis=1)


def _logit_within(share: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Logit of shares, of none and all as of half a patient."""
    least = 0.5 / np.maximum(who.sum(axis=1), 1)
    return logit(np.clip(share, least, 1.0 - least))


def _counted(has: np.ndarray, who: np.ndarray) -> CountedTrials:
    return CountedTrials((has & who).sum(axis=1), who.sum(axis=1))
