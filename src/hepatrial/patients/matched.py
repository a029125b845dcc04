"""Numbers of the population that the matching derived: see `hepatrial.patients.matching`."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

FILE = "matched.yaml"


def matched_correlations() -> tuple[tuple[str, str, float], ...]:
    """Correlations of normal scores that make computed shares the published ones."""
    return tuple((first, second, float(value)) for first, second, value in _read()["correlations"])


def matched_categories(table: str) -> dict[str, dict[str, float]]:
    """Shares of levels by covariate that were derived for a baseline table."""
    return {covariate: dict(shares) for covariate, shares in _read()["categories"].get(table, {}).items()}


@cache
def _read() -> dict[str, Any]:
    text = resources.files("hepatrial.patients").joinpath("data", FILE).read_text(encoding="utf-8")
    return yaml.safe_load(text)
