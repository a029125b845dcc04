"""``hepatrial run``: a trial end to end."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.limits import FIGURE_FORMATS, MAX_PATIENTS, MAX_REPLICATES, MAX_SEED, MAX_WORKERS


class Precision(StrEnum):
    """Floating-point precision of the simulation."""

    FLOAT32 = "float32"
    FLOAT64 = "float64"


def _figure_formats(text: str) -> tuple[str, ...]:
    formats = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    for unknown in (part for part in formats if part not in FIGURE_FORMATS):
        raise typer.BadParameter(f"{unknown} is not a figure format; allowed: {', '.join(FIGURE_FORMATS)}")
    return formats


def run(
    protocol: Annotated[str, typer.Argument(metavar="PROTOCOL", help="A protocol file or a bundled name.")],
    patients: Annotated[
        int,
        typer.Option("--patients", min=1, max=MAX_PATIENTS, help="Virtual patients, each under every arm."),
    ] = 2000,
    replicates: Annotated[
        int,
        typer.Option(
            "--replicates", min=0, max=MAX_REPLICATES, help="Replicate trials of the protocol's size."
        ),
    ] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, max=MAX_SEED, help="Seed of the random streams.")] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; runs/NAME-SEED if left out.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=MAX_WORKERS, help="Processes; chosen if left out.")
    ] = None,
    precision: Annotated[Precision, typer.Option("--precision", help="Precision.")] = Precision.FLOAT64,
    figures: Annotated[str, typer.Option("--figures", help="Figure files to write too: png,svg.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the folder if it exists.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="No progress and no table: print the folder only.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Simulate a trial, print the result beside the published one and write a folder with the report."""
    formats = _figure_formats(figures)
    from hepatrial.cli.progress import shown_progress
    from hepatrial.protocol.loading import load

    trial = load(protocol)
    folder = out if out is not None else Path("runs") / f"{trial.name}-{seed}"
    from hepatrial.report.run import run_protocol

    with shown_progress(silent=quiet or as_json) as progress:
        summary = run_protocol(
            trial,
            patients=patients,
            replicates=replicates,
            seed=seed,
            out=folder,
            workers=workers,
            precision=precision.value,
            figure_formats=formats,
            force=force,
            progress=progress,
        )
    if as_json:
        import json

        typer.echo(json.dumps(summary, indent=2, ensure_ascii=False))
    elif quiet:
        typer.echo(str(folder))
    else:
        from hepatrial.cli.result_table import print_result

        print_result(summary, folder)
