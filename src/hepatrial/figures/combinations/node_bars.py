"""What two agents do to every node of the tumour cell's network, alone and together."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.combinations import WORDS, Combination
from hepatrial.figures.style import ARM_COLOURS, GREY, axes_at, draw_title, new_figure, styled, wrapped

NODE_OF_RECORD = {"mtorc1": "mtor"}
LEFT, ROW, BELOW = 0.85, 0.36, 0.55
LOOKS = ((ARM_COLOURS[0], "////"), (ARM_COLOURS[4], "...."), (ARM_COLOURS[1], ""))


def draw_node_bars(found: Combination) -> Figure:
    """Activity relative to untreated at usual doses: three bars a node, hit nodes marked."""
    height = ROW * len(WORDS)
    with styled():
        figure = new_figure(BELOW + height + 0.42)
        draw_title(figure, "Nodes of the tumour cell at usual doses")
        axes = axes_at(figure, LEFT, BELOW, 4.0, height)
        names = (*(agent.name for agent in found.agents), "both")
        for place, (nodes, (colour, hatch), name) in enumerate(zip(found.nodes, LOOKS, names, strict=True)):
            values = [float(getattr(nodes, node)) for node in WORDS]
            rows = len(WORDS) - 1.0 - np.arange(len(WORDS)) + 0.27 * (1 - place)
            axes.barh(
                rows,
                values,
                height=0.25,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=0,
                label=wrapped(name, 30, 1),
            )
        _finish(axes, found)
    return figure


def _finish(axes: Axes, found: Combination) -> None:
    axes.axvline(1.0, color=GREY, linewidth=0.9, linestyle="--")
    hit = [set(one.nodes) for one in found.hits]
    labels = []
    for node, words in WORDS.items():
        marks = "".join(
            mark for mark, nodes in zip("*†", hit, strict=True) if NODE_OF_RECORD.get(node, node) in nodes
        )
        labels.append(f"{words}{marks}")
    axes.set_yticks(range(len(WORDS)), labels[::-1])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, len(WORDS) - 0.4)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("activity relative to untreated")
    first, second = (wrapped(agent.name, 22, 1) for agent in found.agents)
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.03, 1.0),
        title=f"* bound by {first}\n† bound by {second}",
        alignment="left",
    )
