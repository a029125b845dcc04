"""Which treatments are compared with which control, and in which line: the question behind a pool, checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from hepatrial.errors import RunFailed, UsageError, near_miss
from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import Comparison, independent_comparisons
from hepatrial.evidence.questions.counted_trials import (
    TrialSet,
    counted_trials,
    left_out_trials,
    treatments_in,
)
from hepatrial.evidence.questions.same_treatment import refuse_pairs_given_twice
from hepatrial.evidence.treatments import CONTROLS, treatment_of
from hepatrial.evidence.trials import Line, PublishedTrial

ALL = "all"


@dataclass(frozen=True, slots=True)
class PairQuestion:
    """What is pooled.

    Attributes
    ----------
    agents
        Treatments as trials are pooled; empty for all that were compared with ``control``.
    control, endpoint
        What they are compared with, and for which endpoint.
    line
        Line of therapy; None for all lines together.
    line_chosen
        Whether nobody asked for ``line``: it is that of most trials.
    """

    agents: tuple[str, ...]
    control: str
    endpoint: str
    line: str | None
    line_chosen: bool = False

    def __str__(self) -> str:
        agents = " or ".join(self.agents) if self.agents else "any treatment"
        return f"{agents} v {self.control}"

    @property
    def in_words(self) -> str:
        """With endpoint and line."""
        return f"{self}, {self.endpoint}, {f'line {self.line}' if self.line else 'all lines'}"

    def holds(self, one: Comparison) -> bool:
        """Whether a comparison answers it; where agents are named, in either direction."""
        straight = self._is(one.treatment, one.control_treatment)
        return straight or (bool(self.agents) and self._is(one.control_treatment, one.treatment))

    def turned(self, one: Comparison) -> bool:
        """Whether a comparison answers it the other way round."""
        return not self._is(one.treatment, one.control_treatment)

    def near(self, trial: PublishedTrial) -> bool:
        """Whether a record has arms of both sides."""
        treatments = treatments_in(trial)
        others = treatments - {self.control} - (frozenset() if self.agents else frozenset(CONTROLS))
        return self.control in treatments and any(self._is(other, self.control) for other in others)

    def _is(self, treatment: str, control: str) -> bool:
        return control == self.control and (not self.agents or treatment in self.agents)


def asked_question(
    agents: Sequence[str], control: str, endpoint: str, line: str | None, known: Collection
) -> PairQuestion:
    """The question in the words of the registry.

    Parameters
    ----------
    agents
        Names as a reader writes them; "a + b" in any order; "all" for every treatment.
    line
        A line, "all", or None for that of most trials.

    Raises
    ------
    UsageError
        A treatment that no record gives, an unknown line or endpoint, an agent that is the control.
    """
    if ALL in agents and len(set(agents)) > 1:
        raise UsageError(
            f"all treatments and single ones besides\n  found:   {', '.join(agents)}\n"
            f"  allowed: {ALL} alone, or the treatments\n  fix:     leave out {ALL} or the others"
        )
    named = () if ALL in agents else tuple(dict.fromkeys(_treatment(name, known) for name in agents))
    against = _treatment(control, known)
    if against in named:
        raise UsageError(
            f"a treatment compared with itself: {against}\n  allowed: two different treatments\n"
            "  fix:     name another --agent or --control"
        )
    question = PairQuestion(named, against, endpoint, None)
    if line == ALL:
        return question
    if line is not None:
        return PairQuestion(named, against, endpoint, line)
    return PairQuestion(named, against, endpoint, _line_of_most(question, known), line_chosen=True)


def trials_of(question: PairQuestion, known: Collection) -> TrialSet:
    """The trials that answer a question, each once, by year, and why every other record does not.

    Raises
    ------
    InvalidInput
        Two arms of a trial are the same treatment, so that it answers twice.
    RunFailed
        No trial answers it.
    """
    found = independent_comparisons(question.endpoint, question.line, records=known)
    wanted = [one for one in found.comparisons if question.holds(one)]
    refuse_pairs_given_twice(wanted)
    wanted, several = _one_a_trial(wanted)
    reasons = dict(found.left_out) | several
    answering = {one.trial for one in wanted}
    for one in found.comparisons:
        if one.trial not in answering and one.trial not in reasons:
            others = [c for c in found.comparisons if c.trial == one.trial]
            told = "; ".join(f"{c.treatment} v {c.control_treatment}" for c in others)
            reasons[one.trial] = f"it compares other treatments: {told}"
    counted = counted_trials(wanted, known, turned=question.turned)
    trials = TrialSet(
        tuple(sorted(counted, key=lambda one: (one.year is None, one.year or 0, one.effect.study))),
        left_out_trials(sorted(reasons.items()), known, near=question.near),
    )
    if not trials.counted:
        raise RunFailed(_nothing_found(question, trials, known))
    return trials


def _treatment(name: str, known: Collection) -> str:
    treatments = tuple(sorted({each for trial in known for each in treatments_in(trial)}, key=str.lower))
    by_lower = {each.lower(): each for each in treatments}
    asked = treatment_of([by_lower.get(part.strip().lower(), part.strip()) for part in name.split("+")])
    if asked.lower() in by_lower:
        return by_lower[asked.lower()]
    meant = near_miss(asked, treatments)
    raise UsageError(
        f"no arm of a published trial was given this treatment: {name}\n"
        "  allowed: a treatment as trials are pooled, without dose, parts joined by +\n"
        f"  fix:     {f'did you mean {meant}?' if meant else 'see `hepatrial evidence list`'}"
    )


def _line_of_most(question: PairQuestion, known: Collection) -> str | None:
    """The line of most trials that answer; of several the first in the order of `Line`; None if there is no trial."""
    found = independent_comparisons(question.endpoint, records=known)
    order = {line: place for place, line in enumerate(get_args(Line))}
    studies = {one.study: known[one.trial].lines for one in found.comparisons if question.holds(one)}
    counts = Counter(line for lines in studies.values() for line in lines)
    return min(counts, key=lambda line: (-counts[line], order[line]), default=None)


def _one_a_trial(wanted: list[Comparison]) -> tuple[list[Comparison], dict[str, str]]:
    """Comparisons of trials that answer once; the others, by key, with the reason why they are left out."""
    by_trial: dict[str, list[Comparison]] = {}
    for one in wanted:
        by_trial.setdefault(one.trial, []).append(one)
    several = {
        key: "several of its comparisons are asked for, and they share patients: "
        + "; ".join(f"{one.treatment} v {one.control_treatment}" for one in rows)
        for key, rows in by_trial.items()
        if len(rows) > 1
    }
    return [one for one in wanted if one.trial not in several], several


def _nothing_found(question: PairQuestion, trials: TrialSet, known: Collection) -> str:
    reasons = [f"{one.name}: {one.reason}" for one in trials.near] or ["no record has arms of both"]
    agents = question.agents or ("any",)
    others = sorted(
        {
            f"{one.treatment} v {one.control_treatment}"
            for one in independent_comparisons(question.endpoint, records=known).comparisons
            if set(agents) & {one.treatment, one.control_treatment}
        }
    )
    fix = (
        f"ask for one of these: {'; '.join(others)}"
        if others
        else "choose another endpoint, agent or control"
    )
    found = "\n           ".join(reasons)
    return f"no confirmed hazard ratio answers: {question.in_words}\n  found:   {found}\n  fix:     {fix}"
