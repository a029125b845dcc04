"""The mechanism as a picture: which nodes an arm hits, how far, and what is left of what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from hepatrial.figures.style import GREY, WIDTH, axes_at, draw_title, new_figure, styled, wrapped
from hepatrial.simulation.engagement import (
    ANGIOGENIC_SIGNAL,
    ERK_OUTPUT,
    PROLIFERATION,
    S6K_OUTPUT,
    ArmEngagement,
)

Dashes = str | tuple[float, tuple[float, float]]

PANEL = 3.05
TITLE_LETTERS = 78
BOX_WIDTH, BOX_HEIGHT = 0.86, 0.3
SHADES = ("#ffffff", "#deebf7", "#9ecae1", "#4292c6", "#08519c")
SHADE_LIMITS_PERCENT = (1.0, 10.0, 25.0, 50.0)
"""A box is a shade darker above each of these, so that grey print shows the steps too."""
CROSS_TALK = (0, (4, 2))
"""Dashes of the drive from one cascade to the other."""
DARK = 3
"""From this shade on, letters are white."""

# Place of each node's middle, inches in the panel: column, row from below.
PLACES = {
    "VEGFA": (0.62, 2.2),
    "VEGFR2": (0.62, 1.66),
    "PDGFRB": (1.62, 2.2),
    "FGFR1": (1.62, 1.66),
    "TIE2": (1.62, 1.12),
    ANGIOGENIC_SIGNAL: (1.12, 0.42),
    "EGFR": (3.0, 2.2),
    "MET": (3.98, 2.2),
    "FGFR4": (4.96, 2.2),
    "IGF1R": (5.94, 2.2),
    "RAF1": (3.0, 1.66),
    "MEK": (3.0, 1.12),
    ERK_OUTPUT: (3.98, 0.76),
    "AKT": (5.94, 1.66),
    "MTOR": (5.94, 1.12),
    S6K_OUTPUT: (4.96, 0.76),
    PROLIFERATION: (4.47, 0.22),
}
ARROWS = (
    ("VEGFA", "VEGFR2"), ("VEGFR2", ANGIOGENIC_SIGNAL), ("TIE2", ANGIOGENIC_SIGNAL), ("RAF1", "MEK"), ("AKT", "MTOR"),
    ("EGFR", "RAF1"), ("IGF1R", "AKT"),
)  # fmt: skip
"""Straight ones, from middle to middle."""
OUTPUTS = (ANGIOGENIC_SIGNAL, ERK_OUTPUT, S6K_OUTPUT, PROLIFERATION)
SHOWN = {"RAF1": "RAF", "MTOR": "mTORC1", "PDGFRB": "PDGFRβ", "VEGFA": "VEGF-A", "TIE2": "TIE2"}
WIDER = {ANGIOGENIC_SIGNAL: 1.5, PROLIFERATION: 1.3}


def draw_mechanism(arms: Sequence[ArmEngagement]) -> Figure:
    """Per cent of each node held, and of each output lost, medians; what does the same is drawn once."""
    panels: list[tuple[ArmEngagement, list[str]]] = []
    for arm in [arm for arm in arms if arm.occupancy] or arms[:1]:
        same = next(
            (names for one, names in panels if (one.occupancy, one.lost) == (arm.occupancy, arm.lost)), None
        )
        if same is None:
            panels.append((arm, [arm.title]))
        else:
            same.append(arm.title)
    with styled():
        figure = new_figure(0.42 + PANEL * len(panels))
        draw_title(figure, "Which nodes each arm hits, and how far")
        for place, (arm, names) in enumerate(panels):
            axes = axes_at(figure, 0.2, PANEL * (len(panels) - 1 - place), WIDTH - 0.4, PANEL)
            _draw_panel(axes, arm, "; ".join(names))
    return figure


def _draw_panel(axes: Axes, arm: ArmEngagement, title: str) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH - 0.4)
    axes.set_ylim(0, PANEL)
    axes.text(0.1, PANEL - 0.18, wrapped(title, TITLE_LETTERS, 2), fontweight="bold", va="center")
    axes.text(0.1, PANEL - 0.45, "Vessels", color=GREY, fontsize=8, va="center")
    axes.text(2.55, PANEL - 0.45, "Tumour cell", color=GREY, fontsize=8, va="center")
    for start, end in ARROWS:
        _draw_arrow(axes, start, end)
    for receptor in ("PDGFRB", "FGFR1"):
        x, y = PLACES[receptor]
        side = x + BOX_WIDTH / 2 + 0.09
        axes.plot([x + BOX_WIDTH / 2, side, side], [y, y, 1.12], color=GREY, linewidth=0.8)
    x, y = PLACES["TIE2"]
    axes.plot([x + BOX_WIDTH / 2, x + BOX_WIDTH / 2 + 0.09], [y, y], color=GREY, linewidth=0.8)
    _draw_receptor_rail(axes)
    _draw_cascade_ends(axes)
    for node in PLACES:
        _draw_node(axes, node, arm)


def _draw_receptor_rail(axes: Axes) -> None:
    """Every receptor drives both cascades: one rail under them says so."""
    rail = 1.93
    axes.plot([PLACES["EGFR"][0], PLACES["IGF1R"][0]], [rail, rail], color=GREY, linewidth=0.8)
    for receptor in ("MET", "FGFR4"):
        x, y = PLACES[receptor]
        axes.plot([x, x], [y, rail], color=GREY, linewidth=0.8)


def _draw_cascade_ends(axes: Axes) -> None:
    """From MEK and mTORC1 to the outputs, on to proliferation, and the cross-talk by which ERK drives mTORC1."""
    half, low = BOX_WIDTH / 2, BOX_HEIGHT / 2
    mek, mtor, erk, s6k = (PLACES[node] for node in ("MEK", "MTOR", ERK_OUTPUT, S6K_OUTPUT))
    _draw_bent(axes, (mek[0], mek[1] - low), (erk[0] - half, erk[1]))
    _draw_bent(axes, (mtor[0], mtor[1] - low), (s6k[0] + half, s6k[1]))
    _draw_bent(axes, (erk[0], erk[1] + low), (mtor[0] - half, mtor[1]), linestyle=CROSS_TALK)
    below = PLACES[PROLIFERATION][1] + low
    for x, y in (erk, s6k):
        _draw_line(axes, (x, y - low), (x + 0.5 * (PLACES[PROLIFERATION][0] - x), below))


def _draw_bent(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], linestyle: Dashes = "-"
) -> None:
    """Upright from the start, then level into the end."""
    axes.plot([start[0], start[0]], [start[1], end[1]], color=GREY, linewidth=0.8, linestyle=linestyle)
    _draw_line(axes, (start[0], end[1]), end, linestyle)


def _draw_line(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], linestyle: Dashes = "-"
) -> None:
    style = {"color": GREY, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0, "linestyle": linestyle}
    axes.annotate("", xy=end, xytext=start, arrowprops={"arrowstyle": "-|>", **style}, zorder=1)


def _draw_arrow(axes: Axes, start: str, end: str) -> None:
    axes.annotate(
        "",
        xy=PLACES[end],
        xytext=PLACES[start],
        arrowprops={"arrowstyle": "-|>", "color": GREY, "linewidth": 0.8, "shrinkA": 12, "shrinkB": 12},
        zorder=1,
    )


def _draw_node(axes: Axes, node: str, arm: ArmEngagement) -> None:
    x, y = PLACES[node]
    width = WIDER.get(node, BOX_WIDTH)
    output = node in OUTPUTS
    share = arm.lost.get(node) if output else arm.occupancy.get(node)
    percent = 0.0 if share is None else 100.0 * share[1]
    shade = sum(abs(percent) >= limit for limit in SHADE_LIMITS_PERCENT)
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - BOX_HEIGHT / 2),
            width,
            BOX_HEIGHT,
            boxstyle="square,pad=0" if output else "round,pad=0,rounding_size=0.08",
            facecolor=SHADES[shade],
            edgecolor="#303030" if share is not None else "#b0b0b0",
            linewidth=1.2 if output else 0.8,
            zorder=2,
        )
    )
    axes.text(
        x,
        y,
        _label(node, percent, output=output, hit=share is not None),
        ha="center",
        va="center",
        fontsize=7.5,
        color="white" if shade >= DARK else "#202020" if share is not None else "#808080",
        zorder=3,
    )


def _label(node: str, percent: float, *, output: bool, hit: bool) -> str:
    name = SHOWN.get(node, node)
    if not hit:
        return name
    if not output:
        return f"{name} {percent:.0f} %" if percent >= 0.5 else f"{name} <1 %"
    if abs(percent) < 0.05:
        return f"{name} ±0"
    digits = 0 if abs(percent) >= 9.5 else 1
    return f"{name} {'−' if percent > 0 else '+'}{abs(percent):.{digits}f} %"
