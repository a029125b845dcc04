"""The exception tree, drawn once.

    HepatrialError
    ├── InvalidInput          a protocol or data file breaks rules (exit code 3); lists every issue
    ├── UsageError            a command or call was asked for something it cannot mean (exit code 2)
    └── RunFailed             valid input, but the work could not be finished (exit code 1)

Every message says what is wrong, where, what was found, what is allowed and how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


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


SHORTEST_TYPED = 3
"""Letters from which a word may be misspelt or begun; OS is no OR that slipped."""
LETTERS_AN_EDIT = 3
MOST_EDITS = 3


def near_miss(word: str, allowed: list[str] | tuple[str, ...]) -> str | None:
    """Return the allowed word that ``word`` was probably meant to be, or None.

    That is, in this order: the same word but for capitals, spaces and hyphens; the one with the fewest slips of
    the keyboard (a letter wrong, missing, too many, or two swapped; at most one for every three letters, and three
    at most); one that ``word`` begins. Words of two letters are too short to be told apart by a slip, and in a word
    of three or four the first letter has to be right, or swapped: RFS is an endpoint, not a misspelt PFS.
    """
    typed = _folded(word)
    names = {name: _folded(name) for name in allowed}
    same = next((name for name, known in names.items() if known == typed), None)
    if same is not None or len(typed) < SHORTEST_TYPED:
        return same
    slips = {name: _slips(typed, known) for name, known in names.items() if _comparable(typed, known)}
    near = [name for name, count in slips.items() if count <= _forgiven(typed, names[name])]
    if near:
        return min(near, key=slips.__getitem__)
    begun = [name for name, known in names.items() if known.startswith(typed)]
    return min(begun, key=len) if begun else None


def _folded(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter not in " _-")


def _forgiven(typed: str, known: str) -> int:
    return min(MOST_EDITS, min(len(typed), len(known)) // LETTERS_AN_EDIT)


def _comparable(typed: str, known: str) -> bool:
    if abs(len(typed) - len(known)) > MOST_EDITS:
        return False
    return min(len(typed), len(known)) > 4 or typed[:1] == known[:1] or typed[:2] == known[1::-1]


def _slips(typed: str, known: str) -> int:
    """Letters wrong, missing or too many, and neighbours swapped (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(known) + 1))
    for i, letter in enumerate(typed, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(known, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == known[j - 2] and typed[i - 2] == other:
                least = min(least, earlier[j - 2] + 1)
            row.append(least)
    return row[-1]
