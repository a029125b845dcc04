"""What a factor's numbers say, in a sentence: predictive or not, confirmed or not, or not known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hepatrial.evidence.pooling import Estimate, StudyEffect, pool_common
from hepatrial.evidence.questions.closing_trial import ClosingAssumptions
from hepatrial.evidence.questions.indication_map import Contrast, FactorAnswer, LevelAnswer
from hepatrial.evidence.questions.level_effect import How, LevelEffect, PrintedGroup
from hepatrial.evidence.questions.listed_names import names_in_a_row

ALPHA = 0.05
RARE = 0.1
"""Below this share of the patients a level is called all but empty."""


class Finding(StrEnum):
    """How far a factor is known to change the effect, from best to least known."""

    CONFIRMED = "predictive, effect confirmed"
    PREDICTIVE = "predictive"
    LEAD = "a lead"
    ALIKE = "no large difference"
    OPEN = "open"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class FactorVerdict:
    """The finding and the sentence that gives its numbers."""

    finding: Finding
    sentence: str


def factor_verdict(
    answer: FactorAnswer, assumed: ClosingAssumptions, names: Mapping[str, str] | None = None
) -> FactorVerdict:
    """The verdict on a factor: of its contrasts, the one with the smallest p speaks.

    Parameters
    ----------
    names
        Names of trials by key, which the sentence uses where they are given.

    Notes
    -----
    *Predictive*: the ratio within trials differs from 1 at 5 % two-sided after Holm, and both levels were printed or
    the authors tested it on their patients.
    *Effect confirmed*: besides, a further trial that only patients of one level could enter shows there what the ratio
    says: benefit in the level that gains more, or harm in the other. It tells nothing of the level that it did not
    take. *A lead*: it differs before Holm only, or one level was not printed and the authors tell of no test: they
    print what strikes them. *No large difference*: the ratio's interval excludes ``assumed.ratio`` both ways. Else
    *open*.
    """
    tested = [contrast for contrast in answer.contrasts if contrast.within is not None]
    if not tested:
        return FactorVerdict(Finding.NOT_KNOWN, _not_known(answer, assumed, names or {}))
    contrast = min(tested, key=lambda one: 1.0 if one.p is None else one.p)
    finding = _finding(answer, contrast, assumed)
    return FactorVerdict(finding, _sentence(answer, contrast, finding, assumed, names or {}))


def ratio_words(estimate: Estimate) -> str:
    """``0.69 (0.55 to 0.87)``."""
    ratio, lower, upper = estimate.ratio
    return f"{ratio:.2f} ({lower:.2f} to {upper:.2f})"


def p_words(p: float) -> str:
    """``p 0.019``; a bound where it is small."""
    return (
        "p <0.0001" if p < 1e-4 else f"p {p:.4f}" if p < 0.001 else f"p {p:.3f}" if p < 0.1 else f"p {p:.2f}"
    )


def confirmation(answer: FactorAnswer, contrast: Contrast) -> LevelEffect | None:
    """A further trial of one level alone that shows there what the ratio within trials says.

    Benefit in the level that gains more, or harm in the level that gains less. A benefit in the level that gains less
    speaks against a difference between the levels, not for it.
    """
    assert contrast.within is not None
    within = {study for study, _ in contrast.trials}
    gains = (contrast.first, contrast.second)[:: 1 if contrast.within.value < 0 else -1]
    for level, direction in zip(gains, (-1.0, 1.0), strict=True):
        effects = answer.level(level).effects
        seen = [one.effect for one in effects if one.effect.study in within]
        for one in effects:
            if one.how is How.WHOLE_TRIAL and seen and _confirms(one.effect, seen, direction):
                return one
    return None


def _confirms(further: StudyEffect, seen: list[StudyEffect], direction: float) -> bool:
    """Whether a further trial differs from no effect, and it and those before do so in a direction."""
    alone, before = pool_common([further]).effect, pool_common(seen).effect
    return alone.p < ALPHA and all(math.copysign(1, one.value) == direction for one in (alone, before))


def _finding(answer: FactorAnswer, contrast: Contrast, assumed: ClosingAssumptions) -> Finding:
    within, p, adjusted = contrast.within, contrast.p, contrast.p_adjusted
    assert within is not None
    assert p is not None
    assert adjusted is not None
    if adjusted < ALPHA:
        if contrast.published is None and _derived_levels(answer, contrast):
            return Finding.LEAD
        return Finding.PREDICTIVE if confirmation(answer, contrast) is None else Finding.CONFIRMED
    if p < ALPHA:
        return Finding.LEAD
    largest = abs(math.log(assumed.ratio))
    return Finding.ALIKE if -largest < within.lower and within.upper < largest else Finding.OPEN


def _derived_levels(answer: FactorAnswer, contrast: Contrast) -> list[str]:
    return [
        level
        for level in (contrast.first, contrast.second)
        if any(one.how is How.DERIVED for one in answer.level(level).effects)
    ]


def _sentence(
    answer: FactorAnswer,
    contrast: Contrast,
    finding: Finding,
    assumed: ClosingAssumptions,
    names: Mapping[str, str],
) -> str:
    within, adjusted = contrast.within, contrast.p_adjusted
    assert within is not None
    assert adjusted is not None
    trials = names_in_a_row(names.get(study, study) for study, _ in contrast.trials)
    numbers = (
        f"ratio of hazard ratios, {contrast.first} to {contrast.second}, {ratio_words(within)} within {trials}, "
        f"{p_words(within.p)}{_authors_test(contrast)}, after Holm {p_words(adjusted)}"
    )
    text = f"{finding.value.capitalize()}: {numbers}."
    for level in _derived_levels(answer, contrast):
        text += f" The effect in {level} was not printed but follows from the whole trial."
    further = confirmation(answer, contrast)
    if finding is Finding.CONFIRMED and further is not None:
        alone = pool_common([further.effect]).effect
        study = names.get(further.effect.study, further.effect.study)
        text += (
            f" The effect is confirmed by {study}, which only patients of this level ({further.level}) "
            f"could enter: {ratio_words(alone)}, {p_words(alone.p)}; of the other level it tells nothing."
        )
    elif finding is Finding.LEAD:
        text += " To be confirmed: authors print the subgroups that strike them."
    elif finding is Finding.OPEN:
        text += f" The interval holds both no difference and one of {assumed.ratio:g}: nothing is shown either way."
    return text + _hardly_seen(answer, assumed, names)


def _authors_test(contrast: Contrast) -> str:
    if contrast.published is None:
        return ""
    return f" from these numbers, {p_words(contrast.published.p)} by the authors' test on patients"


def _not_known(answer: FactorAnswer, assumed: ClosingAssumptions, names: Mapping[str, str]) -> str:
    known = [one.level for one in answer.levels if one.estimate is not None]
    text = "Not known: no trial gives the effect in two levels with a confirmed interval"
    text += f"; only in {', '.join(known)}." if known else "."
    return text + _hardly_seen(answer, assumed, names)


def _hardly_seen(answer: FactorAnswer, assumed: ClosingAssumptions, names: Mapping[str, str]) -> str:
    """Levels without an effect that trials hardly held, and what would tell."""
    rare = [one for one in answer.levels if one.estimate is None and _is_rare(one)]
    if not rare:
        return ""
    size = answer.contrasts[0].closing
    return "".join(f" {_seen_words(one, answer.left_out, names)}" for one in rare) + (
        f" A trial of one of them alone that finds HR {assumed.hr:g} takes {size.level_events:,} events, "
        f"{size.level_patients:,} patients if {assumed.event_share:.0%} have the event."
    )


def _is_rare(level: LevelAnswer) -> bool:
    return level.seen.patients is not None and level.seen.patients < RARE * level.seen.of


def _seen_words(level: LevelAnswer, left_out: Sequence[PrintedGroup], names: Mapping[str, str]) -> str:
    """How many patients of a level the trials held; one that printed a ratio of it held some, counted or not."""
    seen = level.seen
    printed = [one for one in left_out if one.level == level.level]
    if printed:
        ratios = ", ".join(_printed_words(one, names) for one in printed)
        held = names_in_a_row(names.get(trial, trial) for trial in seen.trials)
        return f"{level.level}: {seen.patients:,} of {seen.of:,} randomised in {held}; {ratios}."
    if seen.patients == 0:
        return f"{level.level} is empty: nobody of {seen.of:,} randomised."
    return f"{level.level} is all but empty: {seen.patients:,} of {seen.of:,} randomised."


def _printed_words(one: PrintedGroup, names: Mapping[str, str]) -> str:
    whose = f"its {one.n}" if one.n.isdigit() else "it"
    return f"{names.get(one.trial, one.trial)} prints HR {one.hr:g} of {whose} ({one.reason})"
