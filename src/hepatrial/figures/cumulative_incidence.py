"""Cumulative incidence of cancer and liver death, which compete."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from hepatrial.figures.style import arm_colour, months_axis, new_figure, styled
from hepatrial.survival import aalen_johansen
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH


def draw_cumulative_incidence(trial: TrialData, *, note: str = "") -> Figure:
    """Aalen-Johansen curves of each cause of death, by arm."""
    with styled():
        figure = new_figure(7.2, 3.4)
        panels = figure.subplots(1, 2, sharey=True)
        last = 0.0
        for arm in trial.arms:
            found = aalen_johansen(trial.times("OS", arm))
            months = np.concatenate([[0.0], found.time_days]) / DAYS_PER_MONTH
            last = max(last, months[-1])
            for cause, axes in zip((1, 2), panels, strict=True):
                place = found.causes.index(trial.times("OS", arm).causes[cause])
                # Causes may or may not list "censored" first; incidence has one row a cause.
                row = place - (len(found.causes) - len(found.incidence))
                share, low, high = (
                    100.0 * np.concatenate([[0.0], values[row]])
                    for values in (found.incidence, found.lower, found.upper)
                )
                colour = arm_colour(trial.arms, arm)
                axes.step(months, share, where="post", color=colour, label=arm, linewidth=1.6)
                axes.fill_between(months, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
        for axes, title in zip(panels, ("Death from cancer", "Death from liver failure"), strict=True):
            axes.set_title(title + note)
            axes.set_ylim(0, 100)
            months_axis(axes, min(36.0, np.ceil(last / 3) * 3))
        panels[0].set_ylabel("cumulative incidence, per cent")
        panels[0].legend(loc="upper left")
    return figure
