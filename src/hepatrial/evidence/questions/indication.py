"""Who should be treated: an agent's effect by level of a factor, the ratio between levels, and what is not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from hepatrial.errors import UsageError
from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.effects import study_effects
from hepatrial.evidence.pooling import (
    Estimate,
    Pooled,
    StudyEffect,
    SubgroupPair,
    holm,
    interaction_test,
    pool_common,
    pool_interactions,
    pool_random,
)
from hepatrial.evidence.questions.closing_trial import ClosingAssumptions, ClosingTrial, closing_trial
from hepatrial.evidence.questions.derived_effects import not_adding_up
from hepatrial.evidence.questions.described_arms import described_arms
from hepatrial.evidence.questions.indication_map import Contrast, FactorAnswer, IndicationMap, LevelAnswer
from hepatrial.evidence.questions.indication_scope import (
    counted_trials,
    lines_caution,
    of_lines,
    subgroup_lines,
    wanted_pairs,
)
from hepatrial.evidence.questions.level_effect import Pair
from hepatrial.evidence.questions.patients_seen import PatientsSeen, patients_seen
from hepatrial.evidence.questions.published_interactions import (
    PublishedInteraction,
    published_interaction,
)
from hepatrial.evidence.questions.subgroup_effects import (
    FactorEffects,
    factor_effects,
    level_sums,
    unmapped_groups,
)
from hepatrial.evidence.questions.subgroup_levels import Factor, chosen_factors
from hepatrial.evidence.questions.whole_effects import comparisons_of_pair

MODELS = ("common", "random")


def indication_maps(
    agent: str = "sorafenib",
    *,
    control: str | None = None,
    endpoint: str = "OS",
    factors: Sequence[str] = (),
    model: str = "common",
    assumed: ClosingAssumptions | None = None,
    records: Collection | None = None,
) -> tuple[IndicationMap, ...]:
    """The effect of an agent by subgroup, for each control that it was compared with.

    Parameters
    ----------
    agent
        Part of the treatment and not of the control; ``all`` for every treatment with subgroup hazard ratios.
    control
        Only against this.
    factors
        Keys of ``data/subgroup_levels.yaml``; those asked of every agent if empty.
    model
        How levels and ratios are pooled over trials: ``common`` or ``random`` (REML, Knapp-Hartung never narrower).

    Raises
    ------
    UsageError
        An agent without subgroup hazard ratios for this endpoint, an unknown factor or model.

    Notes
    -----
    Ratios come from within trials, so that trials of different patients do not pass for an interaction. Where a report
    tells its own test of the interaction, made on patients, that p stands in place of the one from printed ratios.
    Holm holds the chance of any false finding among the questions of one map. When not to use: to prove that an agent
    fails in a subgroup; a wide interval shows nothing.

    References
    ----------
    Altman & Bland 2003, 10.1136/bmj.326.7382.219; Fisher et al. 2017, 10.1136/bmj.j573; Holm 1979.
    """
    known = collection() if records is None else records
    asked = chosen_factors(factors)
    if model not in MODELS:
        raise UsageError(
            f"no such model: {model}\n  allowed: {', '.join(MODELS)}\n  fix:     choose one of these"
        )
    pairs = wanted_pairs(agent, control, endpoint, known)
    return tuple(_map(pair, endpoint, asked, model, assumed or ClosingAssumptions(), known) for pair in pairs)


def _map(
    pair: Pair,
    endpoint: str,
    asked: Sequence[Factor],
    model: str,
    assumed: ClosingAssumptions,
    known: Collection,
) -> IndicationMap:
    lines = subgroup_lines(pair, endpoint, known)
    found = comparisons_of_pair(pair, endpoint, known)
    whole = of_lines(found, lines, known)
    effects = study_effects(whole)
    trials = counted_trials(pair, endpoint, whole, known)
    answers = [
        _answer(factor_effects(factor, pair, endpoint, known), pair, endpoint, trials, model, assumed, known)
        for factor in asked
    ]
    answers = _adjusted(answers)
    contrasts = [contrast for answer in answers for contrast in answer.contrasts]
    return IndicationMap(
        pair=pair,
        endpoint=endpoint,
        lines=lines,
        model=model,
        overall=_pool(effects, model).effect if effects else None,
        whole=whole,
        factors=tuple(answers),
        not_mapped=unmapped_groups(pair, endpoint, known),
        cautions=(
            *lines_caution(pair, endpoint, known),
            *not_adding_up(
                [one for trial in known for one in level_sums(trial, pair, endpoint, known)], known.names
            ),
        ),
        tested=sum(contrast.p is not None for contrast in contrasts),
        assumed=assumed,
        names=known.names,
    )


def _answer(
    found: FactorEffects,
    pair: Pair,
    endpoint: str,
    trials: Sequence[str],
    model: str,
    assumed: ClosingAssumptions,
    known: Collection,
) -> FactorAnswer:
    factor = found.factor
    seen = {one.level: one for one in patients_seen(factor, pair, trials, known)}
    levels = tuple(
        LevelAnswer(
            level,
            _pool([one.effect for one in found.at(level)], model).effect if found.at(level) else None,
            found.at(level),
            seen[level],
        )
        for level in factor.levels
    )
    contrasts = tuple(
        _contrast(
            found,
            (first, second),
            model,
            closing_trial(assumed, _share(seen[first], seen[second])),
            partial(published_interaction, factor, pair, endpoint, known=known),
        )
        for first, second in factor.contrasts
    )
    return FactorAnswer(
        factor, levels, contrasts, found.left_out, described_arms(factor, pair.treatment, known)
    )


def _share(first: PatientsSeen, second: PatientsSeen) -> float | None:
    """Share of the first level among the patients of both, by the shares in the trials that say."""
    if first.patients is None or second.patients is None or first.of == 0 or second.of == 0:
        return None
    one, other = first.patients / first.of, second.patients / second.of
    return one / (one + other) if one + other > 0 else None


def _contrast(
    found: FactorEffects,
    levels: tuple[str, str],
    model: str,
    closing: ClosingTrial,
    published: Callable[[str], PublishedInteraction | None],
) -> Contrast:
    first, second = levels
    at = {level: {one.effect.study: one for one in found.at(level)} for level in levels}
    both = [study for study in at[first] if study in at[second]]
    pairs = [
        SubgroupPair(found.factor.name, first, second, at[first][study].effect, at[second][study].effect)
        for study in both
    ]
    return Contrast(
        first,
        second,
        tuple((pair.subgroup.study, interaction_test(pair)) for pair in pairs),
        pool_interactions(pairs, partial(_pool, model=model)).effect if pairs else None,
        published(at[first][both[0]].trial) if len(both) == 1 else None,
        None,
        _across(*([one.effect for one in at[level].values()] for level in levels), model),
        closing,
    )


def _across(first: Sequence[StudyEffect], second: Sequence[StudyEffect], model: str) -> Estimate | None:
    """The ratio between two pools that rest on different trials."""
    if not first or not second or {one.study for one in first} == {one.study for one in second}:
        return None
    pools = [
        StudyEffect("all", effects[0].arm, effects[0].control, estimate.value, estimate.std_error, "")
        for effects in (first, second)
        for estimate in (_pool(effects, model).effect,)
    ]
    return interaction_test(SubgroupPair("across trials", "first", "second", *pools))


def _pool(effects: Sequence[StudyEffect], model: str) -> Pooled:
    """One trial as it is, several by the model."""
    return pool_random(effects) if model == "random" and len(effects) > 1 else pool_common(effects)


def _adjusted(answers: Sequence[FactorAnswer]) -> list[FactorAnswer]:
    """With p values adjusted for all questions that could be tested."""
    tests = [c.p for answer in answers for c in answer.contrasts if c.p is not None]
    adjusted = iter(holm(tests)) if tests else iter(())
    return [
        replace(
            answer,
            contrasts=tuple(
                contrast if contrast.p is None else replace(contrast, p_adjusted=float(next(adjusted)))
                for contrast in answer.contrasts
            ),
        )
        for answer in answers
    ]
