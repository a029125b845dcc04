"""Months gained by each patient, which only twins show."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from hepatrial.analysis.twin_effects import TwinEffect
from hepatrial.figures.style import ARM_COLOURS, GREY, WIDTH, axes_at, draw_title, new_figure, styled


def draw_gains(effects: tuple[TwinEffect, ...]) -> Figure:
    """Share of patients who gain at least so many months, a line a comparison; left of 0 is time lost."""
    with styled():
        figure = new_figure(2.8)
        draw_title(
            figure, f"Months gained by each virtual patient within {effects[0].horizon_months:.0f} months"
        )
        axes = axes_at(figure, 0.75, 0.52, WIDTH - 1.0, 1.85)
        for place, effect in enumerate(effects):
            gained = np.sort(effect.gained_months)
            least = 100.0 * (1.0 - np.arange(len(gained)) / len(gained))
            keep = np.unique(np.linspace(0, len(gained) - 1, min(len(gained), 400)).round().astype(int))
            axes.step(
                gained[keep],
                least[keep],
                where="pre",
                color=ARM_COLOURS[place % len(ARM_COLOURS)],
                linewidth=1.6,
                label=f"{effect.arm} against {effect.control}",
            )
        axes.axvline(0.0, color=GREY, linewidth=0.8, linestyle=":")
        axes.set_ylim(0, 100)
        axes.set_xlabel("months gained")
        axes.set_ylabel("patients who gain\nat least so much, per cent")
        axes.legend(loc="upper right", fontsize=8)
    return figure
