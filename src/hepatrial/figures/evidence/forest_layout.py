"""Drawing a forest plot from its rows: texts in columns, marks on a log axis, the sides named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hepatrial.figures.evidence.forest_columns import (
    INDENT,
    LEADING,
    MARGIN,
    SIZE,
    ForestPlaces,
    forest_places,
)
from hepatrial.figures.evidence.forest_rows import Column, ForestRow, ForestText, Look, Mark
from hepatrial.figures.evidence.ratio_axis import (
    RatioAxis,
    draw_arrows,
    draw_interval,
    draw_ratio_axis,
    ratio_axis,
)
from hepatrial.figures.evidence.text_width import fitted, text_height, text_width
from hepatrial.figures.style import GREY, axes_at, draw_title, new_figure, rectangles, styled, write_at

TITLE = 0.34
TICKS = 0.30
NOTE_SIZE = 7.5
LARGEST, SMALLEST = 9.5, 2.2
"""Sides of the largest square and of the smallest that is still seen, points."""
CIRCLE = 6.5
"""Diameter of a circle, points."""
CAPITAL = 0.73 * SIZE / 72.0
"""Height of a capital letter, inches: cells stand on one line whatever their letters."""
HALF_DIAMOND, HALF_BAR = 0.075, 0.028


def draw_rows(
    columns: Sequence[Column],
    rows: Sequence[ForestRow],
    text: ForestText,
    *,
    limits: tuple[float, float] | None = None,
    dashed: float | None = None,
) -> Figure:
    """Draw a forest plot.

    Parameters
    ----------
    columns, rows, text
        What stands where.
    limits
        Limits of the axis, ratios; chosen if left out.
    dashed
        A ratio marked by a dashed line through all rows, such as the pooled one.
    """
    places = forest_places(columns, rows)
    axis = ratio_axis(_drawn(rows), places.axis_width, limits=limits)
    sides = _sides(places, axis, text.favours)
    notes = [fitted(note, places.width - 2 * MARGIN, NOTE_SIZE, lines=4) for note in text.notes]
    foot = _foot_height(sides, notes)
    height = sum(places.heights)
    with styled():
        figure = new_figure(foot + TICKS + height + places.heading_height + TITLE, places.width)
        draw_title(figure, fitted(text.title, places.width - 0.3, 10, lines=1, bold=True))
        bottom = foot + TICKS
        axes = axes_at(figure, places.axis_left, bottom, places.axis_width, height)
        axes.set_ylim(height, 0.0)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        draw_ratio_axis(axes, axis)
        if dashed is not None and axis.low < dashed < axis.high:
            axes.axvline(dashed, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        _write_headings(figure, columns, places, bottom + height)
        for row, cells, middle in zip(rows, places.cells, places.middles, strict=True):
            _write_cells(figure, columns, places, row, cells, bottom + height - middle)
            _draw_mark(axes, axis, row, middle)
        _write_sides(figure, places, axis, sides, bottom - TICKS)
        _write_foot(figure, places, text.measure, notes, foot - _sides_height(sides))
    return figure


def _drawn(rows: Sequence[ForestRow]) -> list[tuple[float, float, float]]:
    """What the axis has to hold; a bar or a thin interval may leave it, so only its limits count."""
    estimates = [row.ratio for row in rows if row.ratio is not None and row.mark is not Mark.BAR]
    bars = [row.ratio[1:] for row in rows if row.ratio is not None and row.mark is Mark.BAR]
    whiskers = [row.whisker for row in rows if row.whisker is not None]
    return [*estimates, *((1.0, lower, upper) for lower, upper in (*bars, *whiskers))]


def _write_headings(figure: Figure, columns: Sequence[Column], places: ForestPlaces, bottom: float) -> None:
    for column, edges in zip(columns, places.edges, strict=True):
        _write(figure, column, edges, bottom + 0.075, column.heading, fontweight="bold")
    across, up = figure.get_size_inches()
    ends, height = (MARGIN / across, 1 - MARGIN / across), (bottom + 0.02) / up
    figure.add_artist(Line2D(ends, (height, height), color=GREY, linewidth=0.6))


def _write_cells(
    figure: Figure,
    columns: Sequence[Column],
    places: ForestPlaces,
    row: ForestRow,
    cells: tuple[str, ...],
    height: float,
) -> None:
    weight = "bold" if row.bold else "normal"
    for column, edges, text in zip(columns, places.edges, cells, strict=False):
        if text:
            start = edges[0] + (INDENT if row.indent and column is columns[0] else 0.0)
            last = height - CAPITAL / 2 - text.count("\n") * LEADING / 2
            _write(figure, column, (start, edges[1]), last, text, fontweight=weight)


def _write(
    figure: Figure, column: Column, edges: tuple[float, float], height: float, text: str, **options: str
) -> None:
    at = {"left": edges[0], "center": sum(edges) / 2, "right": edges[1]}[column.align]
    look = {"fontsize": SIZE, "ha": column.align, "multialignment": column.align, "parse_math": False}
    write_at(figure, at, height, text, linespacing=1.05, va="baseline", **look, **options)


def _draw_mark(axes: Axes, axis: RatioAxis, row: ForestRow, middle: float) -> None:
    if row.ratio is None:
        return
    estimate, lower, upper = row.ratio
    colour = row.look.value
    if row.whisker is not None:
        draw_interval(axes, axis, *row.whisker, middle, colour=Look.PREDICTION.value, width=0.9)
    if row.mark is Mark.DIAMOND:
        corners = [(max(lower, 1e-9), middle), (estimate, middle - HALF_DIAMOND)]
        corners += [(min(upper, 1e9), middle), (estimate, middle + HALF_DIAMOND)]
        axes.fill(*zip(*corners, strict=True), facecolor=colour, edgecolor="black", linewidth=0.8, zorder=4)
        draw_arrows(axes, axis, lower, upper, middle, colour="black")
    elif row.mark is Mark.BAR:
        ends = np.clip([lower, upper], axis.low, axis.high)
        rectangles(axes, ends[0], ends[1], middle - HALF_BAR, middle + HALF_BAR, colour=colour, zorder=3)
        draw_arrows(axes, axis, lower, upper, middle, colour=colour)
    else:
        draw_interval(axes, axis, lower, upper, middle, colour="black")
        circle = row.mark is Mark.CIRCLE
        side = CIRCLE if circle else max(SMALLEST, LARGEST * float(np.sqrt(row.area)))
        if axis.low <= estimate <= axis.high:
            axes.plot(
                estimate, middle, "o" if circle else "s", color=colour, markersize=side, markeredgecolor="black",
                markeredgewidth=1.2 if circle else 0.4, zorder=3,
            )  # fmt: skip


def _sides(places: ForestPlaces, axis: RatioAxis, favours: tuple[str, str]) -> tuple[str, str]:
    """Names of the sides, broken to the room between 1 and the figure's edge."""
    at = places.axis_left + axis.at(1.0) * places.axis_width
    rooms = at - MARGIN - 0.1, places.width - at - MARGIN - 0.1
    # Beyond the axis' ends a name still belongs to its side, but two lines of it read better than one long one.
    rooms = tuple(min(room, max(places.axis_width, 1.2)) for room in rooms)
    arrows = ("← favours {}", "favours {} →")
    return tuple(
        fitted(arrow.format(name), room, SIZE)
        for arrow, name, room in zip(arrows, favours, rooms, strict=True)
    )


def _sides_height(sides: tuple[str, str]) -> float:
    return max(text_height(side, SIZE) for side in sides) + 0.03


def _write_sides(
    figure: Figure, places: ForestPlaces, axis: RatioAxis, sides: tuple[str, str], top: float
) -> None:
    at = places.axis_left + axis.at(1.0) * places.axis_width
    look = {"fontsize": SIZE, "va": "baseline", "parse_math": False, "linespacing": 1.05}
    # An arrow is higher than letters: both sides stand on one line, not under one.
    first = top - CAPITAL - 0.04
    for side, place, align in zip(sides, (at - 0.08, at + 0.08), ("right", "left"), strict=True):
        last = first - side.count("\n") * LEADING
        write_at(figure, place, last, side, ha=align, multialignment=align, **look)


def _foot_height(sides: tuple[str, str], notes: Sequence[str]) -> float:
    written = sum(text_height(note, NOTE_SIZE) + 0.04 for note in notes)
    return _sides_height(sides) + 0.22 + written + (0.10 if notes else 0.03)


def _write_foot(figure: Figure, places: ForestPlaces, measure: str, notes: Sequence[str], top: float) -> None:
    name = fitted(measure, places.width - 2 * MARGIN - 0.8, SIZE, lines=1)
    label = f"{name} (log scale)"
    half = text_width(label, SIZE) / 2
    middle = places.axis_left + places.axis_width / 2
    middle = min(max(middle, MARGIN + half), places.width - MARGIN - half)
    write_at(figure, middle, top - 0.02, label, fontsize=SIZE, ha="center", va="top", parse_math=False)
    at = top - 0.26
    for note in notes:
        look = {"fontsize": NOTE_SIZE, "color": GREY, "va": "top", "parse_math": False}
        write_at(figure, MARGIN, at, note, linespacing=1.1, **look)
        at -= text_height(note, NOTE_SIZE) + 0.04
