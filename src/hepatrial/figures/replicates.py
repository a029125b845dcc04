"""Distribution of the hazard ratio over replicate trials, with the published one marked."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from hepatrial.figures.style import (
    GREY,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    rectangles,
    styled,
)

BINS = 40
MARKED = {"OS": "overall survival", "TTP": "time to progression", "PFS": "progression-free survival"}


def draw_replicates(
    log_hr: np.ndarray,
    favours: np.ndarray,
    *,
    colour: str,
    title: str,
    published: tuple[float, list[float] | None] | None = None,
) -> Figure:
    """Histogram of hazard ratios, shape (trials,); dark where the trial's test favours the arm.

    ``published`` is the published hazard ratio with its 95 % interval.
    """
    known = np.isfinite(log_hr)
    values, favours = log_hr[known], favours[known]
    with styled():
        figure = new_figure(2.7)
        draw_title(figure, title)
        axes = axes_at(figure, 0.75, 0.52, WIDTH - 1.0, 1.55)
        marks = [np.log(published[0]), *np.log(published[1] or [])] if published else []
        low, high = (f([f(values), *marks, 0.0]) for f in (np.min, np.max))
        edges = np.linspace(low - 0.02, high + 0.02, BINS + 1)
        all_trials, in_favour = (np.histogram(part, edges)[0] for part in (values, values[favours]))
        left, right = np.exp(edges[:-1]), np.exp(edges[1:])
        rectangles(axes, left, right, 0.0, all_trials, colour=colour, alpha=0.3)
        rectangles(axes, left, right, 0.0, in_favour, colour=colour)
        top = 1.25 * max(1, all_trials.max())
        axes.axvline(1.0, color=GREY, linewidth=0.8, linestyle=":")
        if published:
            interval = published[1]
            errors = [[published[0] - interval[0]], [interval[1] - published[0]]] if interval else None
            axes.errorbar(
                published[0],
                0.92 * top,
                xerr=errors,
                fmt="D",
                color="black",
                markersize=5.5,
                capsize=3,
                linewidth=1.2,
            )
        axes.set_xscale("log")
        ticks = [tick for tick in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5, 2, 3, 5, 10)
                 if left[0] <= tick <= right[-1]]  # fmt: skip
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        axes.set_xlim(left[0], right[-1])
        axes.set_ylim(0, top)
        note = "; ◆ published with its 95 % interval" if published else ""
        axes.set_xlabel(f"hazard ratio (log scale){note}")
        axes.set_ylabel("trials")
    return figure
