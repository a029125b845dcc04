"""The exception tree, drawn once.

    HepatrialError
    ├── InvalidInput          a protocol or data file breaks rules (exit code 3); lists every issue
    ├── UsageError            a command or call was asked for something it cannot mean (exit code 2)
    └── RunFailed             valid input, but the work could not be finished (exit code 1)

Every message says what is wrong, where, what was found, what is allowed and how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a text file; lines and columns count from 1."""

    file: str
    line: int | None = None
    column: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return place


@dataclass(frozen=True, slots=True)
class Issue:
    """One broken rule: what, where, found, allowed, fix."""

    what: str
    where: Location | None = None
    found: str | None = None
    allowed: str | None = None
    fix: str | None = None
    rule: str | None = None
    severity: str = "error"

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        for label, text in (("found", self.found), ("allowed", self.allowed), ("fix", self.fix)):
            if text:
                lines.append(f"  {label + ':':<9}{text}")
        return "\n".join(lines)


class HepatrialError(Exception):
    """Base of every error that hepatrial raises on purpose."""

    exit_code = 1


@dataclass(eq=False)
class InvalidInput(HepatrialError):  # noqa: N818 (what happened, not that it is an error)
    """A file or a data set that breaks rules; ``issues`` lists all of them at once."""

    issues: tuple[Issue, ...] = field(default_factory=tuple)
    exit_code = 3

    def __str__(self) -> str:
        count = len(self.issues)
        head = "1 problem" if count == 1 else f"{count} problems"
        return "\n".join([head, *(str(issue) for issue in self.issues)])


class UsageError(HepatrialError):
    """A command or a call that cannot be carried out as asked."""

    exit_code = 2


class RunFailed(HepatrialError):  # noqa: N818
    """The input is valid, but the work could not be finished."""

    exit_code = 1


def near_miss(word: str, allowed: list[str] | tuple[str, ...]) -> str | None:
    """Return the allowed word that ``word`` was probably meant to be, or None."""
    lowered = {name.lower(): name for name in allowed}
    matches = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[matches[0]] if matches else None
