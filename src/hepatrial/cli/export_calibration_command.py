"""``hepatrial export-calibration``: the calibration for ArviZ and for PEtab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.answer_options import Force
from hepatrial.cli.limits import one_of

FORMATS = ("arviz", "petab")


def export_calibration(
    layout: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            parser=one_of(FORMATS),
            help="arviz: draws, priors, likelihoods (--out FILE.nc or FILE.json). petab: the linearised "
            "problem (--out DIR).",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="File, or folder for petab, to write.")],
    calibration: Annotated[
        Path | None,
        typer.Option(
            "--calibration",
            metavar="DIR",
            help="Folder of `hepatrial calibrate`; the shipped calibration if left out.",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Write the calibration in a format that other tools read.

    PEtab carries the problem linearised at its most probable point; the README in its folder says what it cannot carry.
    """
    from hepatrial.calibration.export import write_arviz, write_petab
    from hepatrial.calibration.finished import finished
    from hepatrial.errors import UsageError

    if layout == "petab":
        from hepatrial.report.run_folder import (
            MANIFEST,
            check_target,
            file_hashes,
            new_run_folder,
            write_json,
        )

        check_target(out, force=force)
        found = finished(calibration)
        with new_run_folder(out, force=force) as folder:
            write_petab(found, folder)
            made = {"command": found.record["command"], "posterior": found.record["hash"]}
            write_json(folder / MANIFEST, made | {"files": file_hashes(folder)})
    else:
        if out.exists() and not force:
            raise UsageError(
                f"{out} exists\n  found:   a file or folder\n  allowed: a new file\n"
                "  fix:     choose another --out, or replace it with --force"
            )
        write_arviz(finished(calibration), out)
    typer.echo(str(out))
