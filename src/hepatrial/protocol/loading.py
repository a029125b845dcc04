"""Reading and checking a protocol: all problems at once, or the frozen `Protocol`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from pydantic import ValidationError

from hepatrial.errors import InvalidInput, Issue, Location, UsageError, near_miss
from hepatrial.files.document import Document, YamlError
from hepatrial.files.located_yaml import parse
from hepatrial.files.text_file import read_text
from hepatrial.protocol import catalogue
from hepatrial.protocol.building import build
from hepatrial.protocol.bundled_protocols import SUFFIX, protocol_names, protocol_text
from hepatrial.protocol.design import Protocol
from hepatrial.protocol.draft import Draft, draft_of
from hepatrial.protocol.file_problems import issues_of
from hepatrial.protocol.file_schema import ProtocolFile
from hepatrial.protocol.own_agents import Texts, already_read, in_folder
from hepatrial.protocol.rules import RULES

NO_FILES = already_read(())


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: all issues in file order, and the protocol if none of them is an error."""

    issues: tuple[Issue, ...]
    protocol: Protocol | None

    @property
    def errors(self) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.severity == "error")

    @property
    def warnings(self) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.severity != "error")


def load(name_or_path: str | Path) -> Protocol:
    """Read a protocol.

    Parameters
    ----------
    name_or_path
        The name of a bundled protocol (`protocol_names`), or the path of a YAML file. A bundled name comes
        first; write ``./sharp`` for a file of that name.

    Returns
    -------
    Protocol
        In canonical units, with the text it was read from and the hash of its content.

    Raises
    ------
    InvalidInput
        With every problem of the file, each with its line.
    """
    return _protocol_of(check(name_or_path))


def load_text(text: str, file: str = "<text>") -> Protocol:
    """Read a protocol from YAML text; ``file`` is the name that messages show. Raises `InvalidInput`."""
    return _protocol_of(check_text(text, file))


def check(name_or_path: str | Path) -> Checked:
    """Check a bundled protocol or a file; never raises for what is wrong with it.

    Raises `UsageError` for what is neither a name nor a path.
    """
    if not isinstance(name_or_path, (str, PathLike)):
        raise UsageError(
            f"a protocol is loaded by its name or path\n  found:   {name_or_path!r} ({type(name_or_path).__name__})\n"
            f'  allowed: text or a path\n  fix:     load("{protocol_names()[0]}"), or load("mine.yaml")'
        )
    name = str(name_or_path)
    if name in protocol_names():
        return check_text(protocol_text(name), f"{name}{SUFFIX}")
    path = Path(name_or_path)
    if not _exists(path):
        return Checked((_not_found(name),), None)
    try:
        text = read_text(path, "a protocol")
    except YamlError as problem:
        return Checked((problem.issue,), None)
    return check_text(text, name, in_folder(path.parent))


def check_text(text: str, file: str = "<text>", agent_texts: Texts = NO_FILES) -> Checked:
    """Check YAML text; ``agent_texts`` reads the agents' files that it names."""
    try:
        document = parse(text, file)
    except YamlError as problem:
        return Checked((problem.issue,), None)
    if not isinstance(document.data, dict) or not document.data:
        return Checked((_not_a_protocol(document),), None)
    content, issues = _validated(document)
    draft = draft_of(document, agent_texts)
    issues = _in_file_order([*document.issues, *issues, *_rule_issues(draft)])
    if content is None or any(issue.severity == "error" for issue in issues):
        return Checked(issues, None)
    protocol = build(content, document.text, draft.own.agents)
    empty = catalogue.empty_population(protocol)
    if empty is not None:
        where = document.locate(("population", "eligibility"), key=True)
        return Checked(_in_file_order([*issues, replace(empty, where=where)]), None)
    return Checked(issues, protocol)


def _protocol_of(checked: Checked) -> Protocol:
    if checked.protocol is None:
        raise InvalidInput(checked.errors)
    return checked.protocol


def _validated(document: Document) -> tuple[ProtocolFile | None, list[Issue]]:
    try:
        return ProtocolFile.model_validate(document.data), []
    except ValidationError as error:
        return None, issues_of(error, document)


def _rule_issues(draft: Draft) -> list[Issue]:
    return [issue for rule in RULES if draft.has(*rule.needs) for issue in rule.check(draft)]


def _in_file_order(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    def place(issue: Issue) -> tuple[int, int]:
        where = issue.where
        return (where.line or 0, where.column or 0) if where else (0, 0)

    return tuple(sorted(issues, key=place))


def _exists(path: Path) -> bool:
    """Whether there is something at a path; what may not be looked at is taken to be there."""
    try:
        path.stat()
    except PermissionError:
        return True
    except (OSError, ValueError):  # no such file, a name that no file system can hold
        return False
    return True


def _not_found(name: str) -> Issue:
    known = protocol_names()
    meant = near_miss(Path(name).name.removesuffix(SUFFIX), known)
    return Issue(
        "there is no such protocol",
        Location("".join(character if character.isprintable() else "?" for character in name)),
        found="no file of that name",
        allowed=f"a YAML file, or a bundled protocol: {', '.join(known)}",
        fix=f"did you mean `{meant}`?" if meant else "check the path",
        rule="no-such-file",
    )


def _not_a_protocol(document: Document) -> Issue:
    found = "nothing" if document.data is None or document.data == {} else type(document.data).__name__
    words = {"str": "text", "list": "a list", "int": "a number", "float": "a number", "bool": "true or false"}
    return Issue(
        "the file is empty" if found == "nothing" else "this is not a protocol",
        Location(document.file, 1),
        found=words.get(found, found),
        allowed="keys with values, as `hepatrial protocols show sharp` prints them",
        fix="start from a bundled protocol: hepatrial protocols show sharp > mine.yaml",
        rule="not-a-protocol",
    )
