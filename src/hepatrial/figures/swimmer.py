"""Swimmer: each subject's time on treatment and follow-up, with progression and death."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hepatrial.figures.style import (
    GREY,
    LIGHT,
    arm_colour,
    draw_title,
    months_axis,
    narrow,
    new_figure,
    panels_by_arm,
    rectangles,
    styled,
    whole_months,
)
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

LANES = 40
WIDE, NARROW = "months since randomisation", "months"
MARKS = {
    "progression": {"marker": "v", "color": "black", "markersize": 4},
    "death from cancer": {"marker": "X", "color": "#8a0d1a", "markersize": 5},
    "death from liver failure": {"marker": "P", "color": "#6a3d9a", "markersize": 5},
    "death from toxicity": {"marker": "D", "color": "#b8860b", "markersize": 4},
    "alive at the end of the bar": {"marker": ">", "color": GREY, "markersize": 4},
}


def draw_swimmer(trial: TrialData) -> Figure:
    """Lanes of subjects spread evenly over the range of follow-up, a panel an arm."""
    with styled():
        figure = new_figure(5.0)
        draw_title(figure, "Treatment and events by subject")
        last = whole_months(float(trial.subjects["os_days"].max() or 0.0) / DAYS_PER_MONTH + 0.2)
        for panel, arm in panels_by_arm(figure, trial.arms, below=0.68, above=1.15, left=0.2):
            own = trial.subjects.filter(pl.col("arm") == arm).sort("os_days", "subject")
            lanes = own[_evenly(own.height)]
            _draw_lanes(panel, lanes, arm_colour(trial.arms, arm))
            panel.set_yticks([])
            panel.set_ylim(-1, max(len(lanes), 1))
            months_axis(
                panel,
                last,
                most_ticks=5 if narrow(trial.arms) else 8,
                label=f"{NARROW if narrow(trial.arms) else WIDE}\n{lanes.height} of {own.height} subjects",
            )
        bars = [Patch(color=GREY, label="on treatment (arm's colour)"), Patch(color=LIGHT, label="follow-up")]
        marks = [Line2D([], [], linestyle="none", label=name, **look) for name, look in MARKS.items()]
        figure.legend(
            handles=[*bars, *marks],
            loc="upper left",
            bbox_to_anchor=(0.0, 1 - 0.26 / figure.get_size_inches()[1]),
            ncols=3,
            fontsize=8,
            columnspacing=1.5,
        )
    return figure


def _draw_lanes(panel: Axes, lanes: pl.DataFrame, colour: str) -> None:
    place = np.arange(lanes.height)
    follow_up, treated, progressed = (
        lanes[name].to_numpy() / DAYS_PER_MONTH for name in ("os_days", "treatment_days", "ttp_days")
    )
    rectangles(panel, 0.0, follow_up, place - 0.38, place + 0.38, colour=LIGHT)
    rectangles(panel, 0.0, treated, place - 0.38, place + 0.38, colour=colour, alpha=0.8)
    cause = lanes["os_event"].to_numpy()
    shown = {
        "progression": (progressed, (lanes["ttp_event"] == 1).to_numpy()),
        "death from cancer": (follow_up, cause == 1),
        "death from liver failure": (follow_up, cause == 2),
        "death from toxicity": (follow_up, cause == 3),
        "alive at the end of the bar": (follow_up, cause == 0),
    }
    for name, (months, which) in shown.items():
        panel.plot(months[which], place[which], linestyle="none", clip_on=False, **MARKS[name])


def _evenly(n: int) -> list[int]:
    """Ranks spread evenly over n subjects, all of them when they are few."""
    return np.unique(np.linspace(0, n - 1, min(n, LANES)).round().astype(int)).tolist() if n else []
