"""Decompensation: ascites, encephalopathy or bleeding; a Child-Pugh score that worsens by 2 points or more.

    h_D = h_D0 exp(b_D (ALBI - ALBI_ref))
    h_L = liver death (`hazards`) x exp(k [decompensated])

An event of its own, which brings liver death nearer until it recovers: ALBI knows albumin and bilirubin alone, and its
mean course under a kinase inhibitor is far too gentle for how often patients lose Child-Pugh class A. Recovery comes at
a constant rate. Patients who enter with ascites or encephalopathy are decompensated throughout.

The parameters of liver death, its rate and its ratio per unit of ALBI, are of all patients together, decompensated or
not, as data give them. Of those who enter compensated the share

    s = h_D / (h_D + recovery)

is decompensated in the long run, so that the rate of compensated patients is the mean rate over 1 + (exp(k) - 1) s,
and the direct effect of ALBI is the whole one less what goes through s; both at the reference ALBI.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hepatrial.disease.arrays import Array, xp
from hepatrial.disease.hazards import LARGEST_LOG_RATE
from hepatrial.disease.parameters import Parameters
from hepatrial.patients.patients import Patients
from hepatrial.units import DAYS_PER_MONTH


class Decompensation(NamedTuple):
    """Population constants; rates per day."""

    rate: float  # at the reference ALBI
    per_albi_unit: float  # log of the hazard ratio
    reference_albi: float
    recovery: float
    liver_death_log_hazard_ratio: float
    stop_share: float  # of patients in whom it ends trial treatment


def decompensation_constants(p: Parameters) -> Decompensation:
    """Collect the constants."""
    return Decompensation(
        rate=p["liver.decompensation_rate_per_month"] / DAYS_PER_MONTH,
        per_albi_unit=p["liver.decompensation_albi_log_hazard_ratio"],
        reference_albi=p["hazards.reference_albi"],
        recovery=p["liver.decompensation_recovery_per_month"] / DAYS_PER_MONTH,
        liver_death_log_hazard_ratio=p["hazards.decompensation_log_hazard_ratio"],
        stop_share=p["liver.decompensation_stop_share"],
    )


def compensated_liver_rate(mean_rate: float, c: Decompensation) -> float:
    """Hazard of liver death while compensated, in the unit of ``mean_rate``, at the reference ALBI."""
    return mean_rate / (1.0 + np.expm1(c.liver_death_log_hazard_ratio) * _share(c))


def direct_albi_effect(whole_log_hazard_ratio: float, c: Decompensation) -> float:
    """Log hazard ratio of liver death per unit of ALBI that does not go through decompensation."""
    share, excess = _share(c), np.expm1(c.liver_death_log_hazard_ratio)
    through = excess * share * (1.0 - share) * c.per_albi_unit / (1.0 + excess * share)
    return float(whole_log_hazard_ratio - through)


def _share(c: Decompensation) -> float:
    return c.rate / (c.rate + c.recovery)


def decompensation_rate(c: Decompensation, albi: Array) -> Array:
    """Hazard of the next decompensation, per day."""
    log_rate = xp.log(c.rate) + c.per_albi_unit * (albi - c.reference_albi)
    return xp.exp(xp.minimum(log_rate, LARGEST_LOG_RATE))


def decompensated_at_baseline(patients: Patients) -> np.ndarray:
    """1 for patients with ascites or encephalopathy, else 0; shape (n,)."""
    return ((patients.ascites > 0) | (patients.encephalopathy > 0)).astype(np.float64)


def share_decompensated(onset_day: Array, recovered_day: Array, at_baseline: Array, day: Array) -> Array:
    """Share of the day that begins at ``day`` for which a patient is decompensated."""
    since = xp.clip(day + 1.0 - onset_day, 0.0, 1.0) - xp.clip(day + 1.0 - recovered_day, 0.0, 1.0)
    return xp.maximum(at_baseline, since)
