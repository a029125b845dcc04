"""What patients of each Child-Pugh class die of, and the months that each cause of death costs by reserve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.analysis import ReserveEffect
from hepatrial.figures.stacked_bar import draw_part
from hepatrial.figures.style import (
    GREY,
    WIDTH,
    axes_at,
    draw_title,
    months_axis,
    new_figure,
    styled,
    wrapped,
    write_at,
)
from hepatrial.survival import SurvivalTimes, aalen_johansen
from hepatrial.trialdata import ENDPOINTS, TrialData
from hepatrial.units import DAYS_PER_MONTH

PARTS = {
    "cancer death": ("#E69F00", ".."),
    "liver death": ("#0072B2", "////"),
    "toxic death": ("#CC79A7", "xxxx"),
    "alive": ("#f2f2f2", ""),
}
"""Colour and hatching, so that grey print tells them apart."""
SCALES = {"child_pugh_class": ("Child-Pugh class", "class"), "albi_grade": ("ALBI grade", "grade")}
PANEL, BETWEEN, ROW = 1.75, 0.2, 0.2
SMALLEST_WRITTEN_MONTHS = 0.45


def draw_deaths_by_group(
    trial: TrialData,
    arms: Sequence[str],
    last_months: float,
    *,
    column: str = "child_pugh_class",
    groups: Sequence[str] | None = None,
) -> Figure:
    """Stacked cumulative incidence of each cause of death: a row an arm, a panel a group of ``column``.

    ``column`` is "child_pugh_class" or "albi_grade"; ``groups`` are its levels to draw, all if left out.
    """
    scale, word = SCALES[column]
    classes = groups or sorted(trial.subjects[column].drop_nulls().unique().to_list())
    width = (WIDTH - 0.75 - 0.2 - BETWEEN * (len(classes) - 1)) / len(classes)
    height = len(arms) * (PANEL + 0.42)
    with styled():
        figure = new_figure(0.5 + height + 0.5)
        draw_title(figure, f"What patients die of, by {scale}")
        _draw_parts_key(figure, height + 0.48)
        for row, arm in enumerate(arms):
            bottom = 0.5 + (len(arms) - 1 - row) * (PANEL + 0.42)
            for place, name in enumerate(classes):
                axes = axes_at(figure, 0.75 + place * (width + BETWEEN), bottom, width, PANEL)
                subjects = trial.subjects.filter((pl.col("arm") == arm) & (pl.col(column) == name))
                axes.set_title(f"{word} {name}, {wrapped(arm, 22, 1)} (n = {subjects.height:,})", fontsize=8)
                _draw_stack(axes, subjects, last_months)
                last_row = row == len(arms) - 1
                months_axis(axes, last_months, label="months" if last_row else "", most_ticks=6)
                axes.tick_params(labelbottom=last_row, labelleft=place == 0)
                if place == 0:
                    axes.set_ylabel("per cent of patients")
    return figure


def draw_time_lost(effects: Sequence[ReserveEffect], window_months: float) -> Figure:
    """Months lived and lost to each cause within the window: a pair of bars a group of reserve."""
    known = [effect for effect in effects if effect.times]
    rows = [(effect, arm) for effect in known for arm in (effect.control, effect.arm)]
    height = ROW * len(rows) + 0.14 * len(known)
    left = 2.5
    with styled():
        figure = new_figure(0.55 + height + 0.6)
        draw_title(figure, f"Where {window_months:g} months go")
        _draw_parts_key(figure, height + 0.58)
        axes = axes_at(figure, left, 0.55, WIDTH - left - 0.3, height)
        ticks, names, y = [], [], 0.0
        for effect in known:
            for arm in (effect.control, effect.arm):
                _draw_months(axes, y, effect, arm == effect.arm)
                ticks.append(y)
                names.append(wrapped(arm, 20, 1))
                y -= 1.0
            first = f"{effect.scale} {effect.label}"
            write_at(
                figure, 0.1, 0.55 + height * _share(y + 1.5, len(known)), first, fontsize=8.5, va="center"
            )
            y -= 0.7
        axes.set_yticks(ticks, names, fontsize=8)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(*_limits(len(known)))
        axes.set_xlim(0, window_months)
        axes.set_xlabel("months within the window")
    return figure


def _limits(groups: int) -> tuple[float, float]:
    return -2.7 * groups + 1.2, 0.6


def _share(y: float, groups: int) -> float:
    """Height of a place on the axis of groups as a share of the axes."""
    low, high = _limits(groups)
    return (y - low) / (high - low)


def _draw_months(axes: Axes, y: float, effect: ReserveEffect, treated: bool) -> None:
    lived, *lost = effect.times
    start = 0.0
    for time, part in ((lived, "alive"), *((each, each.what) for each in lost)):
        months = time.arm_months if treated else time.control_months
        written = f"{months:.1f}" if months >= SMALLEST_WRITTEN_MONTHS else ""
        draw_part(axes, y, start, months, PARTS[part], height=0.86, text=written)
        start += months


def _draw_stack(axes: Axes, subjects: pl.DataFrame, last_months: float) -> None:
    axes.set_ylim(0, 100)
    axes.set_facecolor(PARTS["alive"][0])
    if subjects.is_empty():
        return
    times = SurvivalTimes(
        subjects["os_days"].to_numpy().astype(np.float64),
        subjects["os_event"].to_numpy().astype(np.int8),
        ENDPOINTS["OS"],
    )
    found = aalen_johansen(times)
    months = np.concatenate([[0.0], found.time_days / DAYS_PER_MONTH, [last_months]])
    below = np.zeros(len(months))
    for row, cause in enumerate(found.causes):
        share = 100.0 * np.concatenate([[0.0], found.incidence[row], found.incidence[row][-1:]])
        colour, hatch = PARTS[cause]
        axes.fill_between(
            months,
            below,
            below + share,
            step="post",
            facecolor=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
        )
        below = below + share


def _draw_parts_key(figure: Figure, bottom: float) -> None:
    axes = axes_at(figure, 0.2, bottom, WIDTH - 0.4, 0.2)
    axes.set_axis_off()
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 1)
    for place, (name, (colour, hatch)) in enumerate(PARTS.items()):
        start = 26.0 * place
        axes.barh(0.5, 4.0, left=start, height=0.8, color=colour, hatch=hatch, edgecolor=GREY, linewidth=0.5)
        axes.text(start + 5.2, 0.5, name, va="center", fontsize=8.5)
