"""Surrogacy over trials when both effects are estimates: the errors are taken out of slope and R2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from hepatrial.evidence.pooling.bivariate import (
    CLOSE,
    BivariateData,
    BivariateFit,
    correlation_interval,
    fit_bivariate,
    slope_variance,
)
from hepatrial.evidence.pooling.refusals import invalid, misuse
from hepatrial.evidence.pooling.scales import checked_confidence
from hepatrial.evidence.pooling.surrogate_trials import SurrogateTrial, checked_surrogate_trials
from hepatrial.evidence.pooling.threshold import Threshold, threshold_effect


@dataclass(frozen=True, slots=True)
class SurrogacyWithErrors:
    """The line between *true* effects on surrogate and final endpoint.

    Attributes
    ----------
    intercept, slope, slope_se
        Of true final = intercept + slope * true surrogate; the error is infinite where the likelihood is flat.
    r2, r2_interval
        Squared correlation of true effects, and its profile-likelihood interval.
    residual_sd
        Standard deviation of true final effects about the line.
    threshold
        Surrogate threshold effect for the true effects of a further trial.
    at_boundary
        Whether the correlation ended at -1 or 1, as it often does with few trials: R2 is then no estimate to quote.
    within_correlation
        The correlation of the two estimates within a trial that was assumed.
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
    at_boundary: bool
    within_correlation: float
    studies: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: float


def surrogacy_with_errors(
    trials: Sequence[SurrogateTrial], *, within_correlation: float, confidence: float = 0.95
) -> SurrogacyWithErrors:
    """Bivariate random-effects meta-analysis of both effects, and the regression between true effects in it.

    Parameters
    ----------
    trials
        k >= 5 independent randomised comparisons that report both endpoints.
    within_correlation
        Correlation of the two *estimates* within a trial, above -1 and below 1. Hardly ever published; try 0 to 0.8,
        or estimate it from simulated or reconstructed patients.

    Raises
    ------
    InvalidInput
        Too few trials, unusable numbers, or surrogate effects that do not differ beyond their errors.
    UsageError
        A correlation out of range.

    Notes
    -----
    Assumes true effects that are bivariate normal over trials, known standard errors, and one correlation within all
    trials. Fitted by REML. The correction is that of errors in variables with known errors; flat priors on each
    trial's true surrogate effect (Daniels & Hughes) would leave the slope flattened when those effects lie close
    together, which is why their distribution is part of the model here. The threshold takes t with k - 2 and the
    variance of slope and means from the likelihood's curvature.

    When not to use: below about 10 trials the correlation often ends at 1 (``at_boundary``) and its interval is all
    there is to say. See also `surrogacy`.

    References
    ----------
    van Houwelingen, Arends & Stijnen 2002, 10.1002/sim.1040; Daniels & Hughes 1997,
    10.1002/(SICI)1097-0258(19970915)16:17<1965::AID-SIM630>3.0.CO;2-M; Riley et al. 2007, 10.1002/sim.2524.
    """
    if not -1 < within_correlation < 1:
        raise misuse(
            "within_correlation: out of range", repr(within_correlation), "above -1, below 1", "try 0.5"
        )
    checked_confidence(confidence)
    trials = checked_surrogate_trials(trials, 5)
    data = _data(trials, within_correlation)
    fit = fit_bivariate(data)
    _refuse_without_spread(data, fit)
    variance = slope_variance(data, fit)
    return SurrogacyWithErrors(
        intercept=float(fit.mean[1] - fit.slope * fit.mean[0]),
        slope=fit.slope,
        slope_se=float(np.sqrt(variance)),
        r2=fit.correlation**2,
        r2_interval=_squared(correlation_interval(data, fit, confidence)),
        residual_sd=float(np.sqrt(fit.residual_variance)),
        threshold=_threshold(fit, variance, float(stdtrit(len(trials) - 2, 0.5 + confidence / 2))),
        at_boundary=abs(fit.correlation) > CLOSE - 1e-5,
        within_correlation=within_correlation,
        studies=tuple(trial.study for trial in trials),
        sources=tuple(trial.source for trial in trials),
        confidence=confidence,
    )


def _data(trials: Sequence[SurrogateTrial], within_correlation: float) -> BivariateData:
    effects = np.array([[trial.surrogate, trial.final] for trial in trials])
    errors = np.array([[trial.surrogate_se, trial.final_se] for trial in trials])
    within = np.array([[1.0, within_correlation], [within_correlation, 1.0]])
    return BivariateData(effects, errors[:, :, None] * errors[:, None, :] * within)


def _refuse_without_spread(data: BivariateData, fit: BivariateFit) -> None:
    typical = float(np.mean(data.sampling[:, 0, 0]))
    # Below 1% an effect on the surrogate is all but error, and the slope is a quotient of two noises.
    if fit.between[0, 0] < 0.01 * typical:
        raise invalid(
            "surrogacy with errors: true effects on the surrogate do not differ",
            f"variance between trials {fit.between[0, 0]:.2g} beside sampling variance {typical:.2g}",
            "effects that differ beyond their errors",
            "no line between true effects can be drawn; add trials, or say so",
        )


def _squared(interval: tuple[float, float]) -> tuple[float, float]:
    lower, upper = interval
    least = 0.0 if lower <= 0 <= upper else min(lower**2, upper**2)
    return least, max(lower**2, upper**2)


def _threshold(fit: BivariateFit, slope_var: float, quantile: float) -> Threshold:
    if not np.isfinite(slope_var):
        return Threshold(None, "the likelihood is flat in the slope")
    centre = fit.mean[0]
    # final at x = m2 + b (x - m1): variance of m2 - b m1, and of b about the mean surrogate effect.
    contrast = np.array([-fit.slope, 1.0])
    at_centre = float(contrast @ fit.mean_cov @ contrast)
    covariance = np.array(
        [[at_centre + slope_var * centre**2, -slope_var * centre], [-slope_var * centre, slope_var]]
    )
    beta = np.array([fit.mean[1] - fit.slope * centre, fit.slope])
    return threshold_effect(beta, covariance, fit.residual_variance, quantile)
