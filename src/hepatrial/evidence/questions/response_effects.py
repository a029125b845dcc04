"""Response and disease control as effects between arms: the odds of not responding, from percentages and sizes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import Comparison, study_of
from hepatrial.evidence.trials import PublishedTrial

EMPTY_CELL = 0.5
"""Added to all four cells where one is empty (Anscombe 1956, 10.1093/biomet/43.3-4.461)."""


@dataclass(frozen=True, slots=True)
class ResponseEffect:
    """Log odds ratio of *no* response, arm to control: below 0 the arm responds more, as with hazard ratios.

    ``trial`` is the report that gives it.
    """

    log_odds_ratio: float
    std_error: float
    trial: str
    source: str


def response_effect(compared: Comparison, quantity: str, known: Collection) -> ResponseEffect | None:
    """The effect on response of two arms, from the same report if it gives it, else another of the same trial.

    Parameters
    ----------
    quantity
        ``orr_percent`` or ``dcr_percent``.

    Returns
    -------
    ResponseEffect or None
        None where a percentage or a size of the two arms is not confirmed.

    Notes
    -----
    Responders are the percentage of all randomised, rounded to whole patients. When not to use: where percentages are
    of those who could be assessed; a report seldom says so.

    References
    ----------
    Woolf 1955, 10.1111/j.1469-1809.1955.tb01348.x.
    """
    study = compared.study
    own = known[compared.trial]
    others = [trial for trial in known if trial.key != own.key and study_of(trial, known) == study]
    for trial in (own, *others):
        found = _from_report(trial, compared, quantity)
        if found is not None:
            return found
    return None


def _from_report(trial: PublishedTrial, compared: Comparison, quantity: str) -> ResponseEffect | None:
    counts = [_counts(trial, arm, quantity) for arm in (compared.arm, compared.control)]
    if None in counts:
        return None
    (responded, not_responded), (control_responded, control_not) = (count for count in counts if count)
    cells = (not_responded, responded, control_not, control_responded)
    if 0 in cells:
        cells = tuple(cell + EMPTY_CELL for cell in cells)
    log_ratio = math.log(cells[0] / cells[1]) - math.log(cells[2] / cells[3])
    source = trial.read_in.get(quantity, trial.source)
    return ResponseEffect(log_ratio, math.sqrt(sum(1 / cell for cell in cells)), trial.key, source)


def _counts(trial: PublishedTrial, arm: str, quantity: str) -> tuple[float, float] | None:
    """Patients of an arm with and without response."""
    row = next((row for row in trial.arms if row["arm"] == arm), None)
    if row is None or row.get("n") is None or row.get(quantity) is None:
        return None
    responded = round(row["n"] * row[quantity] / 100)
    return float(responded), float(row["n"] - responded)
