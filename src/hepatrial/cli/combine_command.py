"""``hepatrial combine``: two agents together on the tumour cell's network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput


def combine(
    first: Annotated[
        str, typer.Argument(metavar="AGENT", help="An agent of the catalogue, or an agent's file.")
    ],
    second: Annotated[str, typer.Argument(metavar="AGENT", help="Its partner.")],
    erk_share: Annotated[
        float,
        typer.Option(
            "--erk-share",
            metavar="SHARE",
            min=0.0,
            max=1.0,
            help="Share of proliferation that hangs on ERK; the rest on S6K.",
        ),
    ] = 0.5,
    out: Out = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Analyse two agents together.

    Dose-response surface of blocked proliferation, excess over Bliss, Loewe and ZIP, isobologram, which node limits,
    which escape remains, and whether the pair was ever given at its usual doses.
    """
    from hepatrial.agents import load_agent
    from hepatrial.cli.combine_lines import combine_lines
    from hepatrial.combinations import Dependence
    from hepatrial.combinations import combine as combine_agents
    from hepatrial.conduct.unfitted_warnings import agent_warnings
    from hepatrial.report.combination_record import combination_record

    answer = Answer(out, force, as_json)
    answer.check()
    agents = load_agent(first), load_agent(second)
    found = combine_agents(*agents, Dependence(erk_share, 1.0 - erk_share))

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.combination_page import combination_output

        return combination_output(found, again)

    files = [Path(name) for name in dict.fromkeys((first, second)) if Path(name).is_file()]
    answer.write(output, "combine", {"--erk-share": erk_share}, arguments=(first, second), inputs=files)
    answer.warn(agent_warnings(found.agents))
    answer.show(lambda: combination_record(found), lambda: combine_lines(found))
