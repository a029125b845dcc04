"""A protocol file under check: the parts that are valid by themselves, for the rules that relate them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hepatrial.protocol.file_schema import ArmSection, ProtocolFile
from hepatrial.protocol.located_yaml import Document


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
    """

    document: Document
    sections: dict[str, Any]
    arms: tuple[tuple[int, ArmSection], ...]
    arm_names: tuple[tuple[int, str], ...]

    def __getitem__(self, key: str) -> Any:
        return self.sections[key]

    def has(self, *keys: str) -> bool:
        """Whether all these sections are valid by themselves."""
        return all(key in self.sections for key in keys)


def draft_of(document: Document) -> Draft:
    """Validate section by section and arm by arm, keeping what is valid."""
    data = document.data if isinstance(document.data, dict) else {}
    sections: dict[str, Any] = {}
    for key, field in ProtocolFile.model_fields.items():
        if key in data:
            annotation = field.rebuild_annotation()
            try:
                sections[key] = TypeAdapter(annotation).validate_python(data[key])
            except ValidationError:
                continue
        elif not field.is_required():
            sections[key] = field.get_default(call_default_factory=True)
    raw = data.get("arms")
    arms, names = [], []
    for index, arm in enumerate(raw if isinstance(raw, list) else []):
        if isinstance(arm, dict) and isinstance(arm.get("name"), str):
            names.append((index, arm["name"]))
        try:
            arms.append((index, ArmSection.model_validate(arm)))
        except ValidationError:
            continue
    return Draft(document, sections, tuple(arms), tuple(names))
