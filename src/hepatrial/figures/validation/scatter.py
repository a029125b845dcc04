"""Published against predicted hazard ratios of all trials, a panel a kind of endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hepatrial.figures.evidence.ratio_axis import RatioAxis, draw_ratio_axis, ratio_axis, scale_upwards
from hepatrial.figures.style import (
    ARM_COLOURS,
    GREY,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    styled,
)
from hepatrial.figures.validation.rows import RatioGroup, RatioRow

MARKS = ("o", "s", "D", "^")
COLOURS = (ARM_COLOURS[0], ARM_COLOURS[1], ARM_COLOURS[2], ARM_COLOURS[3])
FITTED = "#7a7a7a"


def draw_scatter(panels: Mapping[str, Sequence[RatioGroup]], *, title: str) -> Figure:
    """Predicted median across, published estimate up; crosses are the 80 % predictive and the published interval.

    Parameters
    ----------
    panels
        Groups by the name of the panel; groups of one place have one mark in all panels.
    """
    between, left, below = 0.55, 0.6, 0.55
    side = (WIDTH - left - 0.15 - between * (len(panels) - 1)) / len(panels)
    with styled():
        figure = new_figure(below + side + 0.85)
        draw_title(figure, title)
        for place, (name, groups) in enumerate(panels.items()):
            axes = axes_at(figure, left + place * (side + between), below, side, side)
            _draw_panel(axes, groups, side)
            axes.set_title(name)
        _draw_key(figure, next(iter(panels.values())), below + side + 0.28)
    return figure


def _draw_panel(axes: Axes, groups: Sequence[RatioGroup], side: float) -> None:
    rows = [row for group in groups for row in group.rows if row.scored]
    axis = _axis(rows, side)
    draw_ratio_axis(axes, axis)
    scale_upwards(axes, axis, "published hazard ratio")
    axes.set_xlabel("predicted hazard ratio")
    axes.plot([axis.low, axis.high], [axis.low, axis.high], color=GREY, linewidth=0.9, linestyle=(0, (4, 2)))
    for place, group in enumerate(groups):
        colour = FITTED if group.fitted else COLOURS[place % len(COLOURS)]
        for row in (row for row in group.rows if row.scored):
            _draw_cross(axes, row, colour)
            axes.plot(
                row.predicted, row.published, MARKS[place % len(MARKS)], color=colour, markersize=5,
                markerfacecolor="white" if group.fitted else colour, zorder=4, clip_on=False,
            )  # fmt: skip


def _draw_cross(axes: Axes, row: RatioRow, colour: str) -> None:
    axes.plot(row.predicted_80, [row.published] * 2, color=colour, linewidth=0.8, alpha=0.6, zorder=2)
    if row.published_ci is not None:
        axes.plot([row.predicted] * 2, row.published_ci, color=colour, linewidth=0.8, alpha=0.6, zorder=2)


def _axis(rows: Sequence[RatioRow], side: float) -> RatioAxis:
    estimates = [(row.predicted, *row.predicted_80) for row in rows]
    estimates += [(row.published, *(row.published_ci or (row.published, row.published))) for row in rows]
    return ratio_axis(estimates or [(1.0, 0.8, 1.25)], side)


def _draw_key(figure: Figure, groups: Sequence[RatioGroup], bottom: float) -> None:
    axes = axes_at(figure, 0.1, bottom, WIDTH - 0.2, 0.25)
    axes.set_axis_off()
    marks = [
        Line2D(
            [], [], linestyle="", marker=MARKS[place % len(MARKS)], markersize=5, label=group.name,
            color=FITTED if group.fitted else COLOURS[place % len(COLOURS)],
            markerfacecolor="white" if group.fitted else COLOURS[place % len(COLOURS)],
        )
        for place, group in enumerate(groups)
    ]  # fmt: skip
    marks.append(
        Line2D([], [], color=GREY, linewidth=0.9, linestyle=(0, (4, 2)), label="published = predicted")
    )
    axes.legend(
        handles=marks, loc="center left", ncols=len(marks), fontsize=8, columnspacing=1.2, borderaxespad=0.0
    )
