"""Cumulative incidence of each of several competing causes (Aalen-Johansen)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.survival.checks import checked_times, critical_value
from hepatrial.survival.kaplan_meier import Estimate
from hepatrial.survival.step_function import step_values
from hepatrial.survival.times import SurvivalTimes, named_cause

ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """Probability of having had each cause by each distinct time; rows of causes sum with ``survival`` to 1.

    Attributes
    ----------
    time_days
        Shape (m,): every distinct time.
    causes
        The k names of the causes, codes 1 to k.
    incidence, std_error, lower, upper
        Shape (k, m). Limits are 0 before the first event of the cause.
    survival
        Shape (m,): probability of no event of any cause.
    at_risk
        Shape (m,).
    events
        Shape (k, m).
    """

    time_days: np.ndarray
    causes: tuple[str, ...]
    incidence: np.ndarray
    std_error: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    survival: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    confidence: float

    def at(self, days: float | np.ndarray, cause: int) -> Estimate:
        """Incidence of a cause (code from 1) with limits at ``days``.

        nan beyond the last follow-up, unless nobody is left without an event by then. `UsageError` for a code
        that is not a cause.
        """
        named_cause(cause, ("censored", *self.causes))
        ended = bool(self.at_risk[-1] == self.events[:, -1].sum())
        rows = (curve[cause - 1] for curve in (self.incidence, self.lower, self.upper))
        return Estimate(*(step_values(self.time_days, row, 0.0, days, complete=ended) for row in rows))


def aalen_johansen(times: SurvivalTimes, *, confidence: float = 0.95) -> CumulativeIncidence:
    """Estimate the cumulative incidence of every cause.

    Parameters
    ----------
    times
        n subjects, event code 0 for censored and 1 .. k for the causes named in ``times.causes``.
    confidence
        Level of the pointwise limits, symmetric on the scale log(-log F).

    Notes
    -----
    Assumes censoring that tells nothing about any cause. The variance is the delta-method (infinitesimal
    jackknife) estimate that R's ``survfit`` reports for competing risks; cmprsk's ``cuminc`` uses a slightly
    different one.

    When not to use: to compare arms for an effect on the biology of one cause (use the cause-specific
    `log_rank` or `cox` on ``times.only(cause)``), since incidence also moves when a competing cause does.

    References
    ----------
    Aalen & Johansen 1978 (JSTOR 4615704); Marubini & Valsecchi 1995, ISBN 0471970875; Choudhury 2002,
    10.1002/sim.1070.
    """
    time, code = checked_times(times)
    z = critical_value(confidence)
    causes = len(times.causes) - 1
    distinct, row = np.unique(time, return_inverse=True)
    counts = np.bincount(code * len(distinct) + row, minlength=(causes + 1) * len(distinct))
    counts = counts.reshape(causes + 1, len(distinct))
    at_risk = counts.sum(axis=0)[::-1].cumsum()[::-1]
    events = counts[1:]
    died = events.sum(axis=0)
    survival = np.cumprod(1.0 - died / at_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.cumsum(before * events / at_risk, axis=1)
    std_error = np.sqrt(_variance(incidence, before, events, died, at_risk.astype(np.float64)))
    lower, upper = _limits(incidence, std_error, z)
    return CumulativeIncidence(
        distinct, times.causes[1:], incidence, std_error, lower, upper, survival, at_risk, events, confidence
    )


def _variance(
    incidence: np.ndarray, before: np.ndarray, events: np.ndarray, died: np.ndarray, n: np.ndarray
) -> np.ndarray:
    """Delta-method variance; sums over earlier times of (F(t) - F(s))^2 are expanded into running sums."""
    left = n - died
    hazard = np.divide(died, n * left, out=np.zeros_like(n), where=left > 0)
    own = before**2 * events * (n - events) / n**3
    cross = before * events / n**2
    squares = incidence**2 * np.cumsum(hazard) - 2 * incidence * np.cumsum(incidence * hazard, axis=1)
    squares += np.cumsum(incidence**2 * hazard, axis=1)
    product = incidence * np.cumsum(cross, axis=1) - np.cumsum(incidence * cross, axis=1)
    return np.maximum(squares + np.cumsum(own, axis=1) - 2 * product, 0.0)


def _limits(incidence: np.ndarray, std_error: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray]:
    # An incidence that should be 1 may miss it by rounding; its log-log limits would not be finite.
    inner = (incidence > 0) & (1.0 - incidence > ROUNDING)
    f = np.where(inner, incidence, 0.5)
    half = z * std_error / (f * np.abs(np.log(f)))
    lower, upper = f ** np.exp(half), f ** np.exp(-half)
    return np.where(inner, lower, incidence), np.where(inner, upper, incidence)
