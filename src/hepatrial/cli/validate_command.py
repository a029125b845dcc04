"""``hepatrial validate``: the model against the trials that fitted it and those that were held out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hepatrial.cli.answer import Answer
from hepatrial.cli.answer_options import AsJson, Force, Out
from hepatrial.cli.limits import MAX_WORKERS, whole_number
from hepatrial.cli.simulation_options import NoProgress, Seed

if TYPE_CHECKING:
    from hepatrial.report.evidence_folder import EvidenceOutput

LEAST_DRAWS, MOST_DRAWS = 2, 1000
LEAST_PATIENTS, MOST_PATIENTS = 128, 16_384


def validate(
    trial: Annotated[
        list[str] | None,
        typer.Option(
            "--trial",
            metavar="NAME",
            help="Only this preregistered trial, by its bundled protocol; may be given again. All if left out.",
        ),
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            metavar="D",
            parser=whole_number(LEAST_DRAWS, MOST_DRAWS, 100),
            help=f"Draws of the posterior; {LEAST_DRAWS} to {MOST_DRAWS:,}.",
        ),
    ] = 100,
    patients: Annotated[
        int,
        typer.Option(
            "--patients",
            metavar="N",
            parser=whole_number(LEAST_PATIENTS, MOST_PATIENTS, 1024),
            help=f"Virtual patients of each trial under each draw, every one under all arms; {LEAST_PATIENTS} to "
            f"{MOST_PATIENTS:,}.",
        ),
    ] = 1024,
    seed: Seed = 1,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="W",
            parser=whole_number(1, MAX_WORKERS, 2),
            help="Processes; one a core if left out.",
        ),
    ] = None,
    out: Out = None,
    force: Force = False,
    quiet: NoProgress = False,
    as_json: AsJson = False,
) -> None:
    """Set predictions beside what trials published, and score them beside simple rivals.

    Trials that the calibration has seen and trials that were held out are told apart. Trials, scores and rivals are
    those of the preregistration, whose hash is printed. With --out an interrupted validation goes on where it was.
    """
    from hepatrial.cli.progress import shown_progress
    from hepatrial.cli.validate_lines import validate_lines
    from hepatrial.report.validation_record import validation_record
    from hepatrial.validation import KeptPredictions
    from hepatrial.validation import validate as validated

    answer = Answer(out, force, as_json)
    answer.check()
    kept = None if out is None else KeptPredictions(out.with_name(f"{out.name}.unfinished"))
    with shown_progress(silent=quiet) as progress:
        found = validated(
            draws=draws,
            patients=patients,
            seed=seed,
            trials=trial or (),
            workers=workers,
            kept=kept,
            progress=progress,
        )

    def output(again: str) -> EvidenceOutput:
        from hepatrial.report.validation_page import validation_output

        return validation_output(found, again)

    options = {"--trial": trial, "--draws": draws, "--patients": patients, "--seed": seed}
    answer.write(output, "validate", options)
    if kept is not None:
        kept.remove()
    answer.show(lambda: validation_record(found), lambda: validate_lines(found))
