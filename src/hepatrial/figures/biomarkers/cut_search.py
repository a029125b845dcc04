"""The search for a cut-point: how each does, and where the bootstrap finds it."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from hepatrial.biomarkers.prognostic.cutpoint import CutPoint
from hepatrial.figures.style import ARM_COLOURS, GREY, WIDTH, axes_at, draw_title, new_figure, styled

HEIGHT = 2.4
NAIVE = 1.959963984540054


def draw_cut_search(found: CutPoint) -> Figure:
    """Standardised log-rank statistic over cut-points, the best one, and where 95 % and half of the samples put it."""
    with styled():
        figure = new_figure(0.5 + HEIGHT + 0.45)
        draw_title(figure, f"{found.name}: the search for a cut-point")
        axes = axes_at(figure, 0.75, 0.5, WIDTH - 0.95, HEIGHT)
        axes.axvspan(
            found.cut_bootstrap[0], found.cut_bootstrap[3], color=ARM_COLOURS[5], alpha=0.18, linewidth=0
        )
        axes.axvspan(
            found.cut_bootstrap[1], found.cut_bootstrap[2], color=ARM_COLOURS[5], alpha=0.30, linewidth=0
        )
        axes.step(found.values, np.abs(found.statistics), where="post", color=ARM_COLOURS[0], linewidth=1.4)
        axes.axhline(NAIVE, color=GREY, linewidth=0.9, linestyle=(0, (4, 2)))
        axes.axvline(found.value, color=ARM_COLOURS[1], linewidth=1.2)
        axes.set_ylim(0, max(np.abs(found.statistics).max() * 1.1, 2.4))
        axes.set_ylabel("log-rank statistic, absolute")
        axes.set_xlabel(found.scale)
    return figure
