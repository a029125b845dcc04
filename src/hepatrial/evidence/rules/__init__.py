"""The rules of a sound record, one a class; `RULES` are all of them."""

from hepatrial.evidence.rules.arms import (
    AgentIsKnown,
    ArmHasSize,
    ArmsDiffer,
    ComparisonOfArms,
    ComparisonOnce,
    FindingOfSomething,
)
from hepatrial.evidence.rules.links import EarlyBeforeLate, LineIsKnown, LinkLeadsToARecord, TrialOnce
from hepatrial.evidence.rules.numbers import (
    IntervalHoldsEstimate,
    IntervalInOrder,
    IntervalIsSymmetric,
    LevelOfInterval,
    MediansAgreeWithRatio,
    NumberIsNotNegative,
    PercentageInRange,
    RatioIsPositive,
)
from hepatrial.evidence.rules.plausible import (
    ControlHoldsResponse,
    IntervalAgreesWithP,
    MedianIsInMonths,
    ProbabilityInRange,
    RatioIsPlausible,
    SurvivalFalls,
)
from hepatrial.evidence.rules.reports import LinksRunOneWay, ReplacesReportOfItsTrial, ReportReplacedOnce
from hepatrial.evidence.rules.rule import Draft, Neighbour, Rule
from hepatrial.evidence.rules.sources import SourceCanBeFollowed, UnconfirmedStaysApart
from hepatrial.evidence.rules.words import BeganBeforePublished, RegistrationIsWhole, TextIsPlain

RULES: tuple[Rule, ...] = (
    IntervalInOrder(),
    IntervalHoldsEstimate(),
    RatioIsPositive(),
    IntervalIsSymmetric(),
    LevelOfInterval(),
    PercentageInRange(),
    NumberIsNotNegative(),
    MediansAgreeWithRatio(),
    RatioIsPlausible(),
    MedianIsInMonths(),
    ControlHoldsResponse(),
    SurvivalFalls(),
    ProbabilityInRange(),
    IntervalAgreesWithP(),
    ArmsDiffer(),
    ArmHasSize(),
    AgentIsKnown(),
    ComparisonOfArms(),
    ComparisonOnce(),
    FindingOfSomething(),
    SourceCanBeFollowed(),
    UnconfirmedStaysApart(),
    LineIsKnown(),
    LinkLeadsToARecord(),
    TrialOnce(),
    ReportReplacedOnce(),
    LinksRunOneWay(),
    ReplacesReportOfItsTrial(),
    EarlyBeforeLate(),
    TextIsPlain(),
    RegistrationIsWhole(),
    BeganBeforePublished(),
)

__all__ = ["RULES", "Draft", "Neighbour", "Rule"]
