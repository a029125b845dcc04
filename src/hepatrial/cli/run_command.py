"""``hepatrial run``: a trial end to end."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.limits import (
    FEWEST_DRAWS,
    MAX_PATIENTS,
    MAX_REPLICATES,
    MAX_WORKERS,
    MOST_DRAWS,
    PRECISIONS,
    figure_formats,
    one_of,
    whole_number,
)
from hepatrial.cli.simulation_options import ProtocolName, Seed


def run(
    protocol: ProtocolName,
    patients: Annotated[
        int,
        typer.Option(
            "--patients",
            metavar="N",
            parser=whole_number(1, MAX_PATIENTS, 2000),
            help=f"Virtual patients, each under every arm; at most {MAX_PATIENTS:,}.",
        ),
    ] = 2000,
    replicates: Annotated[
        int,
        typer.Option(
            "--replicates",
            metavar="R",
            parser=whole_number(0, MAX_REPLICATES, 1000),
            help="Replicate trials of the protocol's size; 0 for none.",
        ),
    ] = 1000,
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            metavar="D",
            parser=whole_number(0, MOST_DRAWS, 100),
            help="Draws of the calibration's posterior beside the run at its most probable values: effects, survival "
            f"and success with what is not known, its variance by source; 0 for none, else {FEWEST_DRAWS} to "
            f"{MOST_DRAWS:,}.",
        ),
    ] = 0,
    seed: Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder to write; runs/NAME-SEED if left out."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="W",
            parser=whole_number(1, MAX_WORKERS, 2),
            help="Processes; chosen if left out.",
        ),
    ] = None,
    precision: Annotated[
        str,
        typer.Option(
            "--precision",
            metavar="P",
            parser=one_of(PRECISIONS),
            help="float64, or float32 for speed.",
        ),
    ] = "float64",
    figures: Annotated[
        str | None,
        typer.Option(
            "--figures", metavar="FORMATS", parser=figure_formats, help="Figure files to write too: png,svg."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the folder if it exists.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="No progress and no table: print the folder only.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Simulate a trial, print the result beside the published one and write a folder with the report."""
    from hepatrial.cli.progress import shown_progress
    from hepatrial.protocol.loading import load

    trial = load(protocol)
    folder = out if out is not None else Path("runs") / f"{trial.name}-{seed}"
    from hepatrial.report.run import run_protocol

    with shown_progress(silent=quiet) as progress:
        summary = run_protocol(
            trial,
            patients=patients,
            replicates=replicates,
            draws=draws,
            seed=seed,
            out=folder,
            workers=workers,
            precision=precision,
            figure_formats=tuple(figures.split(",")) if figures else (),
            force=force,
            progress=progress,
        )
    for warning in summary.get("warnings", ()):
        typer.echo(f"warning: {warning}", err=True)
    if as_json:
        from hepatrial.cli.printing import print_json

        print_json(summary)
    elif quiet:
        typer.echo(str(folder))
    else:
        from hepatrial.cli.result_table import print_result

        print_result(summary, folder)
