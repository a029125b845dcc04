"""Options that the commands share which answer a question: whose records, where the answer goes, how it is pooled."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.limits import one_of

TAU2 = {"REML": "reml", "DL": "dersimonian-laird", "PM": "paule-mandel"}
Records = Annotated[
    str | None,
    typer.Option(
        "--records",
        metavar="DIR",
        help="A folder with records of your own, one YAML file a trial. If left out: HEPATRIAL_RECORDS, or "
        "~/.hepatrial/records where it is there.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Write page, figures (SVG, PNG), result and tables into this new folder."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a folder that an earlier command wrote.")]
Tau2 = Annotated[
    str,
    typer.Option(
        "--tau2",
        metavar="ESTIMATOR",
        parser=one_of(tuple(TAU2)),
        help="Of the variance between trials: REML, DL (DerSimonian-Laird) or PM (Paule-Mandel).",
    ),
]
Leading = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODEL",
        parser=one_of(("random", "common")),
        help="Which effects lead, random or common; both are shown. If left out, random where enough trials tell how "
        "far effects differ.",
    ),
]
