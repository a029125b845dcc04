"""A forest of published hazard ratios, each with the predictive intervals beside it."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hepatrial.figures.evidence.ratio_axis import (
    RatioAxis,
    draw_arrows,
    draw_interval,
    draw_ratio_axis,
    ratio_axis,
)
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
from hepatrial.figures.validation.rows import RatioGroup, RatioRow

HELD_OUT, FITTED = ARM_COLOURS[0], "#7a7a7a"
"""Predictions of trials that were held out, and of those that were fitted."""
WIDTHS = {"predicted_95": 1.2, "predicted_80": 3.4, "predicted_50": 6.4}
ROW, HEAD, LEFT, RIGHT = 0.33, 0.3, 2.0, 1.75
LABEL = 26
APART = 0.17
"""Published and predicted lie this far above and below the middle of a row."""


def draw_beside(groups: Sequence[RatioGroup], *, title: str) -> Figure:
    """A row a trial: published ratio with its interval above, median with predictive intervals below."""
    groups = [group for group in groups if group.rows]
    count = sum(len(group.rows) for group in groups)
    height = ROW * count + HEAD * len(groups)
    with styled():
        figure = new_figure(0.5 + height + 0.62)
        draw_title(figure, title)
        axes = axes_at(figure, LEFT, 0.5, WIDTH - LEFT - RIGHT, height)
        axis = _axis(groups, WIDTH - LEFT - RIGHT)
        axes.set_ylim(0, height)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        draw_ratio_axis(axes, axis)
        axes.set_xlabel("hazard ratio; left of 1 favours the first-named arm")
        y = height
        for group in groups:
            write_at(figure, 0.1, 0.5 + y - 0.22, group.name, fontsize=9, fontweight="bold")
            y -= HEAD
            for row in group.rows:
                _draw_row(figure, axes, axis, row, y - ROW / 2, FITTED if group.fitted else HELD_OUT)
                y -= ROW
        _draw_heads(figure, height)
    return figure


def _axis(groups: Sequence[RatioGroup], width: float) -> RatioAxis:
    rows = [row for group in groups for row in group.rows]
    estimates = [(row.predicted, *row.predicted_95) for row in rows]
    estimates += [(row.published, *(row.published_ci or (row.published, row.published))) for row in rows]
    return ratio_axis(estimates, width)


def _draw_row(figure: Figure, axes: Axes, axis: RatioAxis, row: RatioRow, y: float, colour: str) -> None:
    low, high = row.published_ci or (row.published, row.published)
    draw_interval(axes, axis, low, high, y + APART / 2, colour="black", width=1.2)
    face = "black" if row.scored else "white"
    axes.plot(
        row.published, y + APART / 2, "s", color="black", markerfacecolor=face, markersize=4.2, zorder=4
    )
    for name, width in WIDTHS.items():
        limits = getattr(row, name)
        inside = max(limits[0], axis.low), min(limits[1], axis.high)
        axes.plot(inside, [y - APART / 2] * 2, color=colour, linewidth=width, solid_capstyle="butt", zorder=2)
    draw_arrows(axes, axis, *row.predicted_95, y - APART / 2, colour=colour)
    axes.plot(row.predicted, y - APART / 2, "|", color="white", markersize=6.4, markeredgewidth=1.4, zorder=4)
    write_at(figure, 0.2, 0.5 + y, wrapped(row.label, LABEL, 1), fontsize=8.5, va="center")
    published = f"{row.published:.2f}" + (f" ({low:.2f}–{high:.2f})" if row.published_ci else "")
    predicted = f"{row.predicted:.2f} ({row.predicted_80[0]:.2f}–{row.predicted_80[1]:.2f})"
    left = WIDTH - RIGHT + 0.15
    write_at(figure, left, 0.5 + y + APART / 2, published, fontsize=7.5, va="center")
    write_at(figure, left, 0.5 + y - APART / 2, predicted, fontsize=7.5, va="center", color=colour)


def _draw_heads(figure: Figure, height: float) -> None:
    left = WIDTH - RIGHT + 0.15
    write_at(figure, left, 0.5 + height + 0.16, "published (95 %)", fontsize=7.5)
    write_at(figure, left, 0.5 + height + 0.02, "predicted (80 %)", fontsize=7.5, color=GREY)
    axes = axes_at(figure, 0.1, 0.5 + height + 0.02, WIDTH - RIGHT, 0.26)
    axes.set_axis_off()
    marks = [
        Line2D([], [], color="black", marker="s", markersize=4.2, linewidth=1.2, label="published"),
        Line2D([], [], color=HELD_OUT, linewidth=6.4, label="predicted, held out: 50,"),
        Line2D([], [], color=HELD_OUT, linewidth=3.4, label="80,"),
        Line2D([], [], color=HELD_OUT, linewidth=1.2, label="95 %"),
        Line2D([], [], color=FITTED, linewidth=6.4, label="the same, fitted"),
    ]
    axes.legend(
        handles=marks, loc="center left", ncols=5, fontsize=7.5, handlelength=1.6, columnspacing=0.9,
        borderaxespad=0.0, handletextpad=0.5,
    )  # fmt: skip
