"""Ranks of truths among draws: how far their distribution lies from the even one, with its simultaneous band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hepatrial.figures.style import (
    ARM_COLOURS,
    LIGHT,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    styled,
    wrapped,
    write_at,
)

ACROSS, LEFT, BETWEEN = 3, 0.55, 0.3
PANEL, OVER, BELOW, ABOVE = 0.82, 0.3, 0.8, 0.4
LABEL = 39


@dataclass(frozen=True, slots=True)
class RankPanel:
    """Share of ranks up to each minus the even share, shape (ranks,), of what is named."""

    name: str
    difference: np.ndarray


def draw_rank_differences(
    panels: Sequence[RankPanel], low: np.ndarray, high: np.ndarray, *, title: str
) -> Figure:
    """A panel an unknown, three side by side; ``low`` and ``high`` are the band, shape (ranks,)."""
    rows = -(-len(panels) // ACROSS)
    width = (WIDTH - LEFT - 0.15 - BETWEEN * (ACROSS - 1)) / ACROSS
    most = 1.12 * max(
        np.abs(low).max(), np.abs(high).max(), *(np.abs(each.difference).max() for each in panels)
    )
    with styled():
        figure = new_figure(BELOW + rows * (PANEL + OVER) + ABOVE)
        draw_title(figure, title)
        for place, panel in enumerate(panels):
            row, column = divmod(place, ACROSS)
            left = LEFT + column * (width + BETWEEN)
            bottom = BELOW + (rows - row - 1) * (PANEL + OVER)
            axes = axes_at(figure, left, bottom, width, PANEL)
            _draw_panel(axes, panel, low, high, float(most))
            axes.tick_params(labelsize=7, labelleft=column == 0, labelbottom=place + ACROSS >= len(panels))
            write_at(figure, left, bottom + PANEL + 0.05, wrapped(panel.name, LABEL, 1), fontsize=6.5)
        write_at(figure, LEFT, 0.4, "rank of the truth among the draws, as a share", fontsize=8)
        _draw_key(figure)
    return figure


def _draw_panel(axes: Axes, panel: RankPanel, low: np.ndarray, high: np.ndarray, most: float) -> None:
    at = np.arange(1, len(low) + 1) / len(low)
    outside = bool(np.any((panel.difference < low) | (panel.difference > high)))
    axes.fill_between(at, low, high, color=LIGHT, linewidth=0, step="post")
    axes.axhline(0.0, color="white", linewidth=1.0)
    axes.step(at, panel.difference, where="post", color=ARM_COLOURS[outside], linewidth=1.3)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(-most, most)
    axes.set_xticks([0.0, 0.5, 1.0])


def _draw_key(figure: Figure) -> None:
    axes = axes_at(figure, 0.1, 0.02, WIDTH - 0.2, 0.26)
    axes.set_axis_off()
    marks = [
        Patch(color=LIGHT, label="95 % of even samples stay inside"),
        Line2D([], [], color=ARM_COLOURS[0], linewidth=1.6, label="inside"),
        Line2D([], [], color=ARM_COLOURS[1], linewidth=1.6, label="leaves the band"),
    ]
    axes.legend(handles=marks, loc="center left", ncols=3, fontsize=7.5, borderaxespad=0.0)
