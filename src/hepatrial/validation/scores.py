"""How far predictions and published estimates are apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from hepatrial.prediction.predictive import Predictive


@dataclass(frozen=True, slots=True)
class Scored:
    """A published estimate with its prediction, all on the scale of the log hazard ratio.

    Attributes
    ----------
    rivals
        Predicted log hazard ratio by rival.
    """

    log_hr: float
    std_error: float
    predictive: Predictive
    rivals: dict[str, float]

    @property
    def standardised_error(self) -> float:
        """Published minus predicted over the standard deviation of the predictive distribution."""
        return (self.log_hr - self.predictive.median) / self.predictive.sd

    def inside(self, percent: float) -> bool:
        """Whether the estimate lies in the predictive interval of so many per cent."""
        tail = 0.5 - percent / 200.0
        return tail <= self.predictive.below(self.log_hr) <= 1.0 - tail


@dataclass(frozen=True, slots=True)
class PointScore:
    """Of point predictions: root mean squared error, and chi-squared with the published standard errors."""

    rmse_log_hr: float
    chi2: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Share of estimates inside intervals of ``percent``, with its 95 % interval (Clopper-Pearson)."""

    percent: float
    inside: int
    n: int

    @property
    def share(self) -> float:
        """Inside over all."""
        return self.inside / self.n

    @property
    def ci(self) -> tuple[float, float]:
        """Exact binomial interval of the share (Clopper and Pearson 1934, 10.1093/biomet/26.4.404)."""
        low = 0.0 if self.inside == 0 else float(beta.ppf(0.025, self.inside, self.n - self.inside + 1))
        high = 1.0 if self.inside == self.n else float(beta.ppf(0.975, self.inside + 1, self.n - self.inside))
        return low, high


@dataclass(frozen=True, slots=True)
class Summary:
    """Scores of a group of estimates.

    Attributes
    ----------
    log_score
        Mean log predictive density of the published log hazard ratios.
    perfect
        What a predictor of the true effects would score on average, with the sampling errors alone.
    """

    n: int
    model: PointScore
    coverage: tuple[Coverage, ...]
    log_score: float
    rivals: dict[str, PointScore]
    perfect: PointScore


def summarised(scored: Sequence[Scored], percents: Sequence[float]) -> Summary | None:
    """Scores of these estimates; None where there is none."""
    if not scored:
        return None
    errors = np.array([one.std_error for one in scored])
    published = np.array([one.log_hr for one in scored])

    def points(predicted: Sequence[float]) -> PointScore:
        apart = published - np.asarray(predicted)
        return PointScore(math.sqrt(float(np.mean(apart**2))), float(np.sum((apart / errors) ** 2)))

    return Summary(
        n=len(scored),
        model=points([one.predictive.median for one in scored]),
        coverage=tuple(
            Coverage(percent, sum(one.inside(percent) for one in scored), len(scored)) for percent in percents
        ),
        log_score=float(np.mean([one.predictive.log_density(one.log_hr) for one in scored])),
        rivals={name: points([one.rivals[name] for one in scored]) for name in scored[0].rivals},
        perfect=PointScore(math.sqrt(float(np.mean(errors**2))), float(len(scored))),
    )
