"""What was reported of phase 2 beside what the model makes expect, each number on an axis of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hepatrial.figures.prediction.layers import COLOURS, WIDTHS, Layers
from hepatrial.figures.style import GREY, WIDTH, axes_at, draw_title, new_figure, styled, wrapped, write_at

ROW, LEFT, RIGHT = 0.56, 2.75, 0.25
LABEL = 40


@dataclass(frozen=True, slots=True)
class ReportLayers:
    """One number: as reported, and predicted before and after all numbers were seen; ``ratio`` for a log axis."""

    label: str
    reported: float
    before: Layers
    after: Layers
    outside: bool
    ratio: bool = False


def draw_reports(rows: Sequence[ReportLayers], *, title: str) -> Figure:
    """A small axis a number: the reported one as a line through both predictions."""
    height = ROW * len(rows)
    with styled():
        figure = new_figure(0.15 + height + 0.6)
        draw_title(figure, title)
        for place, row in enumerate(rows):
            bottom = 0.15 + height - (place + 1) * ROW
            axes = axes_at(figure, LEFT, bottom + 0.22, WIDTH - LEFT - RIGHT, ROW - 0.26)
            _draw_row(axes, row)
            text = row.label + (" (outside 95 %)" if row.outside else "")
            write_at(
                figure, 0.1, bottom + 0.37, wrapped(text, LABEL, 2), fontsize=8, va="center",
                fontweight="bold" if row.outside else "normal",
            )  # fmt: skip
        axes = axes_at(figure, 0.1, 0.15 + height + 0.02, WIDTH - 0.2, 0.26)
        axes.set_axis_off()
        marks = [
            Line2D([], [], color="black", marker="D", markersize=4.5, linewidth=0, label="reported"),
            Line2D([], [], color=COLOURS[1], linewidth=5, label="expected before"),
            Line2D([], [], color=COLOURS[0], linewidth=5, label="expected after all results"),
            *(Line2D([], [], color=GREY, linewidth=width, label=f"{p} %") for p, width in WIDTHS.items()),
        ]
        axes.legend(
            handles=marks, loc="center left", ncols=6, fontsize=7.5, handlelength=1.5, columnspacing=0.9,
            borderaxespad=0.0,
        )  # fmt: skip
    return figure


def _draw_row(axes: Axes, row: ReportLayers) -> None:
    ends = [row.reported, *row.before.intervals[95], *row.after.intervals[95]]
    last = max(1.0 if row.ratio else 0.0, *(end for end in ends if np.isfinite(end))) * 1.08
    for y, layers, colour in ((1.0, row.before, COLOURS[1]), (0.0, row.after, COLOURS[0])):
        for percent, width in WIDTHS.items():
            low, high = (min(end, last) for end in layers.intervals[percent])
            axes.plot([low, high], [y, y], color=colour, linewidth=width, solid_capstyle="butt")
        if layers.median < last:
            axes.plot(layers.median, y, "|", color="white", markersize=6.4, markeredgewidth=1.4, zorder=4)
    axes.plot([row.reported] * 2, [-0.5, 1.5], color="black", linewidth=0.7, zorder=5)
    axes.plot(row.reported, 0.5, "D", color="black", markersize=4.5, zorder=6, clip_on=False)
    axes.set_ylim(-0.7, 1.7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    first = 0.0
    if row.ratio:
        axes.set_xscale("log")
        first = 0.9 * min(1.0, *(end for end in ends if end > 0.0))
        ticks = [tick for tick in (0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0) if first <= tick <= last]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
    else:
        axes.locator_params(axis="x", nbins=7)
    axes.set_xlim(first, last if last > first else 1.0)
    axes.tick_params(labelsize=7.5, length=2.5, pad=1.5)
