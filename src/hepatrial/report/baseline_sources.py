"""Where the numbers of the baseline table come from, and what a protocol changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hepatrial.figures.covariate_names import covariate_name
from hepatrial.patients.baseline import load_baseline
from hepatrial.protocol.baseline_choice import choice_of
from hepatrial.protocol.design import Baseline

NOT_GIVEN = "not given"


class ChangedRow(NamedTuple):
    """A covariate that the protocol gives itself: its numbers, those of the bundled table, and their source."""

    covariate: str
    here: str
    bundled: str
    source: str


class ChangedTable(NamedTuple):
    """A bundled table's name, and what a protocol changes in it."""

    based_on: str
    rows: tuple[ChangedRow, ...]


def baseline_sources(table: Baseline) -> tuple[tuple[str, str], ...]:
    """(covariates, source) in the order of the table; covariates of one source stand together."""
    names: dict[str, list[str]] = {}
    for covariate, source in table.sources.items():
        names.setdefault(source, []).append(covariate_name(covariate))
    return tuple((", ".join(covariates), source) for source, covariates in names.items())


def changed_table(table: Baseline) -> ChangedTable | None:
    """What a table of one's own changes in the bundled one that it is based on; None for a bundled table."""
    choice = choice_of(table)
    if isinstance(choice, str):
        return None
    bundled = load_baseline(choice["based_on"])
    shares = [
        _row(table, name, _shares(own), _shares(bundled.categories.get(name, {})))
        for name, own in table.categories.items()
        if name in choice["categories"]
    ]
    parameters = [
        _row(table, name, _parameters(own), _parameters(bundled.continuous.get(name, {})))
        for name, own in table.continuous.items()
        if name in choice["continuous"]
    ]
    return ChangedTable(choice["based_on"], (*shares, *parameters))


def _row(table: Baseline, name: str, here: str, bundled: str) -> ChangedRow:
    return ChangedRow(covariate_name(name), here, bundled, table.sources.get(name, NOT_GIVEN))


def _shares(levels: Mapping[str, float]) -> str:
    """Shares in per cent; levels without anybody are left out."""
    named = [f"{level} {100 * share:.4g} %" for level, share in levels.items() if share > 0]
    return ", ".join(named) or NOT_GIVEN


def _parameters(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items()) or NOT_GIVEN
