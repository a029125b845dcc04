"""How published numbers are met: a row a trial, a point a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

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

ROW, LEFT, BELOW = 0.21, 2.0, 0.75
LABEL, NAMES = 28, 38
NAMED_BEYOND = 2.0
"""A number that is missed by more has its name written beside it."""
SHOWN, PER_LETTER = 4.5, 0.085
"""Standard deviations either side at least, and what a letter of a name takes up."""


@dataclass(frozen=True, slots=True)
class MisfitPoint:
    """Simulated minus published in standard deviations of the number."""

    name: str
    misfit: float


@dataclass(frozen=True, slots=True)
class MisfitRow:
    """A trial with its numbers; ``early`` of a phase 1b or 2 trial."""

    label: str
    early: bool
    points: tuple[MisfitPoint, ...]


def draw_misfits(rows: Sequence[MisfitRow], *, title: str) -> Figure:
    """Points around 0; those further than 2 standard deviations are named."""
    height = ROW * len(rows)
    most = max([SHOWN, *(abs(at) + 0.2 + PER_LETTER * len(name) for row in rows for at, name in _far(row))])
    with styled():
        figure = new_figure(BELOW + height + 0.4)
        draw_title(figure, title)
        axes = axes_at(figure, LEFT, BELOW, WIDTH - LEFT - 0.15, height)
        axes.axvspan(-2.0, 2.0, color=LIGHT, alpha=0.45, linewidth=0)
        axes.axvspan(-1.0, 1.0, color=LIGHT, linewidth=0)
        axes.axvline(0.0, color="white", linewidth=1.0)
        for place, row in enumerate(rows):
            y = len(rows) - place - 0.5
            for point in row.points:
                colour, mark = (ARM_COLOURS[1], "D") if row.early else (ARM_COLOURS[0], "o")
                axes.plot(
                    point.misfit, y, mark, color=colour, markersize=3.6, markeredgecolor="white",
                    markeredgewidth=0.4,
                )  # fmt: skip
            _name_outliers(axes, row, y)
            at = BELOW + height - (place + 0.5) * ROW
            write_at(figure, 0.1, at, wrapped(row.label, LABEL, 1), fontsize=8, va="center")
        axes.set_ylim(0, len(rows))
        axes.set_xlim(-most, most)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.tick_params(labelsize=7.5)
        write_at(
            figure, LEFT, 0.36, "simulated minus published, standard deviations of the number", fontsize=8
        )
        _draw_key(figure)
    return figure


def _name_outliers(axes: Axes, row: MisfitRow, y: float) -> None:
    for at, names in _far(row):
        side = -1.0 if at < 0.0 else 1.0
        axes.text(
            at + 0.12 * side, y, names, fontsize=6.5, color=GREY, va="center",
            ha="right" if at < 0.0 else "left",
        )  # fmt: skip


def _far(row: MisfitRow) -> list[tuple[float, str]]:
    """The furthest point of each side that is missed, with the names of all that are."""
    found = []
    for side in (-1.0, 1.0):
        far = sorted((p for p in row.points if side * p.misfit > NAMED_BEYOND), key=lambda p: side * p.misfit)
        if far:
            found.append((far[-1].misfit, wrapped(", ".join(p.name for p in far), NAMES, 1)))
    return found


def _draw_key(figure: Figure) -> None:
    axes = axes_at(figure, 0.1, 0.02, WIDTH - 0.2, 0.26)
    axes.set_axis_off()
    marks = [
        Line2D(
            [], [], color=ARM_COLOURS[0], marker="o", linestyle="", markersize=4, label="calibration trial"
        ),
        Line2D([], [], color=ARM_COLOURS[1], marker="D", linestyle="", markersize=4, label="early trial"),
        Line2D([], [], color=LIGHT, linewidth=6, label="within 1 and 2 standard deviations"),
    ]
    axes.legend(handles=marks, loc="center left", ncols=3, fontsize=7.5, columnspacing=1.4, borderaxespad=0.0)
