"""Where the axes of a figure are, as the user gives them: two known points an axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.survival.checks import misuse


@dataclass(frozen=True, slots=True)
class AxisPoints:
    """Two points of a straight axis.

    Attributes
    ----------
    pixels
        Columns counted from the left, or rows from the top, from 0 at the centre of the first pixel, as picture
        viewers show them.
    values
        What the axis says there: time in the figure's unit, or survival (0.5 or 50).
    """

    pixels: tuple[float, float]
    values: tuple[float, float]

    def value(self, pixel: float | np.ndarray) -> float | np.ndarray:
        """What the axis says at a pixel."""
        (first, second), (low, high) = self.pixels, self.values
        return low + (np.asarray(pixel) - first) * (high - low) / (second - first)

    def pixel(self, value: float) -> float:
        """The pixel at a value."""
        (first, second), (low, high) = self.pixels, self.values
        return first + (value - low) * (second - first) / (high - low)


@dataclass(frozen=True, slots=True)
class PlotAxes:
    """Both axes of a figure.

    Attributes
    ----------
    time, survival
        Two known points of each.
    per_cent
        Whether the survival axis runs to 100.
    """

    time: AxisPoints
    survival: AxisPoints
    per_cent: bool

    @property
    def full(self) -> float:
        """What the survival axis says where everybody is alive."""
        return 100.0 if self.per_cent else 1.0


def plot_axes(
    time_pixels: tuple[float, float],
    times: tuple[float, float],
    survival_pixels: tuple[float, float],
    survivals: tuple[float, float],
    shape: tuple[int, int],
) -> PlotAxes:
    """Axes from two known points each, for a picture of ``shape`` (rows, columns).

    Raises
    ------
    UsageError
        Points that coincide, lie outside the picture or run the wrong way.
    """
    rows, columns = shape
    _check("time", time_pixels, times, columns, rising=True)
    _check("survival", survival_pixels, survivals, rows, rising=False)
    return PlotAxes(
        AxisPoints(time_pixels, times), AxisPoints(survival_pixels, survivals), max(survivals) > 1.5
    )


def _check(
    axis: str, pixels: tuple[float, float], values: tuple[float, float], size: int, *, rising: bool
) -> None:
    if not all(-0.5 <= pixel <= size - 0.5 for pixel in pixels):
        raise misuse(
            f"{axis} axis: a point outside the picture",
            f"{pixels}",
            f"0 to {size - 1}",
            "count pixels from the left and from the top of this very picture",
        )
    if abs(pixels[1] - pixels[0]) < 2 or values[0] == values[1] or not np.isfinite(values).all():
        raise misuse(
            f"{axis} axis: the two points coincide",
            f"pixels {pixels}, values {values}",
            "two points far apart",
            "take the first and the last tick of the axis",
        )
    if ((pixels[1] - pixels[0]) * (values[1] - values[0]) > 0) != rising:
        raise misuse(
            f"{axis} axis: it runs the wrong way",
            f"pixels {pixels}, values {values}",
            "time rising to the right, survival rising upwards (rows count from the top)",
            "swap the two values",
        )
