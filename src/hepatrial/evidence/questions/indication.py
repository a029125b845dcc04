"""Who should be treated: an agent's effect by level of a factor, the ratio between levels, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from hepatrial.errors import UsageError, near_miss
from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.effects import study_effects
from hepatrial.evidence.independence import IndependentSet, independent_comparisons, study_of, treatment_in
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
from hepatrial.evidence.questions.described_arms import Described, described_arms
from hepatrial.evidence.questions.patients_seen import PatientsSeen, patients_seen
from hepatrial.evidence.questions.subgroup_effects import (
    FactorEffects,
    LevelEffect,
    Pair,
    PrintedGroup,
    factor_effects,
    pairs_with_subgroups,
    unmapped_groups,
)
from hepatrial.evidence.questions.subgroup_levels import Factor, chosen_factors
from hepatrial.evidence.trials import PublishedTrial, SubgroupEffect

MODELS = ("common", "random")
ALL_AGENTS = "all"


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
    p_adjusted
        p of ``within`` after Holm over all questions asked that could be tested.
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
    p_adjusted: float | None
    across: Estimate | None
    closing: ClosingTrial


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
    tested
        Ratios that could be tested within trials: the number that Holm counts.
    """

    pair: Pair
    endpoint: str
    lines: tuple[str, ...]
    model: str
    overall: Estimate | None
    whole: IndependentSet
    factors: tuple[FactorAnswer, ...]
    not_mapped: tuple[PrintedGroup, ...]
    tested: int
    assumed: ClosingAssumptions
    confidence: float = 0.95

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source behind a number of the map, once."""
        found = [one.source for one in self.whole.comparisons]
        for factor in self.factors:
            found += [one.effect.source for level in factor.levels for one in level.effects]
            found += [row.source for row in (*factor.left_out, *factor.described)]
        return tuple(dict.fromkeys(found + [row.source for row in self.not_mapped]))


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
    Ratios come from within trials, so that trials of different patients do not pass for an interaction. Holm holds the
    chance of any false finding among the questions of one map. When not to use: to prove that an agent fails in a
    subgroup; a wide interval shows nothing.

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
    pairs = _wanted_pairs(agent, control, endpoint, known)
    return tuple(_map(pair, endpoint, asked, model, assumed or ClosingAssumptions(), known) for pair in pairs)


def _wanted_pairs(agent: str, control: str | None, endpoint: str, known: Collection) -> list[Pair]:
    pairs = pairs_with_subgroups(endpoint, known)
    wanted = [
        pair
        for pair in pairs
        if (
            agent == ALL_AGENTS
            or (agent in pair.treatment.split(" + ") and agent not in pair.control.split(" + "))
        )
        and control in (None, pair.control)
    ]
    if wanted:
        return wanted
    names = tuple(dict.fromkeys(name for pair in pairs for name in pair.treatment.split(" + ")))
    meant = near_miss(agent, tuple(name for name in names if name != agent))
    fix = f"did you mean {meant}?" if meant else "another endpoint, or see `hepatrial evidence list --agent`"
    against = f" against {control}" if control else ""
    raise UsageError(
        f"no {endpoint} hazard ratio in a subgroup is known for {agent}{against}\n"
        f"  allowed: {', '.join(map(str, pairs)) or 'none for this endpoint'}; all\n"
        f"  fix:     {fix}"
    )


def _map(
    pair: Pair,
    endpoint: str,
    asked: Sequence[Factor],
    model: str,
    assumed: ClosingAssumptions,
    known: Collection,
) -> IndicationMap:
    lines = _lines(pair, endpoint, known)
    found = independent_comparisons(endpoint, treatment=pair.treatment, control=pair.control, records=known)
    whole = _of_lines(found, lines, known)
    effects = study_effects(whole)
    trials = _trials(pair, endpoint, whole, known)
    answers = [
        _answer(factor_effects(factor, pair, endpoint, known), pair, trials, model, assumed, known)
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
        tested=sum(contrast.within is not None for contrast in contrasts),
        assumed=assumed,
    )


def _lines(pair: Pair, endpoint: str, known: Collection) -> tuple[str, ...]:
    """Lines of the trials that printed subgroups of the pair."""
    return tuple(
        dict.fromkeys(
            line
            for trial in known
            if any(row.endpoint == endpoint and _is(trial, row, pair) for row in trial.subgroups)
            for line in trial.lines
        )
    )


def _is(trial: PublishedTrial, row: SubgroupEffect, pair: Pair) -> bool:
    return (treatment_in(trial, row.arm), treatment_in(trial, row.control)) == (pair.treatment, pair.control)


def _of_lines(found: IndependentSet, lines: Sequence[str], known: Collection) -> IndependentSet:
    kept, left_out = [], dict(found.left_out)
    for one in found.comparisons:
        if set(known[one.trial].lines) & set(lines):
            kept.append(one)
        else:
            left_out[one.trial] = f"its line is {'/'.join(known[one.trial].lines)}"
    return replace(found, comparisons=tuple(kept), left_out=left_out)


def _trials(pair: Pair, endpoint: str, whole: IndependentSet, known: Collection) -> tuple[str, ...]:
    """Trials whose patients are counted: those that count as a whole, and those that printed subgroups."""
    printed = [
        study_of(trial, known)
        for trial in known
        if not trial.pooled_from
        and any(row.endpoint == endpoint and _is(trial, row, pair) for row in trial.subgroups)
    ]
    return tuple(dict.fromkeys([*(one.study for one in whole.comparisons), *printed]))


def _answer(
    found: FactorEffects,
    pair: Pair,
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
        _contrast(found, first, second, model, assumed, _share(seen[first], seen[second]))
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
    first: str,
    second: str,
    model: str,
    assumed: ClosingAssumptions,
    share: float | None,
) -> Contrast:
    at = {level: {one.effect.study: one.effect for one in found.at(level)} for level in (first, second)}
    both = [study for study in at[first] if study in at[second]]
    pairs = [
        SubgroupPair(found.factor.name, first, second, at[first][study], at[second][study]) for study in both
    ]
    return Contrast(
        first,
        second,
        tuple((pair.subgroup.study, interaction_test(pair)) for pair in pairs),
        pool_interactions(pairs, partial(_pool, model=model)).effect if pairs else None,
        None,
        _across(list(at[first].values()), list(at[second].values()), model),
        closing_trial(assumed, share),
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
    tests = [c.within.p for answer in answers for c in answer.contrasts if c.within is not None]
    adjusted = iter(holm(tests)) if tests else iter(())
    return [
        replace(
            answer,
            contrasts=tuple(
                contrast if contrast.within is None else replace(contrast, p_adjusted=float(next(adjusted)))
                for contrast in answer.contrasts
            ),
        )
        for answer in answers
    ]
