"""Predicted curves of many trials as bands, with the published medians and shares on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.figures.style import (
    GREY,
    WIDTH,
    arm_colour,
    arm_line,
    axes_at,
    draw_title,
    month_ticks,
    new_figure,
    styled,
    wrapped,
    write_at,
)

ACROSS, BETWEEN, PANEL, KEY = 3, 0.34, 1.35, 0.15
MOST_MONTHS = 48.0
"""Further than this no panel is drawn."""
LOW, HIGH = 0.1, 0.9
APART = 0.06
"""The medians of two arms are drawn so far apart around one half, so that both can be seen."""
Limits = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class KnownMedian:
    """A published median with its interval, months; a limit that was not reached is None."""

    months: float
    ci: Limits | None


@dataclass(frozen=True, slots=True)
class KnownShare:
    """A published share without the event at a time, and its interval."""

    months: float
    share: float
    ci: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Band:
    """The curve of one arm under each draw, with what was published of it.

    Attributes
    ----------
    months, free
        Shapes (times,) and (draws, times).
    stepwise
        Whether it falls at scans only.
    """

    arm: str
    months: np.ndarray
    free: np.ndarray
    stepwise: bool
    median: KnownMedian | None
    shares: tuple[KnownShare, ...] = ()


@dataclass(frozen=True, slots=True)
class BandPanel:
    """One trial."""

    name: str
    bands: tuple[Band, ...]


def draw_bands(panels: Sequence[BandPanel], *, title: str, label: str) -> Figure:
    """A panel a trial: median curve and middle 80 % of the draws of each arm, published medians at one half."""
    rows = -(-len(panels) // ACROSS)
    width = (WIDTH - 0.6 - 0.15 - BETWEEN * (ACROSS - 1)) / ACROSS
    arms = max(len(panel.bands) for panel in panels)
    step = PANEL + 0.52 + KEY * arms
    with styled():
        figure = new_figure(0.35 + rows * step + 0.2)
        draw_title(figure, title)
        for place, panel in enumerate(panels):
            row, column = divmod(place, ACROSS)
            left = 0.6 + column * (width + BETWEEN)
            bottom = 0.35 + (rows - 1 - row) * step + 0.15
            axes = axes_at(figure, left, bottom, width, PANEL)
            _draw_panel(axes, panel)
            if column == 0:
                axes.set_ylabel(label, fontsize=8)
            _draw_names(figure, panel, left, bottom + PANEL, width, arms)
        write_at(figure, 0.6, 0.1, "months since randomisation", fontsize=8)
    return figure


def _draw_panel(axes: Axes, panel: BandPanel) -> None:
    names = [band.arm for band in panel.bands]
    last = min(MOST_MONTHS, max(_end(band) for band in panel.bands))
    for band in panel.bands:
        colour, step = arm_colour(names, band.arm), "post" if band.stepwise else None
        low, middle, high = np.quantile(band.free, (LOW, 0.5, HIGH), axis=0)
        axes.fill_between(band.months, low, high, step=step, color=colour, alpha=0.25, linewidth=0)
        axes.plot(
            band.months, middle, color=colour, linestyle=arm_line(names, band.arm), linewidth=1.3,
            drawstyle="steps-post" if band.stepwise else "default",
        )  # fmt: skip
        _draw_published(
            axes, band, colour, last, 0.5 + APART * (0.5 * (len(names) - 1) - names.index(band.arm))
        )
    axes.axhline(0.5, color=GREY, linewidth=0.6, linestyle=(0, (1, 2)))
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.5, 1.0])
    axes.set_xlim(0, last)
    axes.set_xticks(month_ticks(last, 6))
    axes.tick_params(labelsize=7.5)


def _draw_published(axes: Axes, band: Band, colour: str, last: float, height: float) -> None:
    look = {"color": colour, "markeredgecolor": "black", "markeredgewidth": 0.7, "zorder": 5}
    if band.median is not None:
        low, high = band.median.ci or (None, None)
        if band.median.ci is not None:
            ends = [band.median.months if low is None else low, last if high is None else high]
            axes.plot(ends, [height] * 2, color=colour, linewidth=1.4, zorder=4)
        axes.plot([band.median.months], [height], "o", markersize=4.5, clip_on=False, **look)
    for known in band.shares:
        if known.ci is not None:
            axes.plot([known.months] * 2, known.ci, color="black", linewidth=1.0, zorder=4)
        axes.plot([known.months], [known.share], "s", markersize=4.2, clip_on=False, **look)


def _end(band: Band) -> float:
    """Until the median curve is low, and beyond all that was published."""
    middle = np.median(band.free, axis=0)
    low = np.flatnonzero(middle < 0.08)
    shown = float(band.months[low[0]]) if len(low) else float(band.months[-1])
    known = [known.months for known in band.shares]
    if band.median is not None:
        known += [limit for limit in (band.median.months, *(band.median.ci or ())) if limit is not None]
    return max([shown, *(1.1 * months for months in known)])


def _draw_names(
    figure: Figure, panel: BandPanel, left: float, bottom: float, width: float, arms: int
) -> None:
    name = wrapped(panel.name, int(width / 0.075), 1)
    write_at(figure, left, bottom + 0.06 + KEY * arms, name, fontsize=8.5, fontweight="bold")
    names = [band.arm for band in panel.bands]
    for place, name in enumerate(names):
        text = wrapped(name, max(10, int(width / 0.07)), 1)
        write_at(
            figure, left, bottom + 0.04 + KEY * (arms - 1 - place), text, fontsize=7.5,
            color=arm_colour(names, name),
        )  # fmt: skip
