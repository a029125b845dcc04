"""Places for names beside points so that no name covers another or a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from hepatrial.figures.evidence.text_width import text_height, text_width
from hepatrial.figures.style import GREY

GAP = 0.04
"""Inches between a point and its name, and around a name."""
RINGS = (0.0, 0.1, 0.22, 0.36, 0.52, 0.7, 0.9, 1.15)
"""How much further than next to its point a name is tried, inches."""
LED = 0.15
"""A name further away than this is led to its point by a line."""
_ANGLES = np.deg2rad([0, 180, 90, 270, 30, 150, 330, 210, 60, 120, 300, 240])


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A name's centre and the end of the line that leads to it (None if it stands by its point), in inches."""

    text: str
    centre: tuple[float, float]
    led_to: tuple[float, float] | None


def place_labels(
    places: np.ndarray,
    radii: np.ndarray,
    texts: Sequence[str],
    *,
    width: float,
    height: float,
    size: float,
) -> list[PlacedLabel | None]:
    """Find a place for each name, nearest first.

    Parameters
    ----------
    places, radii
        Shapes (n, 2), (n,): points in inches from the lower left corner of the axes, and how large they are drawn.
    texts
        n names.
    width, height
        Of the axes, inches.
    size
        Font size.

    Returns
    -------
    list
        None for a name that finds no room within the axes.
    """
    taken: list[tuple[float, float, float, float]] = []
    found: list[PlacedLabel | None] = []
    for point, radius, text in zip(places, radii, texts, strict=True):
        half = text_width(text, size) / 2 + GAP / 2, text_height(text, size) / 2
        for beyond, centre in _candidates(point, radius, half):
            box = centre[0] - half[0], centre[1] - half[1], centre[0] + half[0], centre[1] + half[1]
            if _free(box, taken, places, radii, width, height):
                taken.append(box)
                end = _nearest(box, point) if beyond > LED else None
                found.append(PlacedLabel(text, (float(centre[0]), float(centre[1])), end))
                break
        else:
            found.append(None)
    return found


def draw_labels(
    axes: Axes,
    places: np.ndarray,
    labels: Sequence[PlacedLabel | None],
    *,
    width: float,
    height: float,
    size: float,
) -> int:
    """Write placed names into axes of this size in inches; returns how many found no room."""
    for point, label in zip(places, labels, strict=True):
        if label is None:
            continue
        if label.led_to is not None:
            ends = np.array([point, label.led_to]) / (width, height)
            axes.plot(*ends.T, transform=axes.transAxes, color=GREY, linewidth=0.5, zorder=2)
        across, up = np.array(label.centre) / (width, height)
        axes.text(
            across, up, label.text, transform=axes.transAxes, fontsize=size, ha="center", va="center",
            parse_math=False, zorder=6, path_effects=[withStroke(linewidth=1.4, foreground="white")],
        )  # fmt: skip
    return sum(label is None for label in labels)


def _candidates(
    point: np.ndarray, radius: float, half: tuple[float, float]
) -> Iterator[tuple[float, np.ndarray]]:
    for beyond in RINGS:
        for angle in _ANGLES:
            away = radius + GAP + beyond
            yield (
                beyond,
                point + np.array([np.cos(angle) * (away + half[0]), np.sin(angle) * (away + half[1])]),
            )


def _free(
    box: tuple[float, float, float, float],
    taken: Sequence[tuple[float, float, float, float]],
    places: np.ndarray,
    radii: np.ndarray,
    width: float,
    height: float,
) -> bool:
    left, low, right, high = box
    if left < 0 or low < 0 or right > width or high > height:
        return False
    if any(left < r and l < right and low < h and b < high for l, b, r, h in taken):  # noqa: E741
        return False
    nearest = np.clip(places, (left, low), (right, high))
    return bool(np.all(np.hypot(*(nearest - places).T) >= radii))


def _nearest(box: tuple[float, float, float, float], point: np.ndarray) -> tuple[float, float]:
    left, low, right, high = box
    return float(np.clip(point[0], left, right)), float(np.clip(point[1], low, high))
