"""The effect of an arm by liver reserve, with competing causes of death: hazards, time lived, time lost by cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from hepatrial.analysis.causes import FEWEST_EVENTS
from hepatrial.analysis.effects import Effect, effect
from hepatrial.analysis.estimable import estimated
from hepatrial.analysis.pairs import Pair, pair
from hepatrial.analysis.reserve_groups import ReserveGroup, reserve_groups
from hepatrial.survival import SurvivalTimes, compare_time_lost, cox, fine_gray
from hepatrial.trialdata import ENDPOINTS, TrialData
from hepatrial.units import DAYS_PER_MONTH

CAUSES = ENDPOINTS["OS"][1:]
LIVED = "time lived"


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with 95 % limits; None where there are none."""

    value: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class TimeChange:
    """What an arm changes of the months lived or lost within the window, and what both arms have of them."""

    what: str
    arm_months: float
    control_months: float
    change: Interval


@dataclass(frozen=True, slots=True)
class CauseRatios:
    """Hazard ratios of one cause of death; None with fewer than `FEWEST_EVENTS` deaths of it in both arms together."""

    cause: str
    events_arm: int
    events_control: int
    cause_specific: Interval | None
    subdistribution: Interval | None


@dataclass(frozen=True, slots=True)
class TrueGain:
    """Per cent of twins who live longer under the arm within the window, shorter, and longer by a month or more."""

    longer_percent: float
    shorter_percent: float
    at_least_1_month_percent: float


@dataclass(frozen=True, slots=True)
class ReserveEffect:
    """The effect of an arm in subjects of like liver reserve.

    Attributes
    ----------
    n_arm, n_control
        Subjects; of twins, the same patients.
    hazard_ratio
        Of all deaths; None where it cannot be estimated.
    times
        Time lived, then time lost to each cause, within the window; empty where follow-up is shorter than it.
    ratios
        By cause of death.
    decompensation_free
        Time lived without decompensation; None where the data do not hold decompensation.
    true_gain
        What happens to single patients; None but for twins whom nobody lost before the window's end.
    """

    scale: str
    label: str
    arm: str
    control: str
    n_arm: int
    n_control: int
    hazard_ratio: Effect | None
    times: tuple[TimeChange, ...]
    ratios: tuple[CauseRatios, ...]
    decompensation_free: TimeChange | None
    true_gain: TrueGain | None

    @property
    def gain(self) -> TimeChange | None:
        """Time lived, None where it could not be estimated."""
        return self.times[0] if self.times else None


def benefit_by_reserve(
    trial: TrialData,
    arm: str,
    control: str,
    window_months: float,
    *,
    groups: Sequence[ReserveGroup] | None = None,
) -> tuple[ReserveEffect, ...]:
    """The effect in each group of liver reserve that the data can tell.

    Parameters
    ----------
    trial
        A trial or twins, of a virtual or a real trial. Subjects need ``child_pugh_score``, or ``albi``, or albumin with
        bilirubin.
    window_months
        End of the window for times lived and lost.
    groups
        Groups of subjects; all of `reserve_groups` if left out.

    Raises
    ------
    InvalidInput
        The subjects have no covariate of liver reserve.

    Notes
    -----
    Of twins, intervals come from the cluster-robust variance; a subdistribution ratio then has none, as Fine-Gray's
    knows no clusters. Groups are not adjusted for what differs between them beside reserve.

    When not to use: to choose the group in which a treatment works, out of many, from one trial.
    """
    return tuple(
        _in_group(_rows(trial, group.members), group.scale, group.label, arm, control, window_months)
        for group in (reserve_groups(trial) if groups is None else groups)
    )


def _rows(trial: TrialData, members: np.ndarray) -> TrialData:
    return replace(trial, subjects=trial.subjects.filter(pl.Series(members)))


def _in_group(
    group: TrialData, scale: str, label: str, arm: str, control: str, window_months: float
) -> ReserveEffect:
    both = pair(group, arm, control, "OS", causes=True)
    return ReserveEffect(
        scale=scale,
        label=label,
        arm=arm,
        control=control,
        n_arm=int((both.treated == 1).sum()),
        n_control=int((both.treated == 0).sum()),
        hazard_ratio=effect(group, arm, control, "OS"),
        times=_times(both.times, both, (LIVED, *CAUSES), window_months),
        ratios=tuple(_ratios(both, code) for code in range(1, len(CAUSES) + 1)),
        decompensation_free=_decompensation_free(group, both, window_months),
        true_gain=_true_gain(both, window_months) if both.clusters is not None else None,
    )


def _times(
    times: SurvivalTimes, both: Pair, names: tuple[str, ...], window_months: float
) -> tuple[TimeChange, ...]:
    """Time lived, then time lost by cause, in months."""
    found = estimated(
        lambda: compare_time_lost(times, both.treated, window_months * DAYS_PER_MONTH, cluster=both.clusters)
    )
    if found is None:
        return ()
    control, arm = (np.append(lost.days, lost.lived) / DAYS_PER_MONTH for lost in found.arms)
    changes = np.column_stack([found.difference, found.lower, found.upper]) / DAYS_PER_MONTH
    order = [len(names) - 1, *range(len(names) - 1)]
    return tuple(
        TimeChange(name, float(arm[place]), float(control[place]), Interval(*map(float, changes[place])))
        for name, place in zip(names, order, strict=True)
    )


def _decompensation_free(group: TrialData, both: Pair, window_months: float) -> TimeChange | None:
    if "decompensation_days" not in group.subjects.columns:
        return None
    rows = group.subjects.filter(pl.col("arm").is_in([both.arm, both.control]))
    times = SurvivalTimes(
        rows["decompensation_days"].to_numpy().astype(np.float64),
        (rows["decompensation_event"].to_numpy() > 0).astype(np.int8),
        ("censored", "decompensation or death"),
    )
    found = _times(times, both, ("time without decompensation", "lost"), window_months)
    return found[0] if found else None


def _true_gain(twins: Pair, window_months: float) -> TrueGain | None:
    """Compare each patient with the twin; both must have been followed to death or to the window's end."""
    window = window_months * DAYS_PER_MONTH
    days, event = twins.times.time_days, twins.times.event
    if ((event == 0) & (days < window)).any():
        return None
    lived = np.minimum(days, window)
    by_arm = []
    for side in (1, 0):
        mine = np.flatnonzero(twins.treated == side)
        by_arm.append(lived[mine[np.argsort(twins.clusters[mine], kind="stable")]])
    gained = (by_arm[0] - by_arm[1]) / DAYS_PER_MONTH
    return TrueGain(*(100.0 * float(np.mean(which)) for which in (gained > 0.0, gained < 0.0, gained >= 1.0)))


def _ratios(both: Pair, code: int) -> CauseRatios:
    died = both.times.event == code
    in_arm, in_control = (int(died[both.treated == side].sum()) for side in (1, 0))
    known = min(in_arm, in_control) > 0 and in_arm + in_control >= FEWEST_EVENTS
    return CauseRatios(
        cause=CAUSES[code - 1],
        events_arm=in_arm,
        events_control=in_control,
        cause_specific=estimated(lambda: _cause_specific(both, code)) if known else None,
        subdistribution=estimated(lambda: _subdistribution(both, code)) if known else None,
    )


def _cause_specific(both: Pair, code: int) -> Interval:
    fit = cox(both.times.only(code), both.treated[:, None], [both.arm], cluster=both.clusters)
    return Interval(float(fit.hr[0]), float(fit.lower[0]), float(fit.upper[0]))


def _subdistribution(both: Pair, code: int) -> Interval:
    fit = fine_gray(both.times, both.treated[:, None], [both.arm], cause=code)
    if both.clusters is not None:
        return Interval(float(fit.hr[0]))
    return Interval(float(fit.hr[0]), float(fit.lower[0]), float(fit.upper[0]))
