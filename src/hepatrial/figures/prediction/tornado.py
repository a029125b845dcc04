"""How the answer moves with the evidence: without each result, and with each alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hepatrial.figures.evidence.ratio_axis import draw_ratio_axis, ratio_axis
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

ROW, LEFT, BETWEEN, RIGHT = 0.27, 2.75, 0.25, 0.2
LABEL = 40
KINDS = {
    "without": ("o", ARM_COLOURS[0], "without it"),
    "alone": ("D", ARM_COLOURS[1], "it alone"),
    "other": ("s", "black", "instead of all results"),
}


@dataclass(frozen=True, slots=True)
class TornadoRow:
    """One piece of evidence.

    Attributes
    ----------
    hr, success
        Median of the true hazard ratio and probability of success in per cent, by a key of `KINDS`.
    """

    label: str
    hr: dict[str, float]
    success: dict[str, float]


def draw_tornado(rows: Sequence[TornadoRow], *, hr: float, success: float, title: str) -> Figure:
    """Two panels beside each other, the hazard ratio and the probability of success.

    Parameters
    ----------
    rows
        From the most to the least that it moves.
    hr, success
        With all results: the lines from which rows go out.
    """
    height, panel = ROW * len(rows), (WIDTH - LEFT - BETWEEN - RIGHT) / 2
    with styled():
        figure = new_figure(0.5 + height + 0.62)
        draw_title(figure, title)
        left = axes_at(figure, LEFT, 0.5, panel, height)
        right = axes_at(figure, LEFT + panel + BETWEEN, 0.5, panel, height)
        ratios = [(value, value, value) for row in rows for value in row.hr.values()]
        draw_ratio_axis(left, ratio_axis([*ratios, (hr, hr, hr)], panel))
        left.set_xlabel("median of the true hazard ratio", fontsize=8)
        highest = max([success, *(value for row in rows for value in row.success.values())])
        right.set_xlim(0, min(100.0, max(10.0, 1.15 * highest)))
        right.set_xlabel("probability of success, per cent", fontsize=8)
        for axes, middle in ((left, hr), (right, success)):
            axes.axvline(middle, color=GREY, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
            axes.set_ylim(0, height)
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
            axes.tick_params(labelsize=8)
        for place, row in enumerate(rows):
            y = height - (place + 0.5) * ROW
            write_at(figure, 0.1, 0.5 + y, wrapped(row.label, LABEL, 1), fontsize=8, va="center")
            _draw_row(left, row.hr, hr, y)
            _draw_row(right, row.success, success, y)
        _draw_key(figure, rows, height)
    return figure


def _draw_row(axes: Axes, values: dict[str, float], middle: float, y: float) -> None:
    for kind, value in values.items():
        marker, colour, _ = KINDS[kind]
        axes.plot([middle, value], [y, y], color=colour, linewidth=1.0, alpha=0.6, zorder=2)
        axes.plot(value, y, marker, color=colour, markersize=4.4, zorder=3, clip_on=False)


def _draw_key(figure: Figure, rows: Sequence[TornadoRow], height: float) -> None:
    used = [kind for kind in KINDS if any(kind in row.hr for row in rows)]
    axes = axes_at(figure, 0.1, 0.5 + height + 0.06, WIDTH - 0.2, 0.26)
    axes.set_axis_off()
    marks = [Line2D([], [], color=GREY, linewidth=0.9, linestyle=(0, (4, 2)), label="all results")]
    marks += [
        Line2D([], [], color=KINDS[kind][1], marker=KINDS[kind][0], markersize=4.4, linewidth=1.0, label=KINDS[kind][2])
        for kind in used
    ]  # fmt: skip
    axes.legend(
        handles=marks, loc="center left", ncols=len(marks), fontsize=7.5, handlelength=1.8, borderaxespad=0.0
    )
