"""The Kaplan-Meier estimate of survival, its confidence band and its quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from hepatrial.survival.checks import checked_single_cause, chosen, critical_value, misuse
from hepatrial.survival.risk_table import risk_table
from hepatrial.survival.step_function import step_values
from hepatrial.survival.times import SurvivalTimes

Transform = Literal["log-log", "log", "plain"]

# Two survival values closer than this are one value when a quantile is read off (the rule of R's survfit).
FLAT = float(np.sqrt(np.finfo(float).eps))


class Estimate(NamedTuple):
    """A value with its confidence limits; arrays where several values were asked for."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """Survival of one group at each distinct time, right-continuous.

    Attributes
    ----------
    time_days
        Shape (m,): every distinct time, of events and of censoring.
    survival, std_error, lower, upper
        Shape (m,): S(t), its Greenwood standard error, and pointwise limits. Limits are 1 before the first
        event and nan once survival is 0.
    at_risk, events, censored
        Shape (m,): counts at each time.
    confidence, transform
        Level of the limits, and the scale on which they are symmetric.
    """

    time_days: np.ndarray
    survival: np.ndarray
    std_error: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    censored: np.ndarray
    confidence: float
    transform: Transform

    def median(self) -> Estimate:
        """Median time in days; see `quantile`."""
        return self.quantile(0.5)

    def quantile(self, q: float) -> Estimate:
        """Time in days by which a share ``q`` has had the event, with limits.

        The estimate is the first time at which survival is at most 1 - q; where survival is flat at exactly
        that level, the middle of the flat stretch, or its start if it lasts to the end of follow-up. Limits
        come from the same rule on the confidence band. Each is nan where it is not reached. Source:
        Brookmeyer & Crowley 1982, 10.2307/2530286. Do not use limits of a quantile that few subjects lived to
        see: with fewer than about 10 at risk they are too narrow.
        """
        if not 0.0 < q < 1.0:
            raise misuse("q: not a share", repr(q), "between 0 and 1", "write 0.5 for the median")
        level = 1.0 - q
        curves = (self.survival, self.lower, self.upper)
        return Estimate(*(first_time_at(self.time_days, curve, level) for curve in curves))

    def at(self, days: float | np.ndarray) -> Estimate:
        """Survival and limits at ``days`` (any shape); nan beyond the last follow-up, unless S is 0."""
        ended = bool(self.survival[-1] == 0)
        curves = (self.survival, self.lower, self.upper)
        return Estimate(*(step_values(self.time_days, curve, 1.0, days, complete=ended) for curve in curves))

    def at_risk_at(self, days: float | np.ndarray) -> np.ndarray:
        """Subjects with a time of at least ``days``: the row of numbers under a survival curve."""
        index = np.searchsorted(self.time_days, np.asarray(days, dtype=np.float64), side="left")
        return np.append(self.at_risk, 0)[index]


def kaplan_meier(
    times: SurvivalTimes, *, confidence: float = 0.95, transform: Transform = "log-log"
) -> KaplanMeier:
    """Estimate the survival function.

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1.
    confidence
        Level of the pointwise limits.
    transform
        Scale on which the limits are symmetric: ``"log-log"`` (stays within 0 and 1, good in small samples),
        ``"log"`` (the default of R), ``"plain"``.

    Raises
    ------
    InvalidInput
        For negative or missing times, unknown codes, no subjects.
    UsageError
        For data with competing causes, an unknown transform or level.

    Notes
    -----
    Assumes that censoring tells nothing about the event, and independent subjects. Variance after Greenwood;
    the log-log scale after Kalbfleisch & Prentice (10.1002/9781118032985). Equals ``survfit(..., timefix =
    FALSE)`` of R.

    When not to use: as 1 - S for the incidence of one of several causes (it then overstates; use
    `aalen_johansen`); as a comparison of groups (use `log_rank`); beyond the last follow-up. The limits are
    pointwise, not a simultaneous band.

    References
    ----------
    Kaplan & Meier 1958, 10.1080/01621459.1958.10501452.
    """
    time, event = checked_single_cause(times)
    z = critical_value(confidence)
    chosen(transform, ("log-log", "log", "plain"), "transform")
    zeros = np.zeros(len(time), dtype=np.int64)
    table = risk_table(time, event, zeros, 1, zeros)
    at_risk, events, leaving = table.at_risk[:, 0], table.events[:, 0], table.leaving[:, 0]
    survival = np.cumprod(1.0 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative_error = np.sqrt(np.cumsum(events / (at_risk * (at_risk - events).astype(float))))
    lower, upper = limits(survival, relative_error, z, transform)
    with np.errstate(invalid="ignore"):
        std_error = survival * relative_error
    return KaplanMeier(
        table.time_days,
        survival,
        std_error,
        lower,
        upper,
        at_risk,
        events,
        leaving - events,
        confidence,
        transform,
    )


def limits(
    probability: np.ndarray, relative_error: np.ndarray, z: float, transform: Transform
) -> tuple[np.ndarray, np.ndarray]:
    """Confidence limits of probabilities from the standard error of their logarithm.

    Limits are 1 where the probability is 1 and nan where it is 0, since there the error is not estimated.
    """
    p = np.where(probability > 0, probability, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        half = z * relative_error
        if transform == "plain":
            lower, upper = p - half * p, p + half * p
        elif transform == "log":
            lower, upper = p * np.exp(-half), p * np.exp(half)
        else:
            half = half / np.abs(np.log(p))
            lower, upper = p ** np.exp(half), p ** np.exp(-half)
    certain = probability == 1
    lower, upper = np.where(certain, 1.0, lower), np.where(certain, 1.0, upper)
    return np.maximum(lower, 0.0), np.minimum(upper, 1.0)


def first_time_at(time: np.ndarray, curve: np.ndarray, level: float) -> float:
    """First time at which a falling step curve is at or below ``level``; see `KaplanMeier.quantile`."""
    reached = ~np.isnan(curve) & (curve < level + FLAT)
    if not reached.any():
        return float("nan")
    time, curve = time[reached], curve[reached]
    below = curve < curve[0]
    if abs(curve[0] - level) < FLAT and below.any():
        return float((time[0] + time[np.argmax(below)]) / 2)
    return float(time[0])
