"""The distribution of the estimate that a trial will publish: draws of the true effect, each with normal error."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp, ndtr

FURTHEST_SD = 12.0


@dataclass(frozen=True, slots=True)
class Predictive:
    """A mixture of normal distributions on the scale of the log hazard ratio.

    Attributes
    ----------
    log_hr
        Draws of the true log hazard ratio, shape (draws,).
    noise_sd
        What lies between it and the published estimate: variation between trials and sampling error, above 0; one for
        all draws, or shape (draws,).
    weights
        Of the draws, shape (draws,), with sum 1; equal if left out.
    """

    log_hr: np.ndarray
    noise_sd: float | np.ndarray
    weights: np.ndarray | None = None

    @property
    def mean(self) -> float:
        """Mean."""
        return float(np.average(self.log_hr, weights=self.weights))

    @property
    def sd(self) -> float:
        """Standard deviation; of a single draw that of the noise."""
        between = np.average((self.log_hr - self.mean) ** 2, weights=self.weights)
        return math.sqrt(between + self._average(np.square(self.noise_sd)))

    @property
    def median(self) -> float:
        """Median: the prediction."""
        return self.quantile(0.5)

    def below(self, log_hr: float) -> float:
        """Probability of an estimate below this one."""
        return self._average(ndtr((log_hr - self.log_hr) / self.noise_sd))

    def quantile(self, probability: float) -> float:
        """The estimate below which that share of estimates lies, 0 < probability < 1."""
        reach = FURTHEST_SD * float(np.max(self.noise_sd))
        low, high = float(np.min(self.log_hr)) - reach, float(np.max(self.log_hr)) + reach
        return float(brentq(lambda x: self.below(x) - probability, low, high, xtol=1e-10))

    def interval(self, percent: float) -> tuple[float, float]:
        """The middle part of so many per cent."""
        tail = 0.5 - percent / 200.0
        return self.quantile(tail), self.quantile(1.0 - tail)

    def log_density(self, log_hr: float) -> float:
        """Logarithm of the density at an estimate."""
        z = (log_hr - self.log_hr) / self.noise_sd
        heights = -0.5 * z**2 - np.log(self.noise_sd * math.sqrt(2 * math.pi))
        weights = 1.0 / len(z) if self.weights is None else self.weights
        return float(logsumexp(heights, b=weights))

    def _average(self, values: float | np.ndarray) -> float:
        whole = np.broadcast_to(values, np.shape(self.log_hr))
        return float(np.average(whole, weights=self.weights))
