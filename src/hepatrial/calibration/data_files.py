"""The data files of this room that point into the records, with the place of every key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from hepatrial.errors import Location
from hepatrial.files.document import KeyPath
from hepatrial.files.located_yaml import parse


@dataclass(frozen=True, slots=True)
class DataFile:
    """The content of a data file and where its keys stand."""

    content: Mapping[str, Any]
    places: Any

    def locate(self, path: KeyPath) -> Location:
        """File and line of a key."""
        return self.places.locate(path, key=True)


@cache
def data_file(name: str) -> DataFile:
    """A file of ``calibration/data``; raises `YamlError` if it is no YAML."""
    text = resources.files("hepatrial.calibration").joinpath("data", name).read_text(encoding="utf-8")
    document = parse(text, name)
    if not isinstance(document.data, dict):
        raise TypeError(f"{name} holds no keys")
    return DataFile(document.data, document)
