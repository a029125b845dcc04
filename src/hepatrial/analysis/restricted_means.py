"""Difference of restricted mean survival time: what an arm gains within a window, whatever the hazards."""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.analysis.estimable import estimated
from hepatrial.analysis.pairs import pair
from hepatrial.errors import UsageError
from hepatrial.survival import compare_restricted_mean
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class RestrictedMeans:
    """Mean months lived within ``window_months`` by arm; their difference with 95 % interval and p value."""

    arm: str
    control: str
    endpoint: str
    window_months: float
    arm_months: float
    control_months: float
    difference: float
    lower: float
    upper: float
    p: float


def restricted_means(
    trial: TrialData, arm: str, control: str, endpoint: str, window_months: float
) -> RestrictedMeans | None:
    """Compare two arms within a window fixed in advance; None where follow-up of an arm is shorter.

    Raises
    ------
    UsageError
        The table holds twins, whose outcomes are correlated by design, so that the interval would be wrong.

    References
    ----------
    Royston & Parmar 2013, 10.1186/1471-2288-13-152.
    """
    if trial.holds_twins:
        raise UsageError(
            "restricted means compare independent subjects, and this table holds the same patients in every arm\n"
            "  found:   twins (the population of a virtual trial)\n"
            "  fix:     compare the arms of one trial (`.trial`), or twins by `twin_effects`"
        )
    both = pair(trial, arm, control, endpoint)
    found = estimated(
        lambda: compare_restricted_mean(both.times, both.treated, window_months * DAYS_PER_MONTH)
    )
    if found is None:
        return None
    reference, other = (one.days / DAYS_PER_MONTH for one in found.arms)
    difference, lower, upper = (
        days / DAYS_PER_MONTH for days in (found.difference, found.lower, found.upper)
    )
    return RestrictedMeans(
        arm,
        control,
        endpoint,
        float(window_months),
        float(other),
        float(reference),
        float(difference),
        float(lower),
        float(upper),
        float(found.p),
    )
