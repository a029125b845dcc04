"""Does the effect change with a property of the trials? Random-effects meta-regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from scipy.special import chdtrc, fdtrc

from hepatrial.errors import InvalidInput
from hepatrial.evidence.pooling.checked import checked_effects, values_of
from hepatrial.evidence.pooling.heterogeneity import Heterogeneity, heterogeneity_of
from hepatrial.evidence.pooling.inference import (
    Estimate,
    InferenceRule,
    IntervalMethod,
    PredictionMethod,
    inference_rule,
)
from hepatrial.evidence.pooling.refusals import chosen, invalid
from hepatrial.evidence.pooling.study_effect import StudyEffect
from hepatrial.evidence.pooling.tau2 import Tau2Estimator, estimate_tau2
from hepatrial.evidence.pooling.variance_component import fit_at, independent_model


@dataclass(frozen=True, slots=True)
class MetaRegression:
    """Coefficients of moderators and what heterogeneity they leave.

    Attributes
    ----------
    coefficients
        By name; "intercept" is the effect where every moderator is 0. Predictions stand in `effect_at`.
    covariance
        Shape (p, p), in the order of ``coefficients``, with the rescaling of the interval method.
    residual
        Heterogeneity that the moderators leave.
    r2_percent
        Share of the heterogeneity of a pool without moderators that they explain; None where that pool has none.
    test, test_df, test_p
        Joint test of all moderators: F with (p - 1, df) degrees of freedom, or chi-squared with p - 1 for Wald.
    studies, sources
        Trials behind it.
    """

    coefficients: dict[str, Estimate]
    covariance: np.ndarray
    residual: Heterogeneity
    r2_percent: float | None
    test: float
    test_df: tuple[int, int | None]
    test_p: float
    studies: tuple[str, ...]
    sources: tuple[str, ...]
    rule: InferenceRule

    def effect_at(self, **moderators: float) -> Estimate:
        """The effect (with intervals) of trials with these values; every moderator is to be named."""
        names = [name for name in self.coefficients if name != "intercept"]
        if set(moderators) != set(names):
            raise invalid(
                "effect_at: the moderators of the model are to be named",
                ", ".join(sorted(moderators)) or "none",
                ", ".join(names),
                "give each a value",
            )
        row = np.array([1.0, *(float(moderators[name]) for name in names)])
        value = row @ np.array([estimate.value for estimate in self.coefficients.values()])
        # The covariance holds the inflation already. It is not divided out: it is 0 where the fit is perfect.
        without = replace(self.rule, inflation=1.0)
        return without.estimate(float(value), float(row @ self.covariance @ row))


def meta_regression(
    effects: Sequence[StudyEffect],
    moderators: Mapping[str, Sequence[float] | np.ndarray],
    *,
    tau2_estimator: Tau2Estimator | str = Tau2Estimator.REML,
    interval: IntervalMethod | str = IntervalMethod.KNAPP_HARTUNG,
    prediction: PredictionMethod | str = PredictionMethod.T_ONE_LESS,
    confidence: float = 0.95,
) -> MetaRegression:
    """Regress log hazard ratios on properties of the trials, with heterogeneity left over.

    Parameters
    ----------
    effects
        k independent effects, one a study.
    moderators
        Each of shape (k,), numbers; code a category as 0/1. k must exceed the number of coefficients.
    tau2_estimator, interval, prediction
        See `Tau2Estimator`, `IntervalMethod`, `PredictionMethod`.

    Raises
    ------
    InvalidInput
        Too few studies, a moderator of another length, with missing values, constant, or a combination of others.

    Notes
    -----
    Assumes a linear relation between log hazard ratio and moderators, and normal residual heterogeneity.

    Where the moderators reproduce every effect to the last digit, the variance of Knapp and Hartung is 0 by its
    definition, and so are the widths and p of all that rests on it, as in a pool of equal effects. Such a fit is
    chance (standard errors say how far apart equal effects would lie): take the interval that is never narrower
    than Wald's.

    When not to use: with fewer than about 10 studies a moderator; for averages of patients (median age, share with
    hepatitis B) read as if they were effects in patients: that relation across trials is open to ecological bias,
    and interactions within trials (`pool_interactions`) are the right evidence; for a moderator that holds the
    outcome itself, such as the risk in the control arm.

    References
    ----------
    Thompson & Higgins 2002, 10.1002/sim.1187; Knapp & Hartung 2003, 10.1002/sim.1482.
    """
    estimator = chosen(Tau2Estimator, tau2_estimator, "tau2_estimator")
    interval = chosen(IntervalMethod, interval, "interval")
    prediction = chosen(PredictionMethod, prediction, "prediction")
    effects = checked_effects(effects, at_least=len(moderators) + 2, method="a meta-regression")
    design = _design(moderators, len(effects))
    y, std_errors = values_of(effects)
    model = independent_model(y, std_errors, design)
    tau2 = estimate_tau2(model, estimator)
    fit = fit_at(model, tau2)
    rule = inference_rule(
        interval, prediction, confidence=confidence, df=model.df, q_at_tau2=fit.q, tau2=tau2
    )
    test, df, p = _joint_test(fit.beta[1:], fit.cov[1:, 1:], rule)
    return MetaRegression(
        coefficients={
            name: rule.estimate(fit.beta[index], fit.cov[index, index])
            for index, name in enumerate(["intercept", *moderators])
        },
        covariance=fit.cov * rule.inflation,
        residual=heterogeneity_of(model, tau2, confidence),
        r2_percent=_explained(y, std_errors, tau2, estimator),
        test=test,
        test_df=df,
        test_p=p,
        studies=tuple(effect.study for effect in effects),
        sources=tuple(effect.source for effect in effects),
        rule=rule,
    )


def _design(moderators: Mapping[str, Sequence[float] | np.ndarray], studies: int) -> np.ndarray:
    if not moderators:
        raise invalid(
            "moderators: none given", "{}", "1 or more", "use pool_random for a pool without moderators"
        )
    columns = [np.ones(studies)]
    for name, values in moderators.items():
        column = _column(name, values, studies)
        columns.append(column)
        scaled = np.column_stack([part / np.linalg.norm(part) for part in columns])
        if np.linalg.matrix_rank(scaled, tol=1e-9) < len(columns):
            raise invalid(
                f"moderator {name}: constant, or a combination of those before it",
                f"values from {column.min():g} to {column.max():g}, after {', '.join(list(moderators)[:-1]) or name}",
                "values that vary and add information",
                f"leave out {name}",
            )
    return np.column_stack(columns)


def _column(name: str, values: Sequence[float] | np.ndarray, studies: int) -> np.ndarray:
    try:
        column = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise _not_numbers(name, "text") from None
    if column.shape != (studies,):
        raise invalid(
            f"moderator {name}: one value a study is needed",
            f"shape {column.shape}",
            f"shape ({studies},)",
            "give the values in the order of the effects",
        )
    if not np.isfinite(column).all():
        raise _not_numbers(
            name, f"{column[~np.isfinite(column)][0]} in place {np.flatnonzero(~np.isfinite(column))[0]}"
        )
    if not column.any():
        raise invalid(f"moderator {name}: all 0", "0 in every study", "values that vary", f"leave out {name}")
    return column


def _not_numbers(name: str, found: str) -> InvalidInput:
    return invalid(
        f"moderator {name}: not numbers",
        found,
        "a finite number for each study",
        "code a category as 0/1, and leave out studies without a value",
    )


def _joint_test(
    beta: np.ndarray, model_covariance: np.ndarray, rule: InferenceRule
) -> tuple[float, tuple[int, int | None], float]:
    count = len(beta)
    quadratic = float(beta @ np.linalg.solve(model_covariance, beta))
    if rule.df is None:
        return quadratic, (count, None), float(chdtrc(count, quadratic))
    if rule.inflation > 0.0:
        ratio = quadratic / rule.inflation / count
    else:
        ratio = inf if quadratic > 0.0 else 0.0
    return ratio, (count, rule.df), float(fdtrc(count, rule.df, ratio))


def _explained(y: np.ndarray, std_errors: np.ndarray, tau2: float, estimator: Tau2Estimator) -> float | None:
    alone = estimate_tau2(independent_model(y, std_errors, np.ones((len(y), 1))), estimator)
    return 100.0 * max(0.0, (alone - tau2) / alone) if alone > 0 else None
