"""The JSON Schema of a protocol file, with the names of the catalogue filled in, for editors to complete from."""

from __future__ import annotations

from typing import Any

from hepatrial.protocol import catalogue
from hepatrial.protocol.covariates import eligibility_names, stratum_names
from hepatrial.protocol.file_schema import ProtocolFile


def protocol_json_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) that every protocol without a schema error satisfies."""
    schema = ProtocolFile.model_json_schema()
    parts = schema["$defs"]
    parts["AgentSection"]["properties"]["agent"]["enum"] = list(catalogue.known_agents())
    parts["BaselineSection"]["properties"]["based_on"]["enum"] = list(catalogue.known_baselines())
    for choice in parts["PopulationSection"]["properties"]["baseline"]["oneOf"]:
        if choice.get("type") == "string":
            choice["enum"] = list(catalogue.known_baselines())
    parts["RandomisationSection"]["properties"]["strata"]["items"]["enum"] = list(stratum_names())
    parts["PopulationSection"]["properties"]["eligibility"]["propertyNames"] = {
        "enum": list(eligibility_names())
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hepatrial protocol",
        **{key: value for key, value in schema.items() if key != "title"},
    }
