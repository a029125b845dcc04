"""Waterfall: best change of the sum of diameters, a bar a subject."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hepatrial.figures.style import GREY, RESPONSE_COLOURS, new_figure, styled
from hepatrial.trialdata import TrialData

HIGHEST = 100.0


def draw_waterfall(trial: TrialData, criteria: str) -> Figure:
    """Best change by arm, coloured by best overall response; bars above 100 % are cut there."""
    with styled():
        figure = new_figure(7.2, 3.4)
        panels = figure.subplots(1, len(trial.arms), sharey=True, squeeze=False)[0]
        rows = trial.best.filter(pl.col("criteria") == criteria).join(
            trial.subjects.select("subject", "arm"), on="subject"
        )
        for axes, arm in zip(panels, trial.arms, strict=True):
            own = rows.filter(pl.col("arm") == arm)
            seen = own.drop_nulls("best_change_percent").sort("best_change_percent", descending=True)
            change = np.minimum(seen["best_change_percent"].to_numpy(), HIGHEST)
            colours = [RESPONSE_COLOURS[best] for best in seen["best"]]
            axes.bar(np.arange(len(change)), change, width=1.0, color=colours, linewidth=0)
            for level in (-30, 20):
                axes.axhline(level, color=GREY, linewidth=0.7, linestyle="--")
            axes.set_title(f"{arm}: {seen.height} with a scan, {own.height - seen.height} without")
            axes.set_xlabel("subjects, by change")
            axes.set_xticks([])
            axes.set_ylim(-100, HIGHEST)
        panels[0].set_ylabel(f"best change of sum, per cent ({criteria})")
        handles = [Patch(color=RESPONSE_COLOURS[name], label=name) for name in ("CR", "PR", "SD", "PD", "NE")]
        panels[-1].legend(handles=handles, title="best response", loc="lower left", ncols=2, fontsize=8)
    return figure
