"""Swimmer: each subject's time on treatment and follow-up, with progression and death."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from hepatrial.figures.style import GREY, arm_colour, months_axis, new_figure, styled
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

LANES = 40


def draw_swimmer(trial: TrialData) -> Figure:
    """Lanes of subjects spread evenly over the range of follow-up, a panel an arm."""
    with styled():
        figure = new_figure(7.2, 4.4)
        panels = figure.subplots(1, len(trial.arms), sharex=True, squeeze=False)[0]
        longest = float(trial.subjects["os_days"].max()) / DAYS_PER_MONTH
        for axes, arm in zip(panels, trial.arms, strict=True):
            own = trial.subjects.filter(pl.col("arm") == arm).sort("os_days")
            lanes = own[np.unique(np.linspace(0, own.height - 1, LANES).round().astype(int)).tolist()]
            place = np.arange(lanes.height)
            months = {
                name: lanes[name].to_numpy() / DAYS_PER_MONTH
                for name in ("os_days", "ttp_days", "treatment_days")
            }
            axes.barh(place, months["os_days"], height=0.75, color="#d9d9d9", label="follow-up")
            axes.barh(
                place,
                months["treatment_days"],
                height=0.75,
                color=arm_colour(trial.arms, arm),
                alpha=0.75,
                label="on treatment",
            )
            progressed = (lanes["ttp_event"] == 1).to_numpy()
            died = (lanes["os_event"] > 0).to_numpy()
            axes.plot(
                months["ttp_days"][progressed],
                place[progressed],
                "v",
                color="black",
                markersize=4,
                linestyle="none",
                label="progression",
            )
            axes.plot(
                months["os_days"][died],
                place[died],
                "X",
                color="#a50f15",
                markersize=5,
                linestyle="none",
                label="death",
            )
            axes.plot(
                months["os_days"][~died],
                place[~died],
                ">",
                color=GREY,
                markersize=4,
                linestyle="none",
                label="alive at cut",
            )
            axes.set_title(f"{arm}: {lanes.height} of {own.height} subjects")
            axes.set_yticks([])
            months_axis(axes, np.ceil(longest / 3) * 3 + 0.5)
        panels[-1].legend(loc="lower right", fontsize=7.5)
    return figure
