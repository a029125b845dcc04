"""One trial analysed as its plan says: everything that the report's section on it shows."""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.analysis import (
    AdverseEventRow,
    Analysis,
    ArmResult,
    BestResponses,
    CauseEffect,
    DoseIntensity,
    Effect,
    RestrictedMeans,
    SessionsGiven,
    TreatmentGiven,
    adverse_event_table,
    best_responses,
    cause_effects,
    deaths_by_cause,
    dose_intensities,
    follow_up_months,
    proportional_hazards_p,
    restricted_means,
    sessions_given,
    treatment_given,
)
from hepatrial.analysis.arms import at_risk
from hepatrial.analysis.follow_up import Months
from hepatrial.report.analyses import endpoints_in_order
from hepatrial.report.formatting import MISSING, NOT_REACHED, estimate, survival_text
from hepatrial.virtual_trial import VirtualTrial

NOT_PROPORTIONAL = 0.05


@dataclass(frozen=True, slots=True)
class ArmOfTrial:
    """One arm: who was in it, what became of them, how they were treated."""

    result: ArmResult
    deaths: dict[str, int]
    follow_up: Months
    treatment: TreatmentGiven
    doses: tuple[DoseIntensity, ...]
    sessions: SessionsGiven | None
    at_risk: dict[float, int]

    @property
    def survival(self) -> tuple[str, ...]:
        """Survival at the months of the plan, as it is shown."""
        return tuple(
            survival_text(value, limits, self.at_risk[month])
            for month, (value, limits) in self.result.survival.items()
        )

    @property
    def untreatable_median(self) -> str:
        """Median of the time to untreatable progression with its interval, as it is shown."""
        found = self.result.medians.get("TTUP")
        return MISSING if found is None else estimate(*found, 1, NOT_REACHED)

    @property
    def died(self) -> int:
        """Deaths of any cause."""
        return self.result.n - self.deaths["censored"]


@dataclass(frozen=True, slots=True)
class ComparisonOfTrial:
    """One comparison on one endpoint; None where the data can't tell."""

    arm: str
    control: str
    endpoint: str
    effect: Effect | None
    restricted: RestrictedMeans | None
    proportional_p: float | None

    @property
    def proportionality(self) -> str:
        """What the check of proportional hazards says, and what follows from it."""
        if self.proportional_p is None:
            return "Can't be checked: too few events."
        if self.proportional_p < NOT_PROPORTIONAL:
            instead = (
                "by the curves"
                if self.restricted is None
                else "by the difference of restricted means and by the curves"
            )
            return (
                "The hazard ratio changes with time: it is an average that depends on the length of follow-up. Judge "
                f"{instead}."
            )
        return "No sign that the hazard ratio changes with time; a trial of this size would miss a moderate change."


@dataclass(frozen=True, slots=True)
class OneTrial:
    """The analysis of one trial."""

    arms: tuple[ArmOfTrial, ...]
    comparisons: tuple[ComparisonOfTrial, ...]
    causes: tuple[CauseEffect, ...]
    responses: tuple[BestResponses, ...]
    adverse_events: tuple[AdverseEventRow, ...]
    follow_up: Months

    @property
    def grades(self) -> tuple[int, ...]:
        """Grades that occur among adverse events, in order."""
        return tuple(sorted({grade for row in self.adverse_events for grade in row.by_grade}))

    @property
    def untreatable_reasons(self) -> tuple[str, ...]:
        """Reasons why embolisation was over that occur in any arm."""
        given = (arm.sessions for arm in self.arms if arm.sessions is not None)
        return tuple(dict.fromkeys(reason for one in given for reason in one.untreatable))

    @property
    def stop_reasons(self) -> tuple[str, ...]:
        """Reasons of the end of treatment that occur in any arm."""
        return tuple(dict.fromkeys(reason for arm in self.arms for reason in arm.treatment.ends))


def one_trial(result: VirtualTrial, analysis: Analysis) -> OneTrial:
    """Analyse the trial of a run; ``analysis`` holds its medians and hazard ratios."""
    trial, plan = result.trial, result.protocol.analysis
    pairs = result.protocol.comparisons
    return OneTrial(
        arms=tuple(
            ArmOfTrial(
                result=arm,
                deaths=deaths_by_cause(trial, arm.arm),
                follow_up=follow_up_months(trial, arm.arm),
                treatment=treatment_given(trial, arm.arm),
                doses=dose_intensities(trial, arm.arm),
                sessions=sessions_given(trial, arm.arm),
                at_risk={month: at_risk(trial, arm.arm, month) for month in arm.survival},
            )
            for arm in analysis.arms
        ),
        comparisons=tuple(
            ComparisonOfTrial(
                arm=arm,
                control=control,
                endpoint=endpoint,
                effect=analysis.effect(arm, endpoint),
                restricted=restricted_means(trial, arm, control, endpoint, plan.rmst_months)
                if plan.rmst_months
                else None,
                proportional_p=proportional_hazards_p(
                    trial, arm, control, endpoint, stratified=plan.stratified
                ),
            )
            for arm, control in pairs
            for endpoint in endpoints_in_order(result.protocol)
        ),
        causes=tuple(one for arm, control in pairs for one in cause_effects(trial, arm, control)),
        responses=best_responses(trial),
        adverse_events=adverse_event_table(trial),
        follow_up=follow_up_months(trial),
    )
