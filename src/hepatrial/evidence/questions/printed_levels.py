"""From the subgroups that a report prints to the effects in the levels of a factor."""

from __future__ import annotations

from collections.abc import Sequence

from hepatrial.evidence.independence import RANDOMISED, treatment_in
from hepatrial.evidence.pooling import StudyEffect, effect_from_interval, pool_common
from hepatrial.evidence.questions.level_effect import How, LevelEffect, Pair
from hepatrial.evidence.questions.subgroup_levels import Factor
from hepatrial.evidence.trials import PublishedTrial, SubgroupEffect


def is_randomised(trial: PublishedTrial) -> bool:
    """Whether a report is of a randomised trial, or of several together."""
    return trial.design == RANDOMISED or bool(trial.pooled_from)


def rows_of_pair(trial: PublishedTrial, pair: Pair, endpoint: str) -> list[SubgroupEffect]:
    """The subgroup hazard ratios that a report prints of a pair of treatments, turned where it prints the inverse."""
    rows = []
    for row in trial.subgroups:
        treatments = treatment_in(trial, row.arm), treatment_in(trial, row.control)
        if row.endpoint != endpoint:
            continue
        if treatments == (pair.treatment, pair.control):
            rows.append(row)
        elif treatments == (pair.control, pair.treatment):
            rows.append(row.reversed())
    return rows


def printed_rows(trial: PublishedTrial, pair: Pair, endpoint: str) -> list[SubgroupEffect]:
    """The same, of randomised trials alone: elsewhere the arms differ by more than the treatment."""
    return rows_of_pair(trial, pair, endpoint) if is_randomised(trial) else []


def printed_levels(
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
            rule.level,
            trial.key,
            _together(effects),
            how,
            rule.reason,
            trial.subgroup_population or trial.population,
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
