"""The baseline table that a protocol asks for: a bundled one, or a bundled one with changes."""

from __future__ import annotations

from typing import Any

from hepatrial.protocol import catalogue
from hepatrial.protocol.design import Baseline
from hepatrial.protocol.population_schema import BaselineSection

CHANGED = ", changed by this protocol"
"""Follows the bundled table's name where a protocol changes the table."""


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
        name=f"{table.name}{CHANGED}",
        categories={**table.categories, **choice.categories},
        continuous={
            **table.continuous,
            **{
                name: {**table.continuous.get(name, {}), **values}
                for name, values in choice.continuous.items()
            },
        },
        sources={**table.sources, **own_sources},
        correlations=table.correlations,
    )


def choice_of(baseline: Baseline) -> str | dict[str, Any]:
    """What a protocol file writes to get this table: a bundled table's name, or what differs from it.

    The inverse of `resolve_baseline`, but for the table's name, which says what it was made from.
    """
    known = catalogue.known_baselines()
    name = baseline.name.removesuffix(CHANGED)
    start = name if name in known else min(known, key=lambda other: len(_changed(baseline, other)))
    table = catalogue.baseline_table(start)
    changed = _changed(baseline, start)
    if not changed:
        return start
    return {
        "based_on": start,
        "categories": {key: shares for key, shares in baseline.categories.items() if key in changed},
        "continuous": {
            key: {name: value for name, value in values.items() if _own(table, baseline, key, name)}
            for key, values in baseline.continuous.items()
            if key in changed
        },
        "sources": {key: source for key, source in baseline.sources.items() if key in changed},
    }


def _changed(baseline: Baseline, start: str) -> set[str]:
    """Covariates whose entry or source differs from the bundled table's."""
    table = catalogue.baseline_table(start)
    return {
        key
        for ours, theirs in (
            (baseline.categories, table.categories),
            (baseline.continuous, table.continuous),
        )
        for key in ours
        if ours[key] != theirs.get(key) or baseline.sources.get(key) != table.sources.get(key)
    }


def _own(table: Baseline, baseline: Baseline, key: str, name: str) -> bool:
    """Whether a parameter has to be written: it differs, or it alone can carry a source of its own."""
    theirs = table.continuous.get(key, {})
    return baseline.continuous[key] == theirs or theirs.get(name) != baseline.continuous[key][name]
