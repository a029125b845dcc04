"""How large a trial would close a question: events by Schoenfeld, patients by an assumed share with the event."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hepatrial.errors import UsageError
from hepatrial.evidence.pooling import events_for_hazard_ratio, events_for_interaction, events_for_precision

PRECISION = 1.25
"""A hazard ratio is called well known if its 95 % interval reaches from itself over this to itself times this."""
HALF = 0.5


@dataclass(frozen=True, slots=True)
class ClosingAssumptions:
    """What is assumed of a trial that would close a question.

    Attributes
    ----------
    ratio
        Ratio of hazard ratios between two levels that is worth finding.
    hr
        Hazard ratio that is worth finding within one level.
    event_share
        Share of patients with the event when the trial is analysed.
    power, one_sided_alpha
        Of the test.
    """

    ratio: float = 1.5
    hr: float = 0.7
    event_share: float = 0.7
    power: float = 0.9
    one_sided_alpha: float = 0.025

    def __post_init__(self) -> None:
        if not 0 < self.event_share <= 1:
            raise UsageError(
                f"the share of patients with the event is not a share\n  found:   {self.event_share:g}\n"
                "  allowed: above 0, up to 1\n  fix:     write 0.7 for 70 %"
            )

    def patients(self, events: float) -> int:
        """Patients who give so many events."""
        return math.ceil(math.ceil(events) / self.event_share)


@dataclass(frozen=True, slots=True)
class ClosingTrial:
    """Sizes of trials, events and patients of both arms, randomised 1:1.

    Attributes
    ----------
    interaction_events, interaction_patients
        To find the ratio of hazard ratios, half of the events in either level.
    natural_share, natural_patients
        The share of the first level among patients of earlier trials, and the patients that are needed if they are
        taken as they come (events fall as patients do); None where no trial says or nobody was of a level.
    level_events, level_patients
        To find the hazard ratio within one level alone.
    precision_events, precision_patients
        To know it within a level to a factor of `PRECISION`.
    """

    interaction_events: int
    interaction_patients: int
    natural_share: float | None
    natural_patients: int | None
    level_events: int
    level_patients: int
    precision_events: int
    precision_patients: int


def closing_trial(assumed: ClosingAssumptions, natural_share: float | None = None) -> ClosingTrial:
    """Sizes for one question.

    Parameters
    ----------
    natural_share
        Share of the first level among patients as they come; None where it is not known.

    Notes
    -----
    Assumes proportional hazards, 1:1, no interim looks. Sources and limits: `events_for_interaction`,
    `events_for_hazard_ratio`, `events_for_precision`.
    """
    test = {"one_sided_alpha": assumed.one_sided_alpha, "power": assumed.power}
    halves = events_for_interaction(assumed.ratio, HALF, **test)
    level = events_for_hazard_ratio(assumed.hr, **test)
    precise = events_for_precision(PRECISION)
    share = natural_share if natural_share is not None and 0 < natural_share < 1 else None
    natural = None if share is None else events_for_interaction(assumed.ratio, share, **test)
    return ClosingTrial(
        interaction_events=math.ceil(halves),
        interaction_patients=assumed.patients(halves),
        natural_share=share,
        natural_patients=None if natural is None else assumed.patients(natural),
        level_events=math.ceil(level),
        level_patients=assumed.patients(level),
        precision_events=math.ceil(precise),
        precision_patients=assumed.patients(precise),
    )
