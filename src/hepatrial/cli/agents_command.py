"""``hepatrial agents``: the catalogue of agents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput


def agents(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="An agent, or the path of an agent's file; all if left out."),
    ] = None,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """List the catalogue of agents, or one agent with every number, its source, its grade, and the gaps."""
    from hepatrial.agents import agent_names, load_agent
    from hepatrial.cli.agent_lines import CATALOGUE_NOTES, catalogue_head, catalogue_row, described

    answer = Answer(out, force, as_json)
    answer.check()
    if name is None:
        records = [load_agent(known) for known in agent_names()]
    else:
        if not name.endswith((".yaml", ".yml")):
            _require_agent(name)
        records = [load_agent(name)]

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.agents_page import agents_output

        return agents_output(records, again)

    own = [Path(name)] if name is not None and Path(name).is_file() else []
    answer.write(output, "agents", {}, arguments=() if name is None else (name,), inputs=own)
    if as_json:
        from hepatrial.cli.printing import print_json
        from hepatrial.report.agents_record import agent_record

        content = [agent_record(record) for record in records]
        print_json(content if name is None else content[0])
    elif name is None:
        for line in (catalogue_head(), *map(catalogue_row, records), "", *CATALOGUE_NOTES):
            typer.echo(line)
    else:
        for line in described(records[0]):
            typer.echo(line)


def _require_agent(name: str) -> None:
    from hepatrial.agents import agent_names, name_of_synonym
    from hepatrial.errors import UsageError, near_miss

    known = agent_names()
    if name not in known and name_of_synonym(name) is None:
        meant = near_miss(name, known)
        fix = f"did you mean {meant}?" if meant else "choose one of these"
        raise UsageError(
            f"the catalogue has no agent {name}\n  allowed: {', '.join(known)}\n  fix:     {fix}"
        )
