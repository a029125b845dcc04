"""One or two arms back from their published curves, or guessed from summary numbers, and how far to trust them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hepatrial.errors import InvalidInput, Issue, UsageError, near_miss
from hepatrial.evidence.reconstruction import (
    Agreement,
    ArmSummary,
    Curve,
    Diagnosis,
    GuessedArm,
    GuessedTrial,
    Guyot,
    PublishedArm,
    PublishedComparison,
    Reconstruction,
    RiskNumbers,
    StepHeights,
    compare,
    diagnose,
    guess_trial,
    reconstruct,
)
from hepatrial.evidence.reconstruction.naming import said_of
from hepatrial.survival import KaplanMeier, SurvivalTimes, cox, kaplan_meier

NOTHING_PUBLISHED = PublishedArm()
METHODS = {"step-heights": StepHeights, "guyot": Guyot}
MOST_ARMS = 2


@dataclass(frozen=True, slots=True)
class ArmInput:
    """What is known of an arm beside its curve; None where not known.

    Attributes
    ----------
    risk, n
        Numbers at risk, or the size of the arm alone.
    published
        Events, median and interval.
    landmarks
        (day, survival as a share): for a guess.
    """

    name: str
    risk: RiskNumbers | None = None
    n: int | None = None
    published: PublishedArm = NOTHING_PUBLISHED
    landmarks: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ArmResult:
    """An arm with its patients; ``diagnosis`` is None for a guess, which has no curve to be held against."""

    name: str
    patients: Reconstruction | GuessedArm
    published: PublishedArm
    diagnosis: Diagnosis | None

    @property
    def times(self) -> SurvivalTimes:
        """Individual times."""
        return self.patients.times

    @property
    def km(self) -> KaplanMeier:
        """Their curve."""
        return kaplan_meier(self.times)

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """What to look at."""
        return () if self.diagnosis is None else self.diagnosis.warnings


@dataclass(frozen=True, slots=True)
class RatioOfArms:
    """Hazard ratio of the first arm to the second (Cox, Efron) with its 95 % interval."""

    hr: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ReconstructedTrial:
    """One or two arms; the first is the experimental one.

    Attributes
    ----------
    kind
        ``"reconstructed"`` or ``"guess"``.
    ratio
        None for a single arm, and where an arm has no event (it would be 0 or infinite).
    agreement
        Against the published hazard ratio; None where none was given.
    hr_range
        Of a guess: over the curves that meet the same numbers.
    citation
        DOIs behind the method, or where a guess is described.
    """

    kind: Literal["reconstructed", "guess"]
    arms: tuple[ArmResult, ...]
    ratio: RatioOfArms | None
    agreement: Agreement | None
    hr_range: tuple[float, float] | None
    citation: str

    @property
    def warnings(self) -> tuple[tuple[str, Issue], ...]:
        """Warnings of all arms, each with the arm's name."""
        return tuple((arm.name, issue) for arm in self.arms for issue in arm.warnings)


def reconstructed_trial(
    curves: Mapping[str, Curve],
    arms: Sequence[ArmInput],
    *,
    comparison: PublishedComparison | None = None,
    method: str = "step-heights",
) -> ReconstructedTrial:
    """Patients behind one or two curves, diagnosed.

    Parameters
    ----------
    curves
        By arm.
    arms
        What is known beside them, in the same order; the first is the experimental arm of ``comparison``.
    comparison
        The published hazard ratio.

    Raises
    ------
    UsageError
        More than two curves, a published ratio beside a single one, an unknown method.
    InvalidInput
        As `reconstruct` and `compare`.
    """
    _refuse_other_counts(curves, comparison)
    if method not in METHODS:
        meant = near_miss(method, tuple(METHODS))
        raise UsageError(
            f"no such method: {method}\n  allowed: {', '.join(METHODS)}\n"
            f"  fix:     {f'did you mean {meant}?' if meant else 'choose one of these'}"
        )
    _refuse_without_size(arms)
    results = tuple(_reconstructed(curves[arm.name], arm, method) for arm in arms)
    without = [arm.name for arm in results if not arm.times.event.any()]
    if comparison is not None and without:
        raise InvalidInput((_no_ratio(without),))
    agreement = None if comparison is None else compare(results[0].patients, results[1].patients, comparison)
    return ReconstructedTrial(
        "reconstructed", results, _ratio(results), agreement, None, METHODS[method].citation
    )


def guessed_trial(
    arms: Sequence[ArmInput],
    *,
    end_days: float,
    events: int | None = None,
    comparison: PublishedComparison | None = None,
) -> ReconstructedTrial:
    """Patients of two arms of whom only summary numbers were published: a guess, and marked as one.

    Parameters
    ----------
    arms
        Experimental and control.
    end_days
        Longest follow-up.
    events
        Of both arms together, where the arms' own are not known.

    Raises
    ------
    UsageError
        Not two arms with a size each.
    InvalidInput, RunFailed
        As `guess_trial`.
    """
    if len(arms) != MOST_ARMS or any(arm.n is None for arm in arms):
        sizes = ", ".join(f"{arm.name}: {'no size' if arm.n is None else arm.n}" for arm in arms)
        raise UsageError(
            "a guess needs two arms with their sizes\n"
            f"  found:   {sizes or 'no arm'}\n"
            "  allowed: --arms EXPERIMENTAL,CONTROL --n 299 --n 303\n  fix:     give both"
        )
    summaries = [_summary(arm) for arm in arms]
    guess: GuessedTrial = guess_trial(
        summaries[0], summaries[1], end_days=end_days, comparison=comparison, events=events
    )
    results = tuple(
        ArmResult(arm.name, patients, arm.published, None)
        for arm, patients in zip(arms, (guess.experimental, guess.control), strict=True)
    )
    agreement = None if comparison is None else compare(guess.experimental, guess.control, comparison)
    return ReconstructedTrial("guess", results, _ratio(results), agreement, guess.hr_range, guess.citation)


def _summary(arm: ArmInput) -> ArmSummary:
    assert arm.n is not None, "sizes are checked before"
    return ArmSummary(
        arm.name,
        arm.n,
        arm.published.events,
        arm.published.median_days,
        arm.published.median_interval_days,
        arm.landmarks,
    )


def _refuse_other_counts(curves: Mapping[str, Curve], comparison: PublishedComparison | None) -> None:
    if not 1 <= len(curves) <= MOST_ARMS:
        raise UsageError(
            f"{len(curves)} curves\n  found:   {', '.join(curves) or 'none'}\n  allowed: one or two arms\n"
            "  fix:     give the curves of two arms, or name the two with --arms"
        )
    if comparison is not None and len(curves) == 1:
        raise UsageError(
            "a published hazard ratio needs two curves\n"
            f"  found:   {', '.join(curves)}\n  allowed: two arms\n  fix:     give the other arm's curve as well"
        )


def _no_ratio(without: Sequence[str]) -> Issue:
    return Issue(
        "a published hazard ratio beside an arm without an event",
        found=f"the curve of {' and '.join(without)} never falls",
        allowed="an event in each arm, or no published hazard ratio",
        fix="check the curve: where an arm has no event the ratio is 0 or infinite",
    )


def _refuse_without_size(arms: Sequence[ArmInput]) -> None:
    without = [arm.name for arm in arms if arm.risk is None and arm.n is None]
    if without:
        raise UsageError(
            f"how many patients an arm had is not known\n  found:   neither numbers at risk nor a size of "
            f"{', '.join(without)}\n  allowed: --at-risk FILE, or --n for each arm\n"
            "  fix:     copy the row of numbers at risk from under the figure"
        )


def _reconstructed(curve: Curve, arm: ArmInput, method: str) -> ArmResult:
    with said_of(arm.name):
        found = reconstruct(
            curve, risk=arm.risk, n=arm.n, events=arm.published.events, method=METHODS[method]()
        )
    return ArmResult(arm.name, found, arm.published, diagnose(found, arm.published))


def _ratio(arms: Sequence[ArmResult]) -> RatioOfArms | None:
    if len(arms) < MOST_ARMS:
        return None
    first, second = (arm.times for arm in arms)
    if not (first.event.any() and second.event.any()):
        return None
    pooled = SurvivalTimes(
        np.concatenate([second.time_days, first.time_days]), np.concatenate([second.event, first.event])
    )
    fit = cox(pooled, np.repeat([0, 1], [len(second), len(first)]), ["experimental"])
    return RatioOfArms(float(fit.hr[0]), (float(fit.lower[0]), float(fit.upper[0])))
