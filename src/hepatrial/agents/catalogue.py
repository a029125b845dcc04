"""The agents that ship with the product, and agents of a user's own: one YAML file each."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path

from hepatrial.agents.agent import Agent
from hepatrial.errors import InvalidInput, Issue, near_miss

SUFFIXES = (".yaml", ".yml")


@cache
def agent_names() -> tuple[str, ...]:
    """Names of the agents of the catalogue, in alphabetical order."""
    return tuple(
        sorted(Path(entry.name).stem for entry in _folder().iterdir() if entry.name.endswith(SUFFIXES))
    )


def name_of_synonym(text: str) -> str | None:
    """The name in the catalogue of an agent that is known by another name too, whatever the case of letters."""
    wanted = text.casefold()
    return next((n for n in agent_names() if wanted in {s.casefold() for s in _bundled(n).synonyms}), None)


def load_agent(name_or_path: str | Path) -> Agent:
    """An agent of the catalogue by name or synonym, or one of your own by the path of its file.

    One of the catalogue has the values that the calibration found for it, graded *fitted* (`recorded_agent` without).

    Raises
    ------
    InvalidInput
        If there is no such agent (with the nearest name), or if the file breaks rules: all problems at once,
        with their lines.
    """
    text = str(name_or_path)
    if text in agent_names():
        return _fitted(text)
    if Path(text).suffix in SUFFIXES:
        from hepatrial.agents.reading import read_agent_file

        return read_agent_file(Path(text))
    other = name_of_synonym(text)
    if other is not None:
        return _fitted(other)
    meant = near_miss(text, agent_names())
    raise InvalidInput(
        (
            Issue(
                "the catalogue has no such agent",
                found=text,
                allowed=f"{', '.join(agent_names())}, or the path of an agent's file (.yaml)",
                fix=f"did you mean {meant}?" if meant else "describe the agent in a file and give its path",
                rule="agent",
            ),
        )
    )


def recorded_agent(name: str) -> Agent:
    """An agent of the catalogue as its file records it, without what the calibration found."""
    return _bundled(name)


@cache
def _fitted(name: str) -> Agent:
    from hepatrial.agents.replacing import with_values

    found = fitted_values().get(name, {})
    return with_values(
        _bundled(name),
        {quantity: fields["value"] for quantity, fields in found.items()},
        {quantity: fields["spread"] for quantity, fields in found.items()},
    )


@cache
def fitted_values() -> dict[str, dict[str, dict[str, float]]]:
    """By agent and quantity, the value that the calibration found, and the sd of its logarithm or logit."""
    file = resources.files("hepatrial.agents").joinpath("fitted", "agents.json")
    return json.loads(file.read_text(encoding="utf-8"))


@cache
def _bundled(name: str) -> Agent:
    from hepatrial.agents.reading import read_agent_text

    entry = _folder().joinpath(f"{name}.yaml")
    return read_agent_text(entry.read_text(encoding="utf-8"), entry.name)


def _folder():
    return resources.files("hepatrial.agents").joinpath("data")
