"""Networks that fall apart: their parts, and what would connect them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hepatrial.errors import InvalidInput, Issue
from hepatrial.evidence.collection import Collection
from hepatrial.evidence.questions.counted_trials import CountedTrial, TrialSet, treatments_in
from hepatrial.evidence.questions.listed_names import names_in_a_row


@dataclass(frozen=True, slots=True)
class Part:
    """Treatments that trials connect, with those trials."""

    treatments: tuple[str, ...]
    studies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bridge:
    """A record that would connect two parts if it counted, and why it does not."""

    trial: str
    treatments: tuple[str, ...]
    reason: str


def parts_of(counted: Sequence[CountedTrial]) -> tuple[Part, ...]:
    """The connected parts, the one with most trials first."""
    groups: list[tuple[set[str], set[str]]] = []
    for one in counted:
        arms, studies = {one.effect.arm, one.effect.control}, {one.effect.study}
        touched = [group for group in groups if group[0] & arms or group[1] & studies]
        groups = [group for group in groups if group not in touched]
        groups.append(
            (arms.union(*(group[0] for group in touched)), studies.union(*(group[1] for group in touched)))
        )
    parts = (Part(tuple(sorted(arms)), tuple(sorted(studies))) for arms, studies in groups)
    return tuple(sorted(parts, key=lambda part: (-len(part.studies), part.treatments)))


def bridges(parts: Sequence[Part], trials: TrialSet, known: Collection) -> tuple[Bridge, ...]:
    """Left-out records of the question that have arms in two parts."""
    found = []
    for one in trials.near:
        arms = treatments_in(known[one.trial])
        if sum(bool(arms & set(part.treatments)) for part in parts) > 1:
            found.append(Bridge(one.name, tuple(sorted(arms)), one.reason))
    return tuple(found)


def part_with(reference: str, parts: Sequence[Part]) -> Part:
    """The part that holds a treatment."""
    return next(part for part in parts if reference in part.treatments)


def connecting_words(parts: Sequence[Part], found: Sequence[Bridge]) -> str:
    """What would connect the parts, in a sentence."""
    first = parts[0]
    told = [
        f"a trial of {_one_of(part.treatments)} against {_one_of(first.treatments)}" for part in parts[1:]
    ]
    told += [f"{one.trial} ({' v '.join(one.treatments)}), but {one.reason}" for one in found]
    return "; ".join(told)


def refuse_parts(parts: Sequence[Part], found: Sequence[Bridge]) -> None:
    """Raise `InvalidInput` if there is more than one part: which they are, and what would connect them."""
    if len(parts) < 2:
        return
    listed = "; ".join(f"{', '.join(part.treatments)} ({names_in_a_row(part.studies)})" for part in parts)
    raise InvalidInput(
        (
            Issue(
                what=f"the network falls into {len(parts)} parts that no trial connects",
                found=listed,
                allowed=f"one connected network; it would take {connecting_words(parts, found)}",
                fix="analyse the part of the reference alone with --connected, or look for one treatment under two "
                "names",
            ),
        )
    )


def _one_of(treatments: Sequence[str]) -> str:
    return treatments[0] if len(treatments) == 1 else f"one of {', '.join(treatments)}"
