"""Bubbles: one a trial, with the area of its weight."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from hepatrial.figures.style import ARM_COLOURS

RADIUS, LEAST = 0.17, 0.035
"""Radii of the largest bubble and of the smallest that is still seen, inches."""


def bubble_radii(weights: np.ndarray) -> np.ndarray:
    """Radii in inches, shape (k,): areas are as the weights, but for bubbles too small to be seen."""
    return np.maximum(LEAST, RADIUS * np.sqrt(weights / weights.max()))


def draw_bubbles(axes: Axes, places: np.ndarray, radii: np.ndarray, *, width: float, height: float) -> None:
    """Draw bubbles at ``places`` (shape (k, 2), inches from the lower left corner) in axes of this size in inches."""
    for place, radius in zip(places, radii, strict=True):
        bubble = Ellipse(
            (place[0] / width, place[1] / height), 2 * radius / width, 2 * radius / height,
            transform=axes.transAxes, facecolor=ARM_COLOURS[0], edgecolor="black", linewidth=0.6, alpha=0.6, zorder=3,
        )  # fmt: skip
        axes.add_patch(bubble)
