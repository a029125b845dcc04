"""The rules of a valid protocol that relate one key to another: one class a rule, grouped by topic."""

from __future__ import annotations

from hepatrial.protocol.rules import (
    agent_gaps,
    agreement,
    arms,
    baseline,
    baseline_numbers,
    doses,
    eligibility,
    locoregional,
    record,
    schedule,
)
from hepatrial.protocol.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    record.PublishedRecordIsKnown(),
    arms.ArmNamesDiffer(),
    arms.ControlIsAnArm(),
    arms.RatioNamesTheArms(),
    arms.BlockHoldsTheRatio(),
    arms.StrataAreKnown(),
    arms.TrialFillsTheArms(),
    arms.StratifiedTestHasStrata(),
    doses.AgentIsKnown(),
    agent_gaps.AgentHasItsNumbers(),
    doses.AgentOncePerArm(),
    doses.DoseLevelsGoDown(),
    doses.CycleIsWholeDays(),
    doses.DoseIsPlausible(),
    doses.StartIsWithinHorizon(),
    baseline.BaselineIsKnown(),
    baseline.CovariatesAreGiven(),
    baseline.BaselineNamesAreKnown(),
    baseline.SourcesNameChanges(),
    baseline_numbers.SharesSumToOne(),
    baseline_numbers.DistributionsAreSound(),
    eligibility.CovariateIsKnown(),
    eligibility.RangeIsOrdered(),
    eligibility.LevelsAreNotEmpty(),
    eligibility.SomebodyMayEnter(),
    agreement.ScoresAgree(),
    agreement.StageAgrees(),
    locoregional.ProceduresFallOnWholeDays(),
    locoregional.SessionsAreInOrder(),
    locoregional.PauseFitsTheWait(),
    locoregional.AblationIsReadOnViableTumour(),
    locoregional.EndpointsHaveTheirProcedure(),
    locoregional.UntreatableNeedsTace(),
    schedule.VisitsFallOnWholeDays(),
    schedule.ScansFallOnVisits(),
    schedule.ScansFallWithinHorizon(),
    schedule.DataCutIsOne(),
    schedule.DataCutCanBeReached(),
    schedule.HorizonHoldsTheAnalysis(),
    schedule.ListsNameEachOnce(),
    schedule.ProgressionIsReported(),
)

__all__ = ["RULES", "Rule"]
