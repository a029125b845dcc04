"""Whether predicted risks come true: groups of predicted risk, slope, and calibration in the large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from hepatrial.survival.cox import cox
from hepatrial.survival.kaplan_meier import kaplan_meier
from hepatrial.survival.times import SurvivalTimes

GROUPS = 5
FEWEST_IN_GROUP = 12


@dataclass(frozen=True, slots=True)
class Calibration:
    """Predicted against observed risk by ``days``, in groups of rising predicted risk.

    Attributes
    ----------
    predicted, observed, lower, upper
        Shape (groups,): mean predicted risk, Kaplan-Meier risk and its 95 % limits; NaN beyond follow-up.
    slope, slope_lower, slope_upper
        Coefficient of the linear predictor: 1 is right, below 1 the predictions are too extreme. NaN where all
        predictions are alike.
    """

    days: float
    predicted: np.ndarray
    observed: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    slope: float
    slope_lower: float
    slope_upper: float


def calibration(times: SurvivalTimes, log_risk: np.ndarray, risk: np.ndarray, days: float) -> Calibration:
    """Compare predicted risks (n,) by ``days`` with what happened.

    Source: van Houwelingen 2000, 10.1002/1097-0258(20001230)19:24<3401::AID-SIM554>3.0.CO;2-2 (slope); Royston &
    Altman 2013, 10.1186/1471-2288-13-33.
    """
    groups = max(1, min(GROUPS, len(risk) // FEWEST_IN_GROUP))
    rows = []
    for members in np.array_split(np.argsort(risk, kind="stable"), groups):
        curve = kaplan_meier(times.select(members)).at(days)
        rows.append((risk[members].mean(), 1 - curve.estimate, 1 - curve.upper, 1 - curve.lower))
    predicted, observed, lower, upper = np.array(rows, dtype=float).T
    slope = (float("nan"),) * 3
    if np.ptp(log_risk) > 1e-9:
        fit = cox(times, log_risk, ["prediction"])
        slope = tuple(float(fit.beta[0] + side * 1.959963984540054 * fit.se[0]) for side in (0, -1, 1))
    return Calibration(days, predicted, observed, lower, upper, *slope)


@dataclass(frozen=True, slots=True)
class InTheLarge:
    """Events observed over those expected, with exact Poisson limits: 1 is right, above 1 risks are too low."""

    observed: int
    expected: float
    ratio: float
    lower: float
    upper: float


def in_the_large(times: SurvivalTimes, expected: np.ndarray) -> InTheLarge:
    """Compare events with those a model expects of each patient (n,); source as `calibration`."""
    observed, total = int((np.asarray(times.event) > 0).sum()), float(expected.sum())
    low = chdtri(2 * observed, 0.975) / 2 if observed else 0.0
    high = chdtri(2 * (observed + 1), 0.025) / 2
    return InTheLarge(observed, total, observed / total, float(low / total), float(high / total))
