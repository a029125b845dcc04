"""A YAML file as plain data that remembers where every key and value stood."""

from __future__ import annotations

from dataclasses import dataclass, field

from hepatrial.errors import Issue, Location

KeyPath = tuple[str | int, ...]


class YamlError(Exception):
    """The text is not YAML that may be read; carries the one `Issue` that stopped the reading."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.what)
        self.issue = issue


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data (dict, list, str, int, float, bool, None) with the place of every key and value.

    Attributes
    ----------
    file
        The name shown in messages.
    text
        The decoded text.
    data
        The content.
    values, keys
        (line, column) by path; a path is a tuple of keys and indices.
    issues
        Problems that did not stop the reading: duplicate keys.
    """

    file: str
    text: str
    data: object
    values: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    keys: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()

    def locate(self, path: KeyPath, *, key: bool = False) -> Location:
        """The place of a value (or of its key); of its nearest parent if there is no such value."""
        for end in range(len(path), -1, -1):
            places = self.keys if key and path[:end] in self.keys else self.values
            if path[:end] in places:
                line, column = places[path[:end]]
                return Location(self.file, line, column, dotted(path) or None)
        return Location(self.file)

    def get(self, path: KeyPath) -> object:
        """The value at a path, or None."""
        value = self.data
        for step in path:
            try:
                value = value[step]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def dotted(path: KeyPath) -> str:
    """``("arms", 0, "name")`` as ``"arms[0].name"``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def shown(value: object, longest: int = 60) -> str:
    """A value as a message shows it: short, on one line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        kind = "keys with values" if isinstance(value, dict) else "a list"
        return f"{kind}, {len(value) or 'no'} {'entry' if len(value) == 1 else 'entries'}"
    text = " ".join(str(value).split()) or "an empty text"
    return text if len(text) <= longest else text[: longest - 1] + "…"
