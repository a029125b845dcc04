"""Causes of death that compete: events, Gray's test, subdistribution and cause-specific hazard ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.analysis.estimable import estimated
from hepatrial.analysis.pairs import Pair, pair
from hepatrial.survival import cox, fine_gray, gray_test
from hepatrial.trialdata import TrialData

Ratio = tuple[float, float, float]
"""A hazard ratio with the limits of its 95 % interval."""

FEWEST_EVENTS = 10
"""Deaths of a cause in both arms together below which nothing is estimated of it.

With less than ten events a covariate, estimates of proportional hazards models are biased and their intervals miss
the truth too often (Peduzzi 1995, 10.1016/0895-4356(95)00048-8).
"""


@dataclass(frozen=True, slots=True)
class CauseEffect:
    """Effect of an arm on one cause of death, not stratified; None where the data can't tell.

    Attributes
    ----------
    events_arm, events_control
        Deaths of this cause.
    p_gray
        Gray's test of equal cumulative incidence, two-sided.
    subdistribution
        Fine-Gray: effect on the cumulative incidence, the other causes included.
    cause_specific
        Cox with the other causes censored: effect on the hazard among those still alive.
    """

    arm: str
    control: str
    cause: str
    events_arm: int
    events_control: int
    p_gray: float | None
    subdistribution: Ratio | None
    cause_specific: Ratio | None

    @property
    def too_few(self) -> bool:
        """Whether there are fewer deaths of this cause than `FEWEST_EVENTS`: nothing is estimated then."""
        return self.events_arm + self.events_control < FEWEST_EVENTS


def cause_effects(trial: TrialData, arm: str, control: str) -> tuple[CauseEffect, ...]:
    """The effect on every cause of death that somebody in either arm died of.

    Nothing is stratified, whatever the plan says of the endpoints. Fine-Gray can't be as the others are: its weights
    for censoring are estimated from all subjects together. With few deaths of a cause, a stratified test beside an
    unstratified ratio would contradict it by nothing but the strata that hold no death of one arm.
    """
    both = pair(trial, arm, control, "OS", causes=True)
    return tuple(_on_cause(both, int(code)) for code in np.unique(both.times.event) if code > 0)


def deaths_by_cause(trial: TrialData, arm: str) -> dict[str, int]:
    """Subjects of an arm by what their survival time ended with; every cause is named."""
    died = trial.times("OS", arm)
    return {cause: int((died.event == code).sum()) for code, cause in enumerate(died.causes)}


def _on_cause(both: Pair, code: int) -> CauseEffect:
    died = both.times.event == code
    in_arm, in_control = (int(died[both.treated == side].sum()) for side in (1, 0))
    known = min(in_arm, in_control) > 0 and in_arm + in_control >= FEWEST_EVENTS
    gray = estimated(lambda: gray_test(both.times, both.treated, cause=code)) if known else None
    return CauseEffect(
        arm=both.arm,
        control=both.control,
        cause=both.times.causes[code],
        events_arm=in_arm,
        events_control=in_control,
        p_gray=None if gray is None else float(gray.p),
        subdistribution=estimated(lambda: _subdistribution(both, code)) if known else None,
        cause_specific=estimated(lambda: _cause_specific(both, code)) if known else None,
    )


def _subdistribution(both: Pair, code: int) -> Ratio:
    fit = fine_gray(both.times, both.treated[:, None], [both.arm], cause=code)
    return float(fit.hr[0]), float(fit.lower[0]), float(fit.upper[0])


def _cause_specific(both: Pair, code: int) -> Ratio:
    fit = cox(both.times.only(code), both.treated[:, None], [both.arm])
    return float(fit.hr[0]), float(fit.lower[0]), float(fit.upper[0])
