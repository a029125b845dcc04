"""A best guess at two arms' curves and patients from medians, landmarks and a hazard ratio alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.reconstruction.guess_range import (
    Alternative,
    BothArms,
    alternatives,
    best_guess,
)
from hepatrial.evidence.reconstruction.guessed_patients import (
    hazard_ratio,
    random_scores,
    times_with_events,
)
from hepatrial.evidence.reconstruction.published import PublishedComparison
from hepatrial.evidence.reconstruction.smoothest_hazards import Hazards
from hepatrial.evidence.reconstruction.summary import ArmSummary, checked_summary
from hepatrial.survival import SurvivalTimes

if TYPE_CHECKING:
    from hepatrial.simulation.streams import Streams


@dataclass(frozen=True, slots=True)
class GuessedArm:
    """One arm of a guess.

    Attributes
    ----------
    summary
        What was known.
    times
        n patients who follow the guessed curve, with the events asked for.
    days, survival, lowest, highest
        Shape (g,): the guessed curve, and the range that the unknown part leaves: the lowest and highest of the
        curves that meet the same numbers with a hazard that halves or doubles over the follow-up beside the guess,
        with the medians at either end of their intervals, and for an arm of which only the hazard ratio is known,
        with that at either end of its own. Curves that cannot have the published events are left out.
    kind
        Always ``"guess"``: not a reconstruction, and to be shown as what it is.
    """

    summary: ArmSummary
    times: SurvivalTimes
    days: np.ndarray
    survival: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    kind: Literal["guess"] = "guess"


@dataclass(frozen=True, slots=True)
class GuessedTrial:
    """Two guessed arms.

    Attributes
    ----------
    hr
        Hazard ratio of the guessed patients.
    hr_range
        Lowest and highest over the same curves as the range of the arms, each median at either end of its interval
        whatever the other's: no confidence interval. None where a hazard ratio was given, which all of them have.
    kind
        Always ``"guess"``.
    """

    experimental: GuessedArm
    control: GuessedArm
    hr: float
    hr_range: tuple[float, float] | None
    kind: Literal["guess"] = "guess"
    citation: ClassVar[str] = "docs/reconstruction.md, from summary numbers"


def guess_trial(
    experimental: ArmSummary,
    control: ArmSummary,
    *,
    end_days: float,
    comparison: PublishedComparison | None = None,
    events: int | None = None,
    streams: Streams | None = None,
) -> GuessedTrial:
    """Guess the curves and patients of two arms of which no curve was published.

    Parameters
    ----------
    experimental, control
        Known numbers; one arm may have no point of its own if ``comparison`` is given.
    end_days
        Longest follow-up.
    comparison
        The published hazard ratio.
    events
        Of both arms together, where the arms' own numbers are not known.
    streams
        Draws the patients at random (stream "guess"), with medians that scatter as a trial's do; None lays them out
        without chance, so that their own Kaplan-Meier curves have the given numbers.

    Raises
    ------
    InvalidInput
        Contradictory numbers, too few of them, or more events than the curve can give in the follow-up.
    RunFailed
        If no smooth curves meet all numbers at once.

    Notes
    -----
    Curves: see `smoothest_hazards`. Patients who are laid out have the medians that were given, to the day, and the
    landmarks as nearly as whole patients can: within half an event of those at risk, most often within 0.05 per
    cent. The hazard ratio comes back to about 0.01 on the log scale where both arms have points. Follow-up times are
    taken as end_days V^(1/a) with uniform V: a = 1 is steady accrual up to the end, a large one hardly any censoring
    before it; a is solved for so that the number of events comes out.

    When not to use: for anything that hangs on the shape of the curves (restricted means, tests of proportional
    hazards, late survival): the guess has put in what it gives back. Never as if it were a reconstruction.
    """
    arms = checked_summary(control, end_days), checked_summary(experimental, end_days)
    _refuse_too_little(arms, comparison, events)
    best = best_guess(arms, comparison, end_days, events)
    around = [best, *alternatives(arms, comparison, end_days, events)]
    times = best.times if streams is None else _drawn(best.hazards, arms, events, streams)
    guessed = [_arm(arm, which, around, times[which]) for which, arm in enumerate(arms)]
    return GuessedTrial(
        guessed[1], guessed[0], hazard_ratio(*times), None if comparison is not None else _range(around)
    )


def _drawn(
    hazards: Hazards, arms: BothArms, events: int | None, streams: Streams
) -> tuple[SurvivalTimes, SurvivalTimes]:
    control, experimental = (random_scores(arm.n, streams, f"guess, {arm.name}") for arm in arms)
    return times_with_events(hazards, (control, experimental), (arms[0].events, arms[1].events), events)


def _range(around: list[Alternative]) -> tuple[float, float]:
    ratios = [hazard_ratio(*one.times) for one in around]
    return min(ratios), max(ratios)


def _arm(arm: ArmSummary, which: int, around: list[Alternative], times: SurvivalTimes) -> GuessedArm:
    """``around`` begins with the guess itself."""
    curves = np.array([one.hazards.survival(which) for one in around])
    edges_days = around[0].hazards.edges_days
    return GuessedArm(arm, times, edges_days, curves[0], curves.min(axis=0), curves.max(axis=0))


def _refuse_too_little(arms: BothArms, comparison: PublishedComparison | None, events: int | None) -> None:
    issues = []
    empty = [arm.name for arm in arms if not arm.points]
    if len(empty) == 2 or (empty and comparison is None):
        issues.append(
            Issue(
                "too little is known for a guess",
                found=f"no median or landmark of {' and '.join(empty)}",
                allowed="a median or landmark of each arm, or of one arm and a hazard ratio",
                fix="find a median; a hazard ratio alone says nothing about times",
            )
        )
    own = [arm.events is not None for arm in arms]
    most = sum(arm.n for arm in arms)
    if events is None and not all(own):
        issues.append(
            Issue(
                "the number of events is not known",
                found=f"no events of {' and '.join(arm.name for arm in arms if arm.events is None)}",
                allowed="events of each arm, or of both together",
                fix="find the events behind the published hazard ratio, of both arms or of each",
            )
        )
    elif events is not None and (any(own) or not 1 <= events <= most):
        issues.append(
            Issue(
                "the events of both arms together do not fit",
                found=f"{events} of {most}" + (", beside events of the arms" if any(own) else ""),
                allowed="1 to the number of patients, where no arm has events of its own",
                fix="give either the arms' events or their sum",
            )
        )
    if issues:
        raise InvalidInput(tuple(issues))
