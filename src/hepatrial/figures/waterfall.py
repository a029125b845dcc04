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
    write_at,
)
from hepatrial.trialdata import TrialData

HIGHEST = 100.0
LEGEND = 0.43
"""The legend's row, inches below the upper edge."""


def draw_waterfall(trial: TrialData, criteria: str) -> Figure:
    """Best change by arm, coloured by best overall response; bars above 100 % are cut there."""
    with styled():
        figure = new_figure(4.0)
        draw_title(figure, f"Best change of the sum of diameters ({criteria})")
        below = 0.7 if narrow(trial.arms) else 0.4
        shown: set[str] = set()
        for panel, arm in panels_by_arm(figure, trial.arms, below=below, above=0.9):
            own = best_of_arm(trial, arm, criteria)
            seen = own.drop_nulls("best_change_percent").sort("best_change_percent", descending=True)
            change = np.minimum(seen["best_change_percent"].to_numpy(), HIGHEST)
            for response, colour in RESPONSE_COLOURS.items():
                place = np.flatnonzero((seen["best"] == response).to_numpy())
                shown |= {response} if len(place) else set()
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
        _draw_legend(figure, shown)
    return figure


def _draw_legend(figure: Figure, shown: set[str]) -> None:
    """A row under the heading: every response that a trial may have, and NE where a bar is of it."""
    names = [name for name in RESPONSE_COLOURS if name != "NE" or name in shown]
    labels = {"NE": "NE (not evaluable)"}
    across, up = figure.get_size_inches()
    write_at(figure, 0.1, up - LEGEND, "best response", fontsize=8, va="center")
    figure.legend(
        handles=[Patch(color=RESPONSE_COLOURS[name], label=labels.get(name, name)) for name in names],
        loc="center left",
        bbox_to_anchor=(0.9 / across, 1.0 - LEGEND / up),
        borderaxespad=0.0,
        ncols=len(names),
        fontsize=8,
        handlelength=1.0,
        columnspacing=1.2,
    )


def has_changes(trial: TrialData, criteria: str) -> bool:
    """Whether any subject's best change was measured by these criteria."""
    if trial.best.is_empty():
        return False
    return bool(trial.best.filter(pl.col("criteria") == criteria)["best_change_percent"].is_not_null().any())
