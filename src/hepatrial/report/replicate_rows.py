"""What chance alone does to a trial of the protocol's size: hazard ratios of replicate trials, and power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from hepatrial.analysis import Analysis, ReplicateShare, patient_shift, quantile_error, replicate_share
from hepatrial.conduct.replicates import ReplicateEffects
from hepatrial.virtual_trial import VirtualTrial

POINTS = (0.025, 0.5, 0.975)


@dataclass(frozen=True, slots=True)
class ReplicateRow:
    """Replicate trials on one comparison and endpoint.

    Attributes
    ----------
    estimable
        Trials in which a hazard ratio could be estimated, of ``trials``.
    hr, hr_se
        2.5, 50 and 97.5 % points of the hazard ratio, None where no trial gave one; and the Monte-Carlo standard error
        of each, None where it is not known.
    power
        Share of all trials whose one-sided test favours the arm.
    at_most_published
        Share of trials with a hazard ratio at most the published one: near 0 or 1 the simulation contradicts it.
    """

    arm: str
    control: str
    endpoint: str
    trials: int
    estimable: int
    hr: tuple[float, float, float] | None
    hr_se: tuple[float, float, float] | None
    power: ReplicateShare
    published_hr: float | None
    at_most_published: ReplicateShare | None


def favours(replicates: ReplicateEffects, alpha: float) -> np.ndarray:
    """Whether the one-sided log-rank test of each trial favours the arm, shape (trials,)."""
    return np.nan_to_num(replicates.z, nan=np.inf) < ndtri(alpha)


def replicate_row(
    arm: str,
    control: str,
    endpoint: str,
    replicates: ReplicateEffects,
    alpha: float,
    *,
    population_se: float | None,
    published_hr: float | None = None,
) -> ReplicateRow:
    """Summarise the replicate trials of one comparison and endpoint.

    ``population_se`` is the standard error of the log hazard ratio over the virtual patients that the trials were drawn
    from; None where they give no hazard ratio, and then the error of what is shown is not known.
    """
    log_hr = replicates.log_hr[np.isfinite(replicates.log_hr)]
    known = log_hr.size > 0
    shift = patient_shift(log_hr, population_se)
    points = np.exp(np.quantile(log_hr, POINTS)) if known else None
    errors = [quantile_error(log_hr, point, population_se) for point in POINTS]
    return ReplicateRow(
        arm=arm,
        control=control,
        endpoint=endpoint,
        trials=len(replicates.log_hr),
        estimable=int(log_hr.size),
        hr=None if points is None else tuple(map(float, points)),
        hr_se=None
        if points is None or None in errors
        else tuple(float(hr) * error for hr, error in zip(points, errors, strict=True)),
        power=replicate_share(favours(replicates, alpha), shift),
        published_hr=published_hr,
        at_most_published=replicate_share(log_hr <= np.log(published_hr), shift)
        if known and published_hr
        else None,
    )


def replicate_rows(
    result: VirtualTrial, twins: Analysis, published: dict[str, Any] | None
) -> tuple[ReplicateRow, ...]:
    """Rows of all comparisons and endpoints for which there are replicate trials.

    ``twins`` is the analysis of the virtual patients that they were drawn from.
    """
    known = {
        (row["arm"], row["control"], row["endpoint"]): row["hr"]
        for row in (published or {"comparisons": []})["comparisons"]
    }
    return tuple(
        replicate_row(
            arm,
            control,
            endpoint,
            result.replicates[arm, endpoint],
            result.protocol.analysis.one_sided_alpha,
            population_se=population_se(twins, arm, endpoint),
            published_hr=known.get((arm, control, endpoint)),
        )
        for arm, control in result.protocol.comparisons
        for endpoint in result.protocol.analysis.endpoints
        if len(getattr(result.replicates.get((arm, endpoint)), "log_hr", ())) > 0
    )


def population_se(twins: Analysis, arm: str, endpoint: str) -> float | None:
    """Standard error of the log hazard ratio over the virtual patients; None where they give none."""
    found = twins.effect(arm, endpoint)
    return None if found is None else found.log_hr_se
