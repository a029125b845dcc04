"""``hepatrial export-sbml``: the patient model for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.limits import MAX_PATIENTS, whole_number
from hepatrial.cli.simulation_options import ProtocolName, Seed


def export_sbml(
    protocol: ProtocolName,
    out: Annotated[Path, typer.Option("--out", help="SBML file to write.")],
    patient: Annotated[
        int,
        typer.Option(
            "--patient",
            metavar="N",
            parser=whole_number(0, MAX_PATIENTS - 1, 0),
            help="Number of the virtual patient, from 0.",
        ),
    ] = 0,
    arm: Annotated[str | None, typer.Option("--arm", help="Arm to treat in; the first if left out.")] = None,
    seed: Seed = 1,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write one virtual patient under one arm as SBML, for any tool that integrates SBML models."""
    from hepatrial.exchange.sbml import export_sbml as write_sbml
    from hepatrial.protocol.loading import load

    _require_new(out, force=force)
    trial = load(protocol)
    chosen = arm if arm is not None else trial.arms[0].name
    _require_arm(chosen, tuple(a.name for a in trial.arms))
    write_sbml(trial, out=out, patient=patient, arm=chosen, seed=seed)
    typer.echo(str(out))


def _require_new(out: Path, *, force: bool) -> None:
    from hepatrial.errors import UsageError

    if out.is_file() and not force:
        raise UsageError(
            f"{out} exists\n  found:   a file of {out.stat().st_size:,} bytes\n  allowed: a new file\n"
            "  fix:     choose another --out, or replace it with --force"
        )


def _require_arm(arm: str, names: tuple[str, ...]) -> None:
    from hepatrial.errors import UsageError, near_miss

    if arm not in names:
        meant = near_miss(arm, names)
        fix = f"did you mean {meant}?" if meant else "choose one of these"
        raise UsageError(f"the protocol has no arm {arm}\n  allowed: {', '.join(names)}\n  fix:     {fix}")
