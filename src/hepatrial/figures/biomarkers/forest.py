"""Hazard ratios of markers one under the other, with their p-values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

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
)

ROW = 0.22
LEFT, RIGHT, ABOVE, BELOW = 2.1, 2.9, 0.62, 0.5
TICKS = (0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
PLACES = (0.12, 1.45, 2.1)
"""Where the texts to the right begin, inches from the axes."""
FURTHEST = 12.0
"""Hazard ratio, either way, beyond which limits are cut off with an arrow."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One marker: name, subjects and events, hazard ratio with limits, texts of p-values, and whether it stands out."""

    name: str
    counts: str
    hr: float
    lower: float
    upper: float
    texts: tuple[str, ...]
    strong: bool


def draw_marker_forest(
    title: str, rows: Sequence[ForestRow], heads: tuple[str, ...], *, axis: str = "hazard ratio (log scale)"
) -> Figure:
    """A row a marker; ``heads`` name the counts and then the texts to the right."""
    shown = [row for row in rows if np.isfinite([row.hr, row.lower, row.upper]).all()]
    limits = np.array([[row.lower, row.upper] for row in shown]) if shown else np.array([[0.5, 2.0]])
    low = max(min(0.8, limits[:, 0].min()), 1 / FURTHEST)
    high = min(max(1.25, limits[:, 1].max()), FURTHEST)
    with styled():
        figure = new_figure(ABOVE + ROW * len(rows) + BELOW)
        draw_title(figure, title)
        axes = axes_at(figure, LEFT, BELOW, WIDTH - LEFT - RIGHT, ROW * len(rows))
        axes.set_xscale("log")
        axes.set_xlim(low / 1.08, high * 1.08)
        axes.set_ylim(len(rows), 0)
        axes.axvline(1.0, color=GREY, linewidth=0.9)
        for place, row in enumerate(rows):
            _draw_row(axes, place + 0.5, row, low, high)
        _write_columns(axes, rows, heads)
        ticks = [tick for tick in TICKS if low / 1.05 <= tick <= high * 1.05]
        ticks = _apart(ticks, np.log(high / low), WIDTH - LEFT - RIGHT)
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(axis)
    return figure


def _draw_row(axes, height: float, row: ForestRow, low: float, high: float) -> None:
    if not np.isfinite([row.hr, row.lower, row.upper]).all():
        axes.text(1.0, height, "no model", ha="center", va="center", fontsize=8, color=GREY)
        return
    colour = ARM_COLOURS[0] if row.strong else GREY
    axes.plot(
        [max(row.lower, low), min(row.upper, high)], [height] * 2, color=colour, linewidth=1.4, zorder=3
    )
    for limit, end, marker in ((row.lower < low, low, "<"), (row.upper > high, high, ">")):
        if limit:
            axes.plot([end], [height], marker=marker, markersize=4, color=colour, zorder=3)
    if low <= row.hr <= high:
        axes.plot([row.hr], [height], marker="s", markersize=5, color=colour, zorder=4)


def _write_columns(axes, rows: Sequence[ForestRow], heads: tuple[str, ...]) -> None:
    inches = WIDTH - LEFT - RIGHT
    along = axes.get_yaxis_transform()

    def write(place: float, height: float, text: str, **options) -> None:
        axes.text(place / inches, height, text, transform=along, va="center", fontsize=8, **options)

    right = inches + np.array(PLACES)
    write(-LEFT + 0.1, -0.55, "marker", fontweight="bold")
    write(-0.1, -0.55, heads[0], ha="right", fontweight="bold")
    for place, head in zip(right, heads[1:], strict=False):
        write(place, -0.55, head, fontweight="bold")
    for number, row in enumerate(rows):
        height = number + 0.5
        if number % 2:
            axes.axhspan(number, number + 1, color=LIGHT, alpha=0.25, linewidth=0, zorder=0)
        weight = "bold" if row.strong else "normal"
        write(-LEFT + 0.1, height, wrapped(row.name, 20, 1), fontweight=weight)
        write(-0.1, height, row.counts, ha="right")
        for place, text in zip(right, row.texts, strict=False):
            write(place, height, text)


def _apart(ticks: list[float], span: float, inches: float) -> list[float]:
    """Ticks that stand 0.3 inches apart or more, 1 always among them."""
    kept: list[float] = [1.0]
    for tick in sorted(ticks, key=lambda tick: abs(np.log(tick))):
        if all(abs(np.log(tick / other)) / max(span, 0.1) * inches > 0.3 for other in kept):
            kept.append(tick)
    return sorted(kept)
