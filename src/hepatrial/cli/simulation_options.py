"""Arguments that the commands share which simulate: of what protocol, by which seed, with progress or not."""

from __future__ import annotations

from typing import Annotated

import typer

from hepatrial.cli.limits import MAX_SEED, whole_number

ProtocolName = Annotated[str, typer.Argument(metavar="PROTOCOL", help="A protocol file or a bundled name.")]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", metavar="S", parser=whole_number(0, MAX_SEED, 1), help="Seed of the random streams."
    ),
]
NoProgress = Annotated[bool, typer.Option("--quiet", help="No progress.")]
