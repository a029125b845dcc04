"""``hepatrial calibrate``: fit the unknowns of the model to the calibration trials and early arms."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.limits import MAX_WORKERS, whole_number
from hepatrial.cli.simulation_options import NoProgress, Seed

MOST_PATIENTS, MOST_DRAWS, MOST_STEPS = 16_384, 2_000, 40


def calibrate(
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="DIR", help="Folder for the result; one that was stopped goes on from there."
        ),
    ],
    trials: Annotated[
        str | None,
        typer.Option(
            "--trials",
            metavar="NAMES",
            help="Only these calibration trials and early arms, by key with commas between; all if left out.",
        ),
    ] = None,
    patients: Annotated[
        int,
        typer.Option(
            "--patients",
            metavar="N",
            parser=whole_number(32, MOST_PATIENTS, 1024),
            help=f"Virtual patients a trial, each under every arm; at most {MOST_PATIENTS:,}.",
        ),
    ] = 1024,
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            metavar="D",
            parser=whole_number(2, MOST_DRAWS, 100),
            help="Draws from the posterior.",
        ),
    ] = 100,
    steps: Annotated[
        int,
        typer.Option(
            "--steps",
            metavar="K",
            parser=whole_number(1, MOST_STEPS, 15),
            help="Steps of the fit at most, with a quarter of the patients and again with all.",
        ),
    ] = 15,
    start: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="DIR", help="Begin at the most probable point of an earlier calibration."
        ),
    ] = None,
    seed: Seed = 20080724,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="W",
            parser=whole_number(1, MAX_WORKERS, 2),
            help="Processes; one a core if left out.",
        ),
    ] = None,
    quiet: NoProgress = False,
) -> None:
    """Fit the unknowns of the model and draw from their posterior.

    Only confirmed results of trials marked for calibration enter, and phase 1b and 2 results public before the
    phase 3 trial of their agent reported. The shipped calibration was made by this command with its defaults.
    """
    from hepatrial.calibration.calibrate import calibrate as calibrated
    from hepatrial.calibration.choosing import chosen_problem, point_of
    from hepatrial.calibration.evaluate import differences
    from hepatrial.calibration.finished import finished
    from hepatrial.calibration.shipping import write_files
    from hepatrial.cli.progress import shown_progress
    from hepatrial.report.calibration_page import write_calibration_page
    from hepatrial.simulation.worker_pool import team_of

    problem = chosen_problem(
        trials.split(",") if trials else (),
        patients=patients,
        seed=seed,
    )
    begins = None if start is None else point_of(start, problem)
    out.mkdir(parents=True, exist_ok=True)
    count = workers or len(os.sched_getaffinity(0))
    with shown_progress(silent=quiet) as progress, team_of(differences, count) as team:
        found = calibrated(
            problem.with_help(team, progress),
            out,
            draws=draws,
            most_steps=steps,
            start=begins,
            tell=lambda line: typer.echo(line, err=True),
        )
    command = f"hepatrial calibrate --patients {patients} --draws {draws} --steps {steps} --seed {seed}"
    command += (f" --trials {trials}" if trials else "") + (" --from an earlier calibration" if start else "")
    write_files(found, out, command)
    write_calibration_page(finished(out), out)
    typer.echo(str(out))
