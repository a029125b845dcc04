"""Places for names beside points so that no name covers another or a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from hepatrial.figures.evidence.text_width import text_height, text_width
from hepatrial.figures.style import GREY

Box = tuple[float, float, float, float]
"""Left, low, right and high edge, inches."""
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
    avoid: np.ndarray | None = None,
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
    avoid
        Points of lines, shape (m, 2), as `along` makes them: a name that can stand by its point off all lines does.

    Returns
    -------
    list
        None for a name that finds no room within the axes.
    """
    taken: list[Box] = []
    found: list[PlacedLabel | None] = []
    lines = np.empty((0, 2)) if avoid is None else avoid
    for point, radius, text in zip(places, radii, texts, strict=True):
        half = text_width(text, size) / 2 + GAP / 2, text_height(text, size) / 2
        free = [
            (beyond, box)
            for beyond, box in _candidates(point, radius, half)
            if _free(box, taken, places, radii, width, height)
        ]
        off_lines = (row for row in free if row[0] <= LED and not _covers(row[1], lines))
        beyond, box = next(off_lines, free[0] if free else (0.0, None))
        if box is None:
            found.append(None)
            continue
        taken.append(box)
        centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        found.append(PlacedLabel(text, centre, _nearest(box, point) if beyond > LED else None))
    return found


def along(start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """Points on a straight line, near enough to each other that no name fits between two; shape (m, 2), inches."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    share = np.linspace(0.0, 1.0, max(2, int(length / 0.05) + 1))[:, None]
    return np.array(start) * (1.0 - share) + np.array(end) * share


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


def _candidates(point: np.ndarray, radius: float, half: tuple[float, float]) -> Iterator[tuple[float, Box]]:
    for beyond in RINGS:
        for angle in _ANGLES:
            away = radius + GAP + beyond
            across = float(point[0] + np.cos(angle) * (away + half[0]))
            up = float(point[1] + np.sin(angle) * (away + half[1]))
            yield beyond, (across - half[0], up - half[1], across + half[0], up + half[1])


def _covers(box: Box, points: np.ndarray) -> bool:
    left, low, right, high = box
    across, up = points.T
    return bool(np.any((left < across) & (across < right) & (low < up) & (up < high)))


def _free(
    box: Box,
    taken: Sequence[Box],
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


def _nearest(box: Box, point: np.ndarray) -> tuple[float, float]:
    left, low, right, high = box
    return float(np.clip(point[0], left, right)), float(np.clip(point[1], low, high))
