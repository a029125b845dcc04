"""A test of interaction that authors made on their patients: better than one from printed hazard ratios."""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import treatment_in
from hepatrial.evidence.questions.level_effect import Pair
from hepatrial.evidence.questions.subgroup_levels import Factor
from hepatrial.evidence.trials import PublishedTrial


@dataclass(frozen=True, slots=True)
class PublishedInteraction:
    """The authors' two-sided p that a factor changes the effect.

    ``note`` says what was tested, where that is not the levels of the factor as they stand.
    """

    trial: str
    p: float
    source: str
    note: str


def published_interaction(
    factor: Factor, pair: Pair, endpoint: str, report: str, known: Collection
) -> PublishedInteraction | None:
    """What a report's findings hold under the name of the factor: ``os_interaction_p`` of ``arm v control``.

    When not to use: where several trials are pooled; each has its own.
    """
    trial = known[report]
    for row in trial.findings:
        p = row.values.get(f"{endpoint.lower()}_interaction_p")
        if p is not None and row.subgroup == factor.name and row.of in _names(trial, pair):
            return PublishedInteraction(report, p, row.source, row.note)
    return None


def _names(trial: PublishedTrial, pair: Pair) -> set[str]:
    arms = {row["arm"]: treatment_in(trial, row["arm"]) for row in trial.arms}
    return {
        f"{arm} v {control}"
        for arm, treatment in arms.items()
        for control, other in arms.items()
        if {treatment, other} == {pair.treatment, pair.control}
    }
