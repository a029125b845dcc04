"""Bundled baseline tables: what the virtual population is matched to."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from hepatrial.files.located_yaml import parse_shipped
from hepatrial.patients.by_rule import fill
from hepatrial.patients.drawn import CATEGORICAL
from hepatrial.patients.matched import with_matched
from hepatrial.patients.matching_rules import MatchingRule, rule_of
from hepatrial.protocol.design import Baseline, Eligibility, Protocol

PREFIX = "baseline_"


@cache
def baseline_names() -> tuple[str, ...]:
    """Names of the bundled tables."""
    files = resources.files("hepatrial.patients").joinpath("data").iterdir()
    return tuple(sorted(f.name[len(PREFIX) : -5] for f in files if f.name.startswith(PREFIX)))


@cache
def load_baseline(name: str) -> Baseline:
    """The bundled table of that name, with what rules and the matching derive; KeyError for an unknown one."""
    return with_matched(table_as_given(name))


@cache
def table_as_given(name: str) -> Baseline:
    """The bundled table without what the matching derives for it; KeyError for an unknown one.

    Levels that the file does not name have the share 0, so that a protocol of one's own may fill them.
    """
    if name not in baseline_names():
        raise KeyError(name)
    table = _read(name)
    categories, continuous, sources = fill(table, load_baseline)
    return Baseline(
        name=table["name"],
        categories={
            covariate: {**dict.fromkeys(CATEGORICAL.get(covariate, ()), 0.0), **shares}
            for covariate, shares in categories.items()
        },
        continuous={covariate: dict(values) for covariate, values in continuous.items()},
        sources=sources,
    )


def published_shares(name: str) -> dict[str, tuple[float, str]]:
    """Published shares in per cent with their source, by "covariate level"; empty for an own table."""
    if name not in baseline_names():
        return {}
    return {key: (float(row["percent"]), row["source"]) for key, row in _read(name)["published"].items()}


def shares_beside(protocol: Protocol) -> dict[str, tuple[float, str]]:
    """Published shares that a protocol's patients can be set beside: those of the same table and eligibility."""
    name = protocol.baseline.name
    if name not in baseline_names() or without_met_status(protocol.eligibility) != enrolled(name):
        return {}
    return published_shares(name)


def without_met_status(eligibility: Eligibility) -> Eligibility:
    """The eligibility but for MET status, on which no published share of a table depends."""
    return replace(
        eligibility,
        levels={key: allowed for key, allowed in eligibility.levels.items() if key != "met_high"},
    )


def enrolled(name: str) -> Eligibility:
    """Who the published shares of a bundled table are shares of: the patients that its trial enrolled."""
    limits = _read(name)["enrolled"]
    return Eligibility(
        ranges={key: (row.get("min"), row.get("max")) for key, row in limits.items()}, levels={}
    )


def matching_rules(name: str) -> tuple[MatchingRule, ...]:
    """Which number is adjusted for which published share, as the table's file says."""
    return tuple(rule_of(row) for row in _read(name)["matching"])


@cache
def _read(name: str) -> dict[str, Any]:
    file = resources.files("hepatrial.patients").joinpath("data", f"{PREFIX}{name}.yaml")
    return parse_shipped(file.read_text(encoding="utf-8"), file.name)
