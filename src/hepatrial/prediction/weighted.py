"""Numbers of weighted draws: mean, quantiles, probabilities, each with its Monte-Carlo error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.prediction.explained import effective_number

INTERVALS_PERCENT = (50, 80, 95)


@dataclass(frozen=True, slots=True)
class Estimated:
    """A number with its Monte-Carlo standard error."""

    value: float
    mc_se: float


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution in short: median and the middle 50, 80 and 95 %; infinite where not reached."""

    median: float
    intervals: dict[int, tuple[float, float]]


def equal_weights(draws: int) -> np.ndarray:
    """Weights of draws that are equally likely, shape (draws,), with sum 1."""
    return np.full(draws, 1.0 / draws)


def weighted_quantile(values: np.ndarray, weights: np.ndarray, probability: float) -> float:
    """The value below which that share of the weight lies.

    Each draw stands in the middle of its weight, and values between draws are interpolated: with equal weights
    Hazen's quantile.
    """
    order = np.argsort(values, kind="stable")
    ordered, weight = values[order], weights[order]
    middle = (np.cumsum(weight) - 0.5 * weight) / weight.sum()
    kept = weight > 0.0
    ordered, middle = ordered[kept], middle[kept]
    after = int(np.searchsorted(middle, probability))
    if after == 0 or after == len(middle) or not np.isfinite(ordered[after]):
        return float(ordered[min(after, len(ordered) - 1)])
    return float(np.interp(probability, middle[after - 1 : after + 1], ordered[after - 1 : after + 1]))


def spread_of(values: np.ndarray, weights: np.ndarray) -> Spread:
    """Median and intervals of draws."""
    return Spread(
        weighted_quantile(values, weights, 0.5),
        {
            percent: (
                weighted_quantile(values, weights, 0.5 - percent / 200.0),
                weighted_quantile(values, weights, 0.5 + percent / 200.0),
            )
            for percent in INTERVALS_PERCENT
        },
    )


def mean_of(values: np.ndarray, weights: np.ndarray) -> Estimated:
    """Weighted mean; its error is that of self-normalised importance sampling (Owen 2013, Monte Carlo, ch. 9.2)."""
    mean = float(weights @ values)
    return Estimated(mean, float(np.sqrt(np.sum((weights * (values - mean)) ** 2))))


def sd_of(values: np.ndarray, weights: np.ndarray) -> float:
    """Standard deviation over draws."""
    number = effective_number(weights)
    variance = float(weights @ (values - weights @ values) ** 2)
    return float(np.sqrt(variance * number / (number - 1.0))) if number > 1.0 + 1e-9 else 0.0
