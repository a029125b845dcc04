"""Bundled baseline tables: what the virtual population is matched to."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from hepatrial.protocol.design import Baseline

PREFIX = "baseline_"


@cache
def baseline_names() -> tuple[str, ...]:
    """Names of the bundled tables."""
    files = resources.files("hepatrial.patients").joinpath("data").iterdir()
    return tuple(sorted(f.name[len(PREFIX) : -5] for f in files if f.name.startswith(PREFIX)))


def load_baseline(name: str) -> Baseline:
    """The bundled table of that name; KeyError for an unknown one."""
    if name not in baseline_names():
        raise KeyError(name)
    table = _read(name)
    return Baseline(
        name=table["name"],
        categories={covariate: dict(shares) for covariate, shares in table["categories"].items()},
        continuous={covariate: dict(values) for covariate, values in table["continuous"].items()},
        sources=dict(table["sources"]),
    )


def published_shares(name: str) -> dict[str, tuple[float, str]]:
    """Published shares in per cent with their source, by "covariate level"; empty for a table of one's own."""
    if name not in baseline_names():
        return {}
    return {key: (float(row["percent"]), row["source"]) for key, row in _read(name)["published"].items()}


@cache
def _read(name: str) -> dict[str, Any]:
    file = resources.files("hepatrial.patients").joinpath("data", f"{PREFIX}{name}.yaml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))
