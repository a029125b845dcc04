"""``hepatrial agents``: the catalogue of agents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out
from hepatrial.cli.limits import whole_number
from hepatrial.cli.simulation_options import NoProgress, Seed
from hepatrial.run_arguments import MOST_DRAWS

if TYPE_CHECKING:
    from hepatrial.agents import Agent
    from hepatrial.gaps import AgentShares
    from hepatrial.report.evidence_folder import EvidenceOutput


def agents(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="An agent, or the path of an agent's file; all if left out."),
    ] = None,
    shares: Annotated[
        bool,
        typer.Option(
            "--shares",
            help="Also simulate the agent under draws of its record (half a minute): the share of each missing, "
            "assumed or known number in the uncertainty of exposure, dose intensity, time on treatment, TTP and OS.",
        ),
    ] = False,
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            metavar="N",
            parser=whole_number(40, MOST_DRAWS, 256),
            help="Draws of the record, with --shares.",
        ),
    ] = 256,
    seed: Seed = 1,
    out: Out = None,
    force: Force = False,
    quiet: NoProgress = False,
    as_json: AsJson = False,
) -> None:
    """List the catalogue of agents, or one agent with every number, its source, its grade, and the gaps."""
    from hepatrial.agents import agent_names, load_agent
    from hepatrial.cli.agent_lines import CATALOGUE_NOTES, catalogue_head, catalogue_row, described

    answer = Answer(out, force, as_json)
    answer.check()
    if shares and name is None:
        _refuse_shares_of_all()
    if name is None:
        records = [load_agent(known) for known in agent_names()]
    else:
        if not name.endswith((".yaml", ".yml")):
            _require_agent(name)
        records = [load_agent(name)]

    found = _shares(records[0], draws, seed, silent=quiet) if shares else None

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.agents_page import agents_output

        return agents_output(records, again, found)

    own = [Path(name)] if name is not None and Path(name).is_file() else []
    options = {"--shares": True, "--draws": draws, "--seed": seed} if shares else {}
    answer.write(output, "agents", options, arguments=() if name is None else (name,), inputs=own)
    if as_json:
        from hepatrial.cli.printing import print_json
        from hepatrial.report.agents_record import agent_record

        content = [agent_record(record, found) for record in records]
        print_json(content if name is None else content[0])
    elif name is None:
        for line in (catalogue_head(), *map(catalogue_row, records), "", *CATALOGUE_NOTES):
            typer.echo(line)
    else:
        for line in described(records[0]):
            typer.echo(line)
        if found is not None:
            from hepatrial.cli.share_lines import share_lines

            typer.echo("")
            for line in share_lines(found):
                typer.echo(line)


def _shares(agent: Agent, draws: int, seed: int, *, silent: bool) -> AgentShares:
    from hepatrial.cli.progress import shown_progress
    from hepatrial.gaps import shares_of_agent

    with shown_progress(silent=silent) as progress:
        return shares_of_agent(agent, draws, seed=seed, progress=progress)


def _refuse_shares_of_all() -> None:
    from hepatrial.errors import UsageError

    raise UsageError(
        "--shares is of one agent\n  found:   no NAME\n  allowed: an agent, or the path of an agent's file\n"
        "  fix:     for example hepatrial agents brivanib --shares"
    )


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
