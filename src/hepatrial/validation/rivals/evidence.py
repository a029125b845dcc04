"""What rivals may know: outcomes of calibration trials, and of phase 2 that was public in time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hepatrial.evidence.collection import Collection, shipped
from hepatrial.evidence.early_trials import early_trials
from hepatrial.validation.comparison import Compared, Published
from hepatrial.validation.preregistration import Preregistration
from hepatrial.validation.published_comparisons import pooled_treatment
from hepatrial.validation.standard_error import standard_error

RANDOMISED = "randomised"


@dataclass(frozen=True, slots=True)
class EarlyEffect:
    """A confirmed hazard ratio of a randomised trial of phase 1b or 2 that a later trial of the registry followed."""

    later: str
    treatment: str
    control_treatment: str
    endpoint: str
    log_hr: float
    std_error: float | None


@dataclass(frozen=True, slots=True)
class RivalEvidence:
    """Outcomes that rivals may read; one of a held-out trial is refused.

    Attributes
    ----------
    fitted
        Comparisons of calibration trials with a confirmed ratio, scored or not.
    """

    fitted: tuple[Published, ...]
    early: tuple[EarlyEffect, ...]
    rules: Preregistration

    def __post_init__(self) -> None:
        held_out = sorted({one.of.trial for one in self.fitted if one.of.use != "fitted"})
        if held_out:
            raise ValueError(f"outcomes of held-out trials given to a rival: {', '.join(held_out)}")

    def others(self, asked: Compared) -> tuple[Published, ...]:
        """Of each other calibration trial the comparison on the endpoint asked for, or on the nearest of its kind."""
        found: dict[str, Published] = {}
        for one in sorted(self.fitted, key=lambda one: self._distance(one, asked)):
            if one.of.kind == asked.kind and one.of.trial != asked.trial:
                found.setdefault(one.of.trial, one)
        return tuple(found.values())

    def mean(self, of: Sequence[Published]) -> float:
        """Mean log hazard ratio; 0 where there is no trial."""
        return math.fsum(one.log_hr for one in of) / len(of) if of else 0.0

    def _distance(self, one: Published, asked: Compared) -> tuple[int, str]:
        order = ("OS", *self.rules.progression_endpoints)
        place = -1 if one.of.endpoint == asked.endpoint else order.index(one.of.endpoint)
        return place, one.of.trial


def rival_evidence(comparisons: Iterable[Published], rules: Preregistration) -> RivalEvidence:
    """The part of the comparisons that rivals may read, with the early trials of the registry."""
    left_out = {(one.trial, one.endpoint) for one in rules.not_scored}
    fitted = tuple(
        one
        for one in comparisons
        if one.of.use == "fitted" and (one.of.trial, one.of.endpoint) not in left_out
    )
    return RivalEvidence(fitted, _early(rules), rules)


def _early(rules: Preregistration) -> tuple[EarlyEffect, ...]:
    records = Collection(shipped())
    found = []
    for link in early_trials(records=records):
        trial = records.trials[link.early]
        if trial.design != RANDOMISED or not _in_time(link.public_by, records.trials[link.phase_3].year):
            continue
        found += [
            EarlyEffect(
                link.phase_3,
                pooled_treatment(trial, row["arm"]),
                pooled_treatment(trial, row["control"]),
                row["endpoint"],
                math.log(row["hr"]),
                standard_error(row, rules).value,
            )
            for row in trial.comparisons
        ]
    return tuple(found)


def _in_time(public_by: str, reported: int | None) -> bool:
    """Whether a result was public in a year before the one in which the later trial reported."""
    return reported is not None and int(public_by[:4]) < reported
