"""The effect in all patients of a trial: of one report, or of that by which the trial counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import (
    IndependentSet,
    independent_comparisons,
    study_of,
    treatment_in,
)
from hepatrial.evidence.pooling import StudyEffect, effect_from_interval
from hepatrial.evidence.questions.level_effect import Pair
from hepatrial.evidence.trials import PublishedTrial


def whole_effect(trial: PublishedTrial, pair: Pair, endpoint: str, known: Collection) -> StudyEffect | None:
    """All patients: of the same report if it gives them, else of the report by which the trial counts."""
    for row in trial.comparisons:
        treatments = treatment_in(trial, row["arm"]), treatment_in(trial, row["control"])
        if (
            row["endpoint"] == endpoint
            and row.get("ci")
            and set(treatments) == {pair.treatment, pair.control}
        ):
            effect = effect_from_interval(
                trial.key, *treatments, row["hr"], tuple(row["ci"]), trial.source,
                confidence=row.get("level", 95.0) / 100,
            )  # fmt: skip
            return effect if effect.arm == pair.treatment else effect.reversed()
    study = study_of(trial, known)
    for effect, _ in whole_trial_effects(pair, endpoint, known):
        if effect.study == study:
            return effect
    return None


def comparisons_of_pair(pair: Pair, endpoint: str, known: Collection) -> IndependentSet:
    """The independent comparisons of a pair, turned where a report prints the inverse, and why others do not count."""
    straight, inverse = (
        independent_comparisons(endpoint, treatment=one, control=other, records=known)
        for one, other in ((pair.treatment, pair.control), (pair.control, pair.treatment))
    )
    turned = tuple(one.reversed() for one in inverse.comparisons)
    found = tuple(sorted((*straight.comparisons, *turned), key=lambda one: one.trial))
    counted = {one.trial for one in found}
    left_out = {key: reason for key, reason in straight.left_out.items() if key not in counted}
    return replace(straight, comparisons=found, left_out=left_out)


def whole_trial_effects(pair: Pair, endpoint: str, known: Collection) -> Iterator[tuple[StudyEffect, str]]:
    """Each trial of a pair once, with the key of the report by which it counts."""
    for one in comparisons_of_pair(pair, endpoint, known).comparisons:
        yield (
            StudyEffect(
                one.study, pair.treatment, pair.control, one.log_hr, one.log_hr_standard_error, one.source
            ),
            one.trial,
        )
