"""Files of digitised points: WebPlotDigitizer's, with one or several data sets, and plain CSV with named columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hepatrial.errors import Issue, near_miss
from hepatrial.evidence.reconstruction.digitised_points import FEWEST_POINTS, DigitisedPoints, too_few_points
from hepatrial.evidence.reconstruction.project_files import is_project, read_project
from hepatrial.evidence.reconstruction.text_table import Row, TextTable, read_text_table

TIME_NAMES = ("time", "t", "x", "day", "days", "week", "weeks", "month", "months", "year", "years")
SURVIVAL_NAMES = ("survival", "surv", "s", "y", "probability", "s(t)", "os", "pfs", "ttp", "percent", "%")
ARM_NAMES = ("arm", "group", "curve", "treatment", "dataset", "series")


@dataclass(frozen=True, slots=True)
class _Columns:
    name: str
    time: int
    survival: int
    arm: int | None = None


def read_points(path: str | Path) -> tuple[DigitisedPoints, ...]:
    """Read digitised curves.

    Parameters
    ----------
    path
        One of: two columns, time and survival; several such pairs side by side, with the data sets' names in a row
        above and perhaps X, Y below (WebPlotDigitizer); named columns (time, survival, and arm if there are several);
        a project of WebPlotDigitizer (see `read_project`).

    Returns
    -------
    The curves in the order of the file; give each to `clean_curve`.

    Raises
    ------
    InvalidInput
        Lists every problem with its line: cells that are not numbers, half-filled rows, unknown columns, data sets
        with fewer than two points.
    """
    if is_project(Path(path)):
        return read_project(path)
    table = read_text_table(path)
    first = next((i for i, row in enumerate(table.rows) if _has_numbers(table, row)), len(table.rows))
    head, body = list(table.rows[:first]), table.rows[first:]
    if not body:
        table.refuse(
            [
                Issue(
                    "the file holds no numbers",
                    table.at(table.rows[0].line),
                    found=", ".join(table.rows[-1].cells)[:60],
                    allowed="rows of time and survival, with commas, semicolons, tabs or spaces between them",
                    fix="export the points again",
                )
            ]
        )
    named = _named_columns(table, head)
    curves = named if named is not None else _pairs(table, head, Path(path).stem)
    return _points(table, body, curves)


def _has_numbers(table: TextTable, row: Row) -> bool:
    return any(table.number(cell) is not None for cell in row.cells)


def _named_columns(table: TextTable, head: list[Row]) -> list[_Columns] | None:
    """Columns by name, if one header row names a single time and survival; None for pairs side by side."""
    if not head:
        return None
    names = [cell.lower() for cell in head[-1].cells if cell]
    cells = [cell.lower() for cell in head[-1].cells]
    time = [i for i, cell in enumerate(cells) if _is_one_of(cell, TIME_NAMES)]
    survival = [i for i, cell in enumerate(cells) if _is_one_of(cell, SURVIVAL_NAMES) and i not in time]
    arm = [i for i, cell in enumerate(cells) if _is_one_of(cell, ARM_NAMES)]
    if len(time) == 1 and len(survival) == 1 and (arm or len(head) == 1):
        return [_Columns("", time[0], survival[0], arm[0] if arm else None)]
    if len(head) == 1 and len(names) == table.width and len(time) + len(survival) < table.width:
        _refuse_unknown_columns(table, head[-1], time, survival)
    return None


def _is_one_of(cell: str, names: tuple[str, ...]) -> bool:
    """``Time (months)`` is time, ``Overall survival (%)`` and ``survival_probability`` are survival."""
    words = re.split(r"[\s_(),/]+", cell)
    return cell in names or any(len(word) > 2 and word in names for word in words)


def _refuse_unknown_columns(table: TextTable, header: Row, time: list[int], survival: list[int]) -> None:
    issues = []
    for kind, found, names in (("time", time, TIME_NAMES), ("survival", survival, SURVIVAL_NAMES)):
        if len(found) != 1:
            unknown = [cell for cell in header.cells if cell]
            near = {cell: near_miss(cell, names) for cell in unknown}
            meant = next((cell for cell in unknown if near[cell]), None)
            issues.append(
                Issue(
                    f"{'no column' if not found else 'more than one column'} of {kind}",
                    table.at(header.line),
                    found=", ".join(unknown),
                    allowed=f"one of: {', '.join(names[:6])}",
                    fix=f"did you mean {near[meant]} by {meant}?"
                    if meant and not found
                    else f"name the column {names[0]}; numbers at risk belong into a file of their own",
                )
            )
    table.refuse(issues)


def _pairs(table: TextTable, head: list[Row], stem: str) -> list[_Columns]:
    """Pairs of columns side by side; names from the last header row that is not X, Y."""
    width = table.width
    if width < 2 or width % 2:
        line = (head[0] if head else table.rows[0]).line
        table.refuse(
            [
                Issue(
                    "the columns are not pairs of time and survival",
                    table.at(line),
                    found=f"{width} columns",
                    allowed="2, 4, 6, ...: time and survival of each curve, or columns named time and survival",
                    fix="check the separator: numbers with a decimal comma need semicolons between them",
                )
            ]
        )
    titles = [row for row in head if not _is_x_y(row)]
    curves = []
    for k in range(width // 2):
        title = titles[-1].cell(2 * k) or titles[-1].cell(2 * k + 1) if titles else ""
        default = stem if width == 2 else f"data set {k + 1}"
        curves.append(_Columns(title or default, 2 * k, 2 * k + 1))
    return curves


def _is_x_y(row: Row) -> bool:
    return all(cell.lower() in ("x", "y", "") for cell in row.cells)


def _points(table: TextTable, body: tuple[Row, ...], curves: list[_Columns]) -> tuple[DigitisedPoints, ...]:
    issues: list[Issue] = []
    found: dict[str, list[tuple[float, float]]] = {}
    for number, columns in enumerate(curves):
        for row in body:
            pair = _pair(table, row, columns, issues)
            if pair is not None:
                # Two data sets with one name are two curves.
                name = row.cell(columns.arm) if columns.arm is not None else columns.name
                repeated = columns.arm is None and [c.name for c in curves].count(name) > 1
                found.setdefault(f"{name} ({number + 1})" if repeated else name, []).append(pair)
    # Points lost to a mistake are not missing.
    for name, pairs in found.items() if not issues else ():
        if len(pairs) < FEWEST_POINTS:
            issues.append(too_few_points(name, len(pairs), table.at(body[0].line)))
    table.refuse(issues)
    stem = Path(table.file).stem
    return tuple(
        DigitisedPoints(name or stem, *np.array(pairs, dtype=np.float64).T) for name, pairs in found.items()
    )


def _pair(table: TextTable, row: Row, columns: _Columns, issues: list[Issue]) -> tuple[float, float] | None:
    """Time and survival in a row; None where both are empty, as below a shorter curve, or wrong."""
    cells = [(columns.time, row.cell(columns.time)), (columns.survival, row.cell(columns.survival))]
    if not any(cell for _, cell in cells):
        return None
    values = []
    for column, cell in cells:
        value = table.number(cell)
        if value is None:
            issues.append(
                Issue(
                    "not a number" if cell else "a point with one coordinate",
                    table.at(row.line, column),
                    found=repr(cell) if cell else "an empty cell",
                    allowed="a number, with a point, or with a comma where semicolons or tabs separate",
                    fix="mend the cell or delete the row",
                )
            )
        else:
            values.append(value)
    return (values[0], values[1]) if len(values) == 2 else None
