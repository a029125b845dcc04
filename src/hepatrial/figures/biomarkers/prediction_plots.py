"""Predicted against observed risk, and the net benefit of acting on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from hepatrial.biomarkers.prognostic.added_value import AddedValue
from hepatrial.biomarkers.prognostic.calibration import Calibration
from hepatrial.figures.style import (
    ARM_COLOURS,
    ARM_LINES,
    GREY,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    styled,
)

SIDE, BELOW, ABOVE = 2.7, 0.55, 0.72


def draw_calibration(title: str, panels: Sequence[tuple[str, Calibration]]) -> Figure:
    """A square a model: groups of predicted risk with 95 % limits, and the line of perfect predictions."""
    with styled():
        figure = new_figure(BELOW + SIDE + ABOVE)
        draw_title(figure, title)
        for place, (name, found) in enumerate(panels):
            axes = axes_at(figure, 0.7 + place * (SIDE + 0.65), BELOW, SIDE, SIDE)
            axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.9, linestyle=(0, (4, 2)))
            reach = np.array([found.observed - found.lower, found.upper - found.observed])
            axes.errorbar(
                found.predicted, found.observed, yerr=np.maximum(reach, 0.0), fmt="o", markersize=5,
                color=ARM_COLOURS[place], capsize=2.5, linewidth=1.2,
            )  # fmt: skip
            axes.set_xlim(0, 1)
            axes.set_ylim(0, 1)
            axes.set_title(name, color=ARM_COLOURS[place])
            axes.set_xlabel("predicted risk")
            if not place:
                axes.set_ylabel("observed risk")
            if np.isfinite(found.slope):
                axes.text(
                    0.04, 0.95, f"slope {found.slope:.2f}\n({found.slope_lower:.2f} to {found.slope_upper:.2f})",
                    va="top", fontsize=8,
                )  # fmt: skip
    return figure


def draw_net_benefit(found: AddedValue, names: tuple[str, str]) -> Figure:
    """Net benefit over thresholds of risk: both models, everybody, nobody."""
    with styled():
        figure = new_figure(BELOW + SIDE + 0.5)
        draw_title(figure, "Net benefit of acting on the predicted risk")
        axes = axes_at(figure, 0.75, BELOW, WIDTH - 0.95, SIDE)
        looks = zip(
            (*names, "everybody"),
            found.benefit,
            (ARM_COLOURS[0], ARM_COLOURS[1], GREY),
            ARM_LINES,
            strict=False,
        )
        for name, benefit, colour, line in looks:
            axes.plot(found.thresholds, benefit, label=name, color=colour, linestyle=line, linewidth=1.6)
        axes.axhline(0.0, color="black", linewidth=0.8, label="nobody")
        top = float(found.benefit[:2].max())
        axes.set_ylim(-0.15 * top, 1.08 * top)
        axes.set_xlim(found.thresholds[0], found.thresholds[-1])
        axes.set_xlabel("threshold of predicted risk")
        axes.set_ylabel("net benefit")
        axes.legend(loc="upper right", fontsize=8.5)
    return figure
