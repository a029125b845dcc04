"""What a rule of a sound record is, and how it looks at one that may be unsound in other ways."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from hepatrial.errors import Issue
from hepatrial.files.document import Document, KeyPath

ENDPOINT_MEDIANS = ("os", "ttp", "pfs", "rfs", "ttr", "ttup")
CONFIRMED_ROWS = ("arms", "comparisons", "baseline", "landmarks", "subgroups", "findings")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What a rule needs to know of another record."""

    key: str
    name: str
    also: tuple[str, ...]
    registration: str
    year: int | None
    part_of: str | None
    supersedes: str | None
    file: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A record's content, sound or not, with the other records around it.

    Attributes
    ----------
    document
        The content with its places.
    key
        The name of the file.
    others
        All other records by key.
    """

    document: Document
    key: str = ""
    others: Mapping[str, Neighbour] = field(default_factory=dict)

    @property
    def data(self) -> Mapping[str, Any]:
        """The content."""
        return self.document.data if isinstance(self.document.data, dict) else {}

    def rows(self, section: str) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
        """Rows of a section that are mappings, with their paths."""
        rows = self.data.get(section)
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                yield (section, index), row

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words."""
        words = self.data.get(key)
        return tuple(word for word in words if isinstance(word, str)) if isinstance(words, list) else ()

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms."""
        return tuple(row["arm"] for _, row in self.rows("arms") if isinstance(row.get("arm"), str))

    @property
    def pairs(self) -> tuple[str, ...]:
        """Comparisons as findings name them, either way round."""
        return tuple(f"{one} v {other}" for one in self.arms for other in self.arms if one != other)


def number(value: object) -> float | None:
    """The value if it is a finite number; the form of the record tells of others."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None


def limits(row: Mapping[str, Any], key: str) -> tuple[float | None, float | None] | None:
    """A two-sided interval, each limit a number or None; None if there is no such thing."""
    pair = row.get(key)
    if not (isinstance(pair, (list, tuple)) and len(pair) == 2):
        return None
    low, high = number(pair[0]), number(pair[1])
    broken = any(limit is not None and number(limit) is None for limit in pair)
    return None if broken or (low is None and high is None) else (low, high)


class Rule(ABC):
    """One rule of a sound record."""

    name: ClassVar[str]
    severity: ClassVar[str] = "error"

    @abstractmethod
    def check(self, draft: Draft) -> Iterator[Issue]:
        """Every break of the rule."""

    def issue(self, draft: Draft, path: KeyPath, what: str, found: object, allowed: str, fix: str) -> Issue:
        """An `Issue` at a place of the record."""
        where = draft.document.locate(path)
        return Issue(what, where, str(found), allowed, fix, self.name, self.severity)
