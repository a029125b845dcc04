"""The baseline table that a protocol asks for: a bundled one, or a bundled one with changes."""

from __future__ import annotations

from hepatrial.protocol import catalogue
from hepatrial.protocol.design import Baseline
from hepatrial.protocol.population_schema import BaselineSection


def bundled_name(choice: str | BaselineSection) -> str:
    """The name of the bundled table that a choice starts from."""
    return choice if isinstance(choice, str) else choice.based_on


def resolve_baseline(choice: str | BaselineSection, protocol_name: str) -> Baseline:
    """The table itself: what the protocol gives replaces the bundled table's entry for that covariate.

    The levels of a covariate are replaced as a whole; the parameters of a continuous covariate one by one.
    """
    table = catalogue.baseline_table(bundled_name(choice))
    if isinstance(choice, str):
        return table
    changed = (*choice.categories, *choice.continuous)
    own_sources = {name: choice.sources.get(name, f"protocol {protocol_name}") for name in changed}
    return Baseline(
        name=f"{table.name}, changed by {protocol_name}",
        categories={**table.categories, **choice.categories},
        continuous={
            **table.continuous,
            **{
                name: {**table.continuous.get(name, {}), **values}
                for name, values in choice.continuous.items()
            },
        },
        sources={**table.sources, **own_sources},
    )
