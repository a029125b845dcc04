"""Agents of one's own: the files that a protocol names in place of an agent of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from hepatrial.errors import InvalidInput, Issue, UsageError
from hepatrial.files.document import Document, KeyPath, YamlError
from hepatrial.files.text_file import read_text
from hepatrial.protocol import catalogue
from hepatrial.protocol.design import OwnAgent

if TYPE_CHECKING:
    from hepatrial.agents import Agent

SUFFIXES = (".yaml", ".yml")
TAKEN = "protocol.yaml"
"""A run folder holds the protocol under this name, and the agents' files beside it."""

Texts = Callable[[str], str]
"""The text of an agent's file by its path as the protocol writes it; raises `YamlError`."""


@dataclass(frozen=True, slots=True)
class Found:
    """The agents' files that a protocol names: those that are sound by path, and what is wrong with the others."""

    agents: dict[str, OwnAgent]
    issues: tuple[Issue, ...]


def is_file(agent: str) -> bool:
    """Whether the agent of a protocol is a file, not a name of the catalogue."""
    return agent.endswith(SUFFIXES)


@cache
def parsed(own: OwnAgent) -> Agent:
    """The agent that a file describes; raises `InvalidInput`."""
    from hepatrial.agents.reading import read_agent_text

    return read_agent_text(own.text, own.path)


def own_agent(agent: Agent) -> OwnAgent:
    """An agent made or changed in Python, as a file that says the same; raises `InvalidInput` where it breaks rules."""
    from hepatrial.agents import Agent
    from hepatrial.agents.writing import agent_yaml

    if not isinstance(agent, Agent):
        raise UsageError(
            f"this is not an agent\n  found:   {agent!r} ({type(agent).__name__})\n"
            '  allowed: what load_agent gives\n  fix:     agents=[load_agent("mine.yaml")]'
        )
    made = OwnAgent(agent.name, f"./{agent.name}.yaml", agent_yaml(agent))
    parsed(made)
    return made


def in_folder(folder: Path) -> Texts:
    """Texts of files in the folder of the protocol, and below."""

    def text(path: str) -> str:
        file = folder / path
        if not file.resolve().is_relative_to(folder.resolve()):
            raise YamlError(_outside(path))
        try:
            return read_text(file, "an agent")
        except YamlError as error:
            if error.issue.where is None or error.issue.where.line is not None:
                raise
            # Of a file that is not read as text, the line that names it is where to look.
            raise YamlError(replace(error.issue, what=f"{path}: {error.issue.what}", where=None)) from error

    return text


def already_read(agents: Sequence[OwnAgent]) -> Texts:
    """Texts that a protocol in Python holds."""
    known = {own.path: own.text for own in agents}

    def text(path: str) -> str:
        if path not in known:
            raise YamlError(
                Issue(
                    "a protocol without a folder has no files beside it",
                    found=path,
                    allowed="the name of an agent of the catalogue" + "".join(f", {path}" for path in known),
                    fix="save the protocol as a file beside the agent's, and load that",
                )
            )
        return known[path]

    return text


def read_own(document: Document, named: Iterable[tuple[KeyPath, str]], texts: Texts) -> Found:
    """Read every agent's file that a protocol names."""
    agents: dict[str, OwnAgent] = {}
    issues: list[Issue] = []
    for place, path in named:
        if not is_file(path) or path in agents:
            continue
        where = document.locate((*place, "agent"))
        try:
            found = _read(path, texts)
        except (YamlError, InvalidInput) as error:
            given = (error.issue,) if isinstance(error, YamlError) else error.issues
            issues += [
                replace(issue, where=issue.where or where, rule=issue.rule or "own-agent") for issue in given
            ]
            continue
        clash = next(_clashes(found, agents.values()), None)
        if clash is None:
            agents[path] = found
        else:
            issues.append(replace(clash, where=where, rule="own-agent"))
    return Found(agents, tuple(issues))


def _read(path: str, texts: Texts) -> OwnAgent:
    if not path.isprintable():
        raise YamlError(
            Issue(
                "no path has such a sign in it",
                found=repr(path),
                allowed="letters, digits and the signs of file names",
                fix="write the path again, without escapes such as \\n",
            )
        )
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path:
        raise YamlError(_outside(path))
    if str(pure) == TAKEN:
        raise YamlError(
            Issue(
                f"an agent's file may not be named {TAKEN}",
                found=path,
                allowed="another name: a run folder holds the protocol under this one",
                fix="rename the file",
            )
        )
    own = OwnAgent("", path, texts(path))
    return replace(own, name=parsed(own).name)


def _outside(path: str) -> Issue:
    return Issue(
        "the agent's file is not in the folder of the protocol",
        found=path,
        allowed="a path from the protocol's folder to a file in it or below, with / between folders",
        fix="copy the file beside the protocol, and write ./NAME.yaml",
    )


def _clashes(own: OwnAgent, others: Iterable[OwnAgent]) -> Iterator[Issue]:
    same = next((other.path for other in others if other.name == own.name), None)
    if same is None and own.name in catalogue.known_agents():
        same = "the catalogue"
    if same is not None:
        yield Issue(
            f"there are two agents named {own.name}",
            found=f"{own.path} and {same}",
            allowed="a name of its own for each agent",
            fix=f"write another `name` in {own.path}, for example {own.name}-2",
        )
