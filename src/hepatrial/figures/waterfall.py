"""Waterfall: best change of the sum of diameters, a bar a subject."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hepatrial.analysis.arms import best_of_arm
from hepatrial.figures.style import (
    GREY,
    RESPONSE_COLOURS,
    draw_title,
    narrow,
    new_figure,
    panels_by_arm,
    rectangles,
    styled,
)
from hepatrial.trialdata import TrialData

HIGHEST = 100.0


def draw_waterfall(trial: TrialData, criteria: str) -> Figure:
    """Best change by arm, coloured by best overall response; bars above 100 % are cut there."""
    with styled():
        figure = new_figure(3.9)
        draw_title(figure, f"Best change of the sum of diameters ({criteria})")
        for panel, arm in panels_by_arm(figure, trial.arms, below=0.7 if narrow(trial.arms) else 0.4):
            own = best_of_arm(trial, arm, criteria)
            seen = own.drop_nulls("best_change_percent").sort("best_change_percent", descending=True)
            change = np.minimum(seen["best_change_percent"].to_numpy(), HIGHEST)
            for response, colour in RESPONSE_COLOURS.items():
                place = np.flatnonzero((seen["best"] == response).to_numpy())
                rectangles(panel, place - 0.5, place + 0.5, 0.0, change[place], colour=colour)
            for level in (-30, 20):
                panel.axhline(level, color=GREY, linewidth=0.7, linestyle="--")
            panel.axhline(0, color="black", linewidth=0.5)
            cut = int((seen["best_change_percent"] > HIGHEST).sum())
            counts = [f"{seen.height} with a scan", f"{own.height - seen.height} without"]
            if cut:
                counts.append(f"{cut} above +{HIGHEST:.0f} %")
            panel.set_xlabel(("\n" if narrow(trial.arms) else ", ").join(counts), fontsize=8)
            panel.set_xticks([])
            panel.set_xlim(-1, max(seen.height, 1))
            panel.set_ylim(-100, HIGHEST)
        figure.axes[0].set_ylabel("best change from baseline, per cent")
        handles = [
            Patch(color=colour, label=name) for name, colour in RESPONSE_COLOURS.items() if name != "NE"
        ]
        figure.legend(
            handles=handles,
            title="best response",
            loc="upper right",
            ncols=4,
            fontsize=8,
            title_fontsize=8,
            handlelength=1.0,
            columnspacing=1.0,
        )
    return figure


def has_changes(trial: TrialData, criteria: str) -> bool:
    """Whether any subject's best change was measured by these criteria."""
    if trial.best.is_empty():
        return False
    return bool(trial.best.filter(pl.col("criteria") == criteria)["best_change_percent"].is_not_null().any())
