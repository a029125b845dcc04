"""``hepatrial reproduce``: run a run folder again and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.limits import MAX_WORKERS, whole_number


def reproduce(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of an earlier run.")],
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="W",
            parser=whole_number(1, MAX_WORKERS, 2),
            help="Processes; chosen if left out.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run an earlier run again, with its protocol, seed and sizes, and say whether every file is the same."""
    from hepatrial.cli.progress import shown_progress
    from hepatrial.report.reproduce import reproduce as repeat

    with shown_progress(silent=quiet) as progress:
        count = repeat(folder, workers=workers, progress=progress)
    typer.echo(f"{folder}: all {count} files are the same")
