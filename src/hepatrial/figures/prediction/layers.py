"""Hazard ratios as intervals in layers: the middle 50, 80 and 95 % of the true one and of what a trial will show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hepatrial.figures.evidence.ratio_axis import RatioAxis, draw_arrows, draw_ratio_axis, ratio_axis
from hepatrial.figures.style import (
    ARM_COLOURS,
    GREY,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    styled,
    wrapped,
    write_at,
)

WIDTHS = {95: 1.3, 80: 3.4, 50: 6.4}
COLOURS = (ARM_COLOURS[0], "#7a7a7a", ARM_COLOURS[1])
ROW, BAR, LEFT, RIGHT = 0.14, 0.2, 1.75, 1.55
LABEL = 26


@dataclass(frozen=True, slots=True)
class Layers:
    """Median and the middle 50, 80 and 95 % of a distribution, by per cent; ends may be infinite."""

    median: float
    intervals: dict[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class RatioLayers:
    """One row: its name, and distributions by what they are of, in the order of the key."""

    label: str
    of: dict[str, Layers]


def draw_ratio_layers(rows: Sequence[RatioLayers], *, title: str) -> Figure:
    """A row a comparison and endpoint, in it a bar a distribution; the numbers on the right are median and 80 %."""
    names = list(rows[0].of)
    step = ROW + BAR * len(names)
    height = step * len(rows)
    width = WIDTH - LEFT - RIGHT
    everything = [layers for row in rows for layers in row.of.values()]
    axis = ratio_axis([(each.median, *each.intervals[95]) for each in everything], width)
    with styled():
        figure = new_figure(0.5 + height + 0.62)
        draw_title(figure, title)
        axes = axes_at(figure, LEFT, 0.5, width, height)
        axes.set_ylim(0, height)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        draw_ratio_axis(axes, axis)
        axes.set_xlabel("hazard ratio; left of 1 favours the first-named arm")
        for place, row in enumerate(rows):
            top = height - place * step - ROW / 2
            middle = 0.5 + top - BAR * len(names) / 2
            write_at(figure, 0.1, middle, wrapped(row.label, LABEL, 2), fontsize=8.5, va="center")
            for number, name in enumerate(names):
                y = top - BAR * (number + 0.5)
                draw_layers(axes, axis, row.of[name], y, COLOURS[number])
                text = _text(row.of[name])
                write_at(
                    figure, WIDTH - RIGHT + 0.15, 0.5 + y, text, fontsize=7.5, va="center",
                    color=COLOURS[number],
                )  # fmt: skip
        _draw_key(figure, names, height)
    return figure


def draw_layers(axes: Axes, axis: RatioAxis, layers: Layers, y: float, colour: str) -> None:
    """Three bars one upon another, the median a white line on them."""
    for percent, width in WIDTHS.items():
        low, high = layers.intervals[percent]
        inside = max(low, axis.low), min(high, axis.high)
        if inside[0] < inside[1]:
            axes.plot(inside, [y, y], color=colour, linewidth=width, solid_capstyle="butt", zorder=2)
    draw_arrows(axes, axis, *layers.intervals[95], y, colour=colour)
    axes.plot(layers.median, y, "|", color="white", markersize=6.4, markeredgewidth=1.4, zorder=4)


def _text(layers: Layers) -> str:
    low, high = layers.intervals[80]
    return f"{layers.median:.2f} ({low:.2f}–{high:.2f})"


def _draw_key(figure: Figure, names: Sequence[str], height: float) -> None:
    write_at(figure, WIDTH - RIGHT + 0.15, 0.5 + height + 0.08, "median (80 %)", fontsize=7.5, color=GREY)
    axes = axes_at(figure, 0.1, 0.5 + height + 0.04, WIDTH - RIGHT, 0.26)
    axes.set_axis_off()
    marks = [
        Line2D([], [], color=colour, linewidth=6.4, label=name)
        for name, colour in zip(names, COLOURS, strict=False)
    ]
    marks += [Line2D([], [], color=GREY, linewidth=width, label=f"{p} %") for p, width in WIDTHS.items()]
    axes.legend(
        handles=marks, loc="center left", ncols=len(marks), fontsize=7.5, handlelength=1.6, columnspacing=0.9,
        borderaxespad=0.0, handletextpad=0.5,
    )  # fmt: skip
