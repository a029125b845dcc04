"""``hepatrial agents``: the catalogue of agents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hepatrial.agents import Agent


def agents(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="An agent, or the path of an agent's file; all if left out."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Write a page with the map of targets (SVG, PNG), result and tables into this new folder.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a folder that an earlier command wrote.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the catalogue of agents, or one agent with every number, its source, its grade, and the gaps."""
    from hepatrial.agents import agent_names, load_agent
    from hepatrial.cli.agent_lines import CATALOGUE_NOTES, catalogue_head, catalogue_row, described

    if out is not None:
        from hepatrial.report.run_folder import check_target

        check_target(out, force=force)
    if name is None:
        records = [load_agent(known) for known in agent_names()]
    else:
        if not name.endswith((".yaml", ".yml")):
            _require_agent(name)
        records = [load_agent(name)]
    if out is not None:
        _write(records, out, name, force=force)
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


def _write(records: Sequence[Agent], out: Path, name: str | None, *, force: bool) -> None:
    from hepatrial.cli.command_words import command_words
    from hepatrial.report.agents_page import agents_output
    from hepatrial.report.evidence_folder import write_evidence_folder

    command = command_words("agents", () if name is None else (name,), {})
    page = write_evidence_folder(out, agents_output(records, command), force=force)
    typer.echo(f"page: {page}", err=True)


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
