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
    """A mixture of normal distributions of one width, on the scale of the log hazard ratio.

    Attributes
    ----------
    log_hr
        Draws of the true log hazard ratio, shape (draws,).
    noise_sd
        What lies between it and the published estimate: variation between trials and sampling error, above 0.
    """

    log_hr: np.ndarray
    noise_sd: float

    @property
    def mean(self) -> float:
        """Mean."""
        return float(np.mean(self.log_hr))

    @property
    def sd(self) -> float:
        """Standard deviation; of a single draw that of the noise."""
        return math.hypot(float(np.std(self.log_hr)), self.noise_sd)

    @property
    def median(self) -> float:
        """Median: the prediction."""
        return self.quantile(0.5)

    def below(self, log_hr: float) -> float:
        """Probability of an estimate below this one."""
        return float(np.mean(ndtr((log_hr - self.log_hr) / self.noise_sd)))

    def quantile(self, probability: float) -> float:
        """The estimate below which that share of estimates lies, 0 < probability < 1."""
        low = float(np.min(self.log_hr)) - FURTHEST_SD * self.noise_sd
        high = float(np.max(self.log_hr)) + FURTHEST_SD * self.noise_sd
        return float(brentq(lambda x: self.below(x) - probability, low, high, xtol=1e-10))

    def interval(self, percent: float) -> tuple[float, float]:
        """The middle part of so many per cent."""
        tail = 0.5 - percent / 200.0
        return self.quantile(tail), self.quantile(1.0 - tail)

    def log_density(self, log_hr: float) -> float:
        """Logarithm of the density at an estimate."""
        z = (log_hr - self.log_hr) / self.noise_sd
        return float(
            logsumexp(-0.5 * z**2) - math.log(len(z)) - math.log(self.noise_sd * math.sqrt(2 * math.pi))
        )
