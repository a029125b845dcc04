"""Isobologram: exposures to two agents with one effect, against the straight lines of additivity."""

from __future__ import annotations

from matplotlib.figure import Figure

from hepatrial.combinations import Combination
from hepatrial.figures.style import (
    ARM_COLOURS,
    ARM_LINES,
    GREY,
    axes_at,
    draw_title,
    new_figure,
    styled,
    wrapped,
)

SIDE, LEFT, BELOW = 3.1, 0.85, 0.62
LINES = (ARM_LINES[0], ARM_LINES[1], ARM_LINES[3])
"""Dots are kept for additivity."""


def draw_isobologram(found: Combination) -> Figure:
    """An isobole an effect, in exposures at usual doses; a dotted line joins those of each agent alone."""
    with styled():
        figure = new_figure(BELOW + SIDE + 0.45)
        draw_title(figure, "Exposures with the same effect")
        axes = axes_at(figure, LEFT, BELOW, SIDE, SIDE)
        for place, one in enumerate(found.isoboles):
            colour = ARM_COLOURS[place]
            axes.plot(
                one.first_doses,
                one.second_doses,
                color=colour,
                linestyle=LINES[place],
                linewidth=1.8,
                label=f"{100.0 * one.effect:.0f} % blocked",
            )
            if one.first_alone is not None and one.second_alone is not None:
                axes.plot([one.first_alone, 0.0], [0.0, one.second_alone], ":", color=colour)
        axes.plot([], [], ":", color=GREY, label="additive (Loewe)")
        axes.plot([1.0], [1.0], "o", color="black", markersize=5, label="usual doses")
        axes.set_xlim(left=0.0)
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel(f"{wrapped(found.agents[0].name, 24, 1)}, exposure over usual")
        axes.set_ylabel(f"{wrapped(found.agents[1].name, 24, 1)}, exposure over usual")
        axes.legend(loc="upper left", bbox_to_anchor=(1.04, 1.0))
    return figure
