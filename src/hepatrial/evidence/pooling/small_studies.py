"""Do small studies show other effects than large ones? Egger's regression test of a funnel plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.pooling.checked import checked_effects, values_of
from hepatrial.evidence.pooling.inference import InferenceRule, IntervalMethod
from hepatrial.evidence.pooling.meta_regression import meta_regression
from hepatrial.evidence.pooling.refusals import invalid
from hepatrial.evidence.pooling.study_effect import StudyEffect
from hepatrial.evidence.pooling.variance_component import fit_at, independent_model


@dataclass(frozen=True, slots=True)
class SmallStudyTest:
    """The regression of effects on their standard errors.

    Attributes
    ----------
    slope_statistic, df, p
        t statistic of the slope, its degrees of freedom, two-sided p.
    limit_effect
        Log hazard ratio that the regression gives for a study without sampling error.
    model
        "weighted regression with multiplicative dispersion" or "random-effects meta-regression".
    """

    slope_statistic: float
    df: int
    p: float
    limit_effect: float
    model: str
    studies: tuple[str, ...]


def egger_test(effects: Sequence[StudyEffect]) -> SmallStudyTest:
    """Egger's test as published: weighted regression on the standard error, multiplicative dispersion, t with k - 2.

    Parameters
    ----------
    effects
        k >= 3 effects, one a study, whose standard errors differ.

    Notes
    -----
    The same as the classical regression of log_hr / std_error on 1 / std_error, whose intercept is this slope.

    When not to use: with fewer than 10 studies (no power), or where standard errors are nearly equal. Asymmetry has
    other causes than unpublished studies, such as other populations or doses in small trials.

    References
    ----------
    Egger et al. 1997, 10.1136/bmj.315.7109.629; Sterne et al. 2011, 10.1136/bmj.d4002.
    """
    effects = _with_different_errors(effects)
    y, std_errors = values_of(effects)
    model = independent_model(y, std_errors, np.column_stack([np.ones(len(y)), std_errors]))
    fit = fit_at(model, 0.0)
    slope = InferenceRule(0.95, model.df, fit.q / model.df, None, None).estimate(fit.beta[1], fit.cov[1, 1])
    return SmallStudyTest(
        slope.statistic,
        model.df,
        slope.p,
        float(fit.beta[0]),
        "weighted regression with multiplicative dispersion",
        tuple(effect.study for effect in effects),
    )


def egger_test_random_effects(effects: Sequence[StudyEffect]) -> SmallStudyTest:
    """The test by meta-regression on the standard error (REML, Knapp-Hartung), for heterogeneous studies.

    Parameters, refusals and limits as for `egger_test`.

    References
    ----------
    Sterne & Egger 2005, 10.1002/0470870168.ch6; Knapp & Hartung 2003, 10.1002/sim.1482.
    """
    effects = _with_different_errors(effects)
    std_errors = values_of(effects)[1]
    fit = meta_regression(effects, {"std_error": std_errors}, interval=IntervalMethod.KNAPP_HARTUNG)
    slope = fit.coefficients["std_error"]
    return SmallStudyTest(
        slope.statistic,
        fit.residual.df,
        slope.p,
        fit.coefficients["intercept"].value,
        "random-effects meta-regression",
        fit.studies,
    )


def _with_different_errors(effects: Sequence[StudyEffect]) -> tuple[StudyEffect, ...]:
    effects = checked_effects(effects, at_least=3, method="a small-study test")
    std_errors = values_of(effects)[1]
    if np.ptp(std_errors) < 1e-6 * std_errors.max():
        raise invalid(
            "a small-study test: all studies are of one precision",
            f"standard errors from {std_errors.min():g} to {std_errors.max():g}",
            "standard errors that differ",
            "no test can be made; say so",
        )
    return effects
