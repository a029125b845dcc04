"""Files of numbers at risk, in the three shapes that people copy them in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hepatrial.errors import InvalidInput, Issue, Location
from hepatrial.evidence.reconstruction.point_files import ARM_NAMES, TIME_NAMES
from hepatrial.evidence.reconstruction.risk_numbers import RiskNumbers, risk_numbers
from hepatrial.evidence.reconstruction.text_table import TextTable, read_text_table

NUMBER_NAMES = ("at_risk", "n_risk", "nrisk", "n", "number", "at risk", "number at risk")

_THOUSANDS = re.compile(r"^[0-9]{1,3}([, '\N{NO-BREAK SPACE}][0-9]{3})+$")

# By arm: time, number at risk, and where the number stands.
_Found = dict[str, list[tuple[float, float, Location]]]


def read_risk_numbers(
    path: str | Path, *, time_unit: str = "months", sizes: Mapping[str, int] | None = None
) -> dict[str, RiskNumbers]:
    """Read numbers at risk by arm.

    Parameters
    ----------
    path
        One of: a row a time (``time, sorafenib, placebo``); a row an arm, as printed (``time, 0, 4, 8`` above
        ``sorafenib, 299, 270, 190``); a row a number (``time, arm, at_risk``).
    sizes
        Sizes of arms, needed where the first time is not 0; see `risk_numbers`.

    Raises
    ------
    InvalidInput
        Lists every problem with its line.
    """
    table = read_text_table(path)
    header = table.rows[0]
    first = [cell.lower() for cell in header.cells]
    if len(table.rows) < 2 or len(first) < 2 or table.number(header.cells[0]) is not None:
        table.refuse([_no_header(table)])
    issues: list[Issue] = []
    arm = next((i for i, cell in enumerate(first) if cell in ARM_NAMES), None)
    number = next((i for i, cell in enumerate(first) if cell in NUMBER_NAMES), None)
    if all(table.number(cell) is not None for cell in header.cells[1:] if cell):
        found = _a_row_an_arm(table, issues)
    elif first[0].split("(")[0].strip().split("_")[0] not in TIME_NAMES:
        found = {}
        issues.append(_no_header(table))
    elif arm is not None and number is not None:
        found = _a_row_a_number(table, arm, number, issues)
    else:
        found = _a_row_a_time(table, issues)
    table.refuse(issues)
    return {
        name: _checked(table, name, rows, time_unit, (sizes or {}).get(name)) for name, rows in found.items()
    }


def _no_header(table: TextTable) -> Issue:
    return Issue(
        "numbers at risk need a header row that begins with time",
        table.at(table.rows[0].line),
        found=", ".join(table.rows[0].cells),
        allowed="time, ARM, ARM  or  time, 0, 4, 8, ...  or  time, arm, at_risk",
        fix="write the names of the columns above the numbers",
    )


def _a_row_a_time(table: TextTable, issues: list[Issue]) -> _Found:
    header = table.rows[0]
    found: _Found = {}
    for row in table.rows[1:]:
        time = _number(table, row.line, 0, row.cell(0), issues)
        for column, name in enumerate(header.cells[1:], start=1):
            if name and row.cell(column):
                value = _patients(table, row.line, column, row.cell(column), issues)
                found.setdefault(name, []).append((time, value, table.at(row.line, column)))
    return found


def _a_row_an_arm(table: TextTable, issues: list[Issue]) -> _Found:
    header = table.rows[0]
    times = [table.number(cell) for cell in header.cells]
    found: _Found = {}
    for row in table.rows[1:]:
        for column in range(1, len(row.cells)):
            if row.cell(column):
                time = times[column] if column < len(times) else None
                if time is None:
                    issues.append(
                        Issue(
                            "a number at risk without a time",
                            table.at(row.line, column),
                            found=row.cell(column),
                            allowed="a time above each number",
                            fix="complete the row of times",
                        )
                    )
                    continue
                value = _patients(table, row.line, column, row.cell(column), issues)
                found.setdefault(row.cell(0), []).append((time, value, table.at(row.line, column)))
    return found


def _a_row_a_number(table: TextTable, arm: int, number: int, issues: list[Issue]) -> _Found:
    found: _Found = {}
    for row in table.rows[1:]:
        time = _number(table, row.line, 0, row.cell(0), issues)
        value = _patients(table, row.line, number, row.cell(number), issues)
        found.setdefault(row.cell(arm), []).append((time, value, table.at(row.line, number)))
    return found


def _patients(table: TextTable, line: int, column: int, cell: str, issues: list[Issue]) -> float:
    """A number of patients, which is whole, so that a comma within it can only divide thousands."""
    if _THOUSANDS.match(cell):
        return float(re.sub(r"[^0-9]", "", cell))
    return _number(table, line, column, cell, issues)


def _number(table: TextTable, line: int, column: int, cell: str, issues: list[Issue]) -> float:
    value = table.number(cell)
    if value is None:
        issues.append(
            Issue(
                "not a number",
                table.at(line, column),
                found=repr(cell),
                allowed="a number",
                fix="mend the cell or delete the row",
            )
        )
        return float("nan")
    return value


def _checked(
    table: TextTable, name: str, rows: list[tuple[float, float, Location]], time_unit: str, n: int | None
) -> RiskNumbers:
    times, numbers, places = zip(*rows, strict=True)
    try:
        return risk_numbers(times, numbers, time_unit=time_unit, n=n, places=places)
    except InvalidInput as error:
        raise InvalidInput(
            tuple(
                replace(issue, what=f"{name}: {issue.what}", where=issue.where or Location(table.file))
                for issue in error.issues
            )
        ) from None
