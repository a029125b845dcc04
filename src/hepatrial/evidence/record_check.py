"""Checking a record: all problems at once, or the frozen `PublishedTrial`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from hepatrial.errors import InvalidInput, Issue, Location, near_miss
from hepatrial.evidence.record_building import record_of
from hepatrial.evidence.record_schema import SECTIONS, FindingRow, RecordFile
from hepatrial.evidence.rules import RULES, Draft, Neighbour
from hepatrial.evidence.trials import PublishedTrial
from hepatrial.files.document import Document, KeyPath, YamlError, shown
from hepatrial.files.located_yaml import parse


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """The outcome of a check: all issues in file order, and the record if none of them is an error."""

    file: str
    issues: tuple[Issue, ...]
    trial: PublishedTrial | None

    @property
    def errors(self) -> tuple[Issue, ...]:
        """What forbids the use of the record."""
        return tuple(issue for issue in self.issues if issue.severity == "error")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """What a reader should look at."""
        return tuple(issue for issue in self.issues if issue.severity != "error")


def check_text(
    text: str, file: str, key: str, others: Mapping[str, Neighbour] | None = None, *, own: bool = False
) -> CheckedRecord:
    """Check the text of a record.

    Parameters
    ----------
    text, file
        YAML, and the name that messages show.
    key
        The name of the file without its suffix.
    others
        The records beside it, for the rules on links.
    own
        Whether it is a record of the user's own.
    """
    try:
        document = parse(text, file)
    except YamlError as problem:
        return CheckedRecord(file, (problem.issue,), None)
    return check_document(document, key, others, own=own)


def check_document(
    document: Document, key: str, others: Mapping[str, Neighbour] | None = None, *, own: bool = False
) -> CheckedRecord:
    """Check content that was read already."""
    if not isinstance(document.data, dict) or not document.data:
        issue = Issue(
            "this is not a record",
            Location(document.file, 1),
            shown(document.data),
            "keys with values",
            "start from a record that ships: hepatrial evidence show sharp --yaml",
            "not-a-record",
        )
        return CheckedRecord(document.file, (issue,), None)
    draft = Draft(document, key, others or {})
    issues = [*document.issues, *_form_issues(document)]
    issues += [issue for rule in RULES for issue in rule.check(draft)]
    issues.sort(key=_place)
    sound = not any(issue.severity == "error" for issue in issues)
    trial = record_of(document.data, key, file=document.file, own=own) if sound else None
    return CheckedRecord(document.file, tuple(issues), trial)


def trial_of(content: Mapping[str, Any], file: str) -> PublishedTrial:
    """A record from the content of its file, checked by itself.

    Raises
    ------
    InvalidInput
        Lists every problem that is an error.
    """
    checked = check_document(Document(file, "", dict(content)), file.removesuffix(".yaml"))
    if checked.trial is None:
        raise InvalidInput(checked.errors)
    return checked.trial


def _place(issue: Issue) -> tuple[int, int]:
    where = issue.where
    return (where.line or 0, where.column or 0) if where else (0, 0)


def _form_issues(document: Document) -> list[Issue]:
    try:
        RecordFile.model_validate(document.data)
    except ValidationError as error:
        return [
            _issue(problem, document)
            for problem in error.errors()
            if not (problem["type"] == "missing" and _is_size_of_arm(problem["loc"]))
        ]
    return []


def _is_size_of_arm(path: KeyPath) -> bool:
    """A rule of its own says what to do about an arm without n."""
    return path[:1] == ("arms",) and path[-1] == "n"


def _issue(problem: Any, document: Document) -> Issue:
    path: KeyPath = tuple(problem["loc"])
    kind, last = problem["type"], path[-1] if path else "the record"
    where = document.locate(path, key=kind == "extra_forbidden")
    if kind == "extra_forbidden":
        known = _known_keys(path)
        meant = near_miss(str(last), known)
        fix = f"did you mean {meant}?" if meant else "delete it"
        if str(last).isdigit():
            fix = "write decimals with a point: a comma ends the number"
        return Issue("a key that is not known here", where, str(last), ", ".join(known), fix, "unknown-key")
    if kind == "missing" and isinstance(last, int):
        return _form_issue(path[:-1], "tuple_type", document)
    if kind == "missing":
        return Issue(f"{last} is missing", where, "nothing", f"the key {last}", "add it", "missing-key")
    found = shown(problem["input"])
    if kind == "literal_error":
        allowed = problem["ctx"]["expected"].replace("'", "")
        meant = near_miss(found, [word.strip() for word in allowed.replace(" or ", ", ").split(",")])
        fix = f"did you mean {meant}?" if meant else "choose one of these"
        return Issue(f"{last} is not one that is known", where, found, allowed, fix, "unknown-word")
    if kind in _BOUNDS:
        allowed = _BOUNDS[kind].format(problem["ctx"])
        return Issue(
            f"{_named(path)} is out of range",
            where,
            found,
            allowed,
            "read it again in the source",
            "out-of-range",
        )
    return _form_issue(path, kind, document)


def _form_issue(path: KeyPath, kind: str, document: Document) -> Issue:
    """A value of the wrong kind, with what to write in its place."""
    value = document.get(path)
    allowed, fix = (
        _PATTERNS.get(_named(path), _TEXT) if kind == "string_pattern_mismatch" else _KINDS.get(kind, _TEXT)
    )
    if kind in ("float_type", "int_type"):
        fix = _number_meant(value) or fix
    where = document.locate(path)
    return Issue(f"{_named(path)} is not what belongs here", where, shown(value), allowed, fix, "wrong-kind")


_NUMBER_IN_TEXT = re.compile(r"\s*(-?\d+)(?:[.,](\d+))?\s*(\D*)")


def _number_meant(value: object) -> str | None:
    """What to write where a text holds a number: 0.80 in quotes, 0,80, 95 %, 15 months."""
    if value is None:
        return "write the number, or delete the row where it is not known"
    found = _NUMBER_IN_TEXT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    whole, decimals, unit = found.groups()
    number = f"{whole}.{decimals}" if decimals else whole
    return (
        f"write the number alone: {number}"
        if unit.strip()
        else f"write {number}, without quotes and with a point"
    )


_BOUNDS = {
    "greater_than_equal": "{0[ge]} or more",
    "less_than_equal": "{0[le]} or less",
}
_TEXT = ("text", "put it in quotes")
_PATTERNS = {
    "began": ("a year, a month or a day: 2019, 2019-04, 2019-04-30", "write the year first"),
    "public_by": ("a year or a month: 2019, 2019-04", "write the year first"),
    "ratio": ("numbers with a colon between them: 2:1, in quotes", "write it as in 2:1"),
}
"""Forms that a text must have, by key."""

_KINDS = {
    "float_type": ("a number", "write a number, or null where it is not known"),
    "int_type": ("a whole number", "write a whole number, or null where it is not known"),
    "finite_number": ("a finite number", "write null where it is not known"),
    "string_type": ("text", "put it in quotes"),
    "string_too_short": ("text", "write something, or delete the key"),
    "tuple_type": ("[low, high]", "write both limits in brackets"),
    "too_long": ("[low, high]", "write both limits in brackets"),
    "list_type": ("a list", "begin each entry with a dash"),
    "model_type": ("keys with values", "check the indentation"),
    "model_attributes_type": ("keys with values", "check the indentation"),
    "dict_type": ("keys with values", "check the indentation"),
    "bool_type": ("true or false", "write true or false"),
}
"""What is allowed and how to mend it, by kind of problem."""


def _named(path: KeyPath) -> str:
    words = [step for step in path if isinstance(step, str)]
    return words[-1] if words else "the record"


def _known_keys(path: KeyPath) -> tuple[str, ...]:
    parent = tuple(step for step in path[:-1] if isinstance(step, str))
    return tuple(SECTIONS.get(parent, FindingRow).model_fields)
