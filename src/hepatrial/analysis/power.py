"""Shares of replicate trials, such as power, with all of their Monte-Carlo error.

Replicate trials are drawn from one set of virtual patients, whose own log hazard ratio misses the model's by chance.
More replicates do not see that: it moves all of them together. With R replicates, a share p of them, and
z = Phi^-1(p), the delta method gives

    se^2 = p (1 - p) / R + (phi(z) s)^2,    s = se(log HR over the virtual patients) / sd(log HR over the replicates)

The first part falls with the number of replicates, the second with the number of virtual patients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

QUANTILE = float(ndtri(0.975))


@dataclass(frozen=True, slots=True)
class ReplicateShare:
    """A share of replicate trials.

    Attributes
    ----------
    share
        Between 0 and 1.
    se
        Standard error of the share; None where that of the virtual patients is not known.
    lower, upper
        95 % limits; None with ``se``.
    se_replicates, se_patients
        The two parts of ``se``: what more replicates, and what more virtual patients, make smaller.
    """

    share: float
    se: float | None
    lower: float | None
    upper: float | None
    se_replicates: float
    se_patients: float | None


def replicate_share(hits: np.ndarray, shift: float | None) -> ReplicateShare:
    """The share of trials that hit, with its error.

    Parameters
    ----------
    hits
        Shape (trials,), whether each trial did what is counted.
    shift
        Standard error of the log hazard ratio over the virtual patients, in standard deviations of the log hazard
        ratio over the trials (`patient_shift`); None where it is not known.

    Notes
    -----
    Assumes that the statistic behind the count is about normal over trials and moves with the log hazard ratio. The
    limits join Wilson's for the replicates (1927, 10.1080/01621459.1927.10502953) and those of the virtual patients on
    the probit scale by their distances from the estimate (Zou & Donner 2008, 10.1002/sim.3095), so that they stay
    within 0 and 1. Where no trial or every trial hits, half a trial more or less stands in for the share's place.

    The part of the virtual patients is on the safe side: their fit holds the chance of their days of entry too, which
    replicate trials draw anew (in a simulation of SHARP it was a seventh too large).

    When not to use: for trials of a few patients, whose hazard ratios are far from normal.
    """
    trials = len(hits)
    share = float(np.mean(hits))
    inside = float(np.clip(share, 0.5 / (trials + 1), (trials + 0.5) / (trials + 1)))
    place = float(ndtri(inside))
    by_replicates = float(np.sqrt(inside * (1.0 - inside) / trials))
    if shift is None:
        return ReplicateShare(share, None, None, None, by_replicates, None)
    by_patients = float(np.exp(-0.5 * place**2) / np.sqrt(2.0 * np.pi)) * shift
    below, above = (
        np.hypot(place - ndtri(limit), QUANTILE * shift) for limit in _wilson_limits(share, trials)
    )
    return ReplicateShare(
        share=share,
        se=float(np.hypot(by_replicates, by_patients)),
        lower=float(ndtr(place - below)),
        upper=float(ndtr(place + above)),
        se_replicates=by_replicates,
        se_patients=by_patients,
    )


def patient_shift(log_hr: np.ndarray, population_se: float | None) -> float | None:
    """``population_se`` in standard deviations of the trials' log hazard ratios, shape (trials,), all finite.

    None where it is not known, or the trials do not vary.
    """
    spread = _spread(log_hr)
    return None if population_se is None or spread is None else population_se / spread


def quantile_error(log_hr: np.ndarray, probability: float, population_se: float | None) -> float | None:
    """Standard error of a quantile of the trials' log hazard ratios, shape (trials,), all finite.

    The error of the quantile of a normal sample (density at the quantile from the standard deviation), and that of the
    virtual patients, who move the whole distribution. None where it is not known.
    """
    spread = _spread(log_hr)
    if population_se is None or spread is None:
        return None
    density = np.exp(-0.5 * ndtri(probability) ** 2) / np.sqrt(2.0 * np.pi) / spread
    by_replicates = np.sqrt(probability * (1.0 - probability) / len(log_hr)) / density
    return float(np.hypot(by_replicates, population_se))


def _spread(log_hr: np.ndarray) -> float | None:
    spread = float(np.std(log_hr, ddof=1)) if len(log_hr) > 1 else 0.0
    return spread if spread > 0.0 else None


def _wilson_limits(share: float, trials: int) -> tuple[float, float]:
    squared = QUANTILE**2
    middle = (share + squared / (2.0 * trials)) / (1.0 + squared / trials)
    half = QUANTILE * np.sqrt(share * (1.0 - share) / trials + squared / (4.0 * trials**2))
    half /= 1.0 + squared / trials
    # At 0 and 1 a limit is the share itself, up to rounding.
    return (middle - half if share > 0.0 else 0.0), (middle + half if share < 1.0 else 1.0)
