"""Surface of an effect over doses of two agents, and its excess over Bliss and Loewe: maps with the numbers in them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.combinations import Combination
from hepatrial.figures.style import axes_at, draw_title, new_figure, styled, wrapped, write_at

SIDE, LEFT, GAP, BELOW = 2.0, 0.68, 0.2, 0.85
STRONG_EXCESS = 0.3
"""Excess at which the colour is full."""
DARK = 0.6
"""Share of the colour scale from which figures are written in white."""


def draw_surface_map(found: Combination) -> Figure:
    """Three maps side by side, per cent; hatched where Loewe additivity is not defined."""
    first, second = (agent.name for agent in found.agents)
    with styled():
        figure = new_figure(BELOW + SIDE + 0.62)
        draw_title(
            figure, f"Blocked proliferation under {wrapped(first, 28, 1)} and {wrapped(second, 28, 1)}"
        )
        maps = (
            ("effect", found.surface.effects, "Blues", 0.0, 1.0),
            ("excess over Bliss", found.bliss, "PuOr_r", -STRONG_EXCESS, STRONG_EXCESS),
            ("excess over Loewe", found.loewe, "PuOr_r", -STRONG_EXCESS, STRONG_EXCESS),
        )
        for place, (title, values, colours, low, high) in enumerate(maps):
            axes = axes_at(figure, LEFT + place * (SIDE + GAP), BELOW, SIDE, SIDE)
            axes.set_title(f"{title}, per cent")
            _draw_map(axes, values, colours, low, high)
            _dose_axis(axes, found)
            if place == 0:
                axes.set_ylabel(f"{wrapped(second, 24, 1)}, mg a day")
            else:
                axes.set_yticklabels([])
        write_at(
            figure,
            LEFT,
            0.12,
            f"across: {wrapped(first, 40, 1)}, mg a day; usual doses in the frame",
            fontsize=9,
        )
    return figure


def _draw_map(axes: Axes, values: np.ndarray, colours: str, low: float, high: float) -> None:
    """Cell (i, j) of ``values`` stands at column i, row j: the first agent's doses run to the right."""
    shown = np.ma.masked_invalid(values.T)
    axes.pcolormesh(shown, cmap=colours, vmin=low, vmax=high, edgecolors="white", linewidth=0.5)
    middle = 0.5 * (low + high)
    for row, column in np.ndindex(*shown.shape):
        value = values[column, row]
        if np.isnan(value):
            axes.fill_between(
                [column, column + 1], row, row + 1, facecolor="none", hatch="////", edgecolor="#b8b8b8"
            )
            continue
        depth = (value - low) / (high - low) if low == 0.0 else abs(value - middle) / (high - middle)
        colour = "white" if depth > DARK else "black"
        text = f"{100.0 * value:.0f}".replace("-0", "0")
        axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=6.5, color=colour)


def _dose_axis(axes: Axes, found: Combination) -> None:
    for doses, set_ticks in (
        (found.surface.first_doses, axes.set_xticks),
        (found.surface.second_doses, axes.set_yticks),
    ):
        set_ticks(np.arange(len(doses)) + 0.5, [f"{dose:.4g}" for dose in doses], fontsize=7)
    axes.tick_params(length=0)
    axes.tick_params(axis="x", rotation=90)
    for side in axes.spines.values():
        side.set_visible(False)
    column, row = found.usual_place
    axes.plot(
        [column, column + 1, column + 1, column, column],
        [row, row, row + 1, row + 1, row],
        color="black",
        linewidth=1.1,
    )
