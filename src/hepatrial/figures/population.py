"""The virtual population against the published baseline table."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from matplotlib.figure import Figure

from hepatrial.figures.style import ARM_COLOURS, new_figure, styled

NAMES = {
    "ecog": "ECOG",
    "mvi": "macrovascular invasion",
    "ehs": "extrahepatic spread",
    "mvi_or_ehs": "invasion or spread",
    "bclc": "BCLC",
    "child_pugh_class": "Child-Pugh",
    "prior_local_therapy": "prior local therapy",
}


def simulated_percent(subjects: pl.DataFrame, key: str) -> float:
    """Share of the level named in ``key`` ("covariate level"), per cent."""
    name, level = key.rsplit(" ", 1)
    column = subjects[name]
    hits = column == (level == "yes") if column.dtype == pl.Boolean else column.cast(pl.String) == level
    return 100.0 * float(hits.mean())


def draw_population(subjects: pl.DataFrame, published: Mapping[str, tuple[float, str]]) -> Figure:
    """Simulated and published shares side by side; ``subjects`` with one row a patient."""
    with styled():
        figure = new_figure(7.2, 0.8 + 0.32 * len(published))
        axes = figure.subplots()
        for place, (key, (percent, _)) in enumerate(reversed(published.items())):
            found = simulated_percent(subjects, key)
            axes.plot([percent, found], [place, place], color="#bbbbbb", linewidth=1)
            axes.plot(
                percent,
                place,
                "D",
                color="black",
                markersize=6,
                linestyle="none",
                label="published" if place == 0 else None,
            )
            axes.plot(found, place, "o", color=ARM_COLOURS[0], markersize=7, markerfacecolor="none", markeredgewidth=1.8,
                      linestyle="none", label="virtual patients" if place == 0 else None)  # fmt: skip
        labels = [
            " ".join([NAMES.get(key.rsplit(" ", 1)[0], key), key.rsplit(" ", 1)[1]])
            for key in reversed(published)
        ]
        axes.set_yticks(range(len(published)), [label.removesuffix(" yes") for label in labels])
        axes.set_xlim(0, 100)
        axes.set_ylim(-0.6, len(published) - 0.4)
        axes.set_xlabel("per cent of patients")
        axes.legend(loc="lower right")
    return figure
