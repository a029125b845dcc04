"""Fit of sorafenib's fall of exposure over time on treatment; prints the numbers that the catalogue holds.

    AUC(t) = AUC(0) (f + (1 - f) exp(-t / tau))

is fitted by least squares on logs to the medians of 15 patients with HCC and Child-Pugh A at an unchanged
dose (after one month, during the third month, at progression; Arrondeau et al. 2012,
10.1007/s10637-011-9764-8) and to the ratio of dose-normalised medians on days 120 and 15 of 25 patients
with several cancers (Boudou-Rouquette et al. 2012, 10.1634/theoncologist.2011-0439). Neither abstract gives
the day of progression: it is put at 5.5 months, the median time to progression under sorafenib in SHARP
(Llovet et al. 2008, 10.1056/NEJMoa0708857).

Run ``python -m hepatrial.agents.drift_fit``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.units import DAYS_PER_MONTH

AUC_DAYS = np.array([1.0, 2.5, 5.5]) * DAYS_PER_MONTH
"""After one month; the middle of the third month; progression."""
AUC_MG_H_L = np.array([60.3, 43.0, 33.2])
RATIO_DAYS = (15.0, 120.0)
RATIO = 63.0 / 102.0
LOG_SD = 0.13
"""Standard error of the log of each figure: medians of 15 to 25 patients whose exposure has a CV near 40%."""


@dataclass(frozen=True, slots=True)
class DriftFit:
    """The fit and its standard errors: of exposure and time on the log, of the fraction on the logit."""

    start_auc_mg_h_l: float
    final_fraction: float
    time_days: float
    log_sd_start: float
    logit_sd_fraction: float
    log_sd_time: float

    def auc_mg_h_l(self, day: np.ndarray) -> np.ndarray:
        """AUC over a dosing interval of 12 h on days of treatment."""
        return self.start_auc_mg_h_l * remaining(day, self.final_fraction, self.time_days)


def remaining(day: np.ndarray | float, final_fraction: float, time_days: float) -> np.ndarray | float:
    """Exposure relative to the start of treatment."""
    return final_fraction + (1.0 - final_fraction) * np.exp(-np.asarray(day) / time_days)


def fit_drift(progression_day: float = AUC_DAYS[2], third_month_day: float = AUC_DAYS[1]) -> DriftFit:
    """Fit the drift with progression and the third month's samples put at the given days."""
    from scipy.optimize import least_squares

    days = np.array([AUC_DAYS[0], third_month_day, progression_day])

    def residuals(free: np.ndarray) -> np.ndarray:
        start, fraction, time = np.exp(free[0]), 1.0 / (1.0 + np.exp(-free[1])), np.exp(free[2])
        auc = start * remaining(days, fraction, time)
        early, late = (remaining(day, fraction, time) for day in RATIO_DAYS)
        return np.append(np.log(auc / AUC_MG_H_L), np.log(late / early / RATIO)) / LOG_SD

    result = least_squares(residuals, x0=[np.log(75.0), 0.0, np.log(60.0)])
    sd = np.sqrt(np.diag(np.linalg.inv(result.jac.T @ result.jac)))
    log_start, logit, log_time = result.x
    return DriftFit(
        float(np.exp(log_start)),
        float(1.0 / (1.0 + np.exp(-logit))),
        float(np.exp(log_time)),
        *map(float, sd),
    )


def main() -> None:
    """Print the fit, what it predicts, and how it moves with the day of progression."""
    fit = fit_drift()
    print(
        f"AUC0-12 at the start    {fit.start_auc_mg_h_l:6.1f} mg.h/L (sd of the log {fit.log_sd_start:.2f})"
    )
    print(f"apparent clearance      {400.0 / fit.start_auc_mg_h_l:6.2f} L/h at 400 mg every 12 h")
    print(f"final fraction          {fit.final_fraction:6.3f}  (sd of the logit {fit.logit_sd_fraction:.2f})")
    print(f"time constant           {fit.time_days:6.1f} d (sd of the log {fit.log_sd_time:.2f})")
    for day, published, value in zip(AUC_DAYS, AUC_MG_H_L, fit.auc_mg_h_l(AUC_DAYS), strict=True):
        print(f"day {day:5.0f}: fitted {value:5.1f}, published {published:5.1f} mg.h/L")
    early, late = (remaining(day, fit.final_fraction, fit.time_days) for day in RATIO_DAYS)
    print(f"day 120 against day 15: fitted {late / early:.3f}, published {RATIO:.3f}")
    for months in (4.0, 5.1, 7.0):
        other = fit_drift(months * DAYS_PER_MONTH)
        print(
            f"progression at {months} months: start {other.start_auc_mg_h_l:.1f},"
            f" fraction {other.final_fraction:.3f}, time {other.time_days:.1f} d"
        )


if __name__ == "__main__":
    main()
