"""Kaplan-Meier curves with limits, censoring, medians, numbers at risk and the published medians."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.analysis.arms import curve
from hepatrial.analysis.estimable import estimated
from hepatrial.figures.risk_table import counted, draw_numbers_at_risk, left_margin, most_ticks, table_height
from hepatrial.figures.style import (
    GREY,
    WIDTH,
    arm_colour,
    arm_line,
    axes_at,
    draw_key,
    draw_title,
    led_by,
    month_ticks,
    months_axis,
    new_figure,
    styled,
    whole_months,
)
from hepatrial.survival import KaplanMeier
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

TITLES = {
    "OS": "Overall survival",
    "TTP": "Time to progression",
    "PFS": "Progression-free survival",
    "TTUP": "Time to untreatable progression",
    "TSPFS": "TACE-specific progression-free survival",
    "RFS": "Recurrence-free survival",
    "TTTP": "Total time to progression",
    "TPFS": "Total progression-free survival",
}
PLOT_HEIGHT = 3.1
KEY_ROW = 0.2
TITLE, GAP = 0.32, 0.12
LONGEST_MONTHS = 60.0
MOST_TICKS = 150


def draw_kaplan_meier(
    trial: TrialData,
    endpoint: str,
    *,
    title: str = "",
    notes: tuple[tuple[str, str], ...] = (),
    published: dict[str, Any] | None = None,
) -> Figure:
    """Kaplan-Meier curves of all arms on one endpoint.

    Parameters
    ----------
    title
        Heading; the endpoint's name if left out.
    notes
        Lines under the key: what a line is about (a comparison), and what it says (its hazard ratio).
    published
        The summary's published part; its medians are marked by diamonds with their intervals.
    """
    found = {arm: estimated(lambda arm=arm: curve(trial, endpoint, arm)) for arm in trial.arms}
    curves = {arm: one for arm, one in found.items() if one is not None}
    shown = _published_medians(trial, endpoint, published)
    key_height = KEY_ROW * (len(trial.arms) + len(notes) + bool(shown))
    left, below = left_margin(trial.arms), 0.48 + table_height(trial.arms)
    width = WIDTH - left - 0.35
    with styled():
        figure = new_figure(below + PLOT_HEIGHT + GAP + key_height + TITLE)
        axes = axes_at(figure, left, below, width, PLOT_HEIGHT)
        ends = [one.time_days[-1] for one in curves.values()]
        last = whole_months(min(LONGEST_MONTHS, max(ends, default=DAYS_PER_MONTH) / DAYS_PER_MONTH))
        for arm, one in curves.items():
            _draw_curve(axes, one, arm_colour(trial.arms, arm), arm_line(trial.arms, arm), last)
        _mark_published(axes, trial, shown)
        axes.set_ylim(0, 100)
        axes.set_ylabel("alive, per cent" if endpoint == "OS" else "free of the event, per cent")
        most = most_ticks(width, max((int(one.at_risk[0]) for one in curves.values()), default=1))
        months_axis(axes, last, most_ticks=most)
        key = axes_at(figure, 0.2, below + PLOT_HEIGHT + GAP, WIDTH - 0.3, key_height)
        _draw_key(key, tuple(trial.arms), curves, notes, bool(shown))
        draw_title(figure, title or TITLES[endpoint])
        ticks = month_ticks(last, most)
        counts = {
            arm: counted(one.at_risk_at, one.events, one.time_days, ticks) for arm, one in curves.items()
        }
        table = axes_at(figure, left, 0.02, width, table_height(trial.arms))
        draw_numbers_at_risk(table, trial.arms, {arm: counts.get(arm, {}) for arm in trial.arms}, last)
    return figure


def _draw_curve(axes: Axes, found: KaplanMeier, colour: str, line: Any, last: float) -> None:
    months = np.concatenate([[0.0], found.time_days]) / DAYS_PER_MONTH
    keep = months <= last
    share = 100.0 * np.concatenate([[1.0], found.survival])
    low, high = (100.0 * np.concatenate([[1.0], limit]) for limit in (found.lower, found.upper))
    axes.fill_between(months[keep], low[keep], high[keep], step="post", color=colour, alpha=0.14, linewidth=0)
    axes.step(months[keep], share[keep], where="post", color=colour, linewidth=1.6, linestyle=line)
    censored = np.flatnonzero((found.censored > 0) & (found.time_days / DAYS_PER_MONTH <= last))
    where = censored[:: max(1, len(censored) // MOST_TICKS)]
    axes.plot(
        found.time_days[where] / DAYS_PER_MONTH,
        100.0 * found.survival[where],
        "|",
        color=colour,
        markersize=5,
        markeredgewidth=0.7,
    )
    median = found.median().estimate / DAYS_PER_MONTH
    axes.plot([0, last], [50, 50], color=GREY, linewidth=0.6, linestyle=":")
    if np.isfinite(median) and median <= last:
        axes.plot([median, median], [0, 50], color=colour, linewidth=0.8, linestyle=line, alpha=0.8)


def _published_medians(
    trial: TrialData, endpoint: str, published: dict[str, Any] | None
) -> dict[str, tuple[float, list[float] | None]]:
    key = endpoint.lower()
    return {
        arm["arm"]: (arm[f"{key}_median_months"], arm.get(f"{key}_median_ci"))
        for arm in (published or {}).get("arms", [])
        if arm["arm"] in trial.arms and arm.get(f"{key}_median_months") is not None
    }


def _mark_published(
    axes: Axes, trial: TrialData, medians: dict[str, tuple[float, list[float] | None]]
) -> None:
    """Diamonds about the line of 50 per cent, an arm above the other so that intervals don't hide each other."""
    for place, (arm, (median, interval)) in enumerate(medians.items()):
        colour, height = arm_colour(trial.arms, arm), 50.0 + 3.0 * ((len(medians) - 1) / 2 - place)
        if interval:
            axes.errorbar(
                median,
                height,
                xerr=[[median - interval[0]], [interval[1] - median]],
                color=colour,
                linewidth=1.2,
                capsize=2.5,
                zorder=4,
            )
        axes.plot(median, height, "D", color=colour, markeredgecolor="black", markersize=5.5, zorder=5)


def _draw_key(
    key: Axes,
    arms: tuple[str, ...],
    curves: dict[str, KaplanMeier],
    notes: tuple[tuple[str, str], ...],
    published: bool,
) -> None:
    texts = [led_by(arm, _in_words(curves[arm]) if arm in curves else "no subjects") for arm in arms]
    told = ["published median with its 95 % interval"] if published else []
    draw_key(key, arms, texts, [*told, *(led_by(name, text) for name, text in notes)])
    if published:
        key.plot([1, 5], [len(arms) + 0.5] * 2, color=GREY, linewidth=1.2)
        key.plot(3, len(arms) + 0.5, "D", color="white", markeredgecolor="black", markersize=5.5)


def _in_words(found: KaplanMeier) -> str:
    median = found.median()
    events, n = int(found.events.sum()), int(found.at_risk[0])

    def months(days: float) -> str:
        return f"{days / DAYS_PER_MONTH:.1f}" if np.isfinite(days) else "not reached"

    text = f"{events:,} {'event' if events == 1 else 'events'} of {n:,}, median {months(median.estimate)}"
    if np.isfinite(median.estimate):
        text += f" months ({months(median.lower)} to {months(median.upper)})"
    return text
