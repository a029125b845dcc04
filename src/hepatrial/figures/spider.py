"""Spider: the course of the sum of diameters, a line a subject."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from hepatrial.figures.style import GREY, arm_colour, months_axis, new_figure, styled
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

MOST_LINES = 120
HIGHEST = 150.0


def draw_spider(trial: TrialData) -> Figure:
    """Change of the measured sum from baseline; the first subjects of each arm when there are very many."""
    with styled():
        figure = new_figure(7.2, 3.4)
        panels = figure.subplots(1, len(trial.arms), sharey=True, squeeze=False)[0]
        last = 3.0
        for axes, arm in zip(panels, trial.arms, strict=True):
            own = trial.subjects.filter(pl.col("arm") == arm)["subject"].to_list()
            shown = trial.tumour.filter(pl.col("subject").is_in(own[:MOST_LINES]))
            lines = []
            for course in shown.partition_by("subject"):
                months = course["day"].to_numpy() / DAYS_PER_MONTH
                sums = course["sld_mm"].to_numpy()
                lines.append(np.column_stack([months, np.minimum(100.0 * (sums / sums[0] - 1.0), HIGHEST)]))
                last = max(last, months[-1])
            axes.add_collection(
                LineCollection(lines, colors=arm_colour(trial.arms, arm), linewidths=0.6, alpha=0.6)
            )
            for level in (-30, 20):
                axes.axhline(level, color=GREY, linewidth=0.7, linestyle="--")
            axes.set_title(f"{arm}: {min(len(own), MOST_LINES)} of {len(own)} subjects")
        for axes in panels:
            months_axis(axes, np.ceil(last / 3) * 3)
            axes.set_ylim(-100, HIGHEST)
        panels[0].set_ylabel("change of sum from baseline, per cent")
    return figure
