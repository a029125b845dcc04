"""The effect of treatment over a marker on both scales, with its bands, windows and the patients behind it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.biomarkers.predictive import Band, EffectCurve, Stepp
from hepatrial.figures.style import ARM_COLOURS, GREY, LIGHT, WIDTH, axes_at, draw_title, new_figure, styled
from hepatrial.units import DAYS_PER_MONTH

PANEL, FOOT, BETWEEN = 2.1, 0.4, 0.12
RATIOS = (0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10)
FURTHEST = np.log(12.0)
COLOUR = ARM_COLOURS[0]


def draw_benefit_over_marker(curve: EffectCurve, windows: Stepp | None = None, unit: str = "") -> Figure:
    """Above the hazard ratio (log scale), below it what is gained, and a histogram of the marker.

    ``windows`` adds STEPP's hazard ratios as points at the medians of their windows; ``unit`` names the scale.
    """
    with styled():
        figure = new_figure(0.5 + FOOT + 2 * PANEL + 2 * BETWEEN + 0.45)
        draw_title(figure, f"{curve.name}: effect of {curve.arms[1]} over the marker")
        ratio = axes_at(figure, 0.85, 0.5 + FOOT + PANEL + 2 * BETWEEN, WIDTH - 1.05, PANEL)
        gained = axes_at(figure, 0.85, 0.5 + FOOT + BETWEEN, WIDTH - 1.05, PANEL)
        below = axes_at(figure, 0.85, 0.5, WIDTH - 1.05, FOOT)
        _draw_ratio(ratio, curve, windows)
        scale = DAYS_PER_MONTH if curve.measure == "rmst" else 0.01
        _draw_band(gained, curve.x, curve.benefit, 1.0 / scale)
        gained.axhline(0.0, color="black", linewidth=0.8)
        months = f"{curve.at_days / DAYS_PER_MONTH:.0f} months"
        gained.set_ylabel(
            f"months gained\nwithin {months}" if curve.measure == "rmst" else f"% more alive\nat {months}"
        )
        for axes in (ratio, gained):
            axes.set_xlim(curve.x[0], curve.x[-1])
            axes.tick_params(labelbottom=False)
        below.hist(curve.values, bins=40, range=(curve.x[0], curve.x[-1]), color=LIGHT)
        below.set_xlim(curve.x[0], curve.x[-1])
        below.set_yticks([])
        below.spines["left"].set_visible(False)
        below.set_xlabel(unit or curve.name)
    return figure


def _draw_ratio(axes: Axes, curve: EffectCurve, windows: Stepp | None) -> None:
    _draw_band(axes, curve.x, curve.log_hr, 1.0)
    if windows is not None and windows.measure == "hr":
        axes.errorbar(
            windows.median,
            windows.estimate,
            yerr=(windows.estimate - windows.lower, windows.upper - windows.estimate),
            fmt="o",
            markersize=3.5,
            color=ARM_COLOURS[1],
            linewidth=0.9,
        )
    axes.axhline(0.0, color="black", linewidth=0.8)
    low = max(min(curve.log_hr.band_lower.min(), np.log(0.8)), -FURTHEST)
    high = min(max(curve.log_hr.band_upper.max(), np.log(1.25)), FURTHEST)
    ticks = [ratio for ratio in RATIOS if low <= np.log(ratio) <= high]
    axes.set_yticks(np.log(ticks), [f"{ratio:g}" for ratio in ticks])
    axes.set_ylim(low, high)
    axes.set_ylabel("hazard ratio\n(log scale)")


def _draw_band(axes: Axes, x: np.ndarray, band: Band, factor: float) -> None:
    axes.fill_between(
        x, factor * band.band_lower, factor * band.band_upper, color=COLOUR, alpha=0.15, linewidth=0
    )
    axes.fill_between(x, factor * band.lower, factor * band.upper, color=COLOUR, alpha=0.28, linewidth=0)
    axes.plot(x, factor * band.estimate, color=COLOUR, linewidth=1.8)
    axes.axhline(factor * float(np.median(band.estimate)), color=GREY, linewidth=0.8, linestyle=(0, (3, 2)))
