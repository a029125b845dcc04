"""Options of every command that reads a user's own data: which of their columns means what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from hepatrial.cli.limits import one_of

TIME_UNITS = ("days", "weeks", "months", "years")
ENDPOINTS = ("OS", "TTP", "PFS", "TTUP", "TSPFS", "RFS", "TTTP", "TPFS")


def event_values(text: str | Mapping[str, int]) -> dict[str, int]:
    """``dead=1,alive=0`` as a dictionary."""
    if isinstance(text, Mapping):
        return dict(text)
    codes: dict[str, int] = {}
    for part in text.split(","):
        value, mark, code = part.rpartition("=")
        if not mark or not value.strip() or not code.strip().isdecimal() or len(code.strip()) > 2:
            raise typer.BadParameter(
                f"not the code of a value\n  found:   {part.strip()[:40] or 'nothing'}\n"
                "  allowed: VALUE=CODE with commas between: 0 censored, 1 the event, 2 and more the further causes\n"
                "  fix:     for example --event-values dead=1,alive=0"
            )
        codes[value.strip()] = int(code)
    return codes


event_values.__name__ = "codes"

Time = Annotated[
    str | None, typer.Option("--time", metavar="COLUMN", help="Time to the event or to censoring.")
]
Event = Annotated[
    str | None,
    typer.Option("--event", metavar="COLUMN", help="What ended the time: 1 the event, 0 censored."),
]
Arm = Annotated[str | None, typer.Option("--arm", metavar="COLUMN", help="Treatment arm.")]
Subject = Annotated[
    str | None, typer.Option("--subject", metavar="COLUMN", help="Patient; without it each row is one.")
]
Visit = Annotated[
    str | None,
    typer.Option("--visit", metavar="COLUMN", help="Day of the visit, in a table with one row a visit."),
]
TimeUnit = Annotated[
    str | None,
    typer.Option(
        "--time-unit",
        metavar="UNIT",
        parser=one_of(TIME_UNITS),
        help=f"Of the times: {', '.join(TIME_UNITS)}.",
    ),
]
Endpoint = Annotated[
    str,
    typer.Option("--endpoint", metavar="NAME", parser=one_of(ENDPOINTS), help="What the time is a time to."),
]
EventValues = Annotated[
    dict | None,
    typer.Option(
        "--event-values",
        metavar="VALUE=CODE,...",
        parser=event_values,
        help="Codes of the values of the event's column: dead=1,alive=0; 2 and more are the endpoint's further causes.",
    ),
]
Control = Annotated[str | None, typer.Option("--control", metavar="ARM", help="Which arm is the control.")]
