"""Spider: the course of the sum of diameters, a line a subject."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from hepatrial.figures.style import (
    GREY,
    arm_colour,
    draw_title,
    months_axis,
    narrow,
    new_figure,
    panels_by_arm,
    styled,
    whole_months,
)
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

MOST_LINES = 120
HIGHEST = 150.0
WIDE, NARROW = "months since randomisation", "months"


def draw_spider(trial: TrialData) -> Figure:
    """Change of the measured sum from baseline; a dot ends the line of a subject at its last scan.

    The first subjects of each arm are shown when there are many. A line that leaves the panel at the top does
    so at +150 %.
    """
    last = whole_months(max(1.0, float(trial.tumour["day"].max() or 0.0) / DAYS_PER_MONTH))
    with styled():
        figure = new_figure(3.9)
        draw_title(figure, "Sum of diameters over time")
        for panel, arm in panels_by_arm(figure, trial.arms, below=0.68):
            own = trial.subjects.filter(pl.col("arm") == arm)["subject"]
            lines = _courses(trial, own.head(MOST_LINES))
            colour = arm_colour(trial.arms, arm)
            panel.add_collection(LineCollection(lines, colors=colour, linewidths=0.6, alpha=0.55))
            ends = np.array([line[-1] for line in lines]).reshape(-1, 2)
            panel.plot(ends[:, 0], ends[:, 1], ".", color=colour, markersize=3)
            for level in (-30, 20):
                panel.axhline(level, color=GREY, linewidth=0.7, linestyle="--")
            months_axis(
                panel,
                last,
                most_ticks=5 if narrow(trial.arms) else 8,
                label=f"{NARROW if narrow(trial.arms) else WIDE}\n{len(lines)} of {len(own)} subjects",
            )
            panel.set_ylim(-100, HIGHEST)
        figure.axes[0].set_ylabel("change from baseline, per cent")
    return figure


def _courses(trial: TrialData, subjects: pl.Series) -> list[np.ndarray]:
    """(scans, 2) arrays of month and change for the subjects with a scan after baseline."""
    shown = trial.tumour.filter(pl.col("subject").is_in(subjects.implode())).sort("subject", "day")
    place = np.flatnonzero(np.diff(shown["subject"].to_numpy(), prepend=-1))
    months, sums = shown["day"].to_numpy() / DAYS_PER_MONTH, shown["sld_mm"].to_numpy()
    found = []
    for start, stop in zip(place, np.append(place[1:], len(months)), strict=True):
        if stop - start > 1:
            change = 100.0 * (sums[start:stop] / sums[start] - 1.0)
            found.append(np.column_stack([months[start:stop], np.minimum(change, HIGHEST)]))
    return found
