"""The JSON Schema of a protocol file, with the names of the catalogue, for editors to complete from."""

from __future__ import annotations

from typing import Any

from hepatrial.patients.drawn import COMPUTED_FROM
from hepatrial.protocol import catalogue
from hepatrial.protocol.covariates import (
    NUMERIC_LIMITS,
    categorical_levels,
    eligibility_names,
    stratum_names,
)
from hepatrial.protocol.file_fields import ALLOWED
from hepatrial.protocol.file_schema import ProtocolFile


def protocol_json_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) that valid protocols satisfy, units and schedules in small letters."""
    schema = ProtocolFile.model_json_schema()
    parts = schema["$defs"]
    schema["properties"]["published"]["anyOf"][0]["enum"] = list(catalogue.known_records())
    parts["RandomisationSection"]["properties"]["strata"]["items"]["enum"] = list(stratum_names())
    return with_names(schema, parts["PopulationSection"]["properties"], "hepatrial protocol")


def with_names(schema: dict[str, Any], population: dict[str, Any], title: str) -> dict[str, Any]:
    """A file's schema with the names of the catalogue, of baseline tables and of covariates put in.

    Parameters
    ----------
    schema
        As pydantic makes it; changed.
    population
        The properties of it that hold ``baseline`` and ``eligibility``.
    """
    parts = schema["$defs"]
    parts["AgentSection"]["properties"]["agent"]["anyOf"] = [
        {"enum": list(catalogue.known_agents())},
        {"pattern": "\\.ya?ml$"},
    ]
    parts["BaselineSection"]["properties"]["based_on"]["enum"] = list(catalogue.known_baselines())
    _name_drawn_covariates(parts["BaselineSection"]["properties"])
    for choice in population["baseline"]["oneOf"]:
        if choice.get("type") == "string":
            choice["enum"] = list(catalogue.known_baselines())
    eligibility = population["eligibility"]
    eligibility["properties"] = {name: _limit(name) for name in eligibility_names()}
    eligibility["additionalProperties"] = False
    for part in (schema, *parts.values()):
        for entry in part["properties"].values():
            _say_what_is_allowed(entry)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _say_what_is_allowed(entry: dict[str, Any]) -> None:
    """Join what a key's type allows to the key's description: editors show that one alone."""
    for node in (entry, entry.get("items", {}), *entry.get("anyOf", ())):
        if ALLOWED in node:
            entry["description"] += f" {node.pop(ALLOWED)}"


def _limit(name: str) -> dict[str, Any]:
    """A range for a number, a list for a category; either for a category whose levels are numbers."""
    ways: list[dict[str, Any]] = []
    if name in NUMERIC_LIMITS:
        low, high = NUMERIC_LIMITS[name]
        ways.append(
            {"$ref": "#/$defs/RangeSection", "description": f"Values from {low:g} to {high:g} occur."}
        )
    if name in categorical_levels():
        levels = categorical_levels()[name]
        ways.append(
            {
                "type": "array",
                "items": {"enum": [*levels, *_as_yaml(levels)]},
                "minItems": 1,
                "uniqueItems": True,
                "description": f"Levels that may enter, of {', '.join(levels)}.",
            }
        )
    return ways[0] if len(ways) == 1 else {"anyOf": ways, "description": f"Limit on {name}."}


def _as_yaml(levels: tuple[str, ...]) -> list[bool | int]:
    """Levels as YAML may read them where they are not quoted: numbers, and true or false for yes or no."""
    booleans = [True, False] if set(levels) == {"yes", "no"} else []
    return [*booleans, *(int(level) for level in levels if level.isdigit())]


def _name_drawn_covariates(section: dict[str, Any]) -> None:
    """Complete the covariates, levels and parameters that a table of one's own may give."""
    tables = [catalogue.baseline_table(name) for name in catalogue.known_baselines()]
    levels = {
        **categorical_levels(),
        **{k: tuple(v) for table in tables for k, v in table.categories.items()},
    }
    shares = section["categories"].pop("additionalProperties")
    section["categories"] |= {
        "properties": {
            name: {**shares, "propertyNames": {"enum": list(texts)}}
            for name, texts in levels.items()
            if name not in COMPUTED_FROM
        },
        "additionalProperties": False,
    }
    numbers = section["continuous"].pop("additionalProperties")
    parameters: dict[str, set[str]] = {}
    for table in tables:
        for name, values in table.continuous.items():
            parameters.setdefault(name, set()).update(values)
    section["continuous"] |= {
        "properties": {
            name: {**numbers, "propertyNames": {"enum": sorted(names)}} for name, names in parameters.items()
        },
        "additionalProperties": False,
    }
