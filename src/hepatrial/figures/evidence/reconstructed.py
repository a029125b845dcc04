"""Reconstructed patients against the published curve they were read from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.evidence.reconstruction import Reconstruction
from hepatrial.figures.evidence.text_width import fitted, text_width
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
from hepatrial.survival import KaplanMeier, kaplan_meier
from hepatrial.units import DAYS_PER_MONTH

PLOT_HEIGHT, KEY_ROW, TABLE_ROW = 3.1, 0.2, 0.2
NAME_MOST, TABLE_SIZE = 1.3, 7.5
MOST_POINTS = 70
"""Published points drawn a curve; more would hide the line."""


def draw_reconstruction(
    arms: Mapping[str, Reconstruction], *, title: str, ylabel: str = "alive, per cent"
) -> Figure:
    """Kaplan-Meier curves of reconstructed patients over the digitised points, numbers at risk side by side.

    Parameters
    ----------
    arms
        By name, in the order of the key.
    ylabel
        What the curve shows, such as "free of progression, per cent".

    Notes
    -----
    Lines are the reconstructed patients', circles the published curve's. In the rows below, each number at risk is the
    reconstructed one, with the published in brackets. The key says how far curves and points are apart at most.
    """
    names = list(arms)
    curves = {arm: kaplan_meier(found.times) for arm, found in arms.items()}
    last = whole_months(max(found.curve.end_days for found in arms.values()) / DAYS_PER_MONTH)
    aside = _beside_first_number(arms)
    name = max(text_width(fitted(arm, NAME_MOST, TABLE_SIZE, lines=1), TABLE_SIZE) for arm in names)
    left, table = max(0.75, 0.08 + name + aside), TABLE_ROW * (len(names) + 1)
    width = WIDTH - left - 0.4
    key_height = KEY_ROW * (2 * len(names) + 1)
    below = 0.5 + table
    with styled():
        figure = new_figure(below + PLOT_HEIGHT + 0.12 + key_height + 0.34)
        draw_title(figure, fitted(title, WIDTH - 0.3, 10, lines=1, bold=True))
        axes = axes_at(figure, left, below, width, PLOT_HEIGHT)
        for arm in names:
            _draw_arm(axes, arms[arm], curves[arm], arm_colour(names, arm), arm_line(names, arm))
        axes.set_ylim(0, 103)
        axes.set_ylabel(ylabel)
        months_axis(axes, last)
        key = axes_at(figure, 0.2, below + PLOT_HEIGHT + 0.12, WIDTH - 0.3, key_height)
        _draw_key(key, arms, curves)
        rows = axes_at(figure, left, 0.04, width, table)
        _write_numbers(rows, arms, curves, last, width)
    return figure


def largest_distance(found: Reconstruction, curve: KaplanMeier) -> float:
    """Largest vertical distance of reconstructed and published curve at the published points, as a share of 1."""
    days = found.curve.time_days
    return float(np.max(np.abs(curve.at(days).estimate - found.curve.survival), initial=0.0))


def _draw_arm(axes: Axes, found: Reconstruction, curve: KaplanMeier, colour: str, line: object) -> None:
    months = np.concatenate([[0.0], curve.time_days]) / DAYS_PER_MONTH
    share = 100.0 * np.concatenate([[1.0], curve.survival])
    axes.step(months, share, where="post", color=colour, linestyle=line, linewidth=1.4, zorder=3)
    points = found.curve
    shown = min(len(points.time_days), MOST_POINTS)
    some = np.linspace(0, len(points.time_days) - 1, shown).round().astype(int)
    axes.plot(
        points.time_days[some] / DAYS_PER_MONTH,
        100.0 * points.survival[some],
        "o",
        color=colour,
        markerfacecolor="none",
        markersize=4.2,
        markeredgewidth=0.8,
        zorder=2,
    )


def _draw_key(key: Axes, arms: Mapping[str, Reconstruction], curves: Mapping[str, KaplanMeier]) -> None:
    names = list(arms)
    texts = [led_by(arm, _events(arms[arm], curves[arm])) for arm in names]
    notes = [
        *(led_by(arm, _agreement(arms[arm], curves[arm])) for arm in names),
        "circles: published curve; lines: reconstructed patients",
    ]
    draw_key(key, names, texts, notes)


def _events(found: Reconstruction, curve: KaplanMeier) -> str:
    median = curve.median().estimate / DAYS_PER_MONTH
    told = "" if found.published_events is None else f" (published {found.published_events:,})"
    shown = f"median {median:.1f} months" if np.isfinite(median) else "median not reached"
    return f"{found.events:,} events{told} of {found.risk.n:,}, {shown}"


def _agreement(found: Reconstruction, curve: KaplanMeier) -> str:
    if found.kind == "guess":
        return "a guess from summary numbers, not read from a curve"
    points = 100 * largest_distance(found, curve)
    shown = f"at most {points:.1f} points" if points >= 0.05 else "less than 0.05 points"
    return f"{shown} from the published curve"


def _write_numbers(
    rows: Axes,
    arms: Mapping[str, Reconstruction],
    curves: Mapping[str, KaplanMeier],
    last: float,
    width: float,
) -> None:
    rows.set_axis_off()
    rows.set_xlim(0, last)
    rows.set_ylim(len(arms) + 1, 0)
    rows.text(0, 0.5, "at risk: reconstructed (published)", fontsize=TABLE_SIZE, color=GREY, va="center")
    for row, (arm, found) in enumerate(arms.items(), start=1):
        look = {
            "fontsize": TABLE_SIZE,
            "color": arm_colour(list(arms), arm),
            "va": "center",
            "parse_math": False,
        }
        name = fitted(arm, NAME_MOST, TABLE_SIZE, lines=1)
        place = {
            "xytext": (-72.0 * _beside_first_number(arms), 0),
            "textcoords": "offset points",
            "annotation_clip": False,
        }
        rows.annotate(name, (0, row + 0.5), ha="right", **place, **look)
        days, published = found.risk.time_days, found.risk.at_risk
        for index in _apart(days, last, width, found.risk.n):
            reconstructed = int(curves[arm].at_risk_at(days[index]))
            text = f"{reconstructed} ({published[index]})"
            rows.text(days[index] / DAYS_PER_MONTH, row + 0.5, text, ha="center", **look)


def _beside_first_number(arms: Mapping[str, Reconstruction]) -> float:
    """Inches from the start of the axis to the arms' names: the first numbers are centred there."""
    most = max(found.risk.n for found in arms.values())
    return text_width(f"{most} ({most})", TABLE_SIZE) / 2 + 0.06


def _apart(days: np.ndarray, last: float, width: float, n: int) -> range:
    """Every so many of the published times, so that their numbers stay apart."""
    shown = int(np.sum(days / DAYS_PER_MONTH <= last + 1e-6))
    if shown < 2:
        return range(shown)
    room = text_width(f"{n} ({n})", TABLE_SIZE) + 0.08
    nearest = float(np.min(np.diff(days[:shown]))) / DAYS_PER_MONTH * width / last
    return range(0, shown, max(1, int(np.ceil(room / nearest))))
