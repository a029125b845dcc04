"""Curves that were guessed from summary numbers, with the range that the unknown part leaves; marked as a guess."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.evidence.reconstruction import GuessedArm
from hepatrial.figures.evidence.text_width import fitted
from hepatrial.figures.style import (
    GREY,
    WIDTH,
    arm_colour,
    arm_line,
    axes_at,
    draw_key,
    draw_title,
    led_by,
    months_axis,
    new_figure,
    styled,
    whole_months,
)
from hepatrial.survival import kaplan_meier
from hepatrial.units import DAYS_PER_MONTH

LEFT, BELOW, PLOT_HEIGHT, KEY_ROW = 0.75, 0.5, 3.1, 0.2
MARK = "GUESS"


def draw_guess(
    arms: Mapping[str, GuessedArm], *, title: str, ylabel: str = "without the event, per cent"
) -> Figure:
    """Guessed curves, their range, and the published numbers that they go through.

    Parameters
    ----------
    arms
        By name, in the order of the key.

    Notes
    -----
    Lines are Kaplan-Meier curves of the guessed patients, circles the published medians and landmarks, bands the lowest
    and highest of the curves that meet the same numbers. The word guess stands across the plot, so that it goes with
    every copy.
    """
    names = list(arms)
    last = whole_months(max(float(arm.days[-1]) for arm in arms.values()) / DAYS_PER_MONTH)
    key_height = KEY_ROW * (len(names) + 1)
    with styled():
        figure = new_figure(BELOW + PLOT_HEIGHT + 0.12 + key_height + 0.34)
        draw_title(figure, fitted(title, WIDTH - 0.3, 10, lines=1, bold=True))
        axes = axes_at(figure, LEFT, BELOW, WIDTH - LEFT - 0.3, PLOT_HEIGHT)
        axes.text(
            0.5, 0.5, MARK, transform=axes.transAxes, fontsize=64, color=GREY, alpha=0.14, rotation=25, ha="center",
            va="center", zorder=0,
        )  # fmt: skip
        for name in names:
            _draw_arm(axes, arms[name], arm_colour(names, name), arm_line(names, name))
        axes.set_ylim(0, 103)
        axes.set_ylabel(ylabel)
        months_axis(axes, last)
        key = axes_at(figure, 0.2, BELOW + PLOT_HEIGHT + 0.12, WIDTH - 0.3, key_height)
        texts = [led_by(name, _events(arms[name])) for name in names]
        note = "a guess from summary numbers; circles: published; bands: curves that meet the same numbers"
        draw_key(key, names, texts, [note])
    return figure


def _draw_arm(axes: Axes, arm: GuessedArm, colour: str, line: object) -> None:
    curve = kaplan_meier(arm.times)
    months = np.concatenate([[0.0], curve.time_days]) / DAYS_PER_MONTH
    share = 100.0 * np.concatenate([[1.0], curve.survival])
    axes.fill_between(
        arm.days / DAYS_PER_MONTH,
        100 * arm.lowest,
        100 * arm.highest,
        color=colour,
        alpha=0.15,
        linewidth=0,
        zorder=1,
    )
    axes.step(months, share, where="post", color=colour, linestyle=line, linewidth=1.4, zorder=3)
    points = np.array(arm.summary.points).reshape(-1, 2)
    axes.plot(
        points[:, 0] / DAYS_PER_MONTH, 100 * points[:, 1], "o", color=colour, markerfacecolor="white", markersize=6,
        zorder=4,
    )  # fmt: skip


def _events(arm: GuessedArm) -> str:
    median = kaplan_meier(arm.times).median().estimate / DAYS_PER_MONTH
    shown = f"median {median:.1f} months" if np.isfinite(median) else "median not reached"
    return f"{int(arm.times.event.sum()):,} events of {len(arm.times):,}, {shown}"
