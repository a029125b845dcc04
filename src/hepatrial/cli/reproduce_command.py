"""``hepatrial reproduce``: make what a folder holds again and compare."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.limits import MAX_WORKERS, whole_number


def reproduce(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of an earlier run or answer.")],
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
    """Make what a folder holds again, and say whether every file is the same.

    A folder of `hepatrial run` holds protocol, seed and sizes; one of `hepatrial evidence`, `resistance` or `combine`
    the command, the hash of the registry, and those of the files of your own that it read.
    """
    from hepatrial.cli.progress import shown_progress
    from hepatrial.report.repeated_answer import is_answer, repeat_answer
    from hepatrial.report.reproduce import read_manifest
    from hepatrial.report.reproduce import reproduce as repeat

    manifest = read_manifest(folder)
    if is_answer(manifest):
        count = repeat_answer(folder, manifest, _silently)
    else:
        with shown_progress(silent=quiet) as progress:
            count = repeat(folder, workers=workers, progress=progress)
    typer.echo(f"{folder}: all {count} files are the same")


def _silently(arguments: list[str]) -> None:
    """Run a command of this program without what it prints; what it refuses is an error."""
    from hepatrial.cli.app import app
    from hepatrial.errors import RunFailed

    said = StringIO()
    try:
        with redirect_stdout(StringIO()), redirect_stderr(said):
            app(arguments, prog_name="hepatrial")
    except SystemExit as stop:
        if stop.code:
            raise RunFailed(
                "this version does not take the command of the folder\n"
                f"  found:   {' '.join(said.getvalue().split())[-300:]}\n"
                "  allowed: a command as `hepatrial --help` lists it\n"
                "  fix:     install the version that the manifest names"
            ) from stop
