"""Gray's test: is the cumulative incidence of one cause equal between groups, competing causes present?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hepatrial.errors import InvalidInput
from hepatrial.survival.checks import checked_cause, checked_groups, checked_strata, checked_times, invalid
from hepatrial.survival.risk_table import RiskTable, risk_table
from hepatrial.survival.times import SurvivalTimes

# Probabilities closer to 0 than this are 0 but for rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class GrayTest:
    """Result of Gray's test.

    ``groups`` labels in sorted order; ``chi2``, ``df``, two-sided ``p``; ``z`` for two groups the signed
    statistic of the second (negative where it had fewer events of the cause than expected), else nan;
    ``observed`` and ``expected`` events of the cause by group under equal incidence.
    """

    groups: np.ndarray
    chi2: float
    df: int
    p: float
    z: float
    observed: np.ndarray
    expected: np.ndarray


def gray_test(
    times: SurvivalTimes,
    group: Sequence | np.ndarray,
    strata: Sequence | np.ndarray | None = None,
    *,
    cause: int = 1,
) -> GrayTest:
    """Compare the cumulative incidence of a cause between groups.

    Parameters
    ----------
    times
        n subjects, event codes 0 (censored) and 1 .. k.
    group
        Shape (n,): any labels, two or more.
    strata
        Shape (n,) labels; scores and variances are summed over strata.
    cause
        Event code of the cause of interest.

    Raises
    ------
    InvalidInput
        One group, no event of the cause, lengths that differ, or groups that share no information.

    Notes
    -----
    Weight rho = 0. Assumes censoring that tells nothing about any cause; p is asymptotic. Ties enter the
    variance as in ``cuminc`` of R's cmprsk, with which the statistic agrees.

    When not to use: to learn whether a treatment acts on the cause itself: incidence also differs where the
    *competing* hazard does (use `log_rank` on ``times.only(cause)`` beside it). It has little power where
    incidence curves cross.

    References
    ----------
    Gray 1988, 10.1214/aos/1176350951.
    """
    time, code = checked_times(times)
    cause = checked_cause(times, cause)
    levels, groups = checked_groups(group, len(time))
    stratum = checked_strata(strata, len(time))
    k = len(levels)
    observed, expected, covariance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    for label in range(stratum.max() + 1):
        rows = stratum == label
        stratum_of_rows = stratum[rows]
        both = (
            risk_table(time[rows], code[rows] == cause, groups[rows], k, stratum_of_rows),
            risk_table(
                time[rows], (code[rows] > 0) & (code[rows] != cause), groups[rows], k, stratum_of_rows
            ),
        )
        one = _one_stratum(*both)
        observed, expected, covariance = observed + one[0], expected + one[1], covariance + one[2]
    difference = (observed - expected)[1:]
    inner = covariance[1:, 1:]
    if np.linalg.matrix_rank(inner) < k - 1:
        raise _undefined()
    statistic = float(difference @ np.linalg.solve(inner, difference))
    z = float(difference[0] / np.sqrt(inner[0, 0])) if k == 2 else float("nan")
    return GrayTest(levels, statistic, k - 1, float(chdtrc(k - 1, statistic)), z, observed, expected)


def _one_stratum(cause: RiskTable, other: RiskTable) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Observed, expected events (k,) and covariance (k, k) of their difference; names of Gray 1988, ch. 2."""
    keep = (cause.events + other.events).sum(axis=1) > 0
    if not keep.any():
        k = cause.events.shape[1]
        return np.zeros(k), np.zeros(k), np.zeros((k, k))
    at_risk = cause.at_risk[keep].astype(np.float64)
    d1, d2 = cause.events[keep].astype(np.float64), other.events[keep].astype(np.float64)
    active = at_risk > 0
    n = np.where(active, at_risk, 1.0)
    survival = np.cumprod(1.0 - (d1 + d2) / n, axis=0)
    # A group that has died out has survival 0 and nobody at risk: h is 0 there.
    survival_before = _shifted(survival, 1.0)
    incidence_before = _shifted(np.cumsum(survival_before * d1 / n, axis=0), 0.0)
    h = np.where(active, n / np.where(survival_before > 0, survival_before, 1.0), 0.0)
    total_h, died = h.sum(axis=1), d1.sum(axis=1)
    subdistribution = h * (1.0 - incidence_before)
    expected = died @ (subdistribution / subdistribution.sum(axis=1, keepdims=True))
    jump = died / total_h
    pooled = np.cumsum(jump)
    # Where one group is left there is nothing to compare, while the pooled incidence may have come to 1.
    compared = (died > 0) & (active.sum(axis=1) > 1)
    free = 1.0 - (pooled - jump)
    if (compared & (np.abs(free) < ROUNDING)).any():
        raise _undefined()
    hazard = np.divide(jump, free, out=np.zeros_like(jump), where=compared)
    contrast = h[:, :, None] * (np.eye(h.shape[1]) - (h / total_h[:, None])[:, None, :])
    running = np.cumsum(contrast * hazard[:, None, None], axis=0)
    to_come = running[-1] - running
    ratio = np.divide(
        (1.0 - pooled)[:, None], survival, out=np.zeros_like(survival), where=survival > ROUNDING
    )
    share = died[:, None] / total_h[:, None]
    variance_cause = np.where(active, survival_before * share / n, 0.0)
    variance_cause *= _tie_factor(died[:, None], total_h[:, None] * survival_before)
    variance_other = np.where(survival > ROUNDING, survival_before**2 * d2 / n**2, 0.0) * _tie_factor(d2, n)
    weight_cause = contrast + (1.0 - ratio)[:, None, :] * to_come
    weight_other = ratio[:, None, :] * to_come
    covariance = _weighted(weight_cause, variance_cause) + _weighted(weight_other, variance_other)
    return d1.sum(axis=0), expected, covariance


def _undefined() -> InvalidInput:
    return invalid(
        "group: a group shares no information with the others",
        "a variance that is singular or not defined",
        "events of the cause while subjects of all groups are at risk together",
        "join small groups or use fewer strata",
    )


def _shifted(values: np.ndarray, first: float) -> np.ndarray:
    """The values just before each row."""
    return np.vstack([np.full((1, values.shape[1]), first), values[:-1]])


def _tie_factor(events: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
    """Hypergeometric correction 1 - (d - 1) / (n - 1), 1 without ties."""
    tied, below = np.broadcast_arrays(np.maximum(events - 1.0, 0.0), at_risk - 1.0)
    return 1.0 - np.divide(tied, below, out=np.zeros(tied.shape), where=(tied > 0) & (below != 0))


def _weighted(weight: np.ndarray, variance: np.ndarray) -> np.ndarray:
    return np.tensordot(weight * variance[:, None, :], weight, axes=([0, 2], [0, 2]))
