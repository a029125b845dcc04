"""The map of targets by agents: how far the free concentration of the usual dose exceeds what a target needs."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from hepatrial.agents import Agent, TargetUncertainty, dissociation_constant
from hepatrial.figures.style import GREY, LIGHT, WIDTH, axes_at, draw_title, new_figure, styled, write_at

ROW = 0.235
LEFT, TOP, BOTTOM = 1.08, 1.02, 0.98
LEAST, MOST = 0.01, 100.0
"""Ends of the colours; a smaller or larger number has the colour of the end."""
HALF_BLACK = 0.6
"""Share of the colours from which on text is white."""

READING = (
    "Free active concentration at the usual dose, times the agent's effective potency, over the dissociation constant; "
    "at 1 half of the target is occupied. "
    "Hatched: a number in it is assumed (an IC50 in place of Kd, a value that was not confirmed, or a gap filled from "
    "the class). 0: binding was looked for and not found. Empty: nothing is known, and the model takes none. "
    "What is printed on the bench misleads: effective potency is fitted to trials, or 1 for agents without one."
)


def draw_target_map(
    agents: Sequence[Agent],
    found: Mapping[str, Sequence[TargetUncertainty]],
    targets: Sequence[str],
    *,
    title: str = "What the usual dose of each agent does to its targets",
) -> Figure:
    """A cell for every agent and target.

    Parameters
    ----------
    agents
        Rows, from the top.
    found
        By the agent's name, from `occupancy_uncertainty`.
    targets
        Columns.
    """
    with styled():
        figure = new_figure(TOP + ROW * len(agents) + BOTTOM)
        draw_title(figure, title)
        axes = axes_at(figure, LEFT, BOTTOM, WIDTH - LEFT - 0.1, ROW * len(agents))
        _frame(axes, agents, targets)
        for row, agent in enumerate(agents):
            by_target = {each.target: each for each in found[agent.name]}
            for column, target in enumerate(targets):
                _cell(axes, row, column, agent, target, by_target.get(target))
        _key(figure)
    return figure


def _frame(axes: Axes, agents: Sequence[Agent], targets: Sequence[str]) -> None:
    axes.set_xlim(0, len(targets))
    axes.set_ylim(len(agents), 0)
    axes.set_xticks(np.arange(len(targets)) + 0.5, targets, rotation=90)
    axes.xaxis.tick_top()
    axes.set_yticks(np.arange(len(agents)) + 0.5, [agent.name for agent in agents])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _cell(
    axes: Axes, row: int, column: int, agent: Agent, target: str, found: TargetUncertainty | None
) -> None:
    if found is None:
        looked_for = dissociation_constant(agent, target) is not None
        axes.add_patch(Rectangle((column, row), 1, 1, facecolor="white", edgecolor=LIGHT, linewidth=0.5))
        if looked_for:
            axes.text(column + 0.5, row + 0.5, "0", ha="center", va="center", fontsize=6.5, color=GREY)
        return
    share = float(_scale()(np.log10(found.free_over_constant)))
    axes.add_patch(
        Rectangle(
            (column, row),
            1,
            1,
            facecolor=_colours()(min(max(share, 0.0), 1.0)),
            edgecolor="#8a8a8a" if found.guessed else LIGHT,
            linewidth=0.5,
            hatch="////" if found.guessed else None,
        )
    )
    # A plate behind the number keeps it legible on hatching.
    axes.text(
        column + 0.5,
        row + 0.52,
        found.ratio_text,
        ha="center",
        va="center",
        fontsize=6.5,
        color="white" if share > HALF_BLACK else "black",
        bbox={"facecolor": _colours()(min(max(share, 0.0), 1.0)), "edgecolor": "none", "pad": 0.6},
    )


def _key(figure: Figure) -> None:
    bar = axes_at(figure, LEFT, 0.62, 2.2, 0.1)
    bar.imshow(np.linspace(0, 1, 256)[None, :], aspect="auto", cmap=_colours(), extent=(-2, 2, 0, 1))
    bar.set_yticks([])
    bar.set_xticks([-2, -1, 0, 1, 2], ["0.01", "0.1", "1", "10", "100"], fontsize=7)
    bar.tick_params(length=2)
    write_at(figure, LEFT + 2.35, 0.63, "free concentration over the dissociation constant", fontsize=7)
    write_at(figure, 0.1, 0.08, "\n".join(textwrap.wrap(READING, 150)), fontsize=6.2, va="bottom", color=GREY)


def _scale() -> Normalize:
    return Normalize(np.log10(LEAST), np.log10(MOST))


def _colours() -> Colormap:
    return colormaps["Blues"]
