"""``hepatrial agents``: the catalogue of agents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hepatrial.agents.agent import Agent
    from hepatrial.quantities import Quantity


def agents(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One agent; all if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the catalogue of agents, or one agent with every number, its source, its grade, and the gaps."""
    from hepatrial.agents import agent_names, load_agent

    if name is not None:
        _require_agent(name, tuple(agent_names()))
    records = [load_agent(known) for known in ([name] if name is not None else agent_names())]
    if as_json:
        content = [_plain(record) for record in records]
        _print_json(content if name is None else content[0])
    elif name is None:
        for record in records:
            gaps = f"{len(record.gaps)} gaps" if record.gaps else "complete"
            typer.echo(f"{record.name:<16}{_usual(record):<28}{gaps:<12}{record.drug_class}")
    else:
        for line in described(records[0]):
            typer.echo(line)


def described(agent: Agent) -> Iterator[str]:
    """An agent, line by line."""
    yield f"{agent.name} ({agent.drug_class})"
    if agent.synonyms:
        yield f"also: {', '.join(agent.synonyms)}"
    yield f"usual dose: {_usual(agent)}"
    yield "\npharmacokinetics"
    yield _line("molecular weight", agent.molecular_weight_g_mol)
    for item in fields(agent.pharmacokinetics):
        value = getattr(agent.pharmacokinetics, item.name)
        if item.name == "hepatic_ratio":
            for grade, ratio in value.items():
                yield _line(f"exposure, Child-Pugh {grade}", ratio)
        else:
            yield _line(item.name.replace("_", " "), value)
    yield "\ntargets"
    for affinity in agent.affinities:
        yield _line(f"{affinity.target} ({affinity.kind})", affinity.potency)
    yield "\nadverse events"
    for event in agent.adverse_events:
        yield _line(f"{event.name}, grade {event.grade}", event.probability)
    yield _line("liver injury", agent.liver_injury)
    for note in agent.notes:
        yield f"note: {note}"
    yield f"gaps: {', '.join(agent.gaps) or 'none'}"


def _line(label: str, quantity: Quantity | None) -> str:
    if quantity is None:
        return f"  {label:<34}{'not known':>12}"
    unit = "" if quantity.unit == "1" else f" {quantity.unit}"
    return f"  {label:<34}{quantity.value:>12.4g}{unit}  [{quantity.grade}] {quantity.source}"


def _usual(agent: Agent) -> str:
    every = {0.5: "twice daily", 1.0: "once daily", 2.0: "every other day"}
    interval = agent.usual_interval_days
    return f"{agent.usual_dose_mg:g} mg {every.get(interval, f'every {interval:g} days')}"


def _require_agent(name: str, known: tuple[str, ...]) -> None:
    from hepatrial.errors import UsageError, near_miss

    if name not in known:
        meant = near_miss(name, known)
        fix = f"did you mean {meant}?" if meant else "choose one of these"
        raise UsageError(
            f"the catalogue has no agent {name}\n  allowed: {', '.join(known)}\n  fix:     {fix}"
        )


def _plain(agent: Agent) -> dict[str, Any]:
    return {**asdict(agent), "gaps": list(agent.gaps)}


def _print_json(content: object) -> None:
    import json

    typer.echo(json.dumps(_finite(content), indent=2, ensure_ascii=False, allow_nan=False))


def _finite(content: Any) -> Any:
    """JSON has no infinity: a potency without binding is written as null."""
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and content in (float("inf"), float("-inf")) else content
