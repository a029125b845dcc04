"""What chance alone does to a trial of the protocol's size: hazard ratios of replicate trials, and power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from hepatrial.conduct.replicates import ReplicateEffects
from hepatrial.virtual_trial import VirtualTrial


@dataclass(frozen=True, slots=True)
class ReplicateRow:
    """Replicate trials on one comparison and endpoint.

    Attributes
    ----------
    estimable
        Trials in which a hazard ratio could be estimated, of ``trials``.
    hr
        2.5, 50 and 97.5 % points of the hazard ratio, None where no trial gave one.
    power, power_se
        Share of all trials whose one-sided test favours the arm, and its Monte-Carlo standard error.
    published_percent
        Share of trials with a hazard ratio at most the published one: near 0 or 100 the simulation
        contradicts it.
    """

    arm: str
    control: str
    endpoint: str
    trials: int
    estimable: int
    hr: tuple[float, float, float] | None
    power: float
    power_se: float
    published_hr: float | None
    published_percent: float | None


def favours(replicates: ReplicateEffects, alpha: float) -> np.ndarray:
    """Whether the one-sided log-rank test of each trial favours the arm, shape (trials,)."""
    return np.nan_to_num(replicates.z, nan=np.inf) < ndtri(alpha)


def replicate_row(
    arm: str,
    control: str,
    endpoint: str,
    replicates: ReplicateEffects,
    alpha: float,
    published_hr: float | None = None,
) -> ReplicateRow:
    """Summarise the replicate trials of one comparison and endpoint."""
    log_hr = replicates.log_hr[np.isfinite(replicates.log_hr)]
    trials = len(replicates.log_hr)
    power = float(np.mean(favours(replicates, alpha)))
    known = log_hr.size > 0
    return ReplicateRow(
        arm=arm,
        control=control,
        endpoint=endpoint,
        trials=trials,
        estimable=int(log_hr.size),
        hr=tuple(map(float, np.exp(np.quantile(log_hr, (0.025, 0.5, 0.975))))) if known else None,
        power=power,
        power_se=float(np.sqrt(power * (1.0 - power) / trials)),
        published_hr=published_hr,
        published_percent=100.0 * float(np.mean(log_hr <= np.log(published_hr)))
        if known and published_hr
        else None,
    )


def replicate_rows(result: VirtualTrial, published: dict[str, Any] | None) -> tuple[ReplicateRow, ...]:
    """Rows of all comparisons and endpoints for which there are replicate trials."""
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
            known.get((arm, control, endpoint)),
        )
        for arm, control in result.protocol.comparisons
        for endpoint in result.protocol.analysis.endpoints
        if len(getattr(result.replicates.get((arm, endpoint)), "log_hr", ())) > 0
    )
