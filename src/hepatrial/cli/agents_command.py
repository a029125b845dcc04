"""``hepatrial agents``: the catalogue of agents."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hepatrial.agents.agent import Agent
    from hepatrial.quantities import Quantity


_LABELS = {
    "clearance_l_per_h": "apparent clearance CL/F",
    "volume_l": "apparent volume V/F",
    "clearance_cv": "clearance, CV of patients",
    "volume_cv": "volume, CV of patients",
    "clearance_volume_correlation": "their correlation (logs)",
    "exposure_dose_exponent": "exponent of exposure on dose",
    "reference_dose_mg_per_day": "reference dose",
    "drift_final_fraction": "exposure left in the long run",
    "drift_time_days": "time constant of its fall",
    "weight_exponent": "exponent of weight, clearance",
    "volume_weight_exponent": "exponent of weight, volume",
}


def agents(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="An agent, or the path of an agent's file; all if left out."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the catalogue of agents, or one agent with every number, its source, its grade, and the gaps."""
    from hepatrial.agents import agent_names, load_agent
    from hepatrial.cli.printing import print_json

    if name is not None and not name.endswith((".yaml", ".yml")):
        _require_agent(name, tuple(agent_names()))
    records = [load_agent(known) for known in ([name] if name is not None else agent_names())]
    if as_json:
        content = [_plain(record) for record in records]
        print_json(_finite(content if name is None else content[0]))
    elif name is None:
        for record in records:
            count = len(record.gaps)
            gaps = "complete" if not count else "1 gap" if count == 1 else f"{count} gaps"
            typer.echo(f"{record.name:<16}{_usual(record):<28}{gaps:<12}{record.drug_class}")
    else:
        for line in described(records[0]):
            typer.echo(line)


def described(agent: Agent) -> Iterator[str]:
    """An agent, line by line."""
    from hepatrial.disease.targets import TARGETS

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
            yield _line(_LABELS.get(item.name, item.name.replace("_", " ")), value)
    yield "\ntargets"
    for affinity in agent.affinities:
        yield _line(f"{affinity.target} ({affinity.kind})", affinity.potency)
    yield "\nadverse events and dose changes"
    for event in agent.adverse_events:
        yield f"  {event.name}, grade {event.grade}"
        yield _line("  share of patients", event.probability)
        yield _line("  time constant of onset", event.onset_days)
        yield _line("  exponent of exposure", event.exposure_exponent)
    yield _line("dose reduced after an event", agent.reduction_given_event)
    yield _line("withdrawn after an event", agent.withdrawal_given_event)
    yield _line("rise of ALBI by the drug", agent.liver_injury)
    yield from _remarks(agent)
    unused = dict.fromkeys(affinity.target for affinity in agent.affinities if affinity.target not in TARGETS)
    if unused:
        yield f"\ntargets that the patient model does not act through: {', '.join(unused)}"
    yield f"\ngaps: {', '.join(agent.gaps) or 'none'}"


def _line(label: str, quantity: Quantity | None) -> str:
    if quantity is None:
        return f"  {label:<30}{'not known':>10}"
    value = "none found" if math.isinf(quantity.value) else f"{quantity.value:.4g}"
    unit = "" if quantity.unit == "1" or math.isinf(quantity.value) else quantity.unit
    source = quantity.source if quantity.grade != "assumed" else "see the reasons below"
    return f"  {label:<30}{value:>10} {unit:<7}{_spread(quantity):<17}{quantity.grade:<9} {source}"


def _spread(quantity: Quantity) -> str:
    if quantity.distribution == "fixed":
        return ""
    scale = {"lognormal": "log ", "logitnormal": "logit "}.get(quantity.distribution, "")
    return f"{scale}sd {quantity.spread:.2g}"


def _remarks(agent: Agent) -> Iterator[str]:
    """Reasons of assumptions, notes on numbers, and notes on the agent; each once."""
    texts: dict[str, list[str]] = {}
    for label, quantity in agent.quantities():
        for text in ((quantity.source if quantity.grade == "assumed" else ""), quantity.note):
            if text:
                texts.setdefault(text, []).append(label.replace("_", " "))
    yield "\nreasons and notes"
    for text, labels in texts.items():
        yield from _wrapped(f"{'; '.join(labels)}: {text}")
    for note in agent.notes:
        yield from _wrapped(note)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent="  - ", subsequent_indent="    ", break_long_words=False)


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


def _finite(content: Any) -> Any:
    """JSON has no infinity: a potency without binding is written as null."""
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and content in (float("inf"), float("-inf")) else content
