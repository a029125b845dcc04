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
from hepatrial.evidence.rules.rule import Draft, Neighbour, Rule
from hepatrial.evidence.rules.sources import SourceCanBeFollowed, UnconfirmedStaysApart

RULES: tuple[Rule, ...] = (
    IntervalInOrder(),
    IntervalHoldsEstimate(),
    RatioIsPositive(),
    IntervalIsSymmetric(),
    LevelOfInterval(),
    PercentageInRange(),
    NumberIsNotNegative(),
    MediansAgreeWithRatio(),
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
    EarlyBeforeLate(),
)

__all__ = ["RULES", "Draft", "Neighbour", "Rule"]
