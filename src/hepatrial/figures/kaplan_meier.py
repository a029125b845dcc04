"""Kaplan-Meier curves with limits, censoring, numbers at risk and the published medians."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.analysis.arms import curve
from hepatrial.figures.style import GREY, arm_colour, months_axis, new_figure, styled
from hepatrial.survival import KaplanMeier
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

TITLES = {"OS": "Overall survival", "TTP": "Time to progression", "PFS": "Progression-free survival"}


def draw_kaplan_meier(
    trial: TrialData, endpoint: str, *, note: str = "", published: dict[str, Any] | None = None
) -> Figure:
    """Kaplan-Meier curves of all arms on one endpoint.

    ``published`` is the summary's published part; its medians are marked by diamonds with their intervals.
    """
    with styled():
        figure = new_figure(7.2, 4.6 + 0.25 * len(trial.arms))
        axes, table = figure.subplots(2, 1, height_ratios=[5, 0.45 * (len(trial.arms) + 1)])
        curves = {arm: curve(trial, endpoint, arm) for arm in trial.arms}
        last = min(36.0, np.ceil(max(c.time_days[-1] for c in curves.values()) / DAYS_PER_MONTH / 3) * 3)
        for arm, found in curves.items():
            _draw_curve(axes, found, arm, arm_colour(trial.arms, arm), last)
        axes.axhline(50, color=GREY, linewidth=0.6, linestyle=":")
        _mark_published(axes, trial, endpoint, published)
        axes.set_ylim(0, 102)
        axes.set_ylabel("per cent")
        axes.set_title(f"{TITLES[endpoint]}{note}")
        axes.legend(loc="upper right")
        months_axis(axes, last)
        _numbers_at_risk(table, trial, curves, last)
    return figure


def _draw_curve(axes: Axes, found: KaplanMeier, arm: str, colour: str, last: float) -> None:
    months = np.concatenate([[0.0], found.time_days]) / DAYS_PER_MONTH
    keep = months <= last
    share = 100.0 * np.concatenate([[1.0], found.survival])
    low, high = (100.0 * np.concatenate([[1.0], limit]) for limit in (found.lower, found.upper))
    median = found.median()
    text = "not reached" if np.isnan(median.estimate) else f"{median.estimate / DAYS_PER_MONTH:.1f} months"
    axes.step(
        months[keep], share[keep], where="post", color=colour, linewidth=1.6, label=f"{arm}: median {text}"
    )
    axes.fill_between(months[keep], low[keep], high[keep], step="post", color=colour, alpha=0.15, linewidth=0)
    ticks = (found.censored > 0) & (found.time_days / DAYS_PER_MONTH <= last)
    where = np.flatnonzero(ticks)[:: max(1, ticks.sum() // 150)]
    axes.plot(
        found.time_days[where] / DAYS_PER_MONTH,
        100.0 * found.survival[where],
        "|",
        color=colour,
        markersize=4,
        markeredgewidth=0.7,
    )


def _mark_published(axes: Axes, trial: TrialData, endpoint: str, published: dict[str, Any] | None) -> None:
    labelled = False
    for arm in (published or {}).get("arms", []):
        median = arm.get(f"{endpoint.lower()}_median_months")
        if median is None or arm["arm"] not in trial.arms:
            continue
        colour, interval = arm_colour(trial.arms, arm["arm"]), arm.get(f"{endpoint.lower()}_median_ci")
        if interval:
            axes.plot(interval, [50, 50], color=colour, linewidth=3, alpha=0.35, solid_capstyle="butt")
        label = None if labelled else "published median with 95 % interval"
        axes.plot(
            median,
            50,
            "D",
            color=colour,
            markeredgecolor="black",
            markersize=6,
            linestyle="none",
            label=label,
        )
        labelled = True


def _numbers_at_risk(axes: Axes, trial: TrialData, curves: dict[str, KaplanMeier], last: float) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, last)
    axes.set_ylim(-len(trial.arms) - 0.4, 0.6)
    axes.text(0, 0.2, "at risk (events so far)", fontsize=8, color=GREY, ha="left", va="center")
    step = 3 if last <= 30 else 6
    for row, (arm, found) in enumerate(curves.items(), start=1):
        for month in range(0, int(last) + 1, step):
            day = month * DAYS_PER_MONTH
            events = int(found.events[found.time_days <= day].sum())
            text = f"{int(found.at_risk_at(day))} ({events})"
            axes.text(
                month,
                -row + 0.3,
                text,
                fontsize=7.5,
                ha="center",
                va="center",
                color=arm_colour(trial.arms, arm),
            )
