"""Sobol indices: what an answer hangs on, most first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
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

ROW, LEFT, BELOW, HEAD = 0.25, 3.0, 0.75, 0.52
LABEL = 44
BAR = 0.36


@dataclass(frozen=True, slots=True)
class IndexRow:
    """First-order and total index of one input, each with the half-width of its 95 % interval."""

    label: str
    first: float
    first_half_width: float
    total: float
    total_half_width: float


@dataclass(frozen=True, slots=True)
class IndexPanel:
    """One answer with its inputs."""

    name: str
    rows: tuple[IndexRow, ...]


def draw_indices(panels: Sequence[IndexPanel], *, title: str) -> Figure:
    """A panel an answer, one under the other, on one scale."""
    heights = [ROW * len(panel.rows) for panel in panels]
    rows = [row for panel in panels for row in panel.rows]
    edge = max(max(row.total + row.total_half_width, row.first + row.first_half_width) for row in rows)
    most = min(1.2, max(0.5, 1.02 * edge))
    with styled():
        figure = new_figure(BELOW + sum(heights) + HEAD * len(panels) + 0.25)
        draw_title(figure, title)
        bottom = BELOW + sum(heights) + HEAD * (len(panels) - 1)
        for panel, height in zip(panels, heights, strict=True):
            bottom -= height
            axes = axes_at(figure, LEFT, bottom, WIDTH - LEFT - 0.2, height)
            _draw_panel(axes, panel, most)
            write_at(figure, 0.1, bottom + height + 0.09, panel.name, fontsize=9, fontweight="bold")
            for place, row in enumerate(panel.rows):
                at = bottom + height - (place + 0.5) * ROW
                write_at(figure, 0.1, at, wrapped(row.label, LABEL, 1), fontsize=8, va="center")
            bottom -= HEAD
        write_at(figure, LEFT, 0.36, "share of the answer's variance", fontsize=8)
        _draw_key(figure)
    return figure


def _draw_panel(axes: Axes, panel: IndexPanel, most: float) -> None:
    count = len(panel.rows)
    for place, row in enumerate(panel.rows):
        y = count - place - 0.5
        for index, half, shift, colour in (
            (row.total, row.total_half_width, BAR / 2, LIGHT),
            (row.first, row.first_half_width, -BAR / 2, ARM_COLOURS[0]),
        ):
            axes.barh(y + shift, max(index, 0.0), height=BAR, color=colour, linewidth=0)
            axes.plot([index - half, index + half], [y + shift] * 2, color=GREY, linewidth=0.9)
    axes.axvline(0.0, color="black", linewidth=0.8)
    axes.set_xlim(min(-0.15, -0.12 * most), most)
    axes.set_ylim(0, count)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(labelsize=7.5)


def _draw_key(figure: Figure) -> None:
    axes = axes_at(figure, 0.1, 0.02, WIDTH - 0.2, 0.26)
    axes.set_axis_off()
    marks = [
        Patch(color=LIGHT, label="total index"),
        Patch(color=ARM_COLOURS[0], label="first-order index"),
        Patch(color=GREY, label="95 % interval (bootstrap)", linewidth=0.5),
    ]
    axes.legend(handles=marks, loc="center left", ncols=3, fontsize=7.5, borderaxespad=0.0)
