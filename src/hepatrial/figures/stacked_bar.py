"""A part of a stacked bar, with its value where it is wide enough."""

from __future__ import annotations

from matplotlib.axes import Axes


def draw_part(
    axes: Axes,
    y: float,
    start: float,
    width: float,
    look: tuple[str, str],
    *,
    height: float,
    text: str = "",
) -> None:
    """Draw from ``start`` to the right at ``y``; ``look`` is colour and hatching, ``text`` stands in the middle."""
    colour, hatch = look
    axes.barh(
        y, width, left=start, height=height, color=colour, hatch=hatch, edgecolor="white", linewidth=0.5
    )
    if text:
        axes.text(
            start + width / 2,
            y,
            text,
            ha="center",
            va="center",
            fontsize=8,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.9},
        )
