"""Alarms: how much warning each rule gives at what rate of false ones, and how that changes with sampling."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.biomarkers.monitoring import LeadTime, SamplingChoice
from hepatrial.biomarkers.monitoring.lead_time import WithLimits
from hepatrial.figures.style import ARM_COLOURS, GREY, WIDTH, axes_at, draw_title, new_figure, styled, wrapped

MARKS = ("o", "s", "^", "D", "v", "P")


def draw_warning(alarms: Sequence[LeadTime]) -> Figure:
    """One row a rule: mean warning before progression, and false alarms a patient-year, with 95 % limits."""
    height = 0.3 * len(alarms) + 0.1
    left = 2.45
    half = (WIDTH - left - 0.35 - 0.25) / 2
    with styled():
        figure = new_figure(height + 1.0)
        draw_title(figure, "Warning before progression, and what it costs in false alarms")
        for panel, (name, words) in enumerate(
            (("warning_weeks", "mean warning, weeks"), ("false_per_year", "false alarms a patient-year"))
        ):
            axes = axes_at(figure, left + panel * (half + 0.35), 0.5, half, height)
            for place, found in enumerate(alarms):
                _draw_range(axes, getattr(found, name), len(alarms) - 1 - place, ARM_COLOURS[panel])
            axes.set_yticks(
                range(len(alarms)),
                [wrapped(str(found.rule), 36, 1) for found in reversed(alarms)],
                fontsize=8,
            )
            axes.set_ylim(-0.6, len(alarms) - 0.4)
            axes.set_xlim(left=0)
            axes.tick_params(axis="y", length=0, labelleft=panel == 0)
            axes.set_xlabel(words)
            axes.grid(axis="y", color="#eeeeee")
            axes.set_axisbelow(True)
    return figure


def draw_sampling(choices: Sequence[SamplingChoice]) -> Figure:
    """Mean warning against false alarms as the interval between samples widens, a line a rule."""
    with styled():
        figure = new_figure(3.5 + 0.2 * len(choices))
        draw_title(figure, "The same courses, sampled more rarely")
        half = (WIDTH - 0.7 - 0.75 - 0.2) / 2
        drawn: list[Axes] = []
        for panel, (name, words) in enumerate(
            (("warning_weeks", "mean warning, weeks"), ("false_per_year", "false alarms a patient-year"))
        ):
            axes = axes_at(figure, 0.65 + panel * (half + 0.75), 0.55 + 0.2 * len(choices), half, 2.3)
            for number, choice in enumerate(choices):
                weeks = [each.weeks for each in choice.intervals]
                axes.plot(
                    weeks, [getattr(each.result, name).value for each in choice.intervals],
                    color=ARM_COLOURS[number % len(ARM_COLOURS)], marker=MARKS[number % len(MARKS)],
                    markersize=4.5, linewidth=1.3, label=str(choice.intervals[0].result.rule),
                )  # fmt: skip
            axes.set_xticks(sorted({each.weeks for choice in choices for each in choice.intervals}))
            axes.set_ylim(bottom=0)
            axes.set_xlabel("weeks between samples")
            axes.set_ylabel(words)
            drawn.append(axes)
        handles, labels = drawn[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="lower left", bbox_to_anchor=(0.08, 0.0), fontsize=8)
    return figure


def _draw_range(axes: Axes, found: WithLimits, y: float, colour: str) -> None:
    if found.value != found.value:
        axes.text(0.02, y, "none to count", fontsize=7.5, va="center", color=GREY)
        return
    axes.plot([found.lower, found.upper], [y, y], color=colour, linewidth=1.6)
    axes.plot([found.value], [y], marker="o", color=colour, markersize=5)
