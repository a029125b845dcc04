"""The rules of a valid protocol that relate one key to another: one class a rule, grouped by topic."""

from __future__ import annotations

from hepatrial.protocol.rules import arms, baseline, doses, eligibility, schedule
from hepatrial.protocol.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    arms.ArmNamesDiffer(),
    arms.ControlIsAnArm(),
    arms.RatioNamesTheArms(),
    arms.BlockHoldsTheRatio(),
    arms.StrataAreKnown(),
    arms.TrialFillsTheArms(),
    arms.StratifiedTestHasStrata(),
    doses.AgentIsKnown(),
    doses.AgentOncePerArm(),
    doses.DoseLevelsGoDown(),
    doses.DoseIsPlausible(),
    doses.StartIsWithinHorizon(),
    baseline.BaselineIsKnown(),
    baseline.BaselineLevelsAreKnown(),
    baseline.SharesSumToOne(),
    baseline.SpreadIsPositive(),
    eligibility.CovariateIsKnown(),
    eligibility.RangeIsOrdered(),
    eligibility.LevelsAreNotEmpty(),
    eligibility.LimitsAgree(),
    eligibility.SomebodyMayEnter(),
    schedule.ScansFallOnVisits(),
    schedule.DataCutIsOne(),
    schedule.DataCutCanBeReached(),
    schedule.HorizonHoldsTheAnalysis(),
    schedule.ListsNameEachOnce(),
    schedule.ProgressionIsReported(),
)

__all__ = ["RULES", "Rule"]
