"""Trials made by hand for the tests of predictive markers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.predictive import TwoArms, two_arms
from hepatrial.survival import SurvivalTimes


@dataclass(frozen=True)
class Case:
    """How a trial is made: exponential survival, log hazard = prognostic z + arm (log_hr + log_ratio z)."""

    n: int = 300
    prognostic: float = 0.0
    log_hr: float = 0.0
    log_ratio: float = 0.0
    treated_share: float = 0.5
    mean_days: float = 300.0
    follow_up: tuple[float, float] = (300.0, 900.0)
    bent: float = 0.0
    """Effect of z squared on the log hazard of both arms."""

    def trial(self, seed: int) -> TwoArms:
        generator = np.random.default_rng([1_234, seed])
        z = generator.normal(size=self.n)
        arm = (generator.random(self.n) < self.treated_share).astype(np.int8)
        log_hazard = self.prognostic * z + self.bent * z**2 + arm * (self.log_hr + self.log_ratio * z)
        days = generator.exponential(size=self.n) * self.mean_days * np.exp(-log_hazard)
        cut = generator.uniform(*self.follow_up, self.n)
        times = SurvivalTimes(np.minimum(days, cut), (days <= cut).astype(np.int8))
        return two_arms(times, arm, z, ("z",))


def near_nominal(p: np.ndarray, alpha: float = 0.05, errors: float = 3.29) -> bool:
    """Whether the share of p at most alpha lies within Monte-Carlo error of alpha (99.9 %)."""
    return abs(float(np.mean(p <= alpha)) - alpha) <= errors * np.sqrt(alpha * (1 - alpha) / len(p))
