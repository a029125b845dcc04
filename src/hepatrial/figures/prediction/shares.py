"""Where the uncertainty of an estimate comes from: a bar an endpoint, its parts as shares of the variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hepatrial.figures.stacked_bar import draw_part
from hepatrial.figures.style import WIDTH, axes_at, draw_title, new_figure, styled, wrapped, write_at

LOOKS = (
    ("#0072B2", ""),
    ("#D55E00", ""),
    ("#E69F00", "///"),
    ("#56B4E9", "\\\\\\"),
    ("#009E73", ".."),
    ("#CC79A7", "xx"),
    ("#d9d9d9", ""),
)
LEFT, RIGHT, BAR = 1.75, 0.2, 0.34
LEAST_WITH_NUMBER = 0.07


@dataclass(frozen=True, slots=True)
class SharesBar:
    """A bar: its name, and shares of the variance by source, which sum to 1."""

    label: str
    shares: dict[str, float]


def draw_shares(bars: Sequence[SharesBar], *, title: str) -> Figure:
    """Stacked bars, with the per cent of parts that are wide enough; sources without any share are left out."""
    looks = dict(zip(bars[0].shares, LOOKS, strict=False))
    sources = [name for name in looks if any(bar.shares[name] > 0.0 for bar in bars)]
    height, key = BAR * len(bars), 0.19 * ((len(sources) + 1) // 2)
    with styled():
        figure = new_figure(0.5 + height + 0.1 + key + 0.4)
        draw_title(figure, title)
        axes = axes_at(figure, LEFT, 0.5, WIDTH - LEFT - RIGHT, height)
        for place, bar in enumerate(bars):
            y, at = len(bars) - 1 - place, 0.0
            for source in sources:
                share = bar.shares[source]
                text = f"{100.0 * share:.0f}" if share >= LEAST_WITH_NUMBER else ""
                draw_part(axes, y, at, 100.0 * share, looks[source], height=0.7, text=text)
                at += 100.0 * share
            write_at(figure, 0.1, 0.5 + (y + 0.5) * BAR, wrapped(bar.label, 26, 2), fontsize=8.5, va="center")
        axes.set_ylim(-0.5, len(bars) - 0.5)
        axes.set_xlim(0, 100)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("per cent of the variance of the estimated log hazard ratio")
        keys = axes_at(figure, 0.1, 0.5 + height + 0.1, WIDTH - 0.2, key)
        keys.set_axis_off()
        marks = [
            Patch(
                facecolor=looks[name][0], hatch=looks[name][1], edgecolor="white", linewidth=0.5, label=name
            )
            for name in sources
        ]
        keys.legend(
            handles=marks, loc="center left", ncols=2, fontsize=7.5, columnspacing=1.2, borderaxespad=0.0
        )
    return figure
