"""What each unknown number of an agent is worth, as JSON and as a section of the agents' page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hepatrial.gaps import AgentShares, OutcomeShares
from hepatrial.report.evidence_page import EvidenceSection, PageTable

EXPLANATION = (
    "All numbers of the record that have a spread are drawn together, and the same virtual patients are simulated "
    "under each draw, by the visits and rules of the sorafenib arm of SHARP and at the agent's usual dose. The "
    "variance of an outcome over draws divides into the shares of the numbers and of their interactions. A missing "
    "number comes from the agent's class, wide and graded assumed; one for which a simulation has a convention is "
    "drawn from the class as well. All that is not of the agent's record is held fixed."
)


def shares_record(found: AgentShares) -> dict[str, Any]:
    """The answer as JSON; shares are fractions of the variance, with Monte-Carlo standard errors."""
    return {
        "draws": found.draws,
        "left_out": found.failed,
        "seed": found.seed,
        "numbers": [
            {
                "quantity": each.name,
                "words": each.words,
                "grade": each.quantity.grade,
                "missing": each.missing,
                "by_convention_in_simulation": each.by_convention,
                "value": each.quantity.value,
                "unit": each.quantity.unit,
                "distribution": each.quantity.distribution,
                "spread": each.quantity.spread,
            }
            for each in found.numbers
        ],
        "outcomes": [_outcome(found, each) for each in found.outcomes],
    }


def _outcome(found: AgentShares, each: OutcomeShares) -> dict[str, Any]:
    return {
        "outcome": each.outcome.name,
        "words": each.outcome.words,
        "unit": each.outcome.unit or "1",
        "decomposed_on": "log" if each.outcome.log else "value",
        "median": each.median,
        "low": each.low,
        "high": each.high,
        "shares": {
            number.name: asdict(share) for number, share in zip(found.numbers, each.by_number, strict=True)
        },
        "by_standing": {name: asdict(share) for name, share in each.by_standing.items()},
        "interactions": asdict(each.rest),
    }


def shares_rows(found: AgentShares) -> list[dict[str, Any]]:
    """A row a number and outcome, for a file."""
    return [
        {
            "agent": found.agent.name,
            "outcome": each.outcome.name,
            "quantity": number.name,
            "standing": number.standing,
            "share": share.value,
            "se": share.se,
        }
        for each in found.outcomes
        for number, share in zip(found.numbers, each.by_number, strict=True)
    ]


def shares_section(found: AgentShares) -> EvidenceSection:
    """The section of the page: outcomes, and the share of every number in each."""
    return EvidenceSection(
        heading="What the gaps are worth",
        explanation=(EXPLANATION,),
        tables=(_outcomes(found), _numbers(found)),
    )


def _outcomes(found: AgentShares) -> PageTable:
    return PageTable(
        caption="Outcomes over draws of the record",
        head=(
            "outcome",
            "median (95%)",
            "missing",
            "assumed",
            "fitted",
            "derived",
            "measured",
            "interactions",
        ),
        rows=tuple(
            (
                each.outcome.words,
                f"{each.text(each.median)} ({each.text(each.low)} to {each.text(each.high)}) "
                f"{each.outcome.unit}".rstrip(),
                *(_percent(each, share.value) for share in each.by_standing.values()),
                _percent(each, each.rest.value),
            )
            for each in found.outcomes
        ),
        note=f"{found.draws} draws, seed {found.seed}. Shares of the variance by what stands behind a number.",
        text_columns=2,
    )


def _numbers(found: AgentShares) -> PageTable:
    order = sorted(
        range(len(found.numbers)),
        key=lambda place: -max(each.by_number[place].value for each in found.outcomes),
    )
    return PageTable(
        caption="Share of every number in the variance of each outcome, per cent (Monte-Carlo standard error)",
        head=("number", "", *(each.outcome.short for each in found.outcomes)),
        rows=tuple(
            (
                found.numbers[place].words,
                found.numbers[place].standing,
                *(
                    f"{100.0 * share.value:.0f} ({100.0 * share.se:.0f})"
                    if (share := each.by_number[place]).value >= 0.005
                    else ""
                    for each in found.outcomes
                ),
            )
            for place in order
            if max(each.by_number[place].value for each in found.outcomes) >= 0.005
        ),
        note="Empty: below half a per cent. B and C: at the start, Child-Pugh B and C.",
        text_columns=2,
    )


def _percent(each: OutcomeShares, share: float) -> str:
    moves = any(one.value for one in each.by_number)
    return f"{max(share, 0.0):.0%}" if moves else ""
