"""Cumulative incidence of the causes of death, which compete."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.analysis.estimable import estimated
from hepatrial.figures.risk_table import counted, draw_numbers_at_risk, left_margin, most_ticks, table_height
from hepatrial.figures.style import (
    WIDTH,
    arm_colour,
    arm_line,
    axes_at,
    draw_key,
    draw_title,
    month_ticks,
    months_axis,
    new_figure,
    styled,
    whole_months,
    wrapped,
)
from hepatrial.survival import CumulativeIncidence, aalen_johansen
from hepatrial.trialdata import TrialData
from hepatrial.units import DAYS_PER_MONTH

CAUSES = {
    "cancer death": "death from cancer",
    "liver death": "death from liver failure",
    "toxic death": "death from toxicity",
}
TOXIC = "toxic death"
LONG, SHORT = "months since randomisation", "months"
PLOT_HEIGHT = 2.4
BETWEEN = 0.75


def draw_cumulative_incidence(
    trial: TrialData, *, title: str = "Causes of death", notes: tuple[str, ...] = ()
) -> Figure:
    """Aalen-Johansen curves of each cause of death by arm, with numbers at risk.

    Death from toxicity has a panel where a subject died of it. ``notes`` are lines under the key, such as the p
    value of Gray's test.
    """
    found = {arm: estimated(lambda arm=arm: aalen_johansen(trial.times("OS", arm))) for arm in trial.arms}
    curves = {arm: one for arm, one in found.items() if one is not None}
    ends = [one.time_days[-1] for one in curves.values()]
    last = whole_months(max(ends, default=DAYS_PER_MONTH) / DAYS_PER_MONTH)
    left, below = left_margin(trial.arms), 0.48 + table_height(trial.arms)
    shown = [
        cause for cause in CAUSES if cause != TOXIC or any(_deaths(one, TOXIC) for one in curves.values())
    ]
    width = (WIDTH - left - BETWEEN * (len(shown) - 1) - 0.3) / len(shown)
    most = most_ticks(width, len(trial))
    with styled():
        key_height = 0.2 * (len(trial.arms) + len(notes))
        figure = new_figure(below + PLOT_HEIGHT + 0.3 + key_height + 0.32)
        draw_title(figure, title)
        key = axes_at(figure, 0.2, below + PLOT_HEIGHT + 0.3, WIDTH - 0.3, key_height)
        draw_key(key, trial.arms, [wrapped(arm, 80, 1) for arm in trial.arms], notes)
        for place, cause in enumerate(shown):
            start = left + place * (width + BETWEEN)
            axes = axes_at(figure, start, below, width, PLOT_HEIGHT)
            table = axes_at(figure, start, 0.02, width, table_height(trial.arms))
            counts = {arm: {} for arm in trial.arms}
            for arm, one in curves.items():
                _draw_curve(axes, one, cause, arm_colour(trial.arms, arm), arm_line(trial.arms, arm))
                events = one.events[_row(one, cause)]
                at_risk = _at_risk(one)
                counts[arm] = counted(at_risk, events, one.time_days, month_ticks(last, most))
            axes.set_title(CAUSES[cause])
            axes.set_ylim(0, 100)
            months_axis(axes, last, label=SHORT if len(shown) > 2 else LONG, most_ticks=most)
            if place == 0:
                axes.set_ylabel("cumulative incidence, per cent")
            draw_numbers_at_risk(table, trial.arms, counts, last, names=place == 0)
    return figure


def _draw_curve(axes: Axes, found: CumulativeIncidence, cause: str, colour: str, line: object) -> None:
    row = _row(found, cause)
    months = np.concatenate([[0.0], found.time_days]) / DAYS_PER_MONTH
    share, low, high = (
        100.0 * np.concatenate([[0.0], values[row]]) for values in (found.incidence, found.lower, found.upper)
    )
    axes.fill_between(months, low, high, step="post", color=colour, alpha=0.14, linewidth=0)
    axes.step(months, share, where="post", color=colour, linewidth=1.6, linestyle=line)


def _row(found: CumulativeIncidence, cause: str) -> int:
    """The row of a cause: incidence has no row for censoring, which the causes may name first."""
    return found.causes.index(cause) - (len(found.causes) - len(found.incidence))


def _deaths(found: CumulativeIncidence, cause: str) -> int:
    return int(found.events[_row(found, cause)].sum())


def _at_risk(found: CumulativeIncidence):
    def at_risk(day: float) -> int:
        place = int(np.searchsorted(found.time_days, day, side="left"))
        return int(np.append(found.at_risk, 0)[place])

    return at_risk
