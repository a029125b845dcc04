"""A Cox model that predicts: the risk of a patient by a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.survival.cox import cox
from hepatrial.survival.times import SurvivalTimes


@dataclass(frozen=True, slots=True)
class RiskModel:
    """Coefficients and baseline hazard.

    Attributes
    ----------
    names, beta, centre
        Shape (p,): columns, log hazard ratios, and the means at which the baseline hazard holds.
    time_days, hazard
        Shape (t,): event times, and the cumulative hazard (Breslow) of a patient at the means.
    """

    names: tuple[str, ...]
    beta: np.ndarray
    centre: np.ndarray
    time_days: np.ndarray
    hazard: np.ndarray

    def log_risk(self, x: np.ndarray) -> np.ndarray:
        """Linear predictor (n,) of columns (n, p), 0 at the means."""
        return (x - self.centre) @ self.beta

    def cumulative(self, days: np.ndarray) -> np.ndarray:
        """Baseline cumulative hazard at ``days`` (any shape); 0 before the first event, flat after the last."""
        return np.append(0.0, self.hazard)[np.searchsorted(self.time_days, days, side="right")]

    def survival(self, x: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Predicted survival (n, d) of columns (n, p) at ``days`` (d,)."""
        return np.exp(-np.exp(self.log_risk(x))[:, None] * self.cumulative(np.asarray(days))[None, :])

    def expected(self, x: np.ndarray, time_days: np.ndarray) -> np.ndarray:
        """Events that the model expects of each patient up to their own time, shape (n,)."""
        return np.exp(self.log_risk(x)) * self.cumulative(time_days)


def fit_risk_model(times: SurvivalTimes, x: np.ndarray, names: Sequence[str]) -> RiskModel:
    """Fit by maximum partial likelihood; no columns give everybody the same risk.

    Raises
    ------
    InvalidInput, RunFailed
        As for `hepatrial.survival.cox`.
    """
    beta = cox(times, x, names).beta if x.shape[1] else np.empty(0)
    return with_baseline(times, x, names, beta)


def with_baseline(times: SurvivalTimes, x: np.ndarray, names: Sequence[str], beta: np.ndarray) -> RiskModel:
    """The model of given coefficients, with Breslow's baseline hazard of these patients."""
    centre = x.mean(axis=0)
    risk = np.exp((x - centre) @ beta)
    time, event = np.asarray(times.time_days, dtype=np.float64), np.asarray(times.event) > 0
    order = np.argsort(-time, kind="stable")
    at_risk = np.cumsum(risk[order])[::-1]
    rising = time[order][::-1]
    days, deaths = np.unique(time[event], return_counts=True)
    hazard = np.cumsum(deaths / at_risk[np.searchsorted(rising, days, side="left")])
    return RiskModel(tuple(names), np.asarray(beta), centre, days, hazard)
