"""Posterior beside prior: a row an unknown, in prior standard deviations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hepatrial.figures.style import (
    ARM_COLOURS,
    GREY,
    LIGHT,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    styled,
    wrapped,
    write_at,
)

ROW, LEFT, BELOW, BETWEEN = 0.19, 2.75, 0.75, 0.12
LABEL = 42
SHOWN = 3.4
"""Prior standard deviations either side."""
COLOURS = {"identified": ARM_COLOURS[0], "partly": ARM_COLOURS[5], "not at all": GREY}
TWO_SIDED_95 = 1.96


@dataclass(frozen=True, slots=True)
class LearntCell:
    """Posterior mean and standard deviation, and how far it was learnt: a key of `COLOURS`."""

    mean: float
    sd: float
    learnt: str


@dataclass(frozen=True, slots=True)
class LearntColumn:
    """One quantity of all that the rows stand for; None where a row does not have it."""

    name: str
    cells: tuple[LearntCell | None, ...]


def draw_learnt(labels: Sequence[str], columns: Sequence[LearntColumn], *, title: str) -> Figure:
    """A row a label, a panel a column; the prior as grey bands of 68 and 95 %."""
    height = ROW * len(labels)
    width = (WIDTH - LEFT - 0.15 - BETWEEN * (len(columns) - 1)) / len(columns)
    with styled():
        figure = new_figure(BELOW + height + 0.62)
        draw_title(figure, title)
        for place, column in enumerate(columns):
            left = LEFT + place * (width + BETWEEN)
            _draw_column(axes_at(figure, left, BELOW, width, height), column)
            write_at(figure, left, BELOW + height + 0.06, wrapped(column.name, 40, 1), fontsize=8.5)
        for place, label in enumerate(labels):
            y = BELOW + height - (place + 0.5) * ROW
            write_at(figure, 0.1, y, wrapped(label, LABEL, 1), fontsize=8, va="center")
        write_at(figure, LEFT, 0.36, "prior standard deviations from the prior's centre", fontsize=8)
        _draw_key(figure)
    return figure


def _draw_column(axes: Axes, column: LearntColumn) -> None:
    rows = len(column.cells)
    axes.axvspan(-TWO_SIDED_95, TWO_SIDED_95, color=LIGHT, alpha=0.45, linewidth=0)
    axes.axvspan(-1.0, 1.0, color=LIGHT, linewidth=0)
    axes.axvline(0.0, color="white", linewidth=1.0)
    for place, cell in enumerate(column.cells):
        if cell is None:
            continue
        y, colour = rows - place - 0.5, COLOURS[cell.learnt]
        for times, line in ((TWO_SIDED_95, 1.1), (1.0, 3.0)):
            ends = cell.mean - times * cell.sd, cell.mean + times * cell.sd
            axes.plot(ends, [y, y], color=colour, linewidth=line, solid_capstyle="butt")
        axes.plot(cell.mean, y, "o", color=colour, markersize=3.4)
    axes.set_ylim(0, rows)
    axes.set_xlim(-SHOWN, SHOWN)
    axes.set_xticks([-3, -2, -1, 0, 1, 2, 3])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(labelsize=7.5)


def _draw_key(figure: Figure) -> None:
    axes = axes_at(figure, 0.1, 0.02, WIDTH - 0.2, 0.26)
    axes.set_axis_off()
    marks = [
        Line2D([], [], color=colour, marker="o", markersize=3.4, linewidth=3.0, label=f"posterior, {name}")
        for name, colour in COLOURS.items()
    ]
    axes.legend(
        handles=[Patch(color=LIGHT, label="prior, 68 and 95 %"), *marks], loc="center left", ncols=4,
        fontsize=7.5, handlelength=1.6, columnspacing=1.2, borderaxespad=0.0,
    )  # fmt: skip
