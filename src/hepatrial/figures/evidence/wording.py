"""Numbers and methods of a pool in the words that stand in its figures."""

from __future__ import annotations

from math import exp

from hepatrial.evidence.network import HalfNormalTau, LogNormalTau2, Posterior, TauPrior, UniformTau
from hepatrial.evidence.pooling import (
    Estimate,
    Heterogeneity,
    IntervalMethod,
    Pooled,
    PredictionMethod,
    StudyEffect,
    Tau2Estimator,
    pool_common,
)

MISSING = "–"
ESTIMATORS = {
    Tau2Estimator.REML: "REML",
    Tau2Estimator.ML: "ML",
    Tau2Estimator.DERSIMONIAN_LAIRD: "DerSimonian-Laird",
    Tau2Estimator.PAULE_MANDEL: "Paule-Mandel",
    Tau2Estimator.HEDGES: "Hedges",
}
INTERVALS = {
    IntervalMethod.WALD: "Wald",
    IntervalMethod.KNAPP_HARTUNG: "Knapp-Hartung",
    IntervalMethod.KNAPP_HARTUNG_NEVER_NARROWER: "Knapp-Hartung, never narrower than Wald",
}
PREDICTIONS = {
    PredictionMethod.T_ONE_LESS: "t with k − 2 degrees of freedom",
    PredictionMethod.T_RESIDUAL: "t with k − 1 degrees of freedom",
    PredictionMethod.NORMAL: "the normal",
}


def count_text(number: int, noun: str) -> str:
    """``1 trial``, ``14 trials``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def ratio_text(ratio: tuple[float, float, float]) -> str:
    """An estimate with its interval: ``0.69 (0.55 to 0.87)``."""
    estimate, lower, upper = ratio
    return f"{number_text(estimate)} {limits_text(lower, upper)}"


def limits_text(lower: float, upper: float) -> str:
    """An interval alone, in brackets."""
    return f"({number_text(lower)} to {number_text(upper)})"


def number_text(ratio: float) -> str:
    """A ratio with two decimals, fewer where it is large, and a bound where digits would say nothing."""
    if ratio < 0.005:
        return "<0.01"
    if ratio >= 1000:
        return ">1,000"
    return f"{ratio:.2f}" if ratio < 9.995 else f"{ratio:.1f}" if ratio < 99.95 else f"{ratio:.0f}"


def p_text(p: float) -> str:
    """A p value as journals print it."""
    if p < 1e-4:
        return "<0.0001"
    return f"{p:.4f}" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def p_equals(p: float) -> str:
    """``p = 0.03``, or ``p <0.0001``."""
    shown = p_text(p)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def level_text(confidence: float, kind: str = "CI") -> str:
    """``95 % CI``; a level such as 96.02 % keeps its decimals."""
    return f"{100 * confidence:.4g} % {kind}"


def ratio_of(found: Estimate | Posterior) -> tuple[float, float, float]:
    """Estimate (of a posterior, its median) and limits as ratios."""
    if isinstance(found, Estimate):
        return found.ratio
    return exp(found.median), exp(found.lower), exp(found.upper)


def study_ratio(effect: StudyEffect, confidence: float) -> tuple[float, float, float]:
    """A study's ratio with its Wald interval."""
    return pool_common([effect], confidence=confidence).hr


def pool_label(pooled: Pooled) -> str:
    """Name of a pool's row: what kind it is, and whether its interval is Knapp and Hartung's."""
    if pooled.tau2_estimator is None:
        return "Common effect"
    return "Random effects" if pooled.interval is IntervalMethod.WALD else "Random effects, Knapp-Hartung"


def weight_heading(pooled: Pooled) -> str:
    """Heading of the column of a pool's weights."""
    return "Weight,\ncommon" if pooled.tau2_estimator is None else "Weight,\nrandom"


def method_text(pooled: Pooled) -> str:
    """How a pool and its intervals were made, with the test of no effect."""
    test = p_equals(pooled.effect.p)
    if pooled.tau2_estimator is None or pooled.interval is None:
        return f"Common effect: inverse variance, Wald interval; test of no effect {test}."
    how = f"{ESTIMATORS[pooled.tau2_estimator]}, {INTERVALS[pooled.interval]}"
    text = f"Random effects: {how}; test of no effect {test}."
    if pooled.effect.prediction is not None and pooled.prediction is not None:
        text += f" Prediction interval by {PREDICTIONS[pooled.prediction]}."
    return text


def heterogeneity_text(found: Heterogeneity, *, of: str = "Heterogeneity", common: bool = False) -> str:
    """tau2 with its interval (not for a common effect, which sets it to 0), I2, and Q with its p value."""
    if found.df == 0:
        return f"{of}: cannot be judged (no degrees of freedom)."
    between = "" if common else f"τ² = {variance_text(found.tau2)}"
    if between and found.tau2_interval is not None:
        between += f" ({' to '.join(variance_text(limit) for limit in found.tau2_interval)})"
    rest = f"I² = {found.i2_percent:.0f} %, Q = {found.q:.2f} on {found.df} df, {p_equals(found.p)}."
    return f"{of}: {between}, {rest}" if between else f"{of}: {rest}"


def variance_text(variance: float) -> str:
    """A variance of log ratios: three decimals, fewer where it is beyond what trials show."""
    return f"{variance:.3f}" if variance < 1 else f"{variance:.1f}"


def prior_text(prior: TauPrior) -> str:
    """A prior distribution on tau by name and numbers."""
    match prior:
        case HalfNormalTau():
            return f"half-normal, scale {prior.scale:g}"
        case LogNormalTau2():
            mean = f"{prior.log_mean:g}".replace("-", "−")
            return f"ln τ² normal, mean {mean}, SD {prior.log_sd:g}"
        case UniformTau():
            return f"uniform from 0 to {prior.upper:g}"
