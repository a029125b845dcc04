"""What ``hepatrial data`` prints: a check as lines and as JSON, and the example's README."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hepatrial.cli.check_command import issue_record

if TYPE_CHECKING:
    from hepatrial.userdata.checking import DataCheck
    from hepatrial.userdata.checking.describe import ColumnSummary
    from hepatrial.userdata.example import ExampleRecord

MOST_COLUMNS = 80
"""Columns that are listed one by one; ``--json`` has all."""
FEW_LEVELS = 5
NAME_WIDTH = 28
TEXT_WIDTH = 100


def check_lines(check: DataCheck) -> Iterator[str]:
    """A check as text: columns, roles, missing blocks, problems, analyses; nothing in it steers a terminal."""
    for line in _lines(check):
        yield "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in line)


def _lines(check: DataCheck) -> Iterator[str]:
    if check.rows:
        yield f"{check.file}: {check.rows:,} rows, {len(check.columns):,} columns"
        yield ""
        yield from _columns(check)
        yield from _roles(check)
        yield from _blocks(check)
    yield from _issues(check)
    if check.rows:
        yield from _analyses(check)
    yield ""
    counts = [_count(len(check.errors), "error"), _count(len(check.warnings), "warning")]
    yield f"{check.file}: {', '.join(text for text in counts if text) or 'no problems'}"


def check_record(check: DataCheck) -> dict[str, Any]:
    """A check as JSON holds it."""
    return {
        "file": check.file,
        "rows": check.rows,
        "columns": [_column_record(one) for one in check.columns],
        "roles": {
            **check.choice.roles,
            "time_unit": check.choice.time_unit or "days",
            "endpoint": check.choice.endpoint,
            "event_values": check.choice.event_values
            and {str(k): v for k, v in check.choice.event_values.items()},
            "control": check.choice.control,
        },
        "guesses": [asdict(guess) for guess in check.guesses],
        "missing_blocks": [
            {"columns": list(block.columns), "rows": block.rows, "share": block.share}
            for block in check.blocks
        ],
        "issues": [issue_record(issue) for issue in check.issues],
        "notes": list(check.notes),
        "analyses": [
            {"analysis": one.analysis, "possible": one.possible, "lacks": list(one.lacks), "has": one.has}
            for one in check.analyses
        ],
    }


def example_readme(record: ExampleRecord) -> str:
    """What stands beside the example data."""
    columns = "\n".join(f"| {name} | {meaning} |" for name, meaning in record.columns.items())
    return f"""# {record.title}

`{record.file}`: {record.patients} patients, {record.deaths} deaths, {record.recurrences} recurrences.

| column | meaning |
|---|---|
{columns}

{record.notes.strip()}

Source: {record.source}. Licence: {record.licence}.

Cite: {record.citation.strip()}. https://doi.org/{record.doi}

    hepatrial data check {record.file} --time OS --event Death --subject Number --time-unit months
"""


def _columns(check: DataCheck) -> Iterator[str]:
    width = min(NAME_WIDTH, max((len(one.name) for one in check.columns[:MOST_COLUMNS]), default=6))
    yield f"{'column':<{width}}  {'type':<12}  missing  values"
    for one in check.columns[:MOST_COLUMNS]:
        missing = f"{100 * one.missing_share:.0f}%" if one.missing else "-"
        known = f"  [{one.covariate}]" if one.covariate else ""
        yield f"{_short(one.name, width):<{width}}  {one.kind:<12}  {missing:>7}  {_values(one)}{known}"
    if len(check.columns) > MOST_COLUMNS:
        yield f"and {len(check.columns) - MOST_COLUMNS:,} more columns (--json lists all)"


def _values(one: ColumnSummary) -> str:
    if one.levels and (one.kind in ("category", "yes/no") or one.distinct <= FEW_LEVELS):
        shown = ", ".join(f"{_short(value, 20)} {count}" for value, count in one.levels[:5])
        return shown + (f" and {len(one.levels) - 5} more" if len(one.levels) > 5 else "")
    if one.low is not None:
        return f"{one.low} to {one.high}"
    return f"{one.distinct:,} different" if one.distinct else "-"


def _roles(check: DataCheck) -> Iterator[str]:
    guessed = {guess.role: guess for guess in check.guesses}
    lines = []
    for role in ("time", "event", "arm", "subject", "visit"):
        column = getattr(check.choice, role)
        why = f"  (a guess, {guessed[role].why}: say --{role} {column} to use it)" if role in guessed else ""
        lines.append(f"  {role:<12} {column or '-'}{why}")
    for role, value in (("time-unit", check.choice.time_unit or "days"), ("endpoint", check.choice.endpoint)):
        why = f"  (a guess, {guessed[role].why}: say --{role} {value})" if role in guessed else ""
        lines.append(f"  {role:<12} {value}{why}")
    if "event-values" in guessed:
        guess = guessed["event-values"]
        lines.append(
            f"  event-values {guess.value}  (a guess, {guess.why}: say --event-values {guess.value})"
        )
    yield ""
    yield "what the columns mean"
    yield from lines


def _blocks(check: DataCheck) -> Iterator[str]:
    if check.blocks:
        yield ""
        yield "missing together"
    for block in check.blocks[:10]:
        text = f"{len(block.columns)} columns in the same {block.rows:,} rows ({100 * block.share:.0f}%): "
        yield from _wrapped(text + ", ".join(block.columns))


def _issues(check: DataCheck) -> Iterator[str]:
    if check.issues or check.notes:
        yield ""
        yield "problems"
    for issue in (*check.errors, *check.warnings):
        text = f"warning: {issue}" if issue.severity == "warning" else f"error: {issue}"
        yield textwrap.indent(text, "  ")
    for note in check.notes:
        yield from _wrapped(f"note: {note}")


def _analyses(check: DataCheck) -> Iterator[str]:
    yield ""
    yield "analyses"
    for one in check.analyses:
        said = one.has if one.possible else f"lacks {'; and '.join(one.lacks)}"
        yield from _wrapped(f"{one.analysis:<12} {'yes' if one.possible else 'no':<4} {said}", hang=20)


def _wrapped(text: str, hang: int = 4) -> Iterator[str]:
    yield from textwrap.wrap(text, TEXT_WIDTH, initial_indent="  ", subsequent_indent=" " * hang)


def _column_record(one: ColumnSummary) -> dict[str, Any]:
    record = asdict(one)
    record["levels"] = [{"value": value, "rows": count} for value, count in one.levels]
    return record


def _short(text: str, longest: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _count(number: int, noun: str) -> str:
    return "" if number == 0 else f"{number} {noun}{'' if number == 1 else 's'}"
