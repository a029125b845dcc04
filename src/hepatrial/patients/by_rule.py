"""Entries of a baseline table that no source gave: taken from other tables by a rule, never by choice.

Three rules, each named in the table's file with the covariates that it fills:

``by_region``
    The entry is that of SHARP (outside Asia) and of Asia-Pacific (Asia), mixed by the table's own share from Asia:
    shares and means on their scale, medians on the log scale.
``by_line``
    The mean of RESORCE and CELESTIAL, the second-line trials that printed the most.
``like``
    The entry of another table as it is.

Levels that a source gives stand under ``partly_by_region``: what they leave is divided as the mixture divides it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp, log
from typing import Any

from hepatrial.patients.drawn import CATEGORICAL
from hepatrial.protocol.design import Baseline

OUTSIDE_ASIA, ASIA = "sharp", "asia-pacific"
SECOND_LINE = ("resorce", "celestial")
BY_REGION = "assumed; by region: SHARP and Asia-Pacific, mixed by the share from Asia"
BY_LINE = "assumed; by line: mean of RESORCE and CELESTIAL"

DIGITS = 6

Numbers = dict[str, float]
Load = Callable[[str], Baseline]


def fill(
    table: Mapping[str, Any], load: Load
) -> tuple[dict[str, Numbers], dict[str, Numbers], dict[str, str]]:
    """Categories, continuous covariates and sources of a table's file, with what its rules say.

    Parameters
    ----------
    table
        The content of the file.
    load
        Gives another table by name.
    """
    categories, continuous = dict(table["categories"]), dict(table["continuous"])
    sources = dict(table["sources"])

    def put(name: str, numbers: Numbers, source: str) -> None:
        (categories if name in CATEGORICAL else continuous)[name] = numbers
        sources.setdefault(name, source)

    for name, given in table.get("partly_by_region", {}).items():
        mixture = _by_region(name, _share_from_asia(table), load)
        put(name, _rest_divided(given, mixture), BY_REGION)
    for name in table.get("by_region", ()):
        put(name, _by_region(name, _share_from_asia(table), load), BY_REGION)
    for name in table.get("by_line", ()):
        put(name, _mixed([(0.5, entry(load(other), name)) for other in SECOND_LINE]), BY_LINE)
    for other, names in table.get("like", {}).items():
        for name in names:
            put(name, dict(entry(load(other), name)), f"assumed; as in the table {other}")
    return categories, continuous, sources


def entry(table: Baseline, covariate: str) -> Numbers:
    """What a table says of a covariate: shares of levels, or parameters of a distribution."""
    return (table.categories if covariate in CATEGORICAL else table.continuous)[covariate]


def _share_from_asia(table: Mapping[str, Any]) -> float:
    given = table["categories"].get("region") or table["partly_by_region"]["region"]
    return float(given["Asia"])


def _by_region(name: str, asia: float, load: Load) -> Numbers:
    return _mixed([(asia, entry(load(ASIA), name)), (1.0 - asia, entry(load(OUTSIDE_ASIA), name))])


def _mixed(parts: list[tuple[float, Numbers]]) -> Numbers:
    """Weighted mean of each number; of medians, the weighted geometric mean."""
    mixed = {}
    for key in parts[0][1]:
        if key == "median":
            mixed[key] = exp(sum(weight * log(numbers[key]) for weight, numbers in parts))
        else:
            mixed[key] = sum(weight * numbers[key] for weight, numbers in parts)
    return {key: round(value, DIGITS) for key, value in mixed.items()}


def _rest_divided(given: Numbers, mixture: Numbers) -> Numbers:
    """All levels: those given, and the rest divided as the mixture divides it."""
    left = 1.0 - sum(given.values())
    others = {level: share for level, share in mixture.items() if level not in given}
    total = sum(others.values())
    divided = {level: round(left * share / total, DIGITS) for level, share in others.items()}
    return {level: (given | divided)[level] for level in mixture}
