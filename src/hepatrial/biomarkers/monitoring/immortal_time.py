"""A treatment that some start later: the naive comparison of whoever ever had it, beside counting from its start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.monitoring.courses import Courses
from hepatrial.biomarkers.monitoring.time_varying import (
    marker_steps,
    step_rows,
    switched_on,
    time_varying_cox,
)
from hepatrial.survival import CountingProcessFit, CoxFit, SurvivalTimes, cox


@dataclass(frozen=True, slots=True)
class ImmortalTime:
    """Hazard ratios of a treatment that starts during follow-up; the treatment is the first covariate of each.

    Attributes
    ----------
    naive
        'Ever treated' against never, from day 0, adjusted for baseline: biased, since the treated had to live until
        their treatment.
    from_start
        Treated from the day that treatment starts, untreated before, adjusted for the same baseline.
    current
        The same, adjusted for the last values of markers in place of their baseline; None without such markers.
    ever, at_baseline
        Subjects who are ever treated, and those of them who are from day 0.
    median_start_days
        Median day of the start among those who start later: the time that the naive analysis gives away.
    """

    naive: CoxFit
    from_start: CountingProcessFit
    current: CountingProcessFit | None
    ever: int
    at_baseline: int
    median_start_days: float


def immortal_time(
    times: SurvivalTimes,
    start_days: np.ndarray,
    covariates: np.ndarray,
    names: Sequence[str],
    *,
    treatment: str = "treated",
    current: Sequence[Courses] = (),
    replaces: Sequence[str] = (),
) -> ImmortalTime:
    """Show what immortal time does to a comparison.

    Parameters
    ----------
    times
        n subjects, event codes 0 and 1.
    start_days
        Shape (n,): day of the start of treatment, infinite for never. A start at or after the end of follow-up is
        none.
    covariates, names
        Shape (n, k), baseline covariates without missing values.
    current, replaces
        Markers whose last value takes the place of the baseline covariate of that name.

    Notes
    -----
    Counting from the start takes immortal time away, not confounding: who is given treatment, and when, depends on
    how ill the patient is. Adjusting for the course of a marker takes part of that confounding away, but also part of
    the effect, where treatment acts through the marker. An effect of treatment needs a trial.

    References
    ----------
    Suissa 2008, 10.1093/aje/kwm324; Mantel & Byar 1974, 10.1080/01621459.1974.10480131.
    """
    end = np.maximum(times.time_days.astype(np.float64), 0.5)
    start = np.where(np.isfinite(start_days) & (start_days < end), start_days, np.inf)
    ever = np.isfinite(start_days).astype(np.float64)
    kept = [place for place, name in enumerate(names) if name not in replaces]
    steps = [switched_on(treatment, start)]
    now = None
    if current:
        rows = step_rows(
            times,
            [*steps, *(marker_steps(one) for one in current)],
            covariates[:, kept],
            [names[place] for place in kept],
        )
        now = time_varying_cox(rows)
    later = start[np.isfinite(start) & (start > 0)]
    return ImmortalTime(
        naive=cox(SurvivalTimes(end, times.event), np.column_stack([ever, covariates]), (treatment, *names)),
        from_start=time_varying_cox(step_rows(times, steps, covariates, names)),
        current=now,
        ever=int(ever.sum()),
        at_baseline=int((start <= 0).sum()),
        median_start_days=float(np.median(later)) if len(later) else 0.0,
    )
