"""A protocol file under check: the parts that are valid by themselves, for the rules that relate them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from hepatrial.files.document import Document, KeyPath
from hepatrial.protocol.file_schema import AgentSection, ArmSection, ProtocolFile
from hepatrial.protocol.own_agents import Found, Texts, read_own
from hepatrial.protocol.population_schema import UNION_TAGS

Entry = TypeVar("Entry", bound=BaseModel)
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class Draft:
    """The valid parts of a file.

    Attributes
    ----------
    document
        The file with the places of its keys.
    sections
        Valid top-level sections by key, defaults filled in; a section with an error is absent.
    arms
        Valid arms with their index in the file.
    arm_names
        Names of all arms, of invalid ones too, with their index.
    regimens
        Valid agents of all arms, of invalid ones too, with their path.
    agent_names
        Names of all agents, of invalid ones too, with their path.
    own
        The agents' files that the protocol names.
    """

    document: Document
    sections: dict[str, Any]
    arms: tuple[tuple[int, ArmSection], ...]
    arm_names: tuple[tuple[int, str], ...]
    regimens: tuple[tuple[KeyPath, AgentSection], ...]
    agent_names: tuple[tuple[KeyPath, str], ...]
    own: Found

    def __getitem__(self, key: str) -> Any:
        return self.sections[key]

    def has(self, *keys: str) -> bool:
        """Whether all these sections are valid by themselves."""
        return all(key in self.sections for key in keys)


PRUNABLE: tuple[KeyPath, ...] = (
    ("population", "eligibility"),
    ("population", "baseline", "categories"),
    ("population", "baseline", "continuous"),
    ("population", "baseline", "sources"),
)
"""Where entries stand side by side: a wrong one is left out, so that the others are still judged."""


def draft_of(document: Document, texts: Texts) -> Draft:
    """Validate section by section, arm by arm and agent by agent, keeping what is valid."""
    data = document.data if isinstance(document.data, dict) else {}
    arms = data.get("arms") if isinstance(data.get("arms"), list) else []
    agents = [
        (("arms", index, "agents", place), agent)
        for index, arm in enumerate(arms)
        if isinstance(arm, dict) and isinstance(arm.get("agents"), list)
        for place, agent in enumerate(arm["agents"])
    ]
    return Draft(
        document=document,
        sections=_sections(data),
        arms=tuple(_valid(ArmSection, enumerate(arms))),
        arm_names=tuple(_named(enumerate(arms), "name")),
        regimens=tuple(_valid(AgentSection, agents)),
        agent_names=tuple(_named(agents, "agent")),
        own=read_own(document, _named(agents, "agent"), texts),
    )


def _sections(data: dict[str, Any]) -> dict[str, Any]:
    sections: dict[str, Any] = {}
    for key, field in ProtocolFile.model_fields.items():
        if key in data:
            adapter = TypeAdapter(field.rebuild_annotation())
            try:
                sections[key] = adapter.validate_python(data[key])
            except ValidationError as error:
                with suppress(ValidationError):
                    sections[key] = adapter.validate_python(_pruned(key, data[key], error))
        elif not field.is_required():
            sections[key] = field.get_default(call_default_factory=True)
    return sections


def _pruned(section: str, data: Any, error: ValidationError) -> Any:
    """A section without its wrong entries, where entries stand side by side."""
    kept = deepcopy(data)
    for detail in error.errors(include_url=False, include_context=False):
        path = (section, *(step for step in detail["loc"] if step not in UNION_TAGS))
        parent = next((prefix for prefix in PRUNABLE if path[: len(prefix)] == prefix), None)
        if parent is not None and len(path) > len(parent):
            entries = kept
            for step in parent[1:]:
                entries = entries[step]
            if isinstance(entries, dict):
                entries.pop(path[len(parent)], None)
    return kept


def _valid(model: type[Entry], entries: Iterable[tuple[Place, Any]]) -> Iterator[tuple[Place, Entry]]:
    for place, entry in entries:
        with suppress(ValidationError):
            yield place, model.model_validate(entry)


def _named(entries: Iterable[tuple[Place, Any]], key: str) -> Iterator[tuple[Place, str]]:
    for place, entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get(key), str):
            yield place, entry[key]
