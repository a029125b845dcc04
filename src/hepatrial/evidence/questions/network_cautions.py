"""What a reader of a network must know before believing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import expm1

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.questions.counted_trials import TrialSet
from hepatrial.evidence.questions.endpoint_reading import reading_caution
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.meta_cautions import NOT_A_SEARCH, population_caution, rounding_caution
from hepatrial.evidence.questions.network_analysis import LEAST_DF_FOR_RANDOM, NetworkAnalysis
from hepatrial.evidence.questions.network_parts import Part
from hepatrial.evidence.questions.shared_arms import How, SharedArmReach

TRANSITIVITY = (
    "Indirect estimates hold if patients of any trial could have been in any other: lines, Child-Pugh class, controls "
    "and care must be alike in all that changes the effect. No arithmetic checks that."
)


def network_cautions(
    analysis: NetworkAnalysis,
    trials: TrialSet,
    known: Collection,
    *,
    reach: Sequence[SharedArmReach],
    set_aside: Sequence[Part],
) -> tuple[str, ...]:
    """Sentences, the most important first."""
    return tuple(_cautions(analysis, trials, known, reach, set_aside))


def _cautions(
    analysis: NetworkAnalysis,
    trials: TrialSet,
    known: Collection,
    reach: Sequence[SharedArmReach],
    set_aside: Sequence[Part],
) -> Iterator[str]:
    yield TRANSITIVITY
    yield from population_caution(trials, known)
    reports = dict.fromkeys((one.effect.study, one.comparison.trial) for one in trials.counted)
    yield from reading_caution(trials.counted[0].comparison.endpoint, reports, known)
    yield from _heterogeneity(analysis)
    for part in set_aside:
        yield (
            f"Set aside, as no trial connects it with {analysis.reference}: {', '.join(part.treatments)} "
            f"({names_in_a_row(part.studies)})."
        )
    for one in reach:
        yield _shared(one)
    if trials.levels_taken:
        yield f"No source states the level of the interval of {names_in_a_row(trials.levels_taken)}: 95 % was taken."
    yield from rounding_caution(trials)
    own = tuple(dict.fromkeys(one.effect.study for one in trials.counted if one.own))
    if own:
        yield f"Your own record{'' if len(own) == 1 else 's'}: {names_in_a_row(own)}."
    yield NOT_A_SEARCH


def _heterogeneity(analysis: NetworkAnalysis) -> Iterator[str]:
    df = analysis.common.heterogeneity.df
    if df == 0:
        yield (
            "Every comparison rests on one trial and no loop is closed: heterogeneity can't be seen, and the intervals "
            "are those of common effects, too narrow if effects differ between trials. A prior on it (--bayesian) "
            "widens them."
        )
    elif df < LEAST_DF_FOR_RANDOM:
        yield (
            f"Heterogeneity rests on {df} degree{'' if df == 1 else 's'} of freedom: tau2 is a guess, and random "
            "effects are given beside the common ones for completeness. A prior on it (--bayesian) is the better road."
        )


def _shared(one: SharedArmReach) -> str:
    arm = one.shared
    if arm.how is How.EVENTS:
        return (
            f"{arm.study}: its hazard ratios share the {arm.treatment} arm, tied by 1 / events of that arm."
        )
    pair = " v ".join(one.pair)
    change = 100 * expm1(one.largest_change)
    moved = f"no hazard ratio by more than {change:.1f} %" if change >= 0.05 else "moves no hazard ratio"
    return (
        f"{arm.study}: its hazard ratios share the {arm.treatment} arm, whose events are not confirmed; its variance "
        f"({arm.variance:.4f}) follows from the intervals and the patients. It can lie from {arm.least:.4f} to "
        f"{arm.most:.4f}, which moves the standard error of {pair} between {one.errors[0]:.3f} and "
        f"{one.errors[1]:.3f} (here {one.error:.3f}) and {moved}."
    )
