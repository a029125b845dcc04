"""``hepatrial evidence``: the registry of published trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hepatrial.cli.answer_options import AsJson, Records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hepatrial.evidence.record_check import CheckedRecord
    from hepatrial.evidence.trials import PublishedTrial

INVALID = 3

evidence_app = typer.Typer(
    help="Published trials as cited records: list, show, search, and check records of your own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@evidence_app.command("list")
def list_trials(
    line: Annotated[
        str | None, typer.Option("--line", help="1L, 2L, 3L, any, adjuvant, TACE, ablation or SIRT.")
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", help="Given in an arm, for example sorafenib.")
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option("--endpoint", help="With a confirmed hazard ratio: OS, TTP, PFS ...")
    ] = None,
    use: Annotated[
        str | None,
        typer.Option("--use", help="calibration (fitted to), validation (never fitted) or evidence."),
    ] = None,
    records: Records = None,
    as_json: AsJson = False,
) -> None:
    """List trials: year, line, patients, treatments, OS hazard ratio, use. Confirmed numbers only."""
    from hepatrial.evidence import collection, select

    known = collection(records)
    _listed(select(known, line=line, agent=agent, endpoint=endpoint, use=use), as_json)


@evidence_app.command("search")
def search_trials(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD...", help="Words that all stand in a record: names, agents, sources, notes."
        ),
    ],
    records: Records = None,
    as_json: AsJson = False,
) -> None:
    """List the trials whose records hold all words. Exit code 1 if there is none."""
    from hepatrial.evidence import collection, search

    found = search(" ".join(words), collection(records))
    _listed(found, as_json)
    if not found:
        raise typer.Exit(1)


@evidence_app.command("show")
def show(
    trial: Annotated[str, typer.Argument(metavar="TRIAL", help="A trial's key or name, as in the list.")],
    records: Records = None,
    as_json: AsJson = False,
    as_yaml: Annotated[
        bool, typer.Option("--yaml", help="Print the record's file, to start one of your own from.")
    ] = False,
) -> None:
    """Show everything of a trial with sources; what no source confirmed stands apart and is marked."""
    from hepatrial.evidence import collection

    known = collection(records)
    record = known[trial]
    if as_yaml:
        from hepatrial.evidence.collection import record_text

        typer.echo(record_text(record), nl=False)
    elif as_json:
        from hepatrial.cli.printing import print_json

        print_json(_plain(record))
    else:
        from hepatrial.cli.evidence_page import described

        for row in described(record, known):
            typer.echo(row)


@evidence_app.command("check")
def check(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Records: YAML files, folders of them, or keys of shipped ones."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """List all problems of records, with file and line, what was found, what is allowed and the fix.

    Exit code 0 if there is no error (warnings are allowed), 3 otherwise.
    """
    from hepatrial.evidence.collection import check_paths

    outcomes = check_paths(files)
    if as_json:
        from hepatrial.cli.check_command import issue_record
        from hepatrial.cli.printing import print_json

        print_json(
            [{"file": one.file, "issues": [issue_record(issue) for issue in one.issues]} for one in outcomes]
        )
    else:
        for outcome in outcomes:
            _print_outcome(outcome)
    if any(outcome.errors for outcome in outcomes):
        raise typer.Exit(INVALID)


def _listed(trials: Sequence[PublishedTrial], as_json: bool) -> None:
    from hepatrial.cli.evidence_page import list_lines, listing

    if as_json:
        from hepatrial.cli.printing import print_json

        print_json([listing(trial) for trial in trials])
        return
    for row in list_lines(trials):
        typer.echo(row)


def _print_outcome(outcome: CheckedRecord) -> None:
    for issue in outcome.issues:
        typer.echo(f"warning: {issue}" if issue.severity == "warning" else str(issue))
    counts = [_count(len(outcome.errors), "error"), _count(len(outcome.warnings), "warning")]
    typer.echo(f"{outcome.file}: {', '.join(text for text in counts if text) or 'no problems'}")


def _count(number: int, noun: str) -> str:
    return "" if number == 0 else f"{number} {noun}{'' if number == 1 else 's'}"


def _plain(record: PublishedTrial) -> dict[str, Any]:
    """Every field of the record; ``unconfirmed`` is a key of its own."""
    from dataclasses import asdict

    from hepatrial.evidence.registry import citation_of

    return {**asdict(record), "citation": citation_of(record)}
