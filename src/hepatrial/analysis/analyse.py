"""The analysis of one trial: every arm, every comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hepatrial.analysis.arms import Proportion, median_months, response_rate, survival_percent
from hepatrial.analysis.best_responses import CONTROLLED, RESPONDERS
from hepatrial.analysis.effects import Effect, effect
from hepatrial.run_arguments import checked_names
from hepatrial.trialdata import TrialData

DEFAULT_MONTHS = (6.0, 12.0)


@dataclass(frozen=True, slots=True)
class ArmResult:
    """Estimates of one arm; medians in months, survival in per cent, each with 95 % limits."""

    arm: str
    n: int
    medians: dict[str, tuple[float | None, list[float | None]]]
    survival: dict[float, tuple[float | None, list[float | None]]]
    response: dict[str, Proportion | None]
    disease_control: dict[str, Proportion | None]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Result of `analyse`."""

    arms: tuple[ArmResult, ...]
    effects: tuple[Effect, ...]

    def effect(self, arm: str, endpoint: str) -> Effect | None:
        """The effect of an arm on an endpoint, None where it could not be estimated."""
        return next((e for e in self.effects if (e.arm, e.endpoint) == (arm, endpoint)), None)


def analyse(
    trial: TrialData,
    *,
    endpoints: Sequence[str] | None = None,
    months: Sequence[float] | None = None,
    stratified: bool | None = None,
) -> Analysis:
    """Analyse a trial, by its own plan where it has one: that of the protocol, in a virtual trial.

    Parameters
    ----------
    endpoints
        Of ``trial.endpoints``; those of the plan if left out, and all without a plan. In TTP and TTUP death without
        progression is censoring.
    months
        Times at which survival is given; those of the plan if left out, and 6 and 12 without a plan.
    stratified
        Whether hazard ratios and log-rank tests are stratified by the subjects' ``stratum``; as planned if left out,
        and not without a plan.

    Raises
    ------
    UsageError
        An endpoint that is not known.

    Notes
    -----
    Where the same patients stand in every arm (`TrialData.holds_twins`), intervals come from the cluster-robust
    variance.

    When not to use: hazard ratios assume proportional hazards (`proportional_hazards_p`); where curves cross
    or separate late, compare restricted means (`restricted_means`).
    """
    plan = trial.plan
    if endpoints is None:
        endpoints = plan.endpoints if plan else trial.endpoints
    endpoints = checked_names("endpoints", endpoints, trial.endpoints)
    if months is None:
        months = plan.survival_at_months if plan else DEFAULT_MONTHS
    if stratified is None:
        stratified = plan is not None and plan.stratified
    others = [arm for arm in trial.arms if arm != trial.control]
    found = [
        effect(trial, arm, trial.control, endpoint, stratified=stratified)
        for arm in others
        for endpoint in endpoints
    ]
    return Analysis(
        arms=tuple(_arm(trial, arm, endpoints, months) for arm in trial.arms),
        effects=tuple(e for e in found if e is not None),
    )


def _arm(trial: TrialData, arm: str, endpoints: Sequence[str], months: Sequence[float]) -> ArmResult:
    criteria = () if trial.best.is_empty() else tuple(trial.best["criteria"].unique(maintain_order=True))
    return ArmResult(
        arm=arm,
        n=int((trial.subjects["arm"] == arm).sum()),
        medians={endpoint: median_months(trial, endpoint, arm) for endpoint in endpoints},
        survival={month: survival_percent(trial, arm, month) for month in months},
        response={name: response_rate(trial, arm, name, RESPONDERS) for name in criteria},
        disease_control={name: response_rate(trial, arm, name, CONTROLLED) for name in criteria},
    )
