"""From the content of a record's file to a `PublishedTrial`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hepatrial.evidence.trials import (
    Conduct,
    Conflict,
    Finding,
    Landmark,
    LaterTrial,
    PublishedTrial,
    SubgroupEffect,
)


def record_of(content: Mapping[str, Any], key: str, *, file: str = "", own: bool = False) -> PublishedTrial:
    """A record from the content of a file that is known to be sound."""
    many = {
        "findings": Finding,
        "baseline": Finding,
        "unconfirmed": Finding,
        "landmarks": Landmark,
        "subgroups": SubgroupEffect,
        "conflicts": Conflict,
        "phase_3": LaterTrial,
    }
    fields: dict[str, Any] = {
        name: tuple(_row(kind, row) for row in content.get(name) or ()) for name, kind in many.items()
    }
    for name in ("notes", "not_shown", "also", "identifiers_not_confirmed", "new_agents"):
        fields[name] = tuple(content.get(name) or ())
    for name in ("pooled_from", "separate_from"):
        fields[name] = tuple(content.get(name) or ())
    for name in ("name", "registration", "use", "source"):
        fields[name] = content[name]
    for name in ("year", "design", "population", "subgroup_population", "part_of", "supersedes"):
        if content.get(name) is not None:
            fields[name] = content[name]
    line = content.get("line")
    return PublishedTrial(
        **fields,
        read_in=dict(content.get("read_in") or {}),
        arms=tuple(content.get("arms") or ()),
        comparisons=tuple(content.get("comparisons") or ()),
        key=key,
        phase=str(content.get("phase") or ""),
        lines=tuple(str(line).split("/")) if line else (),
        conduct=_conduct(content.get("conduct") or {}),
        own=own,
        file=file or f"{key}.yaml",
    )


def _conduct(section: Mapping[str, Any]) -> Conduct:
    began = section.get("began")
    return Conduct(**{**section, "began": None if began is None else str(began)})


def _row(kind: type, row: Mapping[str, Any]) -> Any:
    fields = {
        name: tuple(value) if isinstance(value, list) else str(value) if name in _WORDS else value
        for name, value in row.items()
    }
    if kind is Finding:
        fields.setdefault("source", "")
    return kind(**fields)


_WORDS = ("group", "n", "public_by")
"""Words that a file may write as a number: ECOG 0, a size, a year."""
