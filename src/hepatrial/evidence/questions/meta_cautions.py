"""What a reader of a pool must know before believing it."""

from __future__ import annotations

from collections.abc import Iterator

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import independent_comparisons
from hepatrial.evidence.pooling import Pooled
from hepatrial.evidence.questions.counted_trials import TrialSet
from hepatrial.evidence.questions.endpoint_reading import reading_caution
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.pair_question import PairQuestion

FEW_FOR_TAU2 = 5
"""Trials below which tau2 is hardly known: its interval goes from 0 to several times the estimate."""


NOT_A_SEARCH = (
    "The registry is a collection, not a systematic search: trials that it does not hold are missing here."
)


def cautions(
    question: PairQuestion, trials: TrialSet, random: Pooled | None, known: Collection
) -> tuple[str, ...]:
    """Sentences, the most important first."""
    return tuple(_cautions(question, trials, random, known))


def _cautions(
    question: PairQuestion, trials: TrialSet, random: Pooled | None, known: Collection
) -> Iterator[str]:
    yield from _number(trials, random)
    treatments = {one.effect.arm for one in trials.counted}
    without = [agent for agent in question.agents if agent not in treatments]
    if without:
        yield (
            f"No trial that counts compares {' or '.join(without)} with {question.control}: the answer is of "
            f"{' and '.join(sorted(treatments))} alone."
        )
    if len(treatments) > 1:
        yield (
            f"{len(treatments)} different treatments are pooled: the mean is that of no treatment that a patient can "
            "be given, and differences between treatments count as heterogeneity."
        )
    lines = sorted({one.line for one in trials.counted})
    if question.line is None and len(lines) > 1:
        yield f"Trials of different lines are pooled ({', '.join(lines)}): their patients differ."
    if question.line_chosen and question.line is not None:
        here = {one.comparison.trial for one in trials.counted}
        everywhere = independent_comparisons(question.endpoint, records=known).comparisons
        other = [one.name for one in everywhere if question.holds(one) and one.trial not in here]
        if other:
            yield f"Line {question.line} was taken, as most trials are of it; other lines: {names_in_a_row(other)}."
    yield from population_caution(trials, known)
    reports = [(one.effect.study, one.comparison.trial) for one in trials.counted]
    yield from reading_caution(question.endpoint, reports, known)
    if trials.levels_taken:
        yield (
            f"No source states the level of the interval of {names_in_a_row(trials.levels_taken)}: 95 % was taken. "
            "At a higher level the standard error would be smaller."
        )
    yield from rounding_caution(trials)
    own = [one.effect.study for one in trials.counted if one.own]
    if own:
        yield f"Your own record{'' if len(own) == 1 else 's'}: {names_in_a_row(own)}."
    yield NOT_A_SEARCH


def population_caution(trials: TrialSet, known: Collection) -> Iterator[str]:
    """A sentence on trials that took patients of one kind, in the words of their records; none where there are none."""
    narrow = {}
    for one in trials.counted:
        report, trial = known[one.comparison.trial], known[one.comparison.study]
        if population := report.population or trial.population:
            narrow[one.effect.study] = population
    if narrow:
        told = "; ".join(f"{study} ({population})" for study, population in narrow.items())
        whom = (
            "Not all trials took the same patients"
            if len(trials.counted) > 1
            else "Its patients were of one kind"
        )
        yield f"{whom}: {told}."


def rounding_caution(trials: TrialSet) -> Iterator[str]:
    """A sentence on trials whose limits were printed to few decimals; none where there are none."""
    if trials.rounded:
        told = names_in_a_row(
            f"{study} by up to {100 * share:.0f} %" for study, share in trials.rounded.items()
        )
        yield f"Limits printed to few decimals leave standard errors in doubt: {told}."


def _number(trials: TrialSet, random: Pooled | None) -> Iterator[str]:
    count = len(trials.counted)
    if random is None:
        yield "One trial: nothing is pooled, and how far the effect differs between trials is not known."
    elif count == 2:
        yield (
            "With 2 trials random effects can't tell how far the effect differs between trials: tau2 rests on one "
            f"degree of freedom{_tau2_words(random)}, Knapp and Hartung's interval on t with 1 degree of freedom, and "
            "there is no prediction interval. The common effect is right if both trials estimate the same effect; the "
            "data of two trials can't show that they do."
        )
    elif count < FEW_FOR_TAU2:
        yield (
            f"With {count} trials tau2 is hardly known{_tau2_words(random)}; intervals that rest on it are rough."
        )


def _tau2_words(random: Pooled) -> str:
    spread = random.heterogeneity
    if spread.tau2_interval is None:
        return ""
    low, high = spread.tau2_interval
    return f" ({spread.tau2:.3f}, interval {low:.3f} to {high:.3g})"
