"""The effect in each level of a factor, each trial once: printed, put together from printed groups, or derived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import study_of, treatment_in
from hepatrial.evidence.questions.derived_effects import LevelSum, derived_effect, level_sum
from hepatrial.evidence.questions.level_effect import How, LevelEffect, Pair, PrintedGroup
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.printed_levels import (
    is_randomised,
    printed_levels,
    printed_rows,
    rows_of_pair,
)
from hepatrial.evidence.questions.subgroup_levels import Factor, LevelRule, subgroup_levels
from hepatrial.evidence.questions.whole_effects import whole_trial_effects
from hepatrial.evidence.treatments import CONTROLS
from hepatrial.evidence.trials import PublishedTrial, SubgroupEffect


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
    none of its trials tells anything of the factor, by itself or in another pooled analysis. Only randomised trials
    count.
    """
    reports: dict[str, dict[str, LevelEffect]] = {}
    left_out: list[PrintedGroup] = []
    for trial in known:
        rows = printed_rows(trial, pair, endpoint)
        found = printed_levels(factor, trial, rows, pair, study_of(trial, known))
        if found:
            reports[trial.key] = found
        left_out += _without_interval(factor, trial, rows)
        if not is_randomised(trial):
            reason = f"it is not a randomised trial but a {trial.design}"
            left_out += _refused(factor, trial, rows_of_pair(trial, pair, endpoint), reason)
    counted, replaced = _one_report_a_trial(reports, known)
    left_out += [
        row
        for key, reason in replaced.items()
        for row in _refused(factor, known[key], printed_rows(known[key], pair, endpoint), reason)
    ]
    effects = [effect for key in counted for effect in reports[key].values()]
    for key in counted:
        sums = [one for one in level_sums(known[key], pair, endpoint, known) if one.factor != factor.name]
        rest = derived_effect(factor, known[key], reports[key], pair, endpoint, known, sums)
        effects += [] if rest is None else [rest]
    pooled = {trial for key in counted for trial in _studies_pooled(known[key], known)}
    effects += _whole_trials(factor, pair, endpoint, known, {one.effect.study for one in effects} | pooled)
    order = {level: place for place, level in enumerate(factor.levels)}
    return FactorEffects(
        factor, tuple(sorted(effects, key=lambda one: (order[one.level], one.trial))), tuple(left_out)
    )


def level_sums(trial: PublishedTrial, pair: Pair, endpoint: str, known: Collection) -> tuple[LevelSum, ...]:
    """Of every factor of which a report prints two levels that are all patients: do they add up to the whole trial?"""
    rows, study = printed_rows(trial, pair, endpoint), study_of(trial, known)
    sums = (
        level_sum(factor, trial, printed_levels(factor, trial, rows, pair, study), pair, endpoint, known)
        for factor in subgroup_levels().factors
        if factor.cuts and rows
    )
    return tuple(one for one in sums if one is not None)


def unmapped_groups(pair: Pair, endpoint: str, known: Collection) -> tuple[PrintedGroup, ...]:
    """Printed subgroups of a pair that are no level of any factor, with the reason."""
    levels = subgroup_levels()
    mapped = {
        (rule.factor, group) for factor in levels.factors for rule in factor.rules for group in rule.groups
    }
    return tuple(
        _printed(trial, row, levels.reason(row.factor, row.group))
        for trial in known
        for row in rows_of_pair(trial, pair, endpoint)
        if (row.factor, row.group) not in mapped
    )


def pairs_with_subgroups(endpoint: str, known: Collection) -> tuple[Pair, ...]:
    """Pairs of treatments for which a randomised trial printed any subgroup hazard ratio, in alphabetical order.

    Of the two directions placebo or best supportive care is the control; else that of more trials counts, those that
    ship before those of a user.
    """
    trials = Counter(
        (pair, trial.own)
        for trial in known
        if is_randomised(trial)
        for pair in {
            Pair(treatment_in(trial, row.arm), treatment_in(trial, row.control))
            for row in trial.subgroups
            if row.endpoint == endpoint
        }
    )

    def printed(pair: Pair) -> tuple[bool, int, int, str]:
        return pair.control in CONTROLS, trials[pair, False], trials[pair, True], str(pair)

    found = {max(pair, Pair(pair.control, pair.treatment), key=printed) for pair, _ in trials}
    return tuple(sorted(found, key=str))


def _one_report_a_trial(
    reports: Mapping[str, Mapping[str, LevelEffect]], known: Collection
) -> tuple[list[str], dict[str, str]]:
    """Keys of the reports that count, and why each other does not."""
    best: dict[str, str] = {}
    replaced: dict[str, str] = {}

    def told(key: str) -> tuple[int, int, str]:
        return len(reports[key]), known[key].year or 0, key

    for key in sorted((key for key in reports if not known[key].pooled_from), key=told, reverse=True):
        study = study_of(known[key], known)
        if study in best:
            replaced[key] = f"another report of the same patients counts: {known[best[study]].name}"
        else:
            best[study] = key
    counted = list(best.values())
    pooled = dict.fromkeys(best, "")
    for key in sorted((key for key in reports if known[key].pooled_from), key=told, reverse=True):
        trials = _studies_pooled(known[key], known)
        telling = [trial for trial in trials if trial in pooled]
        if telling:
            where = next((pooled[trial] for trial in telling if pooled[trial]), "")
            how = f"which count in {known[where].name}" if where else "which count by their own reports"
            named = names_in_a_row(known.names.get(trial, trial) for trial in telling)
            replaced[key] = f"it pools patients of {named}, {how}"
        else:
            counted.append(key)
            pooled |= dict.fromkeys(trials, key)
    return sorted(counted), replaced


def _studies_pooled(trial: PublishedTrial, known: Collection) -> list[str]:
    """The trials that a pooled analysis is of."""
    return [study_of(known.trials[one], known) if one in known.trials else one for one in trial.pooled_from]


def _whole_trials(
    factor: Factor, pair: Pair, endpoint: str, known: Collection, counted: set[str]
) -> Iterator[LevelEffect]:
    """Trials that only patients of one level could enter."""
    listed = {one.trial: one for one in factor.whole_trials}
    for effect, report in whole_trial_effects(pair, endpoint, known):
        rule = listed.get(effect.study)
        if rule is not None and effect.study not in counted:
            yield LevelEffect(rule.level, report, effect, How.WHOLE_TRIAL, rule.reason)


def _without_interval(
    factor: Factor, trial: PublishedTrial, rows: Sequence[SubgroupEffect]
) -> Iterator[PrintedGroup]:
    for row in rows:
        rule = _rule_of(factor, row)
        if row.ci is None and rule is not None:
            yield replace(_printed(trial, row, "its interval is not confirmed"), level=rule.level)


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
    return PrintedGroup(trial.key, row.factor, row.group, row.hr, row.ci, row.source, reason, row.n)
