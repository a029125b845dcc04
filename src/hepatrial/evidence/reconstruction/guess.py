"""A best guess at two arms' curves and patients from medians, landmarks and a hazard ratio alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.reconstruction.guessed_patients import (
    even_scores,
    expected_followed,
    hazard_ratio,
    random_scores,
    times_with_events,
)
from hepatrial.evidence.reconstruction.published import PublishedComparison
from hepatrial.evidence.reconstruction.smoothest_hazards import (
    PIECES,
    Hazards,
    Points,
    smoothest_hazards,
)
from hepatrial.evidence.reconstruction.summary import ArmSummary, checked_summary
from hepatrial.survival import SurvivalTimes

if TYPE_CHECKING:
    from hepatrial.simulation.streams import Streams

# The log hazard may as well rise or fall by this much over the follow-up (a factor of two): the range about a guess.
TILT = float(np.log(2.0))
# Rounds of fitting the hazards and the censoring in turn; the third changes nothing that could be seen.
ROUNDS = 4


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
        with that at either end of its own.
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
    hr, hr_range
        Hazard ratio of the guessed patients, and its range over the same curves as the range of the arms.
    kind
        Always ``"guess"``.
    """

    experimental: GuessedArm
    control: GuessedArm
    hr: float
    hr_range: tuple[float, float]
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
        Draws the patients at random (stream "guess"); None lays them out evenly, without chance.

    Raises
    ------
    InvalidInput
        Contradictory numbers, too few of them, or more events than the curve can give in the follow-up.
    RunFailed
        If no smooth curves meet all numbers at once.

    Notes
    -----
    Curves: see `smoothest_hazards`. The hazard ratio of patients laid out evenly is the published one to about 0.02 on
    the log scale. Follow-up times are taken as end_days V^(1/a) with uniform V: a = 1 is steady accrual up
    to the end, a large one hardly any censoring before it; a is solved for so that the number of events comes out.

    When not to use: for anything that hangs on the shape of the curves (restricted means, tests of proportional
    hazards, late survival): the guess has put in what it gives back. Never as if it were a reconstruction.
    """
    arms = checked_summary(control, end_days), checked_summary(experimental, end_days)
    _refuse_too_little(arms, comparison, events)
    log_hr = None if comparison is None else float(np.log(comparison.hr))
    even = tuple(even_scores(arm.n) for arm in arms)
    hazards = _fitted(arms, log_hr, end_days, events)
    around = [_fitted(*case, end_days, events, slope) for case, slope in _cases(arms, comparison)]
    if streams is None:
        scores = even
    else:
        scores = tuple(random_scores(arm.n, streams, f"guess, {arm.name}") for arm in arms)
    times = times_with_events(hazards, scores, _events(arms), events)
    guessed = [_arm(arm, which, hazards, around, times[which]) for which, arm in enumerate(arms)]
    ratios = [
        hazard_ratio(*times_with_events(other, even, _events(arms), events)) for other in (hazards, *around)
    ]
    return GuessedTrial(guessed[1], guessed[0], hazard_ratio(*times), (min(ratios), max(ratios)))


def _events(arms: tuple[ArmSummary, ArmSummary]) -> tuple[int | None, int | None]:
    return arms[0].events, arms[1].events


def _fitted(
    arms: tuple[ArmSummary, ArmSummary],
    log_hr: float | None,
    end_days: float,
    events: int | None,
    slope: float = 0.0,
) -> Hazards:
    """Hazards that meet the numbers, with the censoring that gives the events: each needs the other, so in turns."""
    control, experimental = (_known(arm) for arm in arms)
    followed = np.array([[arm.n] * PIECES for arm in arms], dtype=np.float64)
    for _ in range(ROUNDS):
        hazards = smoothest_hazards(control, experimental, log_hr, followed, end_days, slope)
        if log_hr is None:
            break
        followed = expected_followed(hazards, (arms[0].n, arms[1].n), _events(arms), events)
    return hazards


def _known(arm: ArmSummary) -> Points:
    points = np.array(sorted(set(arm.points)), dtype=np.float64).reshape(-1, 2)
    return Points(points[:, 0], -np.log(points[:, 1]))


def _cases(
    arms: tuple[ArmSummary, ArmSummary], comparison: PublishedComparison | None
) -> Iterator[tuple[tuple[tuple[ArmSummary, ArmSummary], float | None], float]]:
    """What else could be true: medians and hazard ratio at the ends of their intervals, hazards that rise or fall."""
    ratios: list[float | None] = [None if comparison is None else float(np.log(comparison.hr))]
    if comparison is not None and comparison.interval and not all(arm.points for arm in arms):
        ratios += [float(np.log(limit)) for limit in comparison.interval]
    shifted = [arms]
    for limit in (0, 1):
        moved = tuple(_with_median_at(arm, limit) for arm in arms)
        if moved != arms:
            shifted.append(moved)
    for case in shifted:
        for ratio in ratios:
            for slope in (-TILT, 0.0, TILT):
                yield (case, ratio), slope


def _with_median_at(arm: ArmSummary, limit: int) -> ArmSummary:
    """The median at a limit of its interval, or where it is if the landmarks forbid that."""
    if arm.median_days is None or arm.median_interval_days is None:
        return arm
    median = arm.median_interval_days[limit]
    earlier = max((day for day, survival in arm.landmarks if survival > 0.5), default=0.0)
    later = min((day for day, survival in arm.landmarks if survival < 0.5), default=np.inf)
    return replace(arm, median_days=median) if earlier < median < later else arm


def _arm(
    arm: ArmSummary, which: int, hazards: Hazards, around: list[Hazards], times: SurvivalTimes
) -> GuessedArm:
    curve = hazards.survival(which)
    others = np.array([curve, *(other.survival(which) for other in around)])
    return GuessedArm(arm, times, hazards.edges_days, curve, others.min(axis=0), others.max(axis=0))


def _refuse_too_little(
    arms: tuple[ArmSummary, ArmSummary], comparison: PublishedComparison | None, events: int | None
) -> None:
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
