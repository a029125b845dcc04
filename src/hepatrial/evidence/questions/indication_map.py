"""The answer to who should be treated: levels, contrasts and factors of a treatment against its control."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hepatrial.evidence.independence import IndependentSet
from hepatrial.evidence.pooling import Estimate
from hepatrial.evidence.questions.closing_trial import ClosingAssumptions, ClosingTrial
from hepatrial.evidence.questions.described_arms import Described
from hepatrial.evidence.questions.level_effect import LevelEffect, Pair, PrintedGroup
from hepatrial.evidence.questions.patients_seen import PatientsSeen
from hepatrial.evidence.questions.published_interactions import PublishedInteraction
from hepatrial.evidence.questions.subgroup_levels import Factor


@dataclass(frozen=True, slots=True)
class LevelAnswer:
    """One level of a factor.

    Attributes
    ----------
    estimate
        Pooled over trials; None where no trial tells.
    effects
        Trial by trial.
    seen
        Patients of this level in the randomised trials.
    """

    level: str
    estimate: Estimate | None
    effects: tuple[LevelEffect, ...]
    seen: PatientsSeen


@dataclass(frozen=True, slots=True)
class Contrast:
    """Whether the effect differs between two levels.

    Attributes
    ----------
    first, second
        The levels; ratios are of the first's hazard ratio to the second's.
    trials
        Trials that give both levels, with the ratio and its test in each.
    within
        The ratio from within trials, pooled; None where no trial gives both levels.
    published
        The authors' test on their patients, where ``within`` is of their trial alone; None where there is none.
    p_adjusted
        ``p`` after Holm over all questions asked that could be tested.
    across
        The ratio between the two pooled levels where they rest on different trials: patients then differ by more than
        the factor. None where the same trials give both.
    closing
        How large a trial would close the question.
    """

    first: str
    second: str
    trials: tuple[tuple[str, Estimate], ...]
    within: Estimate | None
    published: PublishedInteraction | None
    p_adjusted: float | None
    across: Estimate | None
    closing: ClosingTrial

    @property
    def p(self) -> float | None:
        """Of the authors' test, else of ``within``; None where nothing could be tested."""
        if self.within is None:
            return None
        return self.within.p if self.published is None else self.published.p


@dataclass(frozen=True, slots=True)
class FactorAnswer:
    """All that is known of a factor."""

    factor: Factor
    levels: tuple[LevelAnswer, ...]
    contrasts: tuple[Contrast, ...]
    left_out: tuple[PrintedGroup, ...]
    described: tuple[Described, ...]

    def level(self, name: str) -> LevelAnswer:
        """The answer for a level."""
        return next(one for one in self.levels if one.level == name)


@dataclass(frozen=True, slots=True)
class IndicationMap:
    """The map of a treatment against its control.

    Attributes
    ----------
    lines
        Lines of the trials that printed subgroups: only trials of these lines count.
    overall
        All patients of all trials; None where no trial gives a ratio with an interval.
    whole
        The trials behind ``overall`` and why each other does not count.
    factors
        As asked.
    not_mapped
        Printed subgroups that are no level of any factor.
    cautions
        Trials of different lines; reports whose levels do not add up to their whole trial.
    tested
        Ratios that could be tested within trials: the number that Holm counts.
    names
        Names of trials and reports by key.
    """

    pair: Pair
    endpoint: str
    lines: tuple[str, ...]
    model: str
    overall: Estimate | None
    whole: IndependentSet
    factors: tuple[FactorAnswer, ...]
    not_mapped: tuple[PrintedGroup, ...]
    cautions: tuple[str, ...]
    tested: int
    assumed: ClosingAssumptions
    names: Mapping[str, str]
    confidence: float = 0.95

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source behind a number of the map, once."""
        found = [one.source for one in self.whole.comparisons]
        for factor in self.factors:
            found += [one.effect.source for level in factor.levels for one in level.effects]
            found += [row.source for row in (*factor.left_out, *factor.described)]
            found += [one.published.source for one in factor.contrasts if one.published is not None]
        return tuple(dict.fromkeys(found + [row.source for row in self.not_mapped]))
