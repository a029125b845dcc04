"""The trials behind an answer: those that count, with their citations, and those that do not, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import Comparison, treatment_in
from hepatrial.evidence.intervals import rounding_of_standard_error
from hepatrial.evidence.pooling import StudyEffect
from hepatrial.evidence.references import in_words
from hepatrial.evidence.registry import citation_of
from hepatrial.evidence.trials import PublishedTrial

MUCH_ROUNDED = 0.1
"""Share of a standard error that rounding of its limits may be before a reader is told."""


@dataclass(frozen=True, slots=True)
class CountedTrial:
    """A comparison that counts.

    Attributes
    ----------
    comparison
        As its report prints it.
    effect
        As it enters the statistics, under the name of the trial; turned round where the question is the other way.
    year
        Of the report, or of the trial where the report has none; None if neither is known.
    patients
        Randomised to arm and control of ``effect``; None where not confirmed.
    doses
        Of arm and control of ``effect``; empty where not known.
    line, citation
        Lines of the report, joined by "/"; the source written out.
    own
        From a record of the user's own.
    """

    comparison: Comparison
    effect: StudyEffect
    year: int | None
    patients: tuple[int | None, int | None]
    doses: tuple[str, str]
    line: str
    citation: str
    own: bool

    @property
    def turned(self) -> bool:
        """Whether the report prints the inverse ratio."""
        return self.effect.arm != self.comparison.treatment

    @property
    def ratio(self) -> tuple[float, float | None, float | None]:
        """The printed hazard ratio and limits, in the direction of the question."""
        low, high = self.comparison.ci or (None, None)
        if not self.turned:
            return self.comparison.hr, low, high
        return 1 / self.comparison.hr, None if high is None else 1 / high, None if low is None else 1 / low


@dataclass(frozen=True, slots=True)
class LeftOutTrial:
    """A record that does not count.

    Attributes
    ----------
    trial, name, citation
        Key and name of the record, and its source written out.
    reason
        Why it does not count, as the end of a sentence.
    near
        Whether it is of what was asked for, so that a reader could expect it: the same treatments, or a randomised
        trial of the line.
    """

    trial: str
    name: str
    reason: str
    citation: str
    near: bool


@dataclass(frozen=True, slots=True)
class TrialSet:
    """What counts and what does not, for one endpoint."""

    counted: tuple[CountedTrial, ...]
    left_out: tuple[LeftOutTrial, ...]

    @property
    def effects(self) -> tuple[StudyEffect, ...]:
        """The effects that enter the statistics."""
        return tuple(one.effect for one in self.counted)

    @property
    def near(self) -> tuple[LeftOutTrial, ...]:
        """The left-out records that a reader could expect."""
        return tuple(one for one in self.left_out if one.near)

    @property
    def rounded(self) -> dict[str, float]:
        """Trials whose limits were printed to so few decimals that the error is in doubt, with the largest share."""
        found = {
            one.effect.study: rounding_of_standard_error(*one.comparison.ci)
            for one in self.counted
            if one.comparison.ci is not None
        }
        return {study: share for study, share in found.items() if share > MUCH_ROUNDED}

    @property
    def levels_taken(self) -> tuple[str, ...]:
        """Trials whose source does not state the level of the interval, so that 95 % was taken."""
        return tuple(
            dict.fromkeys(one.effect.study for one in self.counted if not one.comparison.level_stated)
        )


def counted_trials(
    comparisons: Sequence[Comparison], known: Collection, *, turned: Callable[[Comparison], bool]
) -> tuple[CountedTrial, ...]:
    """Comparisons with what a reader wants to know of them.

    Parameters
    ----------
    comparisons
        Of `hepatrial.evidence.independent_comparisons`.
    turned
        Whether a comparison answers the question the other way round.
    """
    names = _names({one.study for one in comparisons}, known)
    return tuple(_counted(one, names[one.study], known, turned(one)) for one in comparisons)


def left_out_trials(
    reasons: Iterable[tuple[str, str]], known: Collection, *, near: Callable[[PublishedTrial], bool]
) -> tuple[LeftOutTrial, ...]:
    """Left-out records from (key, reason); ``near`` says which of them a reader could expect."""
    return tuple(
        LeftOutTrial(key, known[key].name, reason, citation_of(known[key]), near(known[key]))
        for key, reason in reasons
    )


def treatments_in(trial: PublishedTrial) -> frozenset[str]:
    """The treatments of all arms of a record, as trials are pooled."""
    return frozenset(treatment_in(trial, row["arm"]) for row in trial.arms)


def _names(studies: set[str], known: Collection) -> dict[str, str]:
    """The names of trials; a name that two trials share gives way to their keys."""
    told = Counter(known[key].name for key in studies)
    return {key: known[key].name if told[known[key].name] == 1 else key for key in studies}


def _counted(one: Comparison, study: str, known: Collection, turned: bool) -> CountedTrial:
    report = known[one.trial]
    effect = StudyEffect(
        study, one.treatment, one.control_treatment, one.log_hr, one.log_hr_standard_error, one.source
    )
    arms = [report.arm(name) for name in (one.arm, one.control)]
    if turned:
        effect, arms = effect.reversed(), arms[::-1]
    return CountedTrial(
        comparison=one,
        effect=effect,
        year=report.year or known[one.study].year,
        patients=(arms[0].get("n"), arms[1].get("n")),
        doses=(arms[0].get("dose") or "", arms[1].get("dose") or ""),
        line="/".join(report.lines),
        citation=in_words(one.source),
        own=report.own,
    )
