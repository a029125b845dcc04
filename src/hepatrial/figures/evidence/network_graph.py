"""The graph of a network: who was compared with whom, in how many trials, on how many patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from hepatrial.evidence.network import Network, TrialBlock
from hepatrial.evidence.pooling.refusals import chosen, invalid
from hepatrial.figures.evidence.circle_order import circle_order
from hepatrial.figures.evidence.text_width import fitted, text_height, text_width
from hepatrial.figures.evidence.wording import count_text
from hepatrial.figures.style import (
    ARM_COLOURS,
    GREY,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    styled,
    write_at,
)

SIZE = 8.5
NODE_LARGEST, NODE_SMALLEST = 0.24, 0.06
"""Radii of nodes, inches."""
EDGE_WIDEST, EDGE_THINNEST = 9.0, 1.2
"""Widths of edges, points."""
COLUMN = NODE_LARGEST + 0.16
"""How far beyond the circle the names stand, inches."""
NAME_MOST = 2.2
"""Widest line of a name, inches."""
SHADES = (ARM_COLOURS[4], ARM_COLOURS[5], ARM_COLOURS[3], ARM_COLOURS[2])
HATCHES = ("", "///", "...", "\\\\\\")


class EdgeWidth(StrEnum):
    """What an edge's width shows: the number of trials, or the precision (summed 1 / variance) of direct evidence."""

    TRIALS = "trials"
    PRECISION = "precision"


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    place: np.ndarray
    radius: float
    text: str


def draw_network_graph(
    network: Network,
    *,
    title: str,
    patients: Mapping[str, int] | None = None,
    edges: EdgeWidth | str = EdgeWidth.TRIALS,
) -> Figure:
    """Treatments on a circle; the order keeps frequent comparisons short.

    Parameters
    ----------
    network
        From `network_of`.
    patients
        By treatment, patients randomised to it: nodes have the area of it; all the same if left out.
    edges
        See `EdgeWidth`.

    Raises
    ------
    InvalidInput
        A treatment without a number of patients.
    """
    kind = chosen(EdgeWidth, edges, "edges")
    if patients is not None and (missing := [arm for arm in network.treatments if arm not in patients]):
        raise invalid(
            "a network graph: treatments without a number of patients",
            ", ".join(missing),
            "a number for every treatment of the network, or for none",
            "add up the arms of its trials",
        )
    radius = _circle_radius(len(network.treatments))
    multi_arm = [trial for trial in network.trials if len(trial.arms) > 2]
    notes = _notes(network, kind, patients is not None, multi_arm)
    foot = sum(text_height(note, 7.5) + 0.05 for note in notes) + 0.3 * bool(multi_arm) + 0.1
    nodes = _nodes(network, radius, patients)
    levels = [float(node.place[1]) for node in nodes.values()]
    low, high = min(levels) - 0.35, max(levels) + 0.35
    names = max(text_width(node.text, SIZE) for node in nodes.values())
    width = max(WIDTH, 2 * (radius + COLUMN + names + 0.12))
    with styled():
        figure = new_figure(foot + high - low + 0.34, width)
        draw_title(figure, fitted(title, WIDTH - 0.3, 10, lines=1, bold=True))
        axes = axes_at(figure, 0.0, foot, width, high - low)
        axes.set_axis_off()
        axes.set_xlim(-width / 2, width / 2)
        axes.set_ylim(low, high)
        _draw_edges(axes, network, nodes, kind)
        for place, trial in enumerate(multi_arm):
            _shade(axes, trial, nodes, place)
        _draw_nodes(axes, list(nodes.values()), radius)
        _write_notes(figure, notes, foot, multi_arm)
    return figure


def _circle_radius(size: int) -> float:
    """Large enough that names in a column on either side stay apart."""
    return max(1.55, 0.1 * size)


def _nodes(network: Network, radius: float, patients: Mapping[str, int] | None) -> dict[str, _Node]:
    size = len(network.treatments)
    most = max(patients[arm] for arm in network.treatments) if patients else 1
    found = {}
    for place, arm in enumerate(circle_order(network)):
        angle = np.pi / 2 - 2 * np.pi * (place + 0.5) / size
        drawn = NODE_LARGEST * np.sqrt(patients[arm] / most) if patients else 0.13
        trials = sum(arm in trial.arms for trial in network.trials)
        told = f"{trials} {'trial' if trials == 1 else 'trials'}"
        told = f"{patients[arm]:,} patients, {told}" if patients else told
        found[arm] = _Node(
            arm,
            radius * np.array([np.cos(angle), np.sin(angle)]),
            max(NODE_SMALLEST, float(drawn)),
            f"{fitted(arm, NAME_MOST, SIZE, lines=1)}\n{told}",
        )
    return found


def _edge_weights(network: Network, kind: EdgeWidth) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for trial in network.trials:
        for pair in combinations(trial.arms, 2):
            weight = 1.0 if kind is EdgeWidth.TRIALS else 1.0 / trial.contrast_variance(*pair)
            found[pair] = found.get(pair, 0.0) + weight
    return found


def _draw_edges(axes: Axes, network: Network, nodes: Mapping[str, _Node], kind: EdgeWidth) -> None:
    weights = _edge_weights(network, kind)
    # With few trials a comparison, one trial is a thin line and two are not yet the widest there is.
    widest = max(5.0 if kind is EdgeWidth.TRIALS else 0.0, *weights.values())
    for (arm, control), weight in weights.items():
        ends = np.array([nodes[arm].place, nodes[control].place])
        width = max(EDGE_THINNEST, EDGE_WIDEST * weight / widest)
        axes.plot(*ends.T, color="#7d7d7d", linewidth=width, solid_capstyle="butt", zorder=2)


def _shade(axes: Axes, trial: TrialBlock, nodes: Mapping[str, _Node], place: int) -> None:
    corners = np.array([nodes[arm].place for arm in trial.arms])
    middle = corners.mean(axis=0)
    around = np.argsort(np.arctan2(*(corners - middle).T[::-1]))
    axes.add_patch(Polygon(corners[around], closed=True, zorder=1, **_shade_look(place)))


def _shade_look(place: int) -> dict[str, object]:
    return {
        "facecolor": SHADES[place % len(SHADES)],
        "alpha": 0.35,
        "hatch": HATCHES[place % len(HATCHES)],
        "edgecolor": GREY,
        "linewidth": 0.0,
    }


def _draw_nodes(axes: Axes, nodes: Sequence[_Node], radius: float) -> None:
    for node in nodes:
        axes.add_patch(
            Circle(
                tuple(node.place),
                node.radius,
                facecolor=ARM_COLOURS[0],
                edgecolor="white",
                linewidth=1.2,
                zorder=3,
            )
        )
    for side in (-1.0, 1.0):
        _write_side(axes, [node for node in nodes if (node.place[0] >= -1e-9) == (side > 0)], side, radius)


def _write_side(axes: Axes, nodes: list[_Node], side: float, radius: float) -> None:
    """Names in a column beside the circle, as near to the height of their nodes as they stay apart."""
    column = radius + COLUMN
    nodes = sorted(nodes, key=lambda node: node.place[1])
    heights = spread([node.place[1] for node in nodes], text_height("x\nx", SIZE) + 0.05)
    for node, height in zip(nodes, heights, strict=True):
        start = node.place + np.array([side * node.radius, 0.0])
        bend = np.array([side * (column - 0.12), height])
        points = np.array([start, bend, [side * (column - 0.03), height]])
        axes.plot(*points.T, color=GREY, linewidth=0.6, zorder=1)
        axes.text(
            side * column, height, node.text, fontsize=SIZE, ha="left" if side > 0 else "right", va="center",
            linespacing=1.05, parse_math=False,
        )  # fmt: skip


def spread(heights: Sequence[float], apart: float) -> list[float]:
    """Heights in rising order moved as little as keeps them ``apart``, about the same middle."""
    found = list(heights)
    for place in range(1, len(found)):
        found[place] = max(found[place], found[place - 1] + apart)
    excess = (found[-1] - heights[-1]) / 2 if found else 0.0
    found = [height - excess for height in found]
    for place in range(len(found) - 2, -1, -1):
        found[place] = min(found[place], found[place + 1] - apart)
    return found


def _notes(network: Network, kind: EdgeWidth, sized: bool, multi_arm: Sequence[TrialBlock]) -> list[str]:
    weights = _edge_weights(network, EdgeWidth.TRIALS)
    most = int(max(weights.values()))
    counts = (
        count_text(len(network.treatments), "treatment"),
        count_text(len(network.trials), "trial"),
        count_text(len(weights), "direct comparison"),
    )
    said = f"{', '.join(counts)}."
    if kind is EdgeWidth.PRECISION:
        said += " Width of lines: precision of the direct evidence."
    elif most > 1:
        said += f" Width of lines: number of trials (1 to {most})."
    said = [said + (" Area of circles: patients." if sized else "")]
    if multi_arm:
        said.append("Shaded: trials with more than two arms.")
    return [fitted(text, WIDTH - 0.3, 7.5, lines=2) for text in said]


def _write_notes(figure: Figure, notes: Sequence[str], foot: float, multi_arm: Sequence[TrialBlock]) -> None:
    at = foot
    for note in notes:
        write_at(figure, 0.12, at, note, fontsize=7.5, color=GREY, va="top", linespacing=1.1)
        at -= text_height(note, 7.5) + 0.05
    if not multi_arm:
        return
    key = axes_at(figure, 0.12, at - 0.24, WIDTH - 0.24, 0.22)
    key.set_axis_off()
    key.set_xlim(0, WIDTH - 0.24)
    key.set_ylim(0, 0.22)
    left = 0.0
    for place, trial in enumerate(multi_arm):
        name = fitted(trial.study, 2.0, 7.5, lines=1)
        wide = 0.3 + text_width(name, 7.5) + 0.2
        if left + wide > WIDTH - 0.9 and place < len(multi_arm) - 1:
            key.text(left, 0.11, f"and {len(multi_arm) - place} more", fontsize=7.5, color=GREY, va="center")
            return
        patch = [(left, 0.04), (left + 0.22, 0.04), (left + 0.22, 0.18), (left, 0.18)]
        key.add_patch(Polygon(patch, closed=True, **_shade_look(place)))
        key.text(left + 0.27, 0.11, name, fontsize=7.5, color=GREY, va="center", parse_math=False)
        left += wide
