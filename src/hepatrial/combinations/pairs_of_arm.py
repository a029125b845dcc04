"""Which agents of an arm a patient takes at the same time, and whether such a pair is known to be tolerated."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from hepatrial.combinations.tolerability import TOLERATED, tolerability


def taken_together(
    agents: Sequence[str], stages: Sequence[Sequence[str]] = ()
) -> tuple[tuple[str, str], ...]:
    """Pairs of an arm's agents, in its order, that are given at the same time: in one of its stages, if it has any."""
    return tuple(
        pair
        for pair in combinations(agents, 2)
        if not stages or any(set(pair) <= set(stage) for stage in stages)
    )


def pair_warning(pair: Sequence[str], doses_mg_per_day: Sequence[float]) -> str | None:
    """What a reader must know of two agents at doses that no trial is known to have gone on with; None for others."""
    found = tolerability(pair, doses_mg_per_day)
    if found.answer == TOLERATED:
        return None
    return (
        f"{' with '.join(pair)}: {found.answer}: {found.reason}. The model lets each agent harm as it does alone, and "
        "knows no harm of the pair"
    )
