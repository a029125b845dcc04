"""YAML that remembers where everything stood, and that cannot be used against its reader.

Read from parser events, never through object construction: no tags, no anchors or aliases (so no YAML bombs),
one document, bounded depth and number of entries, no duplicate keys. Plain scalars follow the YAML 1.2 core
schema, so that `no` stays a word and `2:1` is not a number to base 60.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf, nan
from typing import Any

import yaml
from yaml import events

from hepatrial.errors import Issue, Location
from hepatrial.files.document import Document, KeyPath, YamlError, dotted

MAX_DEPTH = 20
MAX_ENTRIES = 10_000
"""Keys and values of a file; a protocol has about 120, an agent about 800."""

_INTEGER = re.compile(r"^[-+]?[0-9]{1,18}$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?$")
_WORDS: dict[str, bool | float | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), nan),
}


_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, file: str) -> Document:
    """Parse YAML text into a `Document`; raises `YamlError` where it may not be read on."""
    return _parsed(text, file, yaml.SafeLoader)


def parse_shipped(text: str, file: str) -> Any:
    """The content of a file that ships, read by the same rules as a user's.

    By libyaml where it is there, which is ten times as fast, and says less well what is wrong with a file.
    """
    return _parsed(text, file, _FAST).data


def _parsed(text: str, file: str, loader: Any) -> Document:
    text = text.removeprefix("\ufeff")
    reader = _Reader(file)
    try:
        for event in yaml.parse(text, Loader=loader):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        raise YamlError(_syntax_issue(error, file)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError(
            Issue(
                "the file holds a character that YAML does not allow",
                Location(file, line),
                found=f"U+{error.character:04X}",
                allowed="printable characters",
                fix="delete the character",
                rule="yaml",
            )
        ) from error
    return Document(file, text, reader.root, reader.values, reader.keys, tuple(reader.issues))


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being filled; ``key`` is the mapping's key that waits for its value."""

    container: dict | list
    path: KeyPath
    key: str | int | None = None
    waiting: bool = False


class _Reader:
    """Builds the data from parser events, one call an event; never recursive."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: object = None
        self.values: dict[KeyPath, tuple[int, int]] = {}
        self.keys: dict[KeyPath, tuple[int, int]] = {}
        self.issues: list[Issue] = []
        self._stack: list[_Frame] = []
        self._documents = 0
        self._entries = 0

    def take(self, event: events.Event) -> None:
        if isinstance(event, events.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._stop(
                    event,
                    "a second document starts here",
                    "one YAML document",
                    "delete the line `---` and what follows",
                )
        elif isinstance(event, events.NodeEvent):
            self._refuse_indirection(event)
            self._count(event)
            if isinstance(event, events.ScalarEvent):
                self._scalar(event)
            else:
                self._open(event)
        elif isinstance(event, (events.MappingEndEvent, events.SequenceEndEvent)):
            self._stack.pop()

    def _count(self, event: events.Event) -> None:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            self._stop(
                event,
                "the file has too many entries",
                f"at most {MAX_ENTRIES:,} keys and values",
                "check that this is the right file",
                found=f"more than {MAX_ENTRIES:,}",
            )

    def _refuse_indirection(self, event: events.NodeEvent) -> None:
        if isinstance(event, events.AliasEvent):
            self._stop(
                event,
                "an alias is not allowed",
                "plain values",
                "write the value out",
                found=f"*{event.anchor}",
            )
        if event.anchor:
            self._stop(
                event,
                "an anchor is not allowed",
                "plain values",
                "write the value out",
                found=f"&{event.anchor}",
            )
        if getattr(event, "tag", None):
            self._stop(event, "a tag is not allowed", "plain values", "delete the tag", found=str(event.tag))

    def _scalar(self, event: events.ScalarEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.container, dict) and not frame.waiting:
            self._take_key(frame, event)
            return
        value = plain_scalar(event.value) if event.implicit[0] else event.value
        self._place(event, value)

    def _take_key(self, frame: _Frame, event: events.ScalarEvent) -> None:
        key = event.value
        path = (*frame.path, key)
        if key in frame.container:
            self.issues.append(
                Issue(
                    f"the key {key} stands twice",
                    self._where(event, path),
                    found=f"{key}, first on line {self.keys[path][0]}",
                    allowed="each key once",
                    fix="delete or rename one of them",
                    rule="duplicate-key",
                )
            )
        self.keys.setdefault(path, _place_of(event))
        frame.key, frame.waiting = key, True

    def _open(self, event: events.NodeEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.container, dict) and not frame.waiting:
            self._stop(
                event,
                "a key must be a single word",
                "a word",
                "write the key as plain text; quote text with { or [",
            )
        if len(self._stack) >= MAX_DEPTH:
            self._stop(
                event,
                "nested too deep",
                f"at most {MAX_DEPTH} levels",
                "check the indentation and the brackets",
            )
        container: dict | list = {} if isinstance(event, events.MappingStartEvent) else []
        path = self._place(event, container)
        self._stack.append(_Frame(container, path))

    def _place(self, event: events.NodeEvent, value: object) -> KeyPath:
        if not self._stack:
            self.root, path = value, ()
        else:
            frame = self._stack[-1]
            if isinstance(frame.container, dict):
                path = (*frame.path, frame.key)
                frame.container[frame.key] = value
                frame.waiting = False
            else:
                path = (*frame.path, len(frame.container))
                frame.container.append(value)
        self.values[path] = _place_of(event)
        return path

    def _where(self, event: events.Event, path: KeyPath = ()) -> Location:
        line, column = _place_of(event)
        return Location(self.file, line, column, dotted(path) or None)

    def _stop(self, event: events.Event, what: str, allowed: str, fix: str, found: str | None = None) -> None:
        raise YamlError(Issue(what, self._where(event), found=found, allowed=allowed, fix=fix, rule="yaml"))


def _place_of(event: events.Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def plain_scalar(text: str) -> object:
    """What an unquoted word stands for by the YAML 1.2 core schema; numbers too long to be meant stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if len(text) <= 40 and _FLOAT.match(text):
        return float(text)
    return text


def _syntax_issue(error: yaml.MarkedYAMLError, file: str) -> Issue:
    mark = error.problem_mark or error.context_mark
    where = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
    problem = error.problem or "unreadable"
    if "\\t" in problem or "tab" in problem:
        fix = "indent with spaces, not with tabs"
    elif "mapping values are not allowed" in problem:
        fix = 'check the indentation of this line and the one above; quote text that holds ": "'
    elif "expected" in problem and ("]" in problem or "}" in problem):
        fix = "close the bracket, or put the missing comma"
    else:
        fix = "check the indentation, the quotes and the brackets here"
    return Issue("this is not valid YAML", where, found=problem, allowed="YAML", fix=fix, rule="yaml")
