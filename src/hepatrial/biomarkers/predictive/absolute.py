"""Treatment by marker on the absolute scale: what is gained per unit of the marker, and high against low."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from hepatrial.biomarkers.predictive.arrays import TwoArms
from hepatrial.biomarkers.predictive.pseudo_values import Measure, pseudo_values_by_arm, survival_influence
from hepatrial.survival import time_lost
from hepatrial.survival.checks import critical_value, invalid
from hepatrial.survival.times import SurvivalTimes


@dataclass(frozen=True, slots=True)
class AbsoluteInteractions:
    """Change of the benefit per unit of each marker; arrays of shape (m,), NaN where it cannot be had.

    Attributes
    ----------
    measure, at_days
        "rmst" (days lived within ``at_days``) or "survival" (share alive at ``at_days``).
    slope, slope_se, lower, upper, p
        Change of the benefit (treated minus control) per unit of the marker.
    benefit, benefit_se
        Benefit at the mean of the marker.
    n
        Subjects in each fit.
    """

    names: tuple[str, ...]
    measure: Measure
    at_days: float
    slope: np.ndarray
    slope_se: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    p: np.ndarray
    benefit: np.ndarray
    benefit_se: np.ndarray
    n: np.ndarray
    confidence: float


@dataclass(frozen=True, slots=True)
class HighLow:
    """Benefit among marker-high and marker-low subjects, and their difference.

    ``benefit`` and ``benefit_se`` are (low, high); ``difference`` is high minus low, with limits and p. ``n`` holds
    subjects by (low control, low treated, high control, high treated).
    """

    cut: float
    measure: Measure
    at_days: float
    benefit: tuple[float, float]
    benefit_se: tuple[float, float]
    difference: float
    std_error: float
    lower: float
    upper: float
    p: float
    n: tuple[int, int, int, int]
    confidence: float


def absolute_interactions(
    trial: TwoArms, at_days: float, *, measure: Measure = "rmst", confidence: float = 0.95
) -> AbsoluteInteractions:
    """Regress pseudo-values on arm, marker, their product and the adjusting columns, one marker after another.

    Notes
    -----
    The variance is White's (HC3, MacKinnon & White 1985), which needs neither equal spreads nor the right main
    effects. Under randomisation the slope is that of the best straight line through the benefit, whatever its form.

    When not to use: as `pseudo_values` says (censoring that goes with the marker), and with a window chosen to suit
    the result. A slope other than 0 does not make a marker predictive in the narrow sense: with one hazard ratio for
    all, those at higher risk gain more (Kent et al. 2018, 10.1136/bmj.k4245).

    References
    ----------
    Andersen & Pohar Perme 2010, 10.1177/0962280209105020; MacKinnon & White 1985, 10.1016/0304-4076(85)90158-7.
    """
    z_value = critical_value(confidence)
    y = pseudo_values_by_arm(trial.times, trial.arm, at_days, measure)
    arm = trial.arm.astype(np.float64)
    adjusted = np.isfinite(trial.adjust).all(axis=1)
    found = np.full((trial.m, 4), np.nan)
    counts = np.zeros(trial.m, dtype=np.int64)
    for marker in range(trial.m):
        rows = adjusted & np.isfinite(trial.markers[:, marker])
        counts[marker] = rows.sum()
        x = trial.markers[rows, marker]
        if counts[marker] > 4 + trial.adjust.shape[1] and np.ptp(x) > 0:
            found[marker] = _slope_and_benefit(x - x.mean(), arm[rows], trial.adjust[rows], y[rows])
    slope, slope_se, benefit, benefit_se = found.T
    return AbsoluteInteractions(
        names=trial.names,
        measure=measure,
        at_days=float(at_days),
        slope=slope,
        slope_se=slope_se,
        lower=slope - z_value * slope_se,
        upper=slope + z_value * slope_se,
        p=2.0 * ndtr(-np.abs(slope / slope_se)),
        benefit=benefit,
        benefit_se=benefit_se,
        n=counts,
        confidence=confidence,
    )


def robust_least_squares(design: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (p,) and their HC3 covariance (p, p).

    Raises
    ------
    InvalidInput
        Columns that are linear combinations of each other.
    """
    # Columns on one scale, so that squared markers cost no digits.
    size = np.sqrt((design**2).sum(axis=0))
    scaled = design / np.where(size > 0, size, 1.0)
    gram = scaled.T @ scaled
    if np.linalg.cond(gram) > 1e12:
        raise invalid(
            "markers: the columns of the regression are not independent",
            "a column that is constant, or a combination of others",
            "columns that differ",
            "leave out the adjusting column that repeats another",
        )
    inverse = np.linalg.inv(gram)
    beta = inverse @ (scaled.T @ y)
    leverage = np.einsum("ij,jk,ik->i", scaled, inverse, scaled)
    pulled = scaled * ((y - scaled @ beta) / np.maximum(1.0 - leverage, 1e-6))[:, None]
    return beta / size, inverse @ (pulled.T @ pulled) @ inverse / np.outer(size, size)


def _slope_and_benefit(
    x: np.ndarray, arm: np.ndarray, adjust: np.ndarray, y: np.ndarray
) -> tuple[float, ...]:
    others = adjust - adjust.mean(axis=0)
    beta, covariance = robust_least_squares(np.column_stack([np.ones_like(x), arm, x, arm * x, others]), y)
    error = np.sqrt(np.diag(covariance))
    return beta[3], error[3], beta[1], error[1]


def high_low(
    trial: TwoArms,
    name: str,
    at_days: float,
    *,
    cut: float | None = None,
    measure: Measure = "rmst",
    confidence: float = 0.95,
) -> HighLow:
    """Benefit above and below a cut of one marker, from four Kaplan-Meier curves.

    Assumes nothing but independent censoring within each of the four groups. ``cut`` is the median if left out; a
    cut chosen to suit the result makes every number here too good.
    """
    known = trial.known(name)
    values = known.markers[:, 0]
    cut = float(np.median(values)) if cut is None else float(cut)
    estimates, errors, sizes = np.empty((2, 2)), np.empty((2, 2)), []
    for high in (0, 1):
        for code in (0, 1):
            rows = ((values > cut) == bool(high)) & (known.arm == code)
            sizes.append(int(rows.sum()))
            estimates[high, code], errors[high, code] = _of_group(
                known.times.select(rows), at_days, measure, f"{name} {'above' if high else 'up to'} {cut:g}"
            )
    benefit = estimates[:, 1] - estimates[:, 0]
    se = np.sqrt((errors**2).sum(axis=1))
    difference, error = float(benefit[1] - benefit[0]), float(np.sqrt((se**2).sum()))
    half = critical_value(confidence) * error
    return HighLow(
        cut=cut,
        measure=measure,
        at_days=float(at_days),
        benefit=(float(benefit[0]), float(benefit[1])),
        benefit_se=(float(se[0]), float(se[1])),
        difference=difference,
        std_error=error,
        lower=difference - half,
        upper=difference + half,
        p=float(2.0 * ndtr(-abs(difference / error))) if error > 0 else float("nan"),
        n=(sizes[0], sizes[1], sizes[2], sizes[3]),
        confidence=confidence,
    )


def _of_group(times: SurvivalTimes, at_days: float, measure: Measure, group: str) -> tuple[float, float]:
    if len(times) < 2:
        raise invalid(
            "marker: a group with too few subjects",
            f"{len(times)} in one arm, {group}",
            "2 or more an arm on both sides of the cut",
            "choose another cut, or the slope over the marker",
        )
    if measure == "rmst":
        found = time_lost(times, at_days)
        return found.lived, found.lived_std_error
    survival, influence = survival_influence(times, at_days)
    return survival, float(np.sqrt((influence**2).sum()))
