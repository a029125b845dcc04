"""Is an effect on a surrogate (TTP, PFS, response) an effect on survival? The regression over trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import stdtrit

from hepatrial.evidence.pooling.refusals import chosen
from hepatrial.evidence.pooling.scales import checked_confidence, normal_quantile
from hepatrial.evidence.pooling.surrogate_trials import SurrogateTrial, checked_surrogate_trials
from hepatrial.evidence.pooling.threshold import Threshold, threshold_effect
from hepatrial.evidence.pooling.variance_component import fit_at, independent_model


class TrialWeights(StrEnum):
    """What a trial weighs: ``PRECISION`` 1 / final_se^2, as good as its number of deaths; ``EQUAL`` all the same."""

    PRECISION = "precision"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class Surrogacy:
    """The line of effects on the final endpoint against effects on the surrogate, over trials.

    Attributes
    ----------
    intercept, slope
        Of final = intercept + slope * surrogate, log scale.
    slope_se
        Standard error of the slope.
    r2, r2_interval
        Weighted R2 (squared correlation over trials) and its interval.
    residual_sd
        Standard deviation about the line of a trial of average weight.
    threshold
        The surrogate threshold effect.
    left_out
        By trial: the final effect predicted from the other trials, with prediction limits; empty with 3 trials.
    studies, sources
        Trials behind it.
    confidence
        Level of all intervals.
    """

    intercept: float
    slope: float
    slope_se: float
    r2: float
    r2_interval: tuple[float, float]
    residual_sd: float
    threshold: Threshold
    left_out: dict[str, LeftOut]
    studies: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A trial predicted from the others: what was seen, what was predicted, and R2 without it."""

    observed: float
    predicted: float
    lower: float
    upper: float
    r2: float

    @property
    def covered(self) -> bool:
        """Whether the prediction limits hold what was seen."""
        return self.lower <= self.observed <= self.upper


@dataclass(frozen=True, slots=True)
class _Line:
    beta: np.ndarray
    unscaled: np.ndarray
    residual_variance: float
    r2: float
    df: int


def surrogacy(
    trials: Sequence[SurrogateTrial],
    *,
    weights: TrialWeights | str = TrialWeights.PRECISION,
    confidence: float = 0.95,
) -> Surrogacy:
    """Weighted linear regression of final on surrogate effects, R2, threshold effect, and each trial left out.

    Parameters
    ----------
    trials
        k >= 4 independent randomised comparisons that report both endpoints.
    weights
        See `TrialWeights`; they are scaled to mean 1.

    Raises
    ------
    InvalidInput
        Fewer than 4 trials, unusable numbers, a trial given twice, surrogate effects all the same.

    Notes
    -----
    Assumes a line, residuals with variance proportional to 1 / weight, and surrogate effects without error: those
    errors flatten the slope and lower R2 (`surrogacy_with_errors` corrects for that). The interval of R2 is Fisher's
    z of the weighted correlation with k - 3, squared; its lower limit is 0 where the correlation's interval holds 0.
    The threshold is for a further trial of average weight, by t with k - 2.

    When not to use: with effects of one class of drugs only, and then for a drug of another class; where effects on
    the surrogate hardly vary; where patients change treatment after progression in one arm only. A high R2 over
    trials does not say that a patient's progression predicts that patient's death.

    References
    ----------
    Buyse et al. 2000, 10.1093/biostatistics/1.1.49; Burzykowski & Buyse 2006, 10.1002/pst.207.
    """
    weights = chosen(TrialWeights, weights, "weights")
    checked_confidence(confidence)
    trials = checked_surrogate_trials(trials, 4)
    line = _fit(trials, weights)
    return Surrogacy(
        intercept=float(line.beta[0]),
        slope=float(line.beta[1]),
        slope_se=float(np.sqrt(line.residual_variance * line.unscaled[1, 1])),
        r2=line.r2,
        r2_interval=_r2_interval(line.r2, len(trials), confidence),
        residual_sd=float(np.sqrt(line.residual_variance)),
        threshold=threshold_effect(
            line.beta,
            line.residual_variance * line.unscaled,
            line.residual_variance,
            float(stdtrit(line.df, 0.5 + confidence / 2)),
        ),
        left_out={trial.study: _left_out(trials, trial, weights, confidence) for trial in trials},
        studies=tuple(trial.study for trial in trials),
        sources=tuple(trial.source for trial in trials),
        confidence=confidence,
    )


def _scaled_weights(trials: Sequence[SurrogateTrial], weights: TrialWeights) -> np.ndarray:
    if weights is TrialWeights.EQUAL:
        return np.ones(len(trials))
    precision = np.array([trial.final_se for trial in trials]) ** -2
    return precision / precision.mean()


def _fit(trials: Sequence[SurrogateTrial], weights: TrialWeights) -> _Line:
    x = np.array([trial.surrogate for trial in trials])
    y = np.array([trial.final for trial in trials])
    weight = _scaled_weights(trials, weights)
    design = np.column_stack([np.ones_like(x), x])
    fit = fit_at(independent_model(y, weight**-0.5, design), 0.0)
    total = float(np.sum(weight * (y - np.average(y, weights=weight)) ** 2))
    df = len(trials) - 2
    r2 = 1.0 - fit.q / total if total > 0 else 0.0
    return _Line(fit.beta, fit.cov, fit.q / df, min(1.0, max(0.0, r2)), df)


def _r2_interval(r2: float, trials: int, confidence: float) -> tuple[float, float]:
    if r2 >= 1.0:
        return 1.0, 1.0
    centre = np.arctanh(np.sqrt(r2))
    half = normal_quantile(confidence) / np.sqrt(trials - 3)
    lower, upper = np.tanh([centre - half, centre + half])
    return float(max(lower, 0.0) ** 2), float(upper**2)


def _left_out(
    trials: Sequence[SurrogateTrial], trial: SurrogateTrial, weights: TrialWeights, confidence: float
) -> LeftOut:
    rest = [other for other in trials if other is not trial]
    line = _fit(rest, weights)
    row = np.array([1.0, trial.surrogate])
    # The new trial's own weight on the scale of the others, whose mean is 1.
    mean_precision = np.mean([other.final_se**-2 for other in rest])
    weight = 1.0 if weights is TrialWeights.EQUAL else trial.final_se**-2 / mean_precision
    predicted = float(row @ line.beta)
    variance = line.residual_variance * (1.0 / weight + row @ line.unscaled @ row)
    half = float(stdtrit(line.df, 0.5 + confidence / 2) * np.sqrt(variance))
    return LeftOut(float(trial.final), predicted, predicted - half, predicted + half, line.r2)
