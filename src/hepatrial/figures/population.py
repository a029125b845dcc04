"""The virtual population against the published baseline table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from hepatrial.figures.covariate_names import covariate_name
from hepatrial.figures.style import ARM_COLOURS, GREY, LIGHT, WIDTH, axes_at, draw_title, new_figure, styled
from hepatrial.patients.shares import within

ROW = 0.27
EDGE = 2.5
"""Room beyond 0 and 100 per cent for the half of a circle that lies there, points of per cent."""


def simulated_percent(subjects: pl.DataFrame, key: str) -> float:
    """Share of the level named in ``key`` ("covariate level"), per cent."""
    name, level = key.rsplit(" ", 1)
    column = subjects[name]
    held = within(column.to_numpy(), level)
    if held is not None:
        return 100.0 * float(held.mean())
    hits = column == (level == "yes") if column.dtype == pl.Boolean else column.cast(pl.String) == level
    return 100.0 * float(hits.mean())


def monte_carlo_error(percent: float, n: int) -> float:
    """Half width of the 95 % interval of a share of n virtual patients, points of per cent."""
    return 196.0 * float(np.sqrt(percent / 100.0 * (1.0 - percent / 100.0) / n))


def draw_population(subjects: pl.DataFrame, published: Mapping[str, tuple[float, str]]) -> Figure:
    """Simulated and published shares, with Monte-Carlo error; ``subjects`` has one row a patient."""
    keys = list(published)
    known = np.array([published[key][0] for key in keys])
    found = np.array([simulated_percent(subjects, key) for key in keys])
    errors = np.array([monte_carlo_error(percent, len(subjects)) for percent in found])
    place = np.arange(len(keys))
    with styled():
        height = ROW * len(keys)
        figure = new_figure(1.0 + height)
        draw_title(figure, "Virtual patients and the published baseline table")
        axes = axes_at(figure, 2.1, 0.5, WIDTH - 4.0, height)
        axes.hlines(place, 0, 100, color=LIGHT, linewidth=0.5, zorder=0)
        axes.plot(known, place, "D", color="black", markersize=4)
        look = {"fmt": "o", "markersize": 9, "markerfacecolor": "none", "markeredgewidth": 1.4, "capsize": 3}
        axes.errorbar(found, place, xerr=errors, color=ARM_COLOURS[0], linewidth=1.2, **look)
        axes.set_yticks(place, [covariate_name(*key.rsplit(" ", 1)) for key in keys])
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(-EDGE, 100 + EDGE)
        axes.set_xticks(range(0, 101, 20))
        axes.set_ylim(len(keys) - 0.5, -0.5)
        axes.set_xlabel("per cent of patients (◆ published, ○ simulated with Monte-Carlo error)", fontsize=8)
        columns = axes_at(figure, WIDTH - 1.8, 0.5, 1.7, height + 0.27)
        columns.set_axis_off()
        columns.set_xlim(0, 1.7)
        columns.set_ylim(len(keys) - 0.5, -1.5)
        for right, text in ((0.85, "simulated"), (1.6, "published")):
            columns.text(right, -1, text, ha="right", va="center", fontsize=8, color=GREY)
        for row in place:
            text = f"{found[row]:.1f} ± {errors[row]:.1f}"
            columns.text(0.85, row, text, ha="right", va="center", fontsize=8.5)
            columns.text(1.6, row, f"{known[row]:.1f}", ha="right", va="center", fontsize=8.5)
    return figure
