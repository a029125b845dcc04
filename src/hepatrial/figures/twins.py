"""One virtual patient's course under every arm: the twins."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hepatrial.figures.style import (
    GREY,
    WIDTH,
    arm_colour,
    arm_line,
    axes_at,
    draw_title,
    month_ticks,
    new_figure,
    styled,
    whole_months,
    wrapped,
)
from hepatrial.units import DAYS_PER_MONTH
from hepatrial.virtual_trial import Course

PANELS = (
    ("sld_mm", "sum of diameters, mm"),
    ("viable_sld_mm", "sum of viable diameters, mm"),
    ("mg_per_day", "dose of all agents, mg a day"),
    ("concentration_mg_l", "total concentration, mg/L"),
    ("vessel_supply", "vessel supply, untreated = 1"),
    ("resistant_share", "resistant share of viable tumour, %"),
    ("vegf_pg_ml", "VEGF, pg/mL"),
    ("svegfr2_pg_ml", "sVEGFR-2, pg/mL"),
    ("afp_ng_ml", "AFP, ng/mL"),
    ("albi", "ALBI score (higher is worse)"),
)
FROM_ZERO = {"sld_mm", "viable_sld_mm", "mg_per_day", "concentration_mg_l", "vessel_supply"}
EVENTS = {
    "new_lesion": ("new lesion", {"marker": "d", "markersize": 6}),
    "progression": ("progression seen at a scan", {"marker": "v", "markersize": 6}),
    "stop": ("treatment stopped", {"marker": "s", "markersize": 5}),
    "death": ("death", {"marker": "X", "markersize": 6.5}),
}
HEIGHT, GAP, BETWEEN = 1.0, 0.42, 0.65


def draw_twins(courses: Mapping[str, Course], patient: int) -> Figure:
    """Courses until death under each arm, with what happened marked on the tumour's size."""
    arms = list(courses)
    lived = {arm: _until_death(course) for arm, course in courses.items()}
    last = whole_months(max(days[-1] for days, _ in lived.values()) / DAYS_PER_MONTH)
    rows = len(PANELS) // 2
    with styled():
        head = 0.62 + 0.19 * len(arms)
        figure = new_figure(0.5 + rows * HEIGHT + (rows - 1) * GAP + head)
        draw_title(figure, f"Virtual patient {patient} under each arm")
        width = (WIDTH - 0.65 - BETWEEN - 0.2) / 2
        for place, (name, label) in enumerate(PANELS):
            left = 0.65 + (place % 2) * (width + BETWEEN)
            bottom = 0.5 + (rows - 1 - place // 2) * (HEIGHT + GAP)
            panel = axes_at(figure, left, bottom, width, HEIGHT)
            for arm, course in courses.items():
                _draw_course(panel, course, name, *lived[arm], arm_colour(arms, arm), arm_line(arms, arm))
            _finish(panel, name, label, last, lowest=place >= len(PANELS) - 2)
        _draw_key(figure, arms)
    return figure


def _until_death(course: Course) -> tuple[np.ndarray, dict[str, float]]:
    """Days lived within the record, and the days of events up to then."""
    death = min(course.events.get(name, np.inf) for name in ("cancer_death", "liver_death", "toxic_death"))
    days = course.day[course.day <= max(death, 1.0)]
    events = {name: course.events[name] for name in EVENTS if course.events.get(name, np.inf) <= days[-1]}
    if death <= course.day[-1]:
        events["death"] = float(days[-1])
    return days, events


def _draw_course(
    panel: Axes,
    course: Course,
    name: str,
    days: np.ndarray,
    events: dict[str, float],
    colour: str,
    line: object,
) -> None:
    values = np.asarray(getattr(course, name), dtype=np.float64)[: len(days)]
    if name == "resistant_share":
        values = 100.0 * values
    panel.plot(days / DAYS_PER_MONTH, values, color=colour, linestyle=line, linewidth=1.4)
    for event, day in events.items():
        if event == "death" or name == "sld_mm":
            at = min(max(int(day) - 1, 0), len(values) - 1)
            look = EVENTS[event][1]
            panel.plot(day / DAYS_PER_MONTH, values[at], color=colour, markeredgecolor="black",
            markeredgewidth=0.4,
                       clip_on=False, zorder=4, **look)  # fmt: skip


def _finish(panel: Axes, name: str, label: str, last: float, *, lowest: bool) -> None:
    panel.set_title(label, fontsize=8.5)
    low, high = panel.get_ylim()
    room = 0.08 * (high - low)
    panel.set_ylim(0.0 if name in FROM_ZERO else low, high + room)
    panel.set_xlim(0, last)
    panel.set_xticks(month_ticks(last, 8))
    panel.tick_params(labelsize=8)
    panel.locator_params(axis="y", nbins=4)
    if lowest:
        panel.set_xlabel("months since randomisation")
    else:
        panel.tick_params(labelbottom=False)


def _draw_key(figure: Figure, arms: list[str]) -> None:
    lines = [
        Line2D([], [], color=arm_colour(arms, arm), linestyle=arm_line(arms, arm), label=wrapped(arm, 40, 1))
        for arm in arms
    ]
    marks = [
        Line2D([], [], color=GREY, linestyle="none", label=text, **look) for text, look in EVENTS.values()
    ]
    height = figure.get_size_inches()[1]
    figure.legend(
        handles=lines, loc="upper left", bbox_to_anchor=(0.0, 1 - 0.26 / height), fontsize=8, handlelength=3
    )
    figure.legend(handles=marks, loc="upper right", ncols=2, fontsize=8, columnspacing=1.2)
