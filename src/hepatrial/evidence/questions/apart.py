"""The same pool apart by level of a factor, from printed subgroups: the levels side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hepatrial.errors import UsageError
from hepatrial.evidence.collection import Collection
from hepatrial.evidence.pooling import Pooled, StudyEffect
from hepatrial.evidence.pooling.sequences import Pooling
from hepatrial.evidence.questions.level_effect import LevelEffect, Pair, PrintedGroup
from hepatrial.evidence.questions.pair_question import PairQuestion
from hepatrial.evidence.questions.subgroup_effects import factor_effects
from hepatrial.evidence.questions.subgroup_levels import Factor, chosen_factors


@dataclass(frozen=True, slots=True)
class ApartLevel:
    """One level: its trials, each with how its effect is known, and their pool."""

    level: str
    trials: tuple[LevelEffect, ...]
    pooled: Pooled

    @property
    def effects(self) -> tuple[StudyEffect, ...]:
        """The effects behind the pool."""
        return tuple(one.effect for one in self.trials)


@dataclass(frozen=True, slots=True)
class Apart:
    """The levels of a factor that any trial tells of; ``unknown`` are the others, ``left_out`` what was printed and
    does not count."""

    factor: Factor
    levels: tuple[ApartLevel, ...]
    unknown: tuple[str, ...]
    left_out: tuple[PrintedGroup, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the effects were read: keys of the bibliography or pages."""
        found = (
            source for one in self.levels for effect in one.effects for source in effect.source.split("; ")
        )
        return tuple(dict.fromkeys(found))


def apart_by(
    factors: Sequence[str], question: PairQuestion, known: Collection, *, one: Pooling, several: Pooling
) -> tuple[Apart, ...]:
    """Pools by level of each factor.

    Parameters
    ----------
    factors
        Keys of ``data/subgroup_levels.yaml``, such as ``afp-400``.
    one, several
        How a level of one trial and of several is pooled.

    Raises
    ------
    UsageError
        An unknown factor, or a question of several treatments.

    Notes
    -----
    When not to use: to tell whether levels differ. They may rest on different trials;
    `hepatrial.evidence.questions.indication.indication_maps` compares within trials.
    """
    if not factors:
        return ()
    if len(question.agents) != 1:
        raise UsageError(
            f"levels of a factor are pooled for one treatment\n  found:   {question}\n"
            "  allowed: one --agent with --apart\n  fix:     name one treatment"
        )
    pair = Pair(question.agents[0], question.control)
    return tuple(_apart(factor, pair, question, known, one, several) for factor in chosen_factors(factors))


def _apart(
    factor: Factor, pair: Pair, question: PairQuestion, known: Collection, one: Pooling, several: Pooling
) -> Apart:
    found = factor_effects(factor, pair, question.endpoint, known)
    levels = []
    for level in factor.levels:
        trials = tuple(_named(row, known) for row in found.at(level) if _of_line(row, question, known))
        if trials:
            effects = [row.effect for row in trials]
            levels.append(ApartLevel(level, trials, (one if len(effects) == 1 else several)(effects)))
    told = {row.level for row in levels}
    return Apart(
        factor, tuple(levels), tuple(level for level in factor.levels if level not in told), found.left_out
    )


def _of_line(row: LevelEffect, question: PairQuestion, known: Collection) -> bool:
    return question.line is None or question.line in known[row.trial].lines


def _named(row: LevelEffect, known: Collection) -> LevelEffect:
    """The same under the name of the trial."""
    return replace(row, effect=replace(row.effect, study=known[row.effect.study].name))
