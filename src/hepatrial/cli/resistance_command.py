"""``hepatrial resistance``: what share of progressions is due to which cause of resistance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.limits import MAX_SEED, whole_number

MOST_PATIENTS = 200_000


def resistance(
    protocol: Annotated[str, typer.Argument(metavar="PROTOCOL", help="A protocol file or a bundled name.")],
    patients: Annotated[
        int,
        typer.Option(
            "--patients",
            metavar="N",
            parser=whole_number(2, MOST_PATIENTS, 2000),
            help=f"Virtual patients, each under every arm and every set of causes; at most {MOST_PATIENTS:,}.",
        ),
    ] = 2000,
    seed: Annotated[
        int,
        typer.Option(
            "--seed", metavar="S", parser=whole_number(0, MAX_SEED, 1), help="Seed of the random streams."
        ),
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Write page, figures, result and table into this new folder."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a folder that an earlier command wrote.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Divide the progressions under each arm among the causes of resistance.

    Selection of resistant cells, angiogenic escape, rewiring through feedbacks, falling exposure; what comes as early
    without any of them was never held up. Beside it: what blocking a cause would gain, and when each sets in.
    """
    from hepatrial.attribution import attribute_resistance
    from hepatrial.cli.progress import shown_progress
    from hepatrial.report.run_folder import check_target
    from hepatrial.virtual_trial import work_of

    if out is not None:
        check_target(out, force=force)
    work = work_of(protocol, seed=seed)
    with shown_progress(silent=quiet) as progress:
        arms = attribute_resistance(work, patients, progress=progress)
    if out is not None:
        from hepatrial.cli.command_words import command_words
        from hepatrial.report.evidence_folder import write_evidence_folder
        from hepatrial.report.resistance_page import resistance_output

        again = command_words("resistance", (protocol,), {"--patients": patients, "--seed": seed})
        page = write_evidence_folder(out, resistance_output(work, arms, again), force=force)
        typer.echo(f"{page}", err=True)
    if as_json:
        from hepatrial.cli.printing import print_json
        from hepatrial.report.resistance_record import resistance_record

        print_json(resistance_record(work, arms))
    else:
        from hepatrial.cli.resistance_lines import resistance_lines

        for line in resistance_lines(work, arms):
            typer.echo(line)
