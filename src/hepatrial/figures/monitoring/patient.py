"""One patient: the course of each marker, and under it survival as predicted at visits, each from its own day on."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from hepatrial.biomarkers.monitoring import PatientPrediction
from hepatrial.figures.style import ARM_COLOURS, GREY, WIDTH, axes_at, draw_title, new_figure, styled, wrapped
from hepatrial.units import DAYS_PER_MONTH

MOST_MARKERS, MOST_CURVES = 3, 4
PANEL, BETWEEN, LEFT = 1.05, 0.16, 1.0
LABEL = 0.65  # inches to the left of the axes, where tick labels of five figures end
PREDICTED = 1.9


def draw_patient(found: PatientPrediction) -> Figure:
    """Markers above, predictions below, on one time axis; the predictions of at most four visits, each with limits."""
    markers = found.courses[:MOST_MARKERS]
    last = max(found.followed_days, found.visits[-1].day + found.horizon_days) / DAYS_PER_MONTH
    height = 0.5 + PREDICTED + 0.25 + len(markers) * (PANEL + BETWEEN) + 0.3
    with styled():
        figure = new_figure(height)
        draw_title(
            figure,
            f"Patient {wrapped(found.subject, 40, 1)}: markers, and survival as predicted at each visit",
        )
        bottom = axes_at(figure, LEFT, 0.5, WIDTH - LEFT - 0.2, PREDICTED)
        _draw_predictions(bottom, found)
        bottom.set_xlim(0, last)
        bottom.set_xlabel("months since time zero")
        for place, course in enumerate(markers):
            up = 0.5 + PREDICTED + 0.25 + (len(markers) - 1 - place) * (PANEL + BETWEEN)
            axes = axes_at(figure, LEFT, up, WIDTH - LEFT - 0.2, PANEL - 0.1)
            mine = course.owner == found.place
            axes.plot(
                course.day[mine] / DAYS_PER_MONTH, course.value[mine], color=GREY, marker="o", markersize=3.5,
                linewidth=1.0,
            )  # fmt: skip
            if course.logarithmic and (course.value[mine] > 0).all():
                axes.set_yscale("log")
            axes.yaxis.set_major_locator(MaxNLocator(4))
            axes.yaxis.set_minor_locator(NullLocator())
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.6g}".replace("-", "\N{MINUS SIGN}"))
            axes.yaxis.set_label_coords(-LABEL / (WIDTH - LEFT - 0.2), 0.5)
            unit = f"\n({course.unit})" if course.unit and course.unit != "1" else ""
            axes.set_ylabel(f"{wrapped(course.marker, 14, 1)}{unit}", fontsize=8)
            axes.set_xlim(0, last)
            axes.tick_params(labelbottom=False)
            for colour, visit in _shown(found):
                axes.axvline(visit.day / DAYS_PER_MONTH, color=colour, linewidth=0.9, linestyle=":")
    return figure


def _draw_predictions(axes: Axes, found: PatientPrediction) -> None:
    for colour, visit in _shown(found):
        months = (visit.day + visit.landmark.days) / DAYS_PER_MONTH
        axes.fill_between(
            months, visit.landmark.lower, visit.landmark.upper, color=colour, alpha=0.15, linewidth=0
        )
        axes.plot(
            months, visit.landmark.survival, color=colour, linewidth=1.6, label=f"at day {visit.day:.0f}"
        )
        if visit.joint is not None:
            axes.plot(months, visit.joint.survival, color=colour, linewidth=1.2, linestyle=(0, (4, 2)))
    end = found.followed_days / DAYS_PER_MONTH
    axes.axvline(end, color="black" if found.event else GREY, linewidth=1.0)
    # Written on the side of the line where there is room.
    late = end > 0.6 * max(end, (found.visits[-1].day + found.horizon_days) / DAYS_PER_MONTH)
    words = "event" if found.event else "end of follow-up"
    axes.annotate(
        words, (end, 1.02), xytext=(-3 if late else 3, 0), textcoords="offset points", fontsize=7.5,
        annotation_clip=False, ha="right" if late else "left", va="bottom",
    )  # fmt: skip
    axes.set_ylim(0, 1)
    axes.set_ylabel("chance to be without\nthe event", fontsize=8)
    axes.legend(loc="lower left", fontsize=7.5, ncols=2)


def _shown(found: PatientPrediction) -> list[tuple[str, object]]:
    """First, last and evenly between: colours and visits."""
    places = np.unique(np.linspace(0, len(found.visits) - 1, min(MOST_CURVES, len(found.visits))).round())
    return [(ARM_COLOURS[n], found.visits[int(place)]) for n, place in enumerate(places)]
