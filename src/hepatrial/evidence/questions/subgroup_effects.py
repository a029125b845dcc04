"""The effect in each level of a factor, by trial: printed, put together from printed groups, or derived."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import independent_comparisons, study_of, treatment_in
from hepatrial.evidence.pooling import StudyEffect, effect_from_interval, pool_common
from hepatrial.evidence.questions.subgroup_levels import Factor, LevelRule, subgroup_levels
from hepatrial.evidence.trials import PublishedTrial, SubgroupEffect

LEAST_REST = 0.1
"""An effect is derived for the other patients only if they hold at least this share of the trial's information."""


class How(StrEnum):
    """How the effect of a level is known.

    ``PRINTED`` a report prints it. ``COMBINED`` a report prints it by groups without a patient in common.
    ``DERIVED`` it follows from the other level and the whole trial. ``WHOLE_TRIAL`` only such patients could enter.
    """

    PRINTED = "printed"
    COMBINED = "combined"
    DERIVED = "derived"
    WHOLE_TRIAL = "whole trial"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two treatments that are compared, as trials are pooled."""

    treatment: str
    control: str

    def __str__(self) -> str:
        return f"{self.treatment} v {self.control}"


@dataclass(frozen=True, slots=True)
class LevelEffect:
    """The effect in one level in one trial.

    Attributes
    ----------
    trial
        Key of the report; ``effect.study`` is that of the trial.
    how, reason
        See `How`; why the printed group is this level.
    population
        Who was in the report, where that is narrower than the level.
    """

    level: str
    trial: str
    effect: StudyEffect
    how: How
    reason: str
    population: str = ""


@dataclass(frozen=True, slots=True)
class PrintedGroup:
    """A printed hazard ratio that is not counted, and why."""

    trial: str
    factor: str
    group: str
    hr: float
    ci: tuple[float, float] | None
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class FactorEffects:
    """All that is known of the levels of a factor, each trial once, and what was left out."""

    factor: Factor
    effects: tuple[LevelEffect, ...]
    left_out: tuple[PrintedGroup, ...]

    def at(self, level: str) -> tuple[LevelEffect, ...]:
        """The effects in a level."""
        return tuple(one for one in self.effects if one.level == level)


def factor_effects(factor: Factor, pair: Pair, endpoint: str, known: Collection) -> FactorEffects:
    """The effects of a pair of treatments in the levels of a factor.

    Notes
    -----
    A trial counts by one report: that with the most levels, of several the latest. A pooled analysis counts only where
    none of its trials tells anything of the factor.

    ``DERIVED``: where the levels are all patients, the whole trial's log hazard ratio is near the mean of the two
    levels' weighted by their information, so the missing one is what is left, with the information that is left. That
    holds for an estimate stratified by the factor, and closely for others
    (``tests/published/test_indication_derived.py`` holds derived beside printed numbers).
    """
    reports: dict[str, dict[str, LevelEffect]] = {}
    left_out: list[PrintedGroup] = []
    for trial in known:
        rows = _rows(trial, pair, endpoint)
        found = _levels(factor, trial, rows, pair, study_of(trial, known))
        if found:
            reports[trial.key] = found
        left_out += _without_interval(factor, trial, rows)
    counted, replaced = _one_report_a_trial(reports, known)
    left_out += [
        row
        for key, reason in replaced.items()
        for row in _refused(factor, known[key], _rows(known[key], pair, endpoint), reason)
    ]
    effects = [effect for key in counted for effect in reports[key].values()]
    effects += [
        rest
        for key in counted
        if (rest := _derived(factor, known[key], reports[key], pair, endpoint, known)) is not None
    ]
    effects += _whole_trials(factor, pair, endpoint, known, {one.effect.study for one in effects})
    order = {level: place for place, level in enumerate(factor.levels)}
    return FactorEffects(
        factor, tuple(sorted(effects, key=lambda one: (order[one.level], one.trial))), tuple(left_out)
    )


def unmapped_groups(pair: Pair, endpoint: str, known: Collection) -> tuple[PrintedGroup, ...]:
    """Printed subgroups of a pair that are no level of any factor, with the reason."""
    levels = subgroup_levels()
    mapped = {
        (rule.factor, group) for factor in levels.factors for rule in factor.rules for group in rule.groups
    }
    return tuple(
        _printed(trial, row, levels.reason(row.factor, row.group))
        for trial in known
        for row in _rows(trial, pair, endpoint)
        if (row.factor, row.group) not in mapped
    )


def pairs_with_subgroups(endpoint: str, known: Collection) -> tuple[Pair, ...]:
    """Pairs of treatments for which any subgroup hazard ratio was printed, in alphabetical order."""
    found = {
        Pair(treatment_in(trial, row.arm), treatment_in(trial, row.control))
        for trial in known
        for row in trial.subgroups
        if row.endpoint == endpoint
    }
    return tuple(sorted(found, key=str))


def _rows(trial: PublishedTrial, pair: Pair, endpoint: str) -> list[SubgroupEffect]:
    return [
        row
        for row in trial.subgroups
        if row.endpoint == endpoint
        and (treatment_in(trial, row.arm), treatment_in(trial, row.control)) == (pair.treatment, pair.control)
    ]


def _levels(
    factor: Factor, trial: PublishedTrial, rows: Sequence[SubgroupEffect], pair: Pair, study: str
) -> dict[str, LevelEffect]:
    """Effects by level; the first rule that gives one counts."""
    found: dict[str, LevelEffect] = {}
    printed = {(row.factor, row.group): row for row in rows if row.ci is not None}
    for rule in factor.rules:
        parts = [printed[rule.factor, group] for group in rule.groups if (rule.factor, group) in printed]
        if rule.level in found or len(parts) < len(rule.groups):
            continue
        effects = [_effect(row, pair, study) for row in parts]
        how = How.PRINTED if len(effects) == 1 else How.COMBINED
        found[rule.level] = LevelEffect(
            rule.level, trial.key, _together(effects), how, rule.reason, trial.population
        )
    return found


def _effect(row: SubgroupEffect, pair: Pair, study: str) -> StudyEffect:
    assert row.ci is not None, "rows without an interval are left out before"
    level = 95.0 if row.level is None else row.level
    return effect_from_interval(
        study, pair.treatment, pair.control, row.hr, row.ci, row.source, confidence=level / 100
    )


def _together(effects: Sequence[StudyEffect]) -> StudyEffect:
    """Groups of one trial without a patient in common, as one effect."""
    first = effects[0]
    if len(effects) == 1:
        return first
    numbered = [
        StudyEffect(f"{place}", one.arm, one.control, one.log_hr, one.std_error, one.source)
        for place, one in enumerate(effects)
    ]
    pooled = pool_common(numbered).effect
    source = "; ".join(dict.fromkeys(one.source for one in effects))
    return StudyEffect(first.study, first.arm, first.control, pooled.value, pooled.std_error, source)


def _one_report_a_trial(
    reports: Mapping[str, Mapping[str, LevelEffect]], known: Collection
) -> tuple[list[str], dict[str, str]]:
    """Keys of the reports that count, and why each other does not."""
    best: dict[str, str] = {}
    replaced: dict[str, str] = {}
    own = [key for key in reports if not known[key].pooled_from]
    for key in sorted(own, key=lambda key: (len(reports[key]), known[key].year or 0, key), reverse=True):
        study = study_of(known[key], known)
        if study in best:
            replaced[key] = f"another report of the same patients counts: {best[study]}"
        else:
            best[study] = key
    counted = list(best.values())
    for key in (key for key in reports if known[key].pooled_from):
        telling = [trial for trial in known[key].pooled_from if trial in best]
        if telling:
            replaced[key] = f"it pools patients of {', '.join(telling)}, which count by their own reports"
        else:
            counted.append(key)
    return sorted(counted), replaced


def _derived(
    factor: Factor,
    trial: PublishedTrial,
    found: Mapping[str, LevelEffect],
    pair: Pair,
    endpoint: str,
    known: Collection,
) -> LevelEffect | None:
    """The level that is missing of two, from the other and the whole trial."""
    if not factor.cuts or len(found) != 1:
        return None
    whole = _whole_effect(trial, pair, endpoint, known)
    (level, part), *_ = found.items()
    if whole is None:
        return None
    total, own = whole.std_error**-2, part.effect.std_error**-2
    left = total - own
    if left < LEAST_REST * total:
        return None
    missing = next(other for other in factor.levels if other != level)
    log_hr = (total * whole.log_hr - own * part.effect.log_hr) / left
    source = "; ".join(dict.fromkeys((part.effect.source, whole.source)))
    effect = StudyEffect(part.effect.study, pair.treatment, pair.control, log_hr, math.sqrt(1 / left), source)
    reason = f"not printed: what the whole trial's ratio of {whole.hr:.2f} leaves beside the other level"
    return LevelEffect(missing, trial.key, effect, How.DERIVED, reason, trial.population)


def _whole_effect(trial: PublishedTrial, pair: Pair, endpoint: str, known: Collection) -> StudyEffect | None:
    """All patients: of the same report if it gives them, else of the report by which the trial counts."""
    for row in trial.comparisons:
        treatments = treatment_in(trial, row["arm"]), treatment_in(trial, row["control"])
        if row["endpoint"] == endpoint and row.get("ci") and treatments == (pair.treatment, pair.control):
            return effect_from_interval(
                trial.key, *treatments, row["hr"], tuple(row["ci"]), trial.source,
                confidence=row.get("level", 95.0) / 100,
            )  # fmt: skip
    study = study_of(trial, known)
    for effect, _ in _whole_trial_effects(pair, endpoint, known):
        if effect.study == study:
            return effect
    return None


def _whole_trial_effects(pair: Pair, endpoint: str, known: Collection) -> Iterator[tuple[StudyEffect, str]]:
    found = independent_comparisons(endpoint, treatment=pair.treatment, control=pair.control, records=known)
    for one in found.comparisons:
        yield (
            StudyEffect(
                one.study, pair.treatment, pair.control, one.log_hr, one.log_hr_standard_error, one.source
            ),
            one.trial,
        )


def _whole_trials(
    factor: Factor, pair: Pair, endpoint: str, known: Collection, counted: set[str]
) -> Iterator[LevelEffect]:
    """Trials that only patients of one level could enter."""
    listed = {one.trial: one for one in factor.whole_trials}
    for effect, report in _whole_trial_effects(pair, endpoint, known):
        rule = listed.get(effect.study)
        if rule is not None and effect.study not in counted:
            yield LevelEffect(rule.level, report, effect, How.WHOLE_TRIAL, rule.reason)


def _without_interval(
    factor: Factor, trial: PublishedTrial, rows: Sequence[SubgroupEffect]
) -> Iterator[PrintedGroup]:
    for row in rows:
        if row.ci is None and _rule_of(factor, row) is not None:
            yield _printed(trial, row, "its interval is not confirmed")


def _refused(
    factor: Factor, trial: PublishedTrial, rows: Sequence[SubgroupEffect], reason: str
) -> Iterator[PrintedGroup]:
    for row in rows:
        if row.ci is not None and _rule_of(factor, row) is not None:
            yield _printed(trial, row, reason)


def _rule_of(factor: Factor, row: SubgroupEffect) -> LevelRule | None:
    return next(
        (rule for rule in factor.rules if rule.factor == row.factor and row.group in rule.groups), None
    )


def _printed(trial: PublishedTrial, row: SubgroupEffect, reason: str) -> PrintedGroup:
    return PrintedGroup(trial.key, row.factor, row.group, row.hr, row.ci, row.source, reason)
