"""Where the columns, the axis and the rows of a forest plot stand, in inches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hepatrial.figures.evidence.forest_rows import BLANK, Column, ForestRow
from hepatrial.figures.evidence.text_width import fitted, text_height, text_width
from hepatrial.figures.style import WIDTH

SIZE = 8.5
MARGIN = 0.12
GAP = 0.16
INDENT = 0.12
PLOT_LEAST = 1.9
"""The axis is at least so wide; where the columns leave less, the figure grows."""
FIRST_MOST = 2.3
"""Width of the first column at most; longer names take two lines."""
ONE_LINE, LEADING, HALF = 0.205, 0.135, 0.09
"""Height of a row of one line, of each further line, and of an empty row."""


@dataclass(frozen=True, slots=True)
class ForestPlaces:
    """The layout.

    Attributes
    ----------
    edges
        By column, (left, right) of its texts.
    cells
        By row and column, texts broken to fit.
    heights
        By row.
    axis_left, axis_width, width
        Of the plot, and width of the figure.
    heading_height
        Room for the headings.
    """

    edges: tuple[tuple[float, float], ...]
    cells: tuple[tuple[str, ...], ...]
    heights: tuple[float, ...]
    axis_left: float
    axis_width: float
    width: float
    heading_height: float

    @property
    def middles(self) -> tuple[float, ...]:
        """Distance of each row's middle from the top of the first row."""
        found, top = [], 0.0
        for height in self.heights:
            found.append(top + height / 2)
            top += height
        return tuple(found)


def forest_places(columns: Sequence[Column], rows: Sequence[ForestRow]) -> ForestPlaces:
    """Lay out columns and rows; the first column is on the left.

    Parameters
    ----------
    columns
        Those on the left of the axis before those on its right.
    rows
        Their cells may be fewer than the columns; missing ones are empty.
    """
    widths = [_width(column, place, rows) for place, column in enumerate(columns)]
    left = [place for place, column in enumerate(columns) if column.left]
    right = [place for place, column in enumerate(columns) if not column.left]
    sides = sum(widths) + GAP * (len(columns) + 1) + 2 * MARGIN
    axis_width = max(PLOT_LEAST, WIDTH - sides)
    edges: dict[int, tuple[float, float]] = {}
    at = MARGIN
    for place in left:
        edges[place] = (at, at + widths[place])
        at += widths[place] + GAP
    axis_left = at + GAP / 2
    at = axis_left + axis_width + 1.5 * GAP
    for place in right:
        edges[place] = (at, at + widths[place])
        at += widths[place] + GAP
    ordered = tuple(edges[place] for place in range(len(columns)))
    cells = tuple(_cells(row, columns, ordered) for row in rows)
    return ForestPlaces(
        edges=ordered,
        cells=cells,
        heights=tuple(_height(row, texts) for row, texts in zip(rows, cells, strict=True)),
        axis_left=axis_left,
        axis_width=axis_width,
        width=at - GAP + MARGIN,
        heading_height=max(text_height(column.heading, SIZE) for column in columns) + 0.06,
    )


def _width(column: Column, place: int, rows: Sequence[ForestRow]) -> float:
    most = FIRST_MOST if place == 0 else column.most
    found = [text_width(column.heading, SIZE, bold=True)]
    for row in rows:
        if place >= len(row.cells) or (place == 0 and _runs_on(row)):
            continue
        indent = INDENT if row.indent and place == 0 else 0.0
        found.append(indent + text_width(row.cells[place], SIZE, bold=row.bold))
    return max(found[0], min(most, max(found)))


def _runs_on(row: ForestRow) -> bool:
    """Whether the first cell has the room of the second."""
    return len(row.cells) == 1 or (len(row.cells) > 1 and not row.cells[1])


def _cells(
    row: ForestRow, columns: Sequence[Column], edges: tuple[tuple[float, float], ...]
) -> tuple[str, ...]:
    found = []
    for place, text in enumerate(row.cells):
        start, end = edges[place]
        if place == 0:
            start += INDENT if row.indent else 0.0
            for after in range(1, len(columns)):
                if not columns[after].left or (after < len(row.cells) and row.cells[after]):
                    break
                end = edges[after][1]
        found.append(fitted(text, end - start + 1e-6, SIZE, bold=row.bold))
    return tuple(found)


def _height(row: ForestRow, texts: tuple[str, ...]) -> float:
    if row == BLANK:
        return HALF
    return ONE_LINE + LEADING * max((text.count("\n") for text in texts), default=0)
