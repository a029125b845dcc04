"""The effect of an arm against control: hazard ratio, log-rank test, and whether hazards are proportional."""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.analysis.estimable import estimated
from hepatrial.analysis.pairs import Pair, pair
from hepatrial.survival import check_proportional_hazards, cox, log_rank
from hepatrial.trialdata import TrialData


@dataclass(frozen=True, slots=True)
class Effect:
    """Hazard ratio of an arm against control with its 95 % interval, and the two-sided log-rank p value.

    ``p_logrank`` is None for twins, who are not independent. ``events`` counts both arms together, ``events_arm`` and
    ``events_control`` each. ``log_hr_se`` is the standard error behind the interval, cluster-robust for twins.
    """

    arm: str
    control: str
    endpoint: str
    hr: float
    lower: float
    upper: float
    p_logrank: float | None
    events: int
    events_arm: int
    events_control: int
    log_hr_se: float


def effect(
    trial: TrialData, arm: str, control: str, endpoint: str, *, stratified: bool = False
) -> Effect | None:
    """Compare two arms by Cox regression (Efron) and the log-rank test.

    Where the two arms hold the same patients (`TrialData.holds_twins`), the interval comes from the cluster-robust
    variance. None where the data can't tell: no event or no subject in an arm, or none that a stratum shares.
    """
    both = pair(trial, arm, control, endpoint, stratified=stratified)
    if min(both.events) == 0:
        return None
    return estimated(lambda: _effect(both, endpoint))


def _effect(both: Pair, endpoint: str) -> Effect:
    fit = cox(both.times, both.treated[:, None], [both.arm], strata=both.strata, cluster=both.clusters)
    test = None if both.clusters is not None else log_rank(both.times, both.treated, both.strata)
    error = fit.se if fit.robust_se is None else fit.robust_se
    return Effect(
        both.arm,
        both.control,
        endpoint,
        float(fit.hr[0]),
        float(fit.lower[0]),
        float(fit.upper[0]),
        None if test is None else float(test.p),
        fit.events,
        *both.events,
        log_hr_se=float(error[0]),
    )


def proportional_hazards_p(
    trial: TrialData, arm: str, control: str, endpoint: str, *, stratified: bool = False
) -> float | None:
    """The p value of the test that the hazard ratio is the same at all times (Grambsch & Therneau 1994).

    When not to use: to choose between analyses of the same trial; the choice would inflate the type I error.
    """
    both = pair(trial, arm, control, endpoint, stratified=stratified)
    if min(both.events) == 0:
        return None
    found = estimated(
        lambda: check_proportional_hazards(both.times, both.treated[:, None], [arm], strata=both.strata)
    )
    return None if found is None else float(found.p[0])
