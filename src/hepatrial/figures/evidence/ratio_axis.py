"""A log axis of ratios: limits that hold every estimate, ticks a reader knows, arrows for what leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from hepatrial.figures.evidence.text_width import text_width
from hepatrial.figures.style import GREY

TICK_SIZE = 8.0
REACH = 2.5
"""An interval is shown as far as this factor beyond the outermost estimate; the rest becomes an arrow, so that one
small study does not press all others together."""
PADDING = 0.03
BETWEEN_LABELS = 0.09
"""Inches between the labels of two ticks."""
_DECADES = range(-4, 5)
_TICKS = (
    tuple(round(0.05 * step, 2) for step in range(1, 60)),
    (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.5, 3),
    (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5),
    (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5),
    (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10),
    tuple(2.0**power for power in range(-7, 8)),
    tuple(digit * 10.0**power for power in _DECADES for digit in (1, 2, 5)),
    tuple(10.0**power for power in _DECADES),
    tuple(100.0**power for power in _DECADES),
    tuple(1000.0**power for power in _DECADES),
)
"""Ticks from dense to sparse; the first that fit are taken."""


@dataclass(frozen=True, slots=True)
class RatioAxis:
    """Limits of a log axis and its ticks, all ratios."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, ratio: float) -> float:
        """Place of a ratio as a share of the axis' length; beyond 0 and 1 outside."""
        span = np.log(self.high / self.low)
        return float(np.log(ratio / self.low) / span)


def ratio_axis(
    ratios: Sequence[tuple[float, float, float]],
    width: float,
    *,
    limits: tuple[float, float] | None = None,
) -> RatioAxis:
    """Limits and ticks for estimates with intervals.

    Parameters
    ----------
    ratios
        (estimate, lower, upper) of everything that is drawn; lower may be 0 and upper infinite.
    width
        Length of the axis, inches.
    limits
        Limits to use instead; 1 should lie between them.

    Returns
    -------
    RatioAxis
        Holds 1 and, unless limits are given, every estimate.
    """
    low, high = limits or _limits(ratios)
    for ticks in _TICKS:
        inside = tuple(tick for tick in ticks if low <= tick <= high)
        if _fit(inside, low, high, width):
            return RatioAxis(low, high, inside)
    return RatioAxis(low, high, (1.0,))


def tick_label(ratio: float) -> str:
    """A tick as it is printed: no needless zeros."""
    return f"{ratio:.4g}" if ratio < 1000 else f"{ratio:,.0f}"


def draw_ratio_axis(axes: Axes, axis: RatioAxis) -> None:
    """Give ``axes`` the log scale, its ticks and the line of no effect."""
    axes.set_xscale("log")
    axes.set_xlim(axis.low, axis.high)
    axes.set_xticks(axis.ticks, [tick_label(tick) for tick in axis.ticks], fontsize=TICK_SIZE)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.axvline(1.0, color=GREY, linewidth=0.9, zorder=1)


def scale_upwards(axes: Axes, axis: RatioAxis, label: str) -> None:
    """Give the vertical axis of ``axes`` the log scale, its ticks, the line of no effect and a name."""
    axes.set_yscale("log")
    axes.set_ylim(axis.low, axis.high)
    axes.set_yticks(axis.ticks, [tick_label(tick) for tick in axis.ticks], fontsize=TICK_SIZE)
    axes.yaxis.minorticks_off()
    axes.axhline(1.0, color=GREY, linewidth=0.9, zorder=1)
    axes.set_ylabel(label)


def draw_interval(
    axes: Axes, axis: RatioAxis, lower: float, upper: float, height: float, *, colour: str, width: float = 1.1
) -> None:
    """A horizontal interval, with an arrow at each end that lies outside the axis."""
    inside = max(lower, axis.low), min(upper, axis.high)
    if inside[0] < inside[1]:
        axes.plot(inside, [height, height], color=colour, linewidth=width, solid_capstyle="butt", zorder=2)
    draw_arrows(axes, axis, lower, upper, height, colour=colour)


def draw_arrows(
    axes: Axes, axis: RatioAxis, lower: float, upper: float, height: float, *, colour: str
) -> None:
    """Arrow heads on the edge of the axis where an interval goes on beyond it."""
    for end, marker, beyond in ((axis.low, "<", lower < axis.low), (axis.high, ">", upper > axis.high)):
        if beyond:
            axes.plot(end, height, marker, color=colour, markersize=4.5, clip_on=False, zorder=5)


def _limits(ratios: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    estimates = [1.0, *(estimate for estimate, _, _ in ratios)]
    lowest, highest = min(estimates), max(estimates)
    low = min(lowest, max(lowest / REACH, min((lower for _, lower, _ in ratios), default=1.0)))
    high = max(highest, min(highest * REACH, max((upper for _, _, upper in ratios), default=1.0)))
    # An axis needs a length even where all estimates are 1.
    low, high = min(low, 0.9), max(high, 1.1)
    padding = PADDING * np.log(high / low)
    return float(low * np.exp(-padding)), float(high * np.exp(padding))


def _fit(ticks: tuple[float, ...], low: float, high: float, width: float) -> bool:
    if len(ticks) < 2:
        return False
    places = width * np.log(np.array(ticks) / low) / np.log(high / low)
    half = np.array([text_width(tick_label(tick), TICK_SIZE) for tick in ticks]) / 2
    return bool(np.all(np.diff(places) >= half[1:] + half[:-1] + BETWEEN_LABELS))
