"""``hepatrial combine``: two agents together on the tumour cell's network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AgentName = Annotated[
    str, typer.Argument(metavar="AGENT", help="An agent of the catalogue, or an agent's file.")
]
Share = Annotated[
    float,
    typer.Option(
        "--erk-share",
        metavar="SHARE",
        min=0.0,
        max=1.0,
        help="Share of proliferation that hangs on ERK; the rest on S6K.",
    ),
]


def combine(
    first: AgentName,
    second: Annotated[str, typer.Argument(metavar="AGENT", help="Its partner.")],
    erk_share: Share = 0.5,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Write page, figures, result and table into this new folder."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a folder that an earlier command wrote.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Analyse two agents together.

    Dose-response surface of blocked proliferation, excess over Bliss, Loewe and ZIP, isobologram, which node limits,
    which escape remains, and whether the pair was ever given at its usual doses.
    """
    from hepatrial.agents import load_agent
    from hepatrial.combinations import Dependence
    from hepatrial.combinations import combine as combine_agents
    from hepatrial.report.run_folder import check_target

    if out is not None:
        check_target(out, force=force)
    agents = load_agent(first), load_agent(second)
    found = combine_agents(*agents, Dependence(erk_share, 1.0 - erk_share))
    if out is not None:
        from hepatrial.cli.command_words import command_words
        from hepatrial.report.combination_page import combination_output
        from hepatrial.report.evidence_folder import write_evidence_folder

        again = command_words("combine", (first, second), {"--erk-share": erk_share})
        page = write_evidence_folder(out, combination_output(found, again), force=force)
        typer.echo(f"page: {page}", err=True)
    if as_json:
        from hepatrial.cli.printing import print_json
        from hepatrial.report.combination_record import combination_record

        print_json(combination_record(found))
    else:
        from hepatrial.cli.combine_lines import combine_lines

        for line in combine_lines(found):
            typer.echo(line)
