"""The hazard ratio along a continuous marker, with its band and the patients behind it."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from hepatrial.biomarkers.prognostic.splines import SplineEffect
from hepatrial.figures.style import ARM_COLOURS, GREY, LIGHT, WIDTH, axes_at, draw_title, new_figure, styled

HEIGHT, FOOT = 2.6, 0.45
TICKS = (0.1, 0.2, 0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4, 6, 10, 20)
WIDEST = np.log(30.0)


def draw_effect_curve(effect: SplineEffect) -> Figure:
    """Hazard ratio against the median, log scale; below it a histogram of the patients."""
    with styled():
        figure = new_figure(0.5 + FOOT + HEIGHT + 0.45)
        draw_title(figure, f"{effect.name}: hazard ratio against its median")
        axes = axes_at(figure, 0.75, 0.5 + FOOT + 0.06, WIDTH - 0.95, HEIGHT)
        low = max(min(effect.lower.min(), np.log(0.8)), -WIDEST)
        high = min(max(effect.upper.max(), np.log(1.25)), WIDEST)
        axes.fill_between(
            effect.value, effect.lower, effect.upper, color=ARM_COLOURS[0], alpha=0.22, linewidth=0
        )
        axes.plot(effect.value, effect.log_hr, color=ARM_COLOURS[0], linewidth=1.9)
        axes.axhline(0.0, color=GREY, linewidth=0.9)
        axes.axvline(effect.reference, color=GREY, linewidth=0.8, linestyle=(0, (3, 2)))
        axes.set_ylim(low, high)
        axes.set_xlim(effect.value[0], effect.value[-1])
        ticks = [tick for tick in TICKS if low <= np.log(tick) <= high]
        while len(ticks) > 8:
            ticks = [tick for place, tick in enumerate(ticks) if tick == 1 or place % 2 == ticks.index(1) % 2]
        axes.set_yticks(np.log(ticks), [f"{tick:g}" for tick in ticks])
        axes.set_ylabel("hazard ratio (log scale)")
        axes.tick_params(labelbottom=False)
        below = axes_at(figure, 0.75, 0.5, WIDTH - 0.95, FOOT)
        below.hist(effect.observed, bins=40, range=(effect.value[0], effect.value[-1]), color=LIGHT)
        for knot in effect.knots:
            below.axvline(knot, color=ARM_COLOURS[1], linewidth=1.0, linestyle=(0, (1, 1.5)))
        below.set_xlim(effect.value[0], effect.value[-1])
        below.set_yticks([])
        below.spines["left"].set_visible(False)
        below.set_xlabel(effect.scale)
    return figure
