"""The effect of two treatments in one level of a factor in one trial, and how it is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hepatrial.evidence.pooling import StudyEffect


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
    """A printed hazard ratio that is not counted, and why.

    ``level`` is empty where it is no level of the factor, ``n`` where no number of patients was printed.
    """

    trial: str
    factor: str
    group: str
    hr: float
    ci: tuple[float, float] | None
    source: str
    reason: str
    n: str = ""
    level: str = ""
