"""Restricted mean survival time: the mean time to the event within a window, of one group or compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from hepatrial.survival.checks import checked_groups, checked_single_cause, critical_value, invalid, misuse
from hepatrial.survival.kaplan_meier import kaplan_meier
from hepatrial.survival.times import SurvivalTimes


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Mean time lived within ``tau_days``: estimate, standard error and limits in days."""

    tau_days: float
    days: float
    std_error: float
    lower: float
    upper: float
    confidence: float


@dataclass(frozen=True, slots=True)
class RestrictedMeanComparison:
    """Difference in restricted mean between two groups, in days.

    ``groups`` are (reference, other) labels; ``difference`` is other minus reference, with standard error,
    limits and two-sided p; ``arms`` holds each group's own restricted mean.
    """

    groups: tuple
    arms: tuple[RestrictedMean, RestrictedMean]
    difference: float
    std_error: float
    lower: float
    upper: float
    z: float
    p: float


def restricted_mean(times: SurvivalTimes, tau_days: float, *, confidence: float = 0.95) -> RestrictedMean:
    """Area under the Kaplan-Meier curve up to ``tau_days``.

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1.
    tau_days
        End of the window in days, to be fixed before the data are seen.

    Raises
    ------
    UsageError
        ``tau_days`` is not positive and finite, or lies beyond the follow-up while survival is above 0.

    Notes
    -----
    Assumes censoring that tells nothing about the event, and independent subjects. The variance sums, over
    event times t, the squared area between t and tau times d / (n (n - d)), as in survRM2 and R's
    ``print(survfit, rmean=)``. The summand of the last event is left out when nobody survives it: the area is
    0. The error is 0 where nobody has the event within the window.

    When not to use: with a tau chosen to suit the result; where so few are at risk near tau (below about 5)
    that the tail of the curve is guesswork.

    References
    ----------
    Royston & Parmar 2013, 10.1186/1471-2288-13-152; Uno et al. 2014, 10.1200/JCO.2014.55.2208.
    """
    z = critical_value(confidence)
    curve = kaplan_meier(times)
    if not (np.isfinite(tau_days) and tau_days > 0):
        raise misuse(
            "tau_days: not a window", repr(tau_days), "a positive number of days", "give days, such as 365.25"
        )
    if tau_days > curve.time_days[-1] and curve.survival[-1] > 0:
        raise misuse(
            "tau_days: beyond the follow-up",
            f"{tau_days:g} days; the last subject was censored at {curve.time_days[-1]:g}",
            f"up to {curve.time_days[-1]:g} days",
            "choose a shorter window, the same for all groups",
        )
    inside = curve.time_days <= tau_days
    edges = np.concatenate([[0.0], curve.time_days[inside], [float(tau_days)]])
    areas = np.diff(edges) * np.concatenate([[1.0], curve.survival[inside]])
    after = np.cumsum(areas[::-1])[::-1][1:]
    at_risk, events = curve.at_risk[inside].astype(np.float64), curve.events[inside]
    left = at_risk - events
    weight = np.divide(events, at_risk * left, out=np.zeros_like(at_risk), where=left > 0)
    days, error = float(areas.sum()), float(np.sqrt(np.sum(after**2 * weight)))
    return RestrictedMean(float(tau_days), days, error, days - z * error, days + z * error, confidence)


def compare_restricted_mean(
    times: SurvivalTimes, group: Sequence | np.ndarray, tau_days: float, *, confidence: float = 0.95
) -> RestrictedMeanComparison:
    """Difference in restricted mean survival time between two groups.

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1.
    group
        Shape (n,) labels of two groups; the first in sorted order is the reference (code control 0,
        experimental 1).
    tau_days
        End of the window in days, fixed in advance and within the follow-up of both groups.

    Notes
    -----
    Assumes independent groups: not for counterfactual twins, whose outcomes are correlated by design. Needs
    no proportional hazards. Limits and p are normal approximations, good from about 50 subjects a group.

    References
    ----------
    Royston & Parmar 2013, 10.1186/1471-2288-13-152.
    """
    # Checked before the groups part, so that a row in a message is a row of the caller's.
    levels, codes = checked_groups(group, len(checked_single_cause(times)[0]))
    if len(levels) != 2:
        raise invalid(
            "group: two groups are compared",
            f"{len(levels)} groups: {', '.join(str(level) for level in levels)}",
            "2 groups",
            "select the rows of two arms, or compare pair by pair",
        )
    reference, other = (
        restricted_mean(times.select(codes == k), tau_days, confidence=confidence) for k in (0, 1)
    )
    difference = other.days - reference.days
    error = float(np.hypot(reference.std_error, other.std_error))
    if error == 0:
        raise invalid(
            "times: no event within tau_days leaves nothing to compare",
            f"tau_days = {tau_days:g}, no variation in either group",
            "an event before tau_days in a group",
            "choose a longer window",
        )
    half = critical_value(confidence) * error
    z = difference / error
    return RestrictedMeanComparison(
        groups=(levels[0], levels[1]),
        arms=(reference, other),
        difference=difference,
        std_error=error,
        lower=difference - half,
        upper=difference + half,
        z=z,
        p=float(2 * ndtr(-abs(z))),
    )
