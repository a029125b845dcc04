"""What each unknown number of an agent is worth, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hepatrial.report.definitions import NOTICE

if TYPE_CHECKING:
    from hepatrial.gaps import AgentShares, OutcomeShares, Share

MOST_NUMBERS = 6
LEAST_SHARE = 0.01
"""Numbers that an outcome names: so many, down to this share."""


def share_lines(found: AgentShares) -> Iterator[str]:
    """Outcome by outcome: median, interval, and the numbers that make it unsure, the largest first."""
    missing = [each.words for each in found.numbers if each.missing]
    yield f"{found.agent.name}: share of each unknown number in the uncertainty of outcomes"
    yield (
        f"{len(found.numbers)} numbers have a spread, {len(missing)} of them are missing; {found.draws} draws of all "
        f"together, seed {found.seed}; usual dose, patients and rules of SHARP; ± Monte-Carlo standard error"
    )
    if found.failed:
        yield f"{found.failed} draws were left out: no patient was treated for three weeks"
    for each in found.outcomes:
        unit = f" {each.outcome.unit}" if each.outcome.unit else ""
        yield f"\n{each.outcome.words}"
        yield f"  {each.text(each.median)}{unit}, 95 % {each.text(each.low)} to {each.text(each.high)}"
        if not moved(each):
            yield "  none of these numbers moves it"
            continue
        parts = [f"{name} {_percent(share)}" for name, share in each.by_standing.items() if shown(share)]
        yield f"  of the variance: {', '.join([*parts, f'interactions {_percent(each.rest)}'])}"
        for number, share in largest(found, each):
            yield f"  {number.words:<44}{number.standing:<10}{_percent(share)}"
    conventions = [each for each in found.numbers if each.by_convention]
    if conventions:
        yield (
            "\nA simulation takes a convention (docs/agents.md) for these; here they are drawn from the class, so "
            "that medians may differ: " + ", ".join(each.words for each in conventions)
        )
    yield f"\n{NOTICE}"


def moved(each: OutcomeShares) -> bool:
    """Whether any number moves the outcome."""
    return any(share.value for share in each.by_number)


def shown(share: Share) -> bool:
    """Whether a share is large enough to be told, and told from none."""
    return share.value >= max(LEAST_SHARE, share.se)


def largest(found: AgentShares, each: OutcomeShares) -> list:
    """Numbers with their share, the largest first, as many as are told."""
    pairs = sorted(
        zip(found.numbers, each.by_number, strict=True), key=lambda pair: pair[1].value, reverse=True
    )
    return [pair for pair in pairs if shown(pair[1])][:MOST_NUMBERS]


def _percent(share: Share) -> str:
    return f"{share.value:.0%} (± {share.se:.1%})"
