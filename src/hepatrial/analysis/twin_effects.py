"""The true effect of treatment on each patient, which only twins show: months gained within a horizon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.units import DAYS_PER_MONTH

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class TwinEffect:
    """Survival of the same patients under an arm and under control, both cut at a horizon.

    Attributes
    ----------
    gained_months
        Survival under the arm minus survival under control, each at most the horizon, shape (n,).
    longer, shorter, same
        Per cent of patients who live longer under the arm, shorter, or to the same day (mostly alive at the
        horizon under both).
    mean, mean_se
        Mean months gained and its Monte-Carlo error.
    quantiles
        Months gained at the shares `QUANTILES`.
    at_least
        Per cent of patients who gain at least so many months.
    """

    arm: str
    control: str
    horizon_months: float
    gained_months: np.ndarray
    longer: float
    shorter: float
    same: float
    mean: float
    mean_se: float
    quantiles: tuple[float, ...]
    at_least: dict[float, float]

    @property
    def n(self) -> int:
        """Patients."""
        return len(self.gained_months)


def twin_effect(
    arm: str,
    control: str,
    death_days: np.ndarray,
    control_death_days: np.ndarray,
    horizon_days: float,
    *,
    gains_months: tuple[float, ...] = (1.0, 3.0, 6.0),
) -> TwinEffect:
    """Compare complete survival times of twins, shape (n,), the same patient in the same place.

    When not to use: for what a trial can show. A trial sees one arm of each patient, so the distribution of
    gains can't be learnt from its data without assumptions.
    """
    lived, control_lived = (np.minimum(days, horizon_days) for days in (death_days, control_death_days))
    gained = (lived - control_lived) / DAYS_PER_MONTH
    n = len(gained)
    return TwinEffect(
        arm=arm,
        control=control,
        horizon_months=horizon_days / DAYS_PER_MONTH,
        gained_months=gained,
        longer=100.0 * float(np.mean(gained > 0)),
        shorter=100.0 * float(np.mean(gained < 0)),
        same=100.0 * float(np.mean(gained == 0)),
        mean=float(gained.mean()),
        mean_se=float(gained.std(ddof=1) / np.sqrt(n)) if n > 1 else 0.0,
        quantiles=tuple(float(value) for value in np.quantile(gained, QUANTILES)),
        at_least={months: 100.0 * float(np.mean(gained >= months)) for months in gains_months},
    )
