"""``hepatrial check``: all problems of protocol files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hepatrial.errors import Issue
    from hepatrial.protocol.loading import Checked

INVALID = 3


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Protocol files or bundled names.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """List all problems of protocol files, with file and line, what was found, what is allowed and the fix.

    Exit code 0 if there is no error (warnings are allowed), 3 otherwise.
    """
    from hepatrial.protocol.loading import check as check_protocol

    outcomes = {file: check_protocol(file) for file in files}
    if as_json:
        from hepatrial.cli.printing import print_json

        found = [
            {"file": file, "issues": [issue_record(i) for i in one.issues]} for file, one in outcomes.items()
        ]
        print_json(found)
    else:
        for file, outcome in outcomes.items():
            _print(file, outcome)
    if any(outcome.errors for outcome in outcomes.values()):
        raise typer.Exit(INVALID)


def _print(file: str, outcome: Checked) -> None:
    for issue in outcome.issues:
        typer.echo(f"warning: {issue}" if issue.severity == "warning" else str(issue))
    counts = [_count(len(outcome.errors), "error"), _count(len(outcome.warnings), "warning")]
    typer.echo(f"{file}: {', '.join(text for text in counts if text) or 'no problems'}")


def _count(number: int, noun: str) -> str:
    return "" if number == 0 else f"{number} {noun}{'' if number == 1 else 's'}"


def issue_record(issue: Issue) -> dict[str, Any]:
    """A problem as JSON holds it."""
    where = issue.where
    return {
        "rule": issue.rule,
        "severity": issue.severity,
        "what": issue.what,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "key": where.key if where else None,
        "found": issue.found,
        "allowed": issue.allowed,
        "fix": issue.fix,
    }
