"""``hepatrial data``: a user's own trial or cohort, checked; and the example that ships."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hepatrial.cli.answer_options import AsJson
from hepatrial.cli.data_options import (
    Arm,
    Control,
    Endpoint,
    Event,
    EventValues,
    Subject,
    Time,
    TimeUnit,
    Visit,
)

INVALID = 3

data_app = typer.Typer(
    help="Your own data: `data check FILE` says what is there and what is missing; `data example` writes some to try.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@data_app.command("check")
def check(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="CSV, Parquet or XPT; or a folder with ADaM datasets, or of a run."
        ),
    ],
    time: Time = None,
    event: Event = None,
    arm: Arm = None,
    subject: Subject = None,
    visit: Visit = None,
    time_unit: TimeUnit = None,
    endpoint: Endpoint = "OS",
    event_values: EventValues = None,
    control: Control = None,
    as_json: AsJson = False,
) -> None:
    """Say what a file holds, what is wrong with it, and which analyses it allows.

    Columns that are not named are guessed, and shown as guesses. Exit code 0 if there is no error (warnings are
    allowed), 3 otherwise.
    """
    from hepatrial.cli.data_lines import check_lines, check_record
    from hepatrial.userdata.checking import ColumnChoice, check_data

    choice = ColumnChoice(
        time, event, arm, subject, visit, time_unit, endpoint, event_values=event_values, control=control
    )
    found = check_data(file, choice)
    if as_json:
        from hepatrial.cli.printing import print_json

        print_json(check_record(found))
    else:
        for line in check_lines(found):
            typer.echo(line)
    if found.errors:
        raise typer.Exit(INVALID)


@data_app.command("example")
def example(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder to write into; made if it is not there.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace the files if they are there.")] = False,
) -> None:
    """Write the example data: 227 patients with resected hepatocellular carcinoma and their markers.

    With them, where they come from, what the columns mean, and the command to go on with.
    """
    from hepatrial.cli.data_lines import example_readme
    from hepatrial.errors import UsageError
    from hepatrial.files.whole_file import write_whole
    from hepatrial.userdata import example_file, example_record

    record = example_record()
    texts = {record.file: example_file().read_text(encoding="utf-8"), "README.md": example_readme(record)}
    there = [name for name in texts if (out / name).exists()]
    if there and not force:
        raise UsageError(
            f"{out / there[0]} is there already\n  fix:     choose another --out, or replace it with --force"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_whole(out / name, text)
    except FileExistsError:
        raise UsageError(f"{out} is not a folder\n  fix:     choose another --out") from None
    typer.echo(str(out / record.file))
    typer.echo(
        f"next: hepatrial data check {out / record.file} --time OS --event Death --subject Number --time-unit months",
        err=True,
    )
