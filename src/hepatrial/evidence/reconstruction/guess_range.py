"""The hazards behind a guess, and which others meet the same numbers: the range about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from hepatrial.errors import InvalidInput, RunFailed
from hepatrial.evidence.reconstruction.guessed_patients import (
    expected_followed,
    follow_up_shapes,
    hazard_ratio,
)
from hepatrial.evidence.reconstruction.laid_out_patients import laid_out_arms
from hepatrial.evidence.reconstruction.published import PublishedComparison
from hepatrial.evidence.reconstruction.smoothest_hazards import (
    PIECES,
    Hazards,
    Points,
    smoothest_hazards,
)
from hepatrial.evidence.reconstruction.summary import ArmSummary
from hepatrial.survival import SurvivalTimes

# The log hazard may as well rise or fall by this much over the follow-up (a factor of two): the range about a guess.
TILT = float(np.log(2.0))
# Rounds of fitting the hazards and the censoring in turn; the third changes nothing that could be seen.
ROUNDS = 4
# Rounds in which the hazard ratio that the hazards have is set so that the patients have the published one.
REFINEMENTS = 4

BothArms = tuple[ArmSummary, ArmSummary]
"""Control and experimental."""


@dataclass(frozen=True, slots=True)
class Case:
    """What could be true: points of both arms, the log hazard ratio where one is known, and how the hazard leans."""

    arms: BothArms
    log_hr: float | None
    slope: float = 0.0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Hazards that meet the same numbers as the guess, with patients of control and experimental who follow them."""

    hazards: Hazards
    times: tuple[SurvivalTimes, SurvivalTimes]


def fitted_hazards(case: Case, end_days: float, events: int | None) -> Hazards:
    """Hazards that meet the numbers, with the censoring that gives the events: each needs the other, so in turns.

    Raises
    ------
    InvalidInput, RunFailed
        As `follow_up_shapes` and `smoothest_hazards`.
    """
    control, experimental = (_points_of(arm) for arm in case.arms)
    sizes = case.arms[0].n, case.arms[1].n
    followed = np.array([[n] * PIECES for n in sizes], dtype=np.float64)
    for _ in range(ROUNDS):
        hazards = smoothest_hazards(control, experimental, case.log_hr, followed, end_days, case.slope)
        if case.log_hr is None:
            break
        own = case.arms[0].events, case.arms[1].events
        followed = expected_followed(hazards, sizes, follow_up_shapes(hazards, sizes, own, events))
    return hazards


def best_guess(
    arms: BothArms, comparison: PublishedComparison | None, end_days: float, events: int | None
) -> Alternative:
    """The smoothest hazards, with patients laid out along them.

    Where both arms have points of their own, what whole patients miss of the hazard ratio is added to the one that the
    hazards are fitted to, a few times, and the nearest is kept.

    Raises
    ------
    InvalidInput, RunFailed
        As `fitted_hazards` and `laid_out_arms`.
    """
    log_hr = None if comparison is None else float(np.log(comparison.hr))
    tied = log_hr is not None and all(arm.points for arm in arms)
    aim, best, nearest = log_hr, None, np.inf
    for _ in range(REFINEMENTS if tied else 1):
        hazards = fitted_hazards(Case(arms, aim), end_days, events)
        found = Alternative(hazards, laid_out_arms(hazards, arms, events))
        if log_hr is None or aim is None:
            return found
        missed = log_hr - float(np.log(hazard_ratio(*found.times)))
        if abs(missed) < nearest:
            best, nearest = found, abs(missed)
        aim += missed
    assert best is not None
    return best


def alternatives(
    arms: BothArms, comparison: PublishedComparison | None, end_days: float, events: int | None
) -> Iterator[Alternative]:
    """What else could be true; a case that cannot have the published events is none."""
    for case in _cases(arms, comparison):
        try:
            hazards = fitted_hazards(case, end_days, events)
            yield Alternative(hazards, laid_out_arms(hazards, case.arms, events))
        except (InvalidInput, RunFailed):
            continue


def _cases(arms: BothArms, comparison: PublishedComparison | None) -> Iterator[Case]:
    """Medians and hazard ratio at the ends of their intervals, hazards that rise or fall.

    Where a hazard ratio ties the arms to one another their medians move together; where none is known each may
    be at either end of its interval whatever the other does.
    """
    ratios: list[float | None] = [None if comparison is None else float(np.log(comparison.hr))]
    if comparison is not None and comparison.interval and not all(arm.points for arm in arms):
        ratios += [float(np.log(limit)) for limit in comparison.interval]
    limits = product((0, 1), repeat=2) if comparison is None else ((0, 0), (1, 1))
    moved = [(_with_median_at(arms[0], low), _with_median_at(arms[1], high)) for low, high in limits]
    for shifted in dict.fromkeys([arms, *moved]):
        for ratio in ratios:
            for slope in (-TILT, 0.0, TILT):
                yield Case(shifted, ratio, slope)


def _with_median_at(arm: ArmSummary, limit: int) -> ArmSummary:
    """The median at a limit of its interval, or where it is if the landmarks forbid that."""
    if arm.median_days is None or arm.median_interval_days is None:
        return arm
    median = arm.median_interval_days[limit]
    earlier = max((day for day, survival in arm.landmarks if survival > 0.5), default=0.0)
    later = min((day for day, survival in arm.landmarks if survival < 0.5), default=np.inf)
    return replace(arm, median_days=median) if earlier < median < later else arm


def _points_of(arm: ArmSummary) -> Points:
    points = np.array(sorted(set(arm.points)), dtype=np.float64).reshape(-1, 2)
    return Points(points[:, 0], -np.log(points[:, 1]))
