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
    """An isobole an effect, each agent's exposure over that which has the effect alone; additivity is the diagonal.

    Agents differ in how far the usual dose reaches beyond what an effect needs, so that isoboles in usual doses may lie
    on the axes.
    """
    with styled():
        figure = new_figure(BELOW + SIDE + 0.45)
        draw_title(figure, "Exposures with the same effect")
        axes = axes_at(figure, LEFT, BELOW, SIDE, SIDE)
        for place, one in enumerate(found.isoboles):
            if one.first_alone is None or one.second_alone is None:
                continue
            axes.plot(
                one.first_doses / one.first_alone,
                one.second_doses / one.second_alone,
                color=ARM_COLOURS[place],
                linestyle=LINES[place],
                linewidth=1.8,
                label=f"{100.0 * one.effect:.0f} % blocked; alone at\n"
                f"{one.first_alone:.2g} and {one.second_alone:.2g} of the usual",
            )
        axes.plot([1.0, 0.0], [0.0, 1.0], ":", color=GREY, label="additive (Loewe)")
        axes.set_xlim(0.0, 1.05)
        axes.set_ylim(0.0, 1.05)
        axes.set_xlabel(f"{wrapped(found.agents[0].name, 20, 1)}, share of exposure alone")
        axes.set_ylabel(f"{wrapped(found.agents[1].name, 20, 1)}, share of exposure alone")
        axes.legend(loc="upper left", bbox_to_anchor=(1.04, 1.0), labelspacing=0.9)
    return figure
