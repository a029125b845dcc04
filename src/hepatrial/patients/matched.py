"""Numbers of the population that the matching derived: see `hepatrial.patients.matching`."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from hepatrial.files.located_yaml import parse_shipped
from hepatrial.protocol.design import Baseline

FILE = "matched.yaml"


def matched_correlations() -> tuple[tuple[str, str, float], ...]:
    """Correlations of normal scores that make computed shares the published ones, shared by all tables."""
    return _pairs(_read()["correlations"])


def with_matched(table: Baseline) -> Baseline:
    """The table with the numbers that were derived for it; itself where none were."""
    own = _read()["tables"].get(table.name, {})
    continuous = {
        name: {**table.continuous[name], **values} for name, values in own.get("continuous", {}).items()
    }
    return replace(
        table,
        categories={**table.categories, **own.get("categories", {})},
        continuous={**table.continuous, **continuous},
        correlations=_pairs(own.get("correlations", ())),
    )


def _pairs(rows: Any) -> tuple[tuple[str, str, float], ...]:
    return tuple((first, second, float(value)) for first, second, value in rows)


@cache
def _read() -> dict[str, Any]:
    text = resources.files("hepatrial.patients").joinpath("data", FILE).read_text(encoding="utf-8")
    return parse_shipped(text, FILE)
