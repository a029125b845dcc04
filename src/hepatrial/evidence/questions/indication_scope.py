"""Which comparisons and which trials an indication map is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hepatrial.errors import UsageError, near_miss
from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import IndependentSet, study_of
from hepatrial.evidence.questions.level_effect import Pair
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.printed_levels import printed_rows
from hepatrial.evidence.questions.subgroup_effects import pairs_with_subgroups

ALL_AGENTS = "all"


def wanted_pairs(agent: str, control: str | None, endpoint: str, known: Collection) -> list[Pair]:
    """Pairs in which the agent is part of the treatment and not of the control.

    Raises
    ------
    UsageError
        None has a subgroup hazard ratio; the message names those that have.
    """
    pairs = pairs_with_subgroups(endpoint, known)
    wanted = [
        pair
        for pair in pairs
        if (agent == ALL_AGENTS or _is_studied(agent, pair))
        and (control is None or control.casefold() == pair.control.casefold())
    ]
    if wanted:
        return wanted
    names = tuple(dict.fromkeys(name for pair in pairs for name in pair.treatment.split(" + ")))
    given = {word for trial in known for word in trial.agents}
    # An agent that was given somewhere is meant, and merely has no subgroups.
    meant = None if agent in given else near_miss(agent, names)
    fix = f"did you mean {meant}?" if meant else "another endpoint, or see `hepatrial evidence list --agent`"
    against = f" against {control}" if control else ""
    raise UsageError(
        f"no {endpoint} hazard ratio in a subgroup is known for {agent}{against}\n"
        f"  allowed: {', '.join(map(str, pairs)) or 'none for this endpoint'}; all\n"
        f"  fix:     {fix}"
    )


def _is_studied(agent: str, pair: Pair) -> bool:
    """The agent is the treatment (its parts in any order) or a part of it, and no part of the control."""
    asked = {part.strip() for part in agent.casefold().split("+")}
    treatment, control = (set(name.casefold().split(" + ")) for name in (pair.treatment, pair.control))
    return asked == treatment or (len(asked) == 1 and asked <= treatment - control)


def subgroup_lines(pair: Pair, endpoint: str, known: Collection) -> tuple[str, ...]:
    """Lines of the trials that printed subgroups of the pair."""
    return tuple(
        dict.fromkeys(line for trial in known if printed_rows(trial, pair, endpoint) for line in trial.lines)
    )


def lines_caution(pair: Pair, endpoint: str, known: Collection) -> Iterator[str]:
    """A sentence where trials without a line in common printed subgroups; none where there are none."""
    trials = [trial for trial in known if printed_rows(trial, pair, endpoint)]
    apart = [
        f"{one.name} ({'/'.join(one.lines)})"
        for one in trials
        if any(not set(one.lines) & set(other.lines) for other in trials)
    ]
    if apart:
        yield f"Subgroups of trials of different lines are pooled, whose patients differ: {names_in_a_row(apart)}."


def of_lines(found: IndependentSet, lines: Sequence[str], known: Collection) -> IndependentSet:
    """Only the trials of some lines, with the reason for each other."""
    kept, left_out = [], dict(found.left_out)
    for one in found.comparisons:
        if set(known[one.trial].lines) & set(lines):
            kept.append(one)
        else:
            left_out[one.trial] = f"its line is {'/'.join(known[one.trial].lines)}"
    return replace(found, comparisons=tuple(kept), left_out=left_out)


def counted_trials(pair: Pair, endpoint: str, whole: IndependentSet, known: Collection) -> tuple[str, ...]:
    """Trials whose patients are counted: those that count as a whole, and those that printed subgroups."""
    printed = [
        study_of(trial, known)
        for trial in known
        if not trial.pooled_from and printed_rows(trial, pair, endpoint)
    ]
    return tuple(dict.fromkeys([*(one.study for one in whole.comparisons), *printed]))
