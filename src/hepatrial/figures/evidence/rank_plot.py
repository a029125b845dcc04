"""Ranks of the treatments of a network: the chance of each rank, cumulated, with SUCRA; or P-scores alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.evidence.network import RankProbabilities
from hepatrial.figures.evidence.text_width import fitted, text_width
from hepatrial.figures.style import (
    ARM_COLOURS,
    GREY,
    LIGHT,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    rectangles,
    styled,
    write_at,
)

PANEL_HEIGHT, BETWEEN, ABOVE = 1.0, 0.28, 0.46
ACROSS = 4
ROW = 0.24


def draw_rankogram(ranks: RankProbabilities, sucra: Mapping[str, float], *, title: str) -> Figure:
    """A panel a treatment: bars are the chance of each rank, the line is the chance of that rank or a better one.

    Parameters
    ----------
    ranks
        From `rank_probabilities`.
    sucra
        By treatment, from `BayesianFit.sucra`; panels stand in its order, best first.

    References
    ----------
    Salanti, Ades & Ioannidis 2011, 10.1016/j.jclinepi.2010.03.016.
    """
    order = sorted(ranks.treatments, key=lambda arm: (-sucra[arm], arm))
    columns = min(ACROSS, len(order))
    rows = -(-len(order) // columns)
    left, below = 0.62, 0.92
    width = (WIDTH - left - 0.15 - BETWEEN * (columns - 1)) / columns
    with styled():
        height = rows * PANEL_HEIGHT + (rows - 1) * (BETWEEN + ABOVE)
        figure = new_figure(below + height + ABOVE + 0.42)
        draw_title(figure, fitted(title, WIDTH - 0.3, 10, lines=1, bold=True))
        for place, arm in enumerate(order):
            row, column = divmod(place, columns)
            bottom = below + height - PANEL_HEIGHT - row * (PANEL_HEIGHT + BETWEEN + ABOVE)
            panel = axes_at(figure, left + column * (width + BETWEEN), bottom, width, PANEL_HEIGHT)
            _draw_panel(panel, ranks.probability[ranks.treatments.index(arm)])
            name = fitted(arm, width, 8)
            panel.set_title(f"{name}\nSUCRA {sucra[arm]:.2f}", fontsize=8, linespacing=1.15, parse_math=False)
            if column:
                panel.tick_params(labelleft=False)
        write_at(figure, left + (WIDTH - left) / 2, below - 0.42, "rank (1 is best)", fontsize=9, ha="center")
        write_at(
            figure, 0.16, below + height / 2, "probability, per cent", fontsize=9, va="center", rotation=90
        )
        error = 100 * float(ranks.monte_carlo_error.max())
        note = (
            "Bars: probability of the rank. Line: of that rank or a better one; SUCRA is its mean height, the "
            "last rank left out. "
            f"{ranks.draws:,} draws, Monte-Carlo error at most {error:.2f} points."
        )
        note = fitted(note, WIDTH - 0.3, 7.5, lines=2)
        write_at(figure, 0.12, 0.08, note, fontsize=7.5, color=GREY, va="bottom", linespacing=1.1)
    return figure


def draw_scores(
    scores: Mapping[str, Mapping[str, float]], *, title: str, intervals_beside: str = "the forest plot"
) -> Figure:
    """Scores of treatments, best first, such as P-scores beside SUCRA.

    Parameters
    ----------
    scores
        By the score's name, by treatment; the first decides the order.
    intervals_beside
        Where the reader finds the intervals, without which a score says too little.
    """
    first = next(iter(scores.values()))
    order = sorted(first, key=lambda arm: (-first[arm], arm))
    names = [fitted(arm, 2.2, 8.5, lines=1) for arm in order]
    left = max(text_width(name, 8.5) for name in names) + 0.3
    numbers = 0.62 * len(scores) + 0.2
    height = ROW * len(order)
    with styled():
        figure = new_figure(0.95 + height + 0.62)
        draw_title(figure, fitted(title, WIDTH - 0.3, 10, lines=1, bold=True))
        axes = axes_at(figure, left, 0.95, WIDTH - left - numbers, height)
        axes.set_ylim(len(order) - 0.5, -0.5)
        axes.set_xlim(-0.02, 1.02)
        axes.set_yticks(range(len(order)), names, fontsize=8.5, parse_math=False)
        axes.tick_params(axis="y", length=0)
        axes.hlines(range(len(order)), 0, 1, color=LIGHT, linewidth=0.6, zorder=0)
        axes.set_xlabel(" and ".join(scores) + " (1 is best for certain)")
        for place, (score, marker) in enumerate(zip(scores, ("o", "D", "s"), strict=False)):
            _draw_score(axes, scores[score], order, marker, ARM_COLOURS[place], hollow=place > 0)
            _write_numbers(figure, scores[score], order, score, WIDTH - numbers + 0.62 * place, height)
        marks = ", ".join(f"{mark} {score}" for score, mark in zip(scores, ("●", "◇", "□"), strict=False))
        note = fitted(f"{marks}. A score says nothing of the size of a difference: see the intervals in "
                      f"{intervals_beside}.", WIDTH - 0.3, 7.5)  # fmt: skip
        write_at(figure, 0.12, 0.08, note, fontsize=7.5, color=GREY, va="bottom", linespacing=1.1)
    return figure


def _draw_panel(panel: Axes, probability: np.ndarray) -> None:
    size = len(probability)
    ranks = np.arange(1, size + 1)
    rectangles(panel, ranks - 0.38, ranks + 0.38, 0.0, 100 * probability, colour=ARM_COLOURS[0], alpha=0.8)
    panel.plot(
        ranks, 100 * np.cumsum(probability), color=ARM_COLOURS[1], linewidth=1.4, drawstyle="steps-mid"
    )
    panel.set_xlim(0.4, size + 0.6)
    panel.set_ylim(0, 104)
    step = max(1, -(-size // 6))
    panel.set_xticks(range(1, size + 1, step))
    panel.set_yticks([0, 50, 100])
    panel.tick_params(labelsize=8)


def _draw_score(
    axes: Axes, scores: Mapping[str, float], order: list[str], marker: str, colour: str, *, hollow: bool
) -> None:
    look = {"markerfacecolor": "none", "markeredgewidth": 1.4} if hollow else {"markeredgecolor": "black"}
    values = [scores[arm] for arm in order]
    axes.plot(
        values, range(len(order)), marker, color=colour, markersize=8 if hollow else 6, zorder=3, **look
    )


def _write_numbers(
    figure: Figure, scores: Mapping[str, float], order: list[str], heading: str, left: float, height: float
) -> None:
    at = left + 0.41
    write_at(
        figure,
        at,
        0.95 + height + 0.06,
        fitted(heading, 0.6, 8, lines=1),
        fontsize=8,
        color=GREY,
        ha="center",
    )
    for place, arm in enumerate(order):
        bottom = 0.95 + height - ROW * (place + 0.5)
        write_at(figure, at, bottom, f"{scores[arm]:.2f}", fontsize=8.5, ha="center", va="center")
