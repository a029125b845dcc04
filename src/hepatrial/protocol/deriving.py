"""Protocols changed in Python: checked as a file is, with a text and a hash that are theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from hepatrial.errors import InvalidInput, Issue, Location, UsageError, near_miss
from hepatrial.protocol.design import Baseline, Protocol
from hepatrial.protocol.loading import check_text
from hepatrial.protocol.own_agents import already_read
from hepatrial.protocol.writing import protocol_yaml

COMMENT = "Written from a protocol that was changed in Python; the comments of its earlier text are gone."
SOURCE = "changed in Python"
MADE_ANEW = ("text", "hash")


def changed(protocol: Protocol, changes: Mapping[str, Any]) -> Protocol:
    """The protocol with other values of these fields; see `Protocol.with_changes`."""
    known = tuple(field.name for field in fields(Protocol) if field.name not in MADE_ANEW)
    for name in changes:
        if name not in known:
            meant = near_miss(name, known)
            fix = f"did you mean {meant}?" if meant else "choose one of these"
            raise UsageError(
                f"a protocol has no field {name} that can be changed\n"
                f"  allowed: {', '.join(known)}\n  fix:     {fix}"
            )
    return settled(replace(protocol, **changes))


def settled(protocol: Protocol) -> Protocol:
    """The protocol itself if it is what its text says; else with text and hash made anew from the design.

    Raises
    ------
    InvalidInput
        The design breaks rules, or holds what no protocol file can say.
    """
    texts = already_read(protocol.own_agents)
    as_read = check_text(protocol.text, agent_texts=texts).protocol
    if as_read == protocol:
        return protocol
    design = protocol if as_read is None else _with_honest_sources(protocol, as_read.baseline)
    made = check_text(protocol_yaml(design, COMMENT), agent_texts=texts)
    if made.protocol is None:
        raise InvalidInput(tuple(_in_python(issue, protocol.name) for issue in made.errors))
    lost = tuple(_differences(_comparable(design), _comparable(made.protocol)))
    if lost:
        raise InvalidInput(tuple(_cannot_be_said(protocol.name, *difference) for difference in lost))
    return made.protocol


def _with_honest_sources(protocol: Protocol, before: Baseline) -> Protocol:
    """Covariates with new numbers but the source of the old ones: the source says that they were changed."""
    now = protocol.baseline
    entries, earlier = now.categories | now.continuous, before.categories | before.continuous
    stale = {
        name: SOURCE
        for name, entry in entries.items()
        if entry != earlier.get(name) and now.sources.get(name) == before.sources.get(name)
    }
    return replace(protocol, baseline=replace(now, sources={**now.sources, **stale}))


def _in_python(issue: Issue, name: str) -> Issue:
    """An issue of the text that was made: its lines were never seen, so its key tells the place."""
    key = issue.where.key if issue.where is not None else None
    said = key is not None and issue.what.startswith(f"{key}:")
    return replace(issue, where=replace(_place(name, None if said else key), key=key))


def _place(name: str, key: str | None) -> Location:
    return Location(", ".join(part for part in (name, "changed in Python", key) if part), key=key)


def _cannot_be_said(name: str, key: str, found: Any, read: Any) -> Issue:
    return Issue(
        "a protocol file cannot say this",
        _place(name, key),
        found=_shown(found),
        allowed=f"what a file can say; read back it would be {_shown(read)}",
        fix="see docs/protocol.md for what each key may hold",
        rule="design-can-be-written",
    )


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _comparable(protocol: Protocol) -> Any:
    """The content that a text must keep: the label and unchanged sources of the baseline table come from its base."""
    content = asdict(protocol)
    for key in MADE_ANEW:
        del content[key]
    del content["baseline"]["name"], content["baseline"]["sources"]
    return content


def _differences(ours: Any, read: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(ours, dict) and isinstance(read, dict):
        for key in dict.fromkeys((*ours, *read)):
            below = f"{path}.{key}" if path else str(key)
            yield from _differences(ours.get(key), read.get(key), below)
    elif isinstance(ours, (list, tuple)) and isinstance(read, (list, tuple)) and len(ours) == len(read):
        for index, (one, other) in enumerate(zip(ours, read, strict=True)):
            yield from _differences(one, other, f"{path}[{index}]")
    elif ours != read:
        yield path, ours, read
