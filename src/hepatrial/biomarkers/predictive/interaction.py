"""Treatment by marker on the relative scale: the ratio of hazard ratios, for many markers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr

from hepatrial.biomarkers.predictive.arrays import TwoArms
from hepatrial.biomarkers.sorted_subjects import sorted_subjects
from hepatrial.survival.checks import critical_value

LEAST_EVENTS = 5
"""Events that each arm must have for a marker to be fitted at all."""
STATES = ("fitted", "constant", "too few events", "runs to infinity")


@dataclass(frozen=True, slots=True)
class Interactions:
    """Cox models with arm, marker and their product, one a marker; arrays of shape (m,), NaN where not fitted.

    Attributes
    ----------
    n, events, events_treated
        Subjects and events with the marker and all adjusting columns known.
    log_ratio, log_ratio_se, lower, upper, z, p
        Log ratio of hazard ratios (treated against control) per unit of the marker, its standard error, Wald
        limits on the ratio's own scale, and the Wald test.
    p_likelihood_ratio
        The same hypothesis by the likelihood ratio.
    log_hr_treatment, log_hr_treatment_se
        Effect of treatment at the mean of the marker.
    log_hr_control, log_hr_control_se
        Effect of a unit of the marker in the control arm: what makes a marker prognostic.
    log_hr_treated, log_hr_treated_se
        Effect of a unit of the marker in the treated arm.
    covariance
        Shape (m, 3, 3), of arm, marker and product.
    state
        One of `STATES` for each marker.
    """

    names: tuple[str, ...]
    n: np.ndarray
    events: np.ndarray
    events_treated: np.ndarray
    log_ratio: np.ndarray
    log_ratio_se: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    z: np.ndarray
    p: np.ndarray
    p_likelihood_ratio: np.ndarray
    log_hr_treatment: np.ndarray
    log_hr_treatment_se: np.ndarray
    log_hr_control: np.ndarray
    log_hr_control_se: np.ndarray
    log_hr_treated: np.ndarray
    log_hr_treated_se: np.ndarray
    covariance: np.ndarray
    state: tuple[str, ...]
    confidence: float

    @property
    def ratio(self) -> np.ndarray:
        """Ratio of hazard ratios per unit of the marker; below 1 the treated gain more where it is high."""
        return np.exp(self.log_ratio)


def interactions(
    trial: TwoArms,
    *,
    strata: np.ndarray | None = None,
    confidence: float = 0.95,
    least_events: int = LEAST_EVENTS,
    threads: int = 2,
) -> Interactions:
    """Test each marker for an interaction with treatment.

    Parameters
    ----------
    trial
        Two arms with m markers; rows with a missing value of a marker or an adjusting column are left out of
        that marker's fit, and n says so.
    strata
        Shape (n,) labels, each with a baseline hazard of its own.
    least_events
        Fewest events an arm for a fit.

    Notes
    -----
    Assumes that the marker acts linearly on the log hazard in each arm, hazards proportional given the model,
    and censoring that is independent given arm, marker and adjusting columns. The centre of the marker changes
    the effect of the arm, never the interaction.

    When not to use: for a marker that acts by a threshold or on both sides of a best value (`effect_curve`,
    `stepp`); with effects that fade over time; as a statement about months gained (`absolute_interactions`),
    since a constant hazard ratio gives more months to whoever is at higher risk.

    References
    ----------
    Cox 1972, 10.1111/j.2517-6161.1972.tb00899.x; Polley et al. 2013, 10.1093/jnci/djt282.
    """
    from hepatrial.biomarkers.predictive import cox_kernel as kernel

    quantile = critical_value(confidence)
    rows = sorted_subjects(trial.times, strata)
    arm = trial.arm[rows.order].astype(np.float64)
    adjust = np.ascontiguousarray(trial.adjust[rows.order])
    found = np.empty((trial.m, kernel.HEAD + 12))
    parts = [part for part in np.array_split(np.arange(trial.m), max(threads, 1)) if part.size]

    def work(part: np.ndarray) -> None:
        markers = np.asfortranarray(trial.markers[rows.order][:, part])
        own = np.empty((len(part), found.shape[1]))
        kernel.interactions(
            arm,
            markers,
            adjust,
            rows.event,
            rows.last_of_time,
            rows.first_of_stratum,
            least_events,
            own,
        )
        found[part] = own

    with ThreadPoolExecutor(max(len(parts), 1)) as pool:
        list(pool.map(work, parts))
    return _named(trial.names, found, quantile, confidence, kernel.HEAD)


def _named(
    names: tuple[str, ...], found: np.ndarray, quantile: float, confidence: float, head: int
) -> Interactions:
    beta = found[:, head : head + 3]
    covariance = found[:, head + 3 :].reshape(-1, 3, 3)
    se = np.sqrt(np.einsum("mii->mi", covariance))
    log_ratio, log_ratio_se = beta[:, 2], se[:, 2]
    z = log_ratio / log_ratio_se
    chi2 = np.maximum(2.0 * (found[:, 3] - found[:, 4]), 0.0)
    treated_variance = covariance[:, 1, 1] + covariance[:, 2, 2] + 2.0 * covariance[:, 1, 2]
    return Interactions(
        names=names,
        n=found[:, 0].astype(np.int64),
        events=found[:, 1].astype(np.int64),
        events_treated=found[:, 2].astype(np.int64),
        log_ratio=log_ratio,
        log_ratio_se=log_ratio_se,
        lower=np.exp(log_ratio - quantile * log_ratio_se),
        upper=np.exp(log_ratio + quantile * log_ratio_se),
        z=z,
        p=2.0 * ndtr(-np.abs(z)),
        p_likelihood_ratio=chdtrc(1, chi2),
        log_hr_treatment=beta[:, 0],
        log_hr_treatment_se=se[:, 0],
        log_hr_control=beta[:, 1],
        log_hr_control_se=se[:, 1],
        log_hr_treated=beta[:, 1] + beta[:, 2],
        log_hr_treated_se=np.sqrt(treated_variance),
        covariance=covariance,
        state=tuple(STATES[int(code)] for code in found[:, 5]),
        confidence=confidence,
    )
