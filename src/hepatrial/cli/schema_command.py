"""``hepatrial schema``: the JSON Schema of the files that a user writes."""

from __future__ import annotations

from typing import Annotated

import typer

from hepatrial.cli.limits import one_of


def schema(
    of: Annotated[
        str,
        typer.Option(
            "--of",
            metavar="FILE",
            parser=one_of(("protocol", "phase2")),
            help="Of which file: protocol, or phase2 (the results that `hepatrial predict` reads).",
        ),
    ] = "protocol",
) -> None:
    """Print the JSON Schema of protocol files, so that an editor can complete and check while you write."""
    from hepatrial.cli.printing import print_json

    if of == "phase2":
        from hepatrial.prediction.phase2_schema import phase2_json_schema

        print_json(phase2_json_schema())
        return
    from hepatrial.protocol.json_schema import protocol_json_schema

    print_json(protocol_json_schema())
