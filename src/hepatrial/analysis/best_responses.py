"""Best overall response by arm and criteria, with exact intervals."""

from __future__ import annotations

from dataclasses import dataclass

from hepatrial.analysis.arms import Proportion, best_of_arm, proportion
from hepatrial.trialdata import TrialData

LEVELS = ("CR", "PR", "SD", "PD", "NE")
RESPONDERS = ("CR", "PR")
CONTROLLED = ("CR", "PR", "SD")


@dataclass(frozen=True, slots=True)
class BestResponses:
    """Counts of best response of one arm by one set of criteria; shares are of all its subjects."""

    arm: str
    criteria: str
    n: int
    counts: dict[str, int]
    response: Proportion | None
    control: Proportion | None


def best_responses(trial: TrialData) -> tuple[BestResponses, ...]:
    """A record for each criteria and arm, in the order of the data and of the trial's arms."""
    criteria = () if trial.best.is_empty() else tuple(trial.best["criteria"].unique(maintain_order=True))
    return tuple(_of_arm(trial, arm, name) for name in criteria for arm in trial.arms)


def _of_arm(trial: TrialData, arm: str, criteria: str) -> BestResponses:
    own = best_of_arm(trial, arm, criteria)["best"]
    counts = {level: int((own == level).sum()) for level in LEVELS}
    n = len(own)
    responders, controlled = (sum(counts[level] for level in group) for group in (RESPONDERS, CONTROLLED))
    return BestResponses(
        arm=arm,
        criteria=criteria,
        n=n,
        counts=counts,
        response=proportion(responders, n) if n else None,
        control=proportion(controlled, n) if n else None,
    )
