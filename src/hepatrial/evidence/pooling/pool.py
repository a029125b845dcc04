"""Pairwise meta-analysis: one effect from several trials of the same comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.pooling.checked import checked_effects, values_of
from hepatrial.evidence.pooling.heterogeneity import Heterogeneity, heterogeneity_of
from hepatrial.evidence.pooling.inference import (
    Estimate,
    InferenceRule,
    IntervalMethod,
    PredictionMethod,
    inference_rule,
    wald_rule,
)
from hepatrial.evidence.pooling.refusals import chosen
from hepatrial.evidence.pooling.study_effect import StudyEffect
from hepatrial.evidence.pooling.tau2 import Tau2Estimator, estimate_tau2
from hepatrial.evidence.pooling.variance_component import RotatedModel, fit_at, independent_model


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled log hazard ratio and what it rests on.

    Attributes
    ----------
    effect
        The pooled estimate; a negative value favours the arm.
    heterogeneity
        Q, I2, H2, tau2.
    studies, sources
        Names and citations of the trials behind it, each of length k.
    weights_percent
        Shape (k,), share of each study; sums to 100.
    tau2_estimator, interval, prediction
        How it was made; None each for a common effect (whose interval is Wald's).
    confidence
        Level of the intervals.
    """

    effect: Estimate
    heterogeneity: Heterogeneity
    studies: tuple[str, ...]
    sources: tuple[str, ...]
    weights_percent: np.ndarray
    tau2_estimator: Tau2Estimator | None
    interval: IntervalMethod | None
    prediction: PredictionMethod | None
    confidence: float

    @property
    def hr(self) -> tuple[float, float, float]:
        """The pooled hazard ratio and its limits."""
        return self.effect.ratio


def pool_common(effects: Sequence[StudyEffect], *, confidence: float = 0.95) -> Pooled:
    """Inverse-variance pool under one common effect (fixed-effect meta-analysis).

    Parameters
    ----------
    effects
        k >= 1 independent effects, one a study, all of the same comparison and direction.
    confidence
        Level of the Wald interval.

    Raises
    ------
    InvalidInput
        Unusable numbers or a study given twice; every such study is listed.

    Notes
    -----
    Assumes that all trials estimate the same effect (or that only these trials are of interest) and that the
    standard errors are known.

    When not to use: where trials differ in population, line of therapy or control by more than chance would have it,
    and the result is to hold for other trials: the interval is then too narrow.

    References
    ----------
    Rice, Higgins & Lumley 2018, 10.1111/rssa.12275.
    """
    effects = checked_effects(effects, at_least=1, method="a pool")
    model = _intercept_model(effects)
    return _pooled(effects, model, None, wald_rule(confidence))


def pool_random(
    effects: Sequence[StudyEffect],
    *,
    tau2_estimator: Tau2Estimator | str = Tau2Estimator.REML,
    interval: IntervalMethod | str = IntervalMethod.KNAPP_HARTUNG_NEVER_NARROWER,
    prediction: PredictionMethod | str = PredictionMethod.T_ONE_LESS,
    confidence: float = 0.95,
) -> Pooled:
    """Inverse-variance pool under effects that vary between studies (random-effects meta-analysis).

    Parameters
    ----------
    effects
        k >= 2 independent effects, one a study, all of the same comparison and direction.
    tau2_estimator, interval, prediction
        See `Tau2Estimator`, `IntervalMethod`, `PredictionMethod`.

    Raises
    ------
    InvalidInput
        Fewer than 2 studies, unusable numbers, or a study given twice.
    UsageError
        An unknown choice.

    Notes
    -----
    Assumes normal effects between studies, known standard errors, and exchangeable trials. The pooled value is the
    mean of the distribution of effects, not the effect in any one population; the prediction interval says where
    the effect of a further trial may lie (from 3 studies on by its default rule).

    When not to use: with 2 or 3 studies the interval by Knapp and Hartung is often too wide to be of use, Wald's too
    narrow, and tau2 hardly known: an informative prior (`hepatrial.evidence.network.bayesian_network`) is then the
    better road. Nor where small studies show larger effects: random-effects weights favour them.

    References
    ----------
    Higgins, Thompson & Spiegelhalter 2009, 10.1111/j.1467-985X.2008.00552.x; Hartung & Knapp 2001, 10.1002/sim.791.
    """
    estimator = chosen(Tau2Estimator, tau2_estimator, "tau2_estimator")
    interval = chosen(IntervalMethod, interval, "interval")
    prediction = chosen(PredictionMethod, prediction, "prediction")
    effects = checked_effects(effects, at_least=2, method="a random-effects pool")
    model = _intercept_model(effects)
    tau2 = estimate_tau2(model, estimator)
    rule = inference_rule(
        interval,
        prediction,
        confidence=confidence,
        df=model.df,
        q_at_tau2=fit_at(model, tau2).q,
        tau2=tau2,
    )
    return _pooled(effects, model, tau2, rule, estimator, interval, prediction)


def _intercept_model(effects: Sequence[StudyEffect]) -> RotatedModel:
    y, std_errors = values_of(effects)
    return independent_model(y, std_errors, np.ones((len(y), 1)))


def _pooled(
    effects: tuple[StudyEffect, ...],
    model: RotatedModel,
    tau2: float | None,
    rule: InferenceRule,
    estimator: Tau2Estimator | None = None,
    interval: IntervalMethod | None = None,
    prediction: PredictionMethod | None = None,
) -> Pooled:
    fit = fit_at(model, tau2 or 0.0)
    weights = 1.0 / (1.0 / model.spread + (tau2 or 0.0))
    return Pooled(
        effect=rule.estimate(fit.beta[0], fit.cov[0, 0]),
        heterogeneity=heterogeneity_of(model, tau2, rule.confidence),
        studies=tuple(effect.study for effect in effects),
        sources=tuple(effect.source for effect in effects),
        weights_percent=100.0 * weights / weights.sum(),
        tau2_estimator=estimator,
        interval=interval,
        prediction=prediction,
        confidence=rule.confidence,
    )
