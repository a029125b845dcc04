"""The rows under a time axis: subjects at risk and events so far, by arm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from hepatrial.figures.style import GREY, arm_colour, wrapped
from hepatrial.units import DAYS_PER_MONTH

ROW = 0.30
"""Height of a row, inches; an arm's name takes up to two lines."""
CHARACTER = 0.068
"""Width of a character of an arm's name, inches."""
LONGEST = 20


def left_margin(arms: Sequence[str]) -> float:
    """Room for the arms' names left of the axis, inches."""
    longest = max(min(len(arm), LONGEST) for arm in arms)
    return max(0.62, 0.50 + CHARACTER * longest)


def table_height(arms: Sequence[str]) -> float:
    """Height of the rows with their heading, inches."""
    return ROW * len(arms) + 0.2


def most_ticks(width: float, subjects: int) -> int:
    """Intervals between ticks so that the numbers of that many subjects stay apart; ``width`` in inches."""
    return max(2, int(width / (CHARACTER * (2 * len(str(subjects)) + 4))))


def draw_numbers_at_risk(
    axes: Axes,
    arms: Sequence[str],
    counts: Mapping[str, Mapping[int, tuple[int, int]]],
    last: float,
    *,
    names: bool = True,
) -> None:
    """Write the rows into axes that lie under the curve and share its width; ``counts`` by arm and month."""
    axes.set_axis_off()
    axes.set_xlim(0, last)
    axes.set_ylim(-len(arms), 0.2 / ROW)
    axes.text(0, 0.1 / ROW, "at risk (events so far)", fontsize=7.5, color=GREY, ha="left", va="center")
    for row, arm in enumerate(arms):
        look = {"fontsize": 7.5, "color": arm_colour(arms, arm), "va": "center"}
        if names:
            place = {"xytext": (-32, 0), "textcoords": "offset points", "annotation_clip": False}
            axes.annotate(wrapped(arm, LONGEST), (0, -row - 0.5), ha="right", **place, **look)
        for month, (at_risk, events) in counts[arm].items():
            axes.text(month, -row - 0.5, f"{at_risk} ({events})", ha="center", **look)


def counted(
    at_risk: Callable[[float], int], events: np.ndarray, time_days: np.ndarray, ticks: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """Subjects at risk, a function of days, and events so far at the ticks; arrays of shape (k,)."""
    return {
        month: (
            int(at_risk(month * DAYS_PER_MONTH)),
            int(events[time_days <= month * DAYS_PER_MONTH].sum()),
        )
        for month in ticks
    }
