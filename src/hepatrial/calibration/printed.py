"""What an article would print of one simulated trial, as the observations that a fit is compared with.

Each number becomes one of its own kind: a median the day on which the trial's own Kaplan-Meier curve crosses
one half, a hazard ratio that of the trial's own Cox model with its error, a number of patients the trial's
own. A median that the trial does not reach is replaced by the share on the day of the published one. Beside
sampling, which the trial has of itself, a number gets what the likelihood allows for: its discrepancy, and
responses that are misread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit

from hepatrial.calibration.comparisons import (
    MISREAD,
    Comparison,
    Controlled,
    DiedOfToxicity,
    HazardRatio,
    Responders,
    ScannedMedian,
    ScannedShare,
    SpreadContrast,
    Stopped,
    SubgroupHazardRatio,
    Survival,
    SymptomMedian,
    counted_sd,
)
from hepatrial.calibration.evidence import TrialEvidence, evidence_of
from hepatrial.calibration.observation import Observation
from hepatrial.calibration.observed import ObservedTrial
from hepatrial.calibration.observing import CENSORING
from hepatrial.calibration.reading import LEAST_SHARE, TrialReading
from hepatrial.calibration.sampling_correlation import SamplingCorrelation
from hepatrial.calibration.simulated_trials import CountedTrials, FollowedTrials, SimulatedTrials
from hepatrial.survival import KaplanMeier, SurvivalTimes, kaplan_meier
from hepatrial.units import DAYS_PER_MONTH

SOURCE = "simulated"


@dataclass(frozen=True, slots=True)
class Shifted:
    """Another number moved by a known amount on the scale of its difference."""

    comparison: Comparison
    by: float

    def difference(self, reading: TrialReading) -> float:
        return self.comparison.difference(reading) - self.by

    def of_trials(self, trials: SimulatedTrials) -> np.ndarray:
        return self.comparison.of_trials(trials)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A number of a simulated trial: how it is compared, its sampling error, as printed, and of how many patients."""

    comparison: Comparison
    sd: float
    value: float
    n: int


@dataclass(frozen=True, slots=True)
class _Article:
    """One simulated trial and the chance that stands beside its sampling."""

    trial: SimulatedTrials
    random: np.random.Generator


@dataclass(frozen=True, slots=True)
class _Curve:
    """The Kaplan-Meier curve of one group of the trial."""

    curve: KaplanMeier
    n: int

    @property
    def median(self) -> float:
        """Day on which it crosses one half; nan where it does not."""
        return float(self.curve.median().estimate)

    def logit(self, day: float) -> float:
        """Logit of the curve on a day, of none and all as of half a patient."""
        return float(logit(self._share(day)))

    def sd_of_logit(self, day: float) -> float:
        """By Greenwood, no less than without censoring."""
        share, place = self._share(day), int(np.searchsorted(self.curve.time_days, day, side="right")) - 1
        greenwood = self.curve.std_error[place] if place >= 0 else 0.0
        binomial = np.sqrt(share * (1.0 - share) / self.n)
        return float(np.fmax(greenwood, binomial) / (share * (1.0 - share)))

    def _share(self, day: float) -> float:
        place = int(np.searchsorted(self.curve.time_days, day, side="right")) - 1
        share = self.curve.survival[place] if place >= 0 else 1.0
        return float(np.clip(share, 0.5 / self.n, 1.0 - 0.5 / self.n))


def printed(
    trial: ObservedTrial, simulated: SimulatedTrials, random: np.random.Generator
) -> tuple[Observation | None, ...]:
    """What an article on the first of the simulated trials would print, number by number of the real article.

    Parameters
    ----------
    trial
        The real trial, whose numbers say which are printed and how much they differ beside sampling.
    simulated
        Trials of its protocol.
    random
        For discrepancy and misreading.

    Returns
    -------
    tuple
        In the order of ``trial.observations``; None where the simulated trial does not have the number (a hazard ratio
        without an event in one of the arms).
    """
    article = _Article(simulated, random)
    common: dict[str, float] = {}
    found = []
    for each in trial.observations:
        own = float(random.standard_normal())
        effect = each.discrepancy_sd * (common.setdefault(each.shared, own) if each.shared else own)
        found.append(_observation(each, _PRINTED[type(each.comparison)](article, each.comparison, effect)))
    return tuple(found)


def printed_evidence(
    trial: ObservedTrial,
    of_sampling: SamplingCorrelation,
    simulated: SimulatedTrials,
    random: np.random.Generator,
) -> TrialEvidence:
    """What `printed` gives, with the covariance of the differences as the calibration makes it.

    Parameters
    ----------
    of_sampling
        Of the real trial's observations.
    """
    observations = printed(trial, simulated, random)
    kept = np.array([place for place, each in enumerate(observations) if each is not None])
    of_kept = SamplingCorrelation(
        tuple(of_sampling.names[place] for place in kept),
        of_sampling.sd[kept],
        of_sampling.correlation[np.ix_(kept, kept)],
    )
    there = tuple(each for each in observations if each is not None)
    return evidence_of(replace(trial, observations=there), of_kept)


def _observation(real: Observation, found: _Printed | None) -> Observation | None:
    if found is None:
        return None
    return replace(
        real,
        published=found.value,
        interval=None,
        level_percent=None,
        n=found.n,
        sd=found.sd,
        source=SOURCE,
        comparison=found.comparison,
    )


def _survival(article: _Article, real: Survival, effect: float) -> _Printed:
    return _on_curve(
        _curve(article.trial.followed("OS", real.arm)),
        real.day,
        effect,
        lambda day: Survival(real.arm, day, 0.5),
        median=real.share == 0.5,
    )


def _symptoms(article: _Article, real: SymptomMedian, effect: float) -> _Printed:
    curve = _curve(article.trial.followed_for_symptoms(real.arm))
    return _on_curve(curve, real.day, effect, lambda day: SymptomMedian(real.arm, day), median=True)


def _on_curve(
    curve: _Curve, day: float, effect: float, at: Callable[[float], Comparison], *, median: bool
) -> _Printed:
    """A median, or where there is none or none is asked for, the curve on a day."""
    reached = median and np.isfinite(curve.median)
    there = curve.median if reached else day
    by = effect if reached else curve.logit(day) + effect
    comparison = at(there) if by == 0.0 else Shifted(at(there), by)
    return _Printed(comparison, curve.sd_of_logit(there), there / DAYS_PER_MONTH, curve.n)


def _scanned(article: _Article, real: ScannedMedian, effect: float) -> _Printed:
    curve = _curve(article.trial.followed(real.endpoint, real.arm))
    if not np.isfinite(curve.median):
        return _share(curve, real.arm, real.endpoint, real.day, effect)
    how = ScannedMedian(real.arm, real.endpoint, curve.median)
    sd = CENSORING * 2.0 / np.sqrt(curve.n)
    return _Printed(_moved(how, effect), float(sd), curve.median / DAYS_PER_MONTH, curve.n)


def _scanned_share(article: _Article, real: ScannedShare, effect: float) -> _Printed:
    curve = _curve(article.trial.followed(real.endpoint, real.arm))
    return _share(curve, real.arm, real.endpoint, real.day, effect)


def _share(curve: _Curve, arm: str, endpoint: str, day: float, effect: float) -> _Printed:
    share = float(expit(curve.logit(day) + effect))
    sd = CENSORING * curve.sd_of_logit(day)
    return _Printed(ScannedShare(arm, endpoint, day, share), sd, 100.0 * share, curve.n)


def _contrast(article: _Article, real: SpreadContrast, effect: float) -> _Printed:
    without, having = (
        _curve(article.trial.followed("OS", real.arm, spread=spread)) for spread in (False, True)
    )
    both = np.isfinite(without.median) and np.isfinite(having.median)
    day_with, day_without = (having.median, without.median) if both else (real.day_with, real.day_without)
    by = effect if both else without.logit(day_without) - having.logit(day_with) + effect
    sd = np.hypot(without.sd_of_logit(day_without), having.sd_of_logit(day_with))
    how = SpreadContrast(real.arm, day_with, day_without)
    return _Printed(_moved(how, by), float(sd), day_without / DAYS_PER_MONTH, without.n + having.n)


def _ratio(article: _Article, real: HazardRatio | SubgroupHazardRatio, effect: float) -> _Printed | None:
    among = real.among if isinstance(real, SubgroupHazardRatio) else ()
    found = article.trial.compared(real.endpoint, real.arm, real.control, among=among)
    if not np.isfinite(found.log_hr[0]):
        return None
    ratio = float(np.exp(found.log_hr[0] + effect))
    n = sum(int(article.trial.followed(real.endpoint, arm).who[0].sum()) for arm in (real.arm, real.control))
    return _Printed(replace(real, ratio=ratio), float(found.log_hr_se[0]), ratio, n)


def _responders(article: _Article, real: Responders, effect: float) -> _Printed:
    share = article.trial.pool.responding(real.arm, real.criteria)
    counted = article.trial.responders(real.arm, real.criteria)
    read = MISREAD + (1.0 - MISREAD) * share
    count = _moved_count(counted, share, read, 0.0, article.random)
    count = _moved_count(CountedTrials(count, counted.n), read, read, effect, article.random)
    return _counted(count, counted.n, lambda patients, n: replace(real, patients=patients, n=n))


def _controlled(article: _Article, real: Controlled, effect: float) -> _Printed:
    share = article.trial.pool.controlled(real.arm, real.criteria)
    counted = article.trial.controlled(real.arm, real.criteria)
    count = _moved_count(counted, share, share, effect, article.random)
    return _counted(count, counted.n, lambda patients, n: replace(real, patients=patients, n=n))


def _stopped(article: _Article, real: Stopped, effect: float) -> _Printed:
    """Stops for an agent's adverse events, which a simulated trial can tell from those for whatever cause."""
    share = article.trial.pool.stopped_for_adverse_event(real.arm)
    counted = article.trial.stopped(real.arm)
    count = _moved_count(counted, share, share, effect, article.random)
    return _counted(count, counted.n, lambda patients, n: replace(real, least=patients, most=patients, n=n))


def _died(article: _Article, real: DiedOfToxicity, effect: float) -> _Printed:
    share = article.trial.pool.died_of_toxicity(real.arm)
    counted = article.trial.died_of_toxicity(real.arm)
    count = _moved_count(counted, share, share, effect, article.random)
    return _counted(count, counted.n, lambda patients, n: replace(real, patients=patients, n=n))


def _counted(count: np.ndarray, size: np.ndarray, how: Callable[[float, int], Comparison]) -> _Printed:
    patients, n = float(count[0]), int(size[0])
    return _Printed(how(patients, n), counted_sd(patients, n), patients, n)


def _moved_count(
    counted: CountedTrials, before: float, share: float, effect: float, random: np.random.Generator
) -> np.ndarray:
    """Patients who have something where its expected share is no longer ``before``, shape (trials,).

    The new share is ``share`` moved by ``effect`` on the logit. Patients change over by chance, as few as need be, so
    that what their number shares with the trial's other numbers stays.
    """
    before = float(np.clip(before, LEAST_SHARE, 1.0 - LEAST_SHARE))
    after = float(expit(logit(np.clip(share, LEAST_SHARE, 1.0 - LEAST_SHARE)) + effect))
    if after >= before:
        return counted.count + random.binomial(counted.n - counted.count, (after - before) / (1.0 - before))
    return random.binomial(counted.count, after / before)


def _moved(comparison: Comparison, by: float) -> Comparison:
    return comparison if by == 0.0 else Shifted(comparison, by)


def _curve(followed: FollowedTrials) -> _Curve:
    who = followed.who[0]
    times = SurvivalTimes(followed.days[0, who], followed.happened[0, who].astype(np.int8))
    return _Curve(kaplan_meier(times), int(who.sum()))


_PRINTED: dict[type, Callable[..., _Printed | None]] = {
    Survival: _survival,
    SymptomMedian: _symptoms,
    ScannedMedian: _scanned,
    ScannedShare: _scanned_share,
    SpreadContrast: _contrast,
    HazardRatio: _ratio,
    SubgroupHazardRatio: _ratio,
    Responders: _responders,
    Controlled: _controlled,
    Stopped: _stopped,
    DiedOfToxicity: _died,
}


__all__ = ["printed", "printed_evidence"]
