"""Whether predicted benefit comes true: observed by group, slope, and the c-statistic for benefit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from hepatrial.biomarkers.predictive.absolute import robust_least_squares
from hepatrial.biomarkers.predictive.learners import IndividualEffects
from hepatrial.simulation.streams import Streams
from hepatrial.survival.checks import critical_value

SAMPLES = 500
MOST_PAIRS = 3_000
"""Beyond it a random part is matched, since the work grows with the square."""


@dataclass(frozen=True, slots=True)
class BenefitCalibration:
    """Predicted against observed benefit.

    Attributes
    ----------
    predicted, observed, observed_se, n
        Shape (g,), groups by rising predicted benefit: its mean, the difference of mean pseudo-values between the
        arms, its standard error, and subjects.
    slope, slope_lower, slope_upper, slope_p
        Regression of the doubly robust values on the predicted benefit: 1 if it is right in the mean, 0 if it says
        nothing. p is one-sided, against 0: whether any of the spread is real.
    c, c_lower, c_upper
        C for benefit: of two matched pairs of a treated and a control subject, how often that with the greater
        predicted benefit has the greater observed one. 0.5 says nothing; the limits are of a bootstrap of the pairs.
    pairs
        Number of matched pairs.
    """

    predicted: np.ndarray
    observed: np.ndarray
    observed_se: np.ndarray
    n: np.ndarray
    slope: float
    slope_lower: float
    slope_upper: float
    slope_p: float
    c: float
    c_lower: float
    c_upper: float
    pairs: int


def benefit_calibration(
    effects: IndividualEffects, *, groups: int = 4, confidence: float = 0.95, seed: int = 1
) -> BenefitCalibration:
    """Calibrate predictions that were made by models which had not seen the subject.

    Notes
    -----
    Observed benefits are means of pseudo-values, so their assumption on censoring holds here too. C for benefit is
    noisy, far below a C of outcome even for a perfect prediction, and depends on how pairs are matched; read it beside
    the slope.

    When not to use: on predictions for the subjects that the model was fitted to.

    References
    ----------
    van Klaveren et al. 2018, 10.1016/j.jclinepi.2017.10.021; Chernozhukov et al. 2018, 10.3386/w24678.
    """
    predicted, y, arm = effects.benefit, effects.outcome, effects.arm
    order = np.argsort(predicted, kind="stable")
    rows = [_group(predicted[part], y[part], arm[part]) for part in np.array_split(order, groups)]
    beta, covariance = robust_least_squares(
        np.column_stack([np.ones(len(y)), predicted - predicted.mean()]), effects.score
    )
    error = float(np.sqrt(covariance[1, 1]))
    half = critical_value(confidence) * error
    pair_predicted, pair_observed = _pairs(predicted, y, arm, Streams(seed).generator("benefit pairs"))
    count = len(pair_predicted)
    samples = _bootstrap(pair_predicted, pair_observed, Streams(seed).generator("benefit bootstrap"))
    tail = (1.0 - confidence) / 2
    low, high = np.quantile(samples, (tail, 1.0 - tail))
    means, observed, errors, sizes = (np.array(column) for column in zip(*rows, strict=True))
    return BenefitCalibration(
        predicted=means,
        observed=observed,
        observed_se=errors,
        n=sizes,
        slope=float(beta[1]),
        slope_lower=float(beta[1] - half),
        slope_upper=float(beta[1] + half),
        slope_p=float(ndtr(-beta[1] / error)),
        c=_concordance(pair_predicted, pair_observed),
        c_lower=float(low),
        c_upper=float(high),
        pairs=count,
    )


def _group(predicted: np.ndarray, y: np.ndarray, arm: np.ndarray) -> tuple[float, float, float, int]:
    treated, control = y[arm == 1], y[arm == 0]
    if min(len(treated), len(control)) < 2:
        return float(predicted.mean()), float("nan"), float("nan"), len(y)
    error = np.sqrt(treated.var(ddof=1) / len(treated) + control.var(ddof=1) / len(control))
    return float(predicted.mean()), float(treated.mean() - control.mean()), float(error), len(y)


def _pairs(
    predicted: np.ndarray, y: np.ndarray, arm: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Predicted and observed benefit of pairs matched by rank of predicted benefit; the larger arm is sampled."""
    sides = [np.flatnonzero(arm == code) for code in (0, 1)]
    size = min(*map(len, sides), MOST_PAIRS)
    control, treated = (
        side[np.argsort(predicted[side], kind="stable")]
        for side in (np.sort(generator.permutation(side)[:size]) for side in sides)
    )
    return (predicted[control] + predicted[treated]) / 2, y[treated] - y[control]


def _orders(predicted: np.ndarray, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each pair of pairs whether the orders agree (1, -1, or 0 for equal predictions), and whether it counts."""
    one = np.sign(predicted[:, None] - predicted[None, :]).astype(np.float32)
    other = np.sign(observed[:, None] - observed[None, :]).astype(np.float32)
    return one * other, (other != 0).astype(np.float32)


def _concordance(predicted: np.ndarray, observed: np.ndarray) -> float:
    """Share of pairs of pairs in the same order; equal predictions count one half, equal outcomes not at all."""
    agree, counted = _orders(predicted, observed)
    return float(0.5 + 0.5 * agree.sum() / counted.sum()) if counted.any() else float("nan")


def _bootstrap(predicted: np.ndarray, observed: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """C of samples (SAMPLES,) of the matched pairs, each sample as how often it holds each pair."""
    count = len(predicted)
    times = generator.multinomial(count, np.full(count, 1.0 / count), size=SAMPLES).astype(np.float32)
    agree, counted = _orders(predicted, observed)
    above = ((times @ agree) * times).sum(axis=1, dtype=np.float64)
    below = ((times @ counted) * times).sum(axis=1, dtype=np.float64)
    return 0.5 + 0.5 * above / np.maximum(below, 1.0)
