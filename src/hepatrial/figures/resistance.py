"""Causes of progression by arm, what blocking a cause would gain, and which arm delays progression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.attribution import WORDS, ArmAttribution
from hepatrial.figures.stacked_bar import draw_part
from hepatrial.figures.style import GREY, WIDTH, axes_at, draw_title, new_figure, styled, wrapped

NEVER_HELD = "never held up: would come as early without resistance"
PARTS = {
    "never_held": ("#e3e3e3", ""),
    "selection": ("#0072B2", "////"),
    "angiogenic_escape": ("#E69F00", "...."),
    "rewiring": ("#CC79A7", "xxxx"),
    "falling_exposure": ("#009E73", "----"),
}
"""Colour and hatching of each part, so that grey print tells them apart."""
LEFT, ROW = 1.75, 0.42
SMALLEST_WRITTEN_PERCENT = 4.0
Z_95 = 1.959963984540054


def draw_progression_causes(arms: Sequence[ArmAttribution]) -> Figure:
    """One bar an arm: progressions divided among causes, per cent."""
    height = ROW * len(arms)
    key_height = 0.2 * len(PARTS) + 0.05
    with styled():
        figure = new_figure(0.75 + height + key_height + 0.35)
        draw_title(figure, "What progressions are due to")
        key = axes_at(figure, 0.2, 0.62 + height, WIDTH - 0.4, key_height)
        _draw_parts_key(key)
        axes = axes_at(figure, LEFT, 0.55, WIDTH - LEFT - 0.3, height)
        for place, arm in enumerate(arms):
            _draw_bar(axes, len(arms) - 1 - place, arm)
        axes.set_yticks(range(len(arms)), [wrapped(arm.arm, 22, 1) for arm in reversed(arms)])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-0.55, len(arms) - 0.45)
        axes.set_xlim(0, 100)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("per cent of progressions")
    return figure


def draw_delays(arms: Sequence[ArmAttribution]) -> Figure:
    """How much later progression would come with one cause blocked, months, with 95 % Monte-Carlo intervals."""
    treated = [arm for arm in arms if any(cause.delay_months.value != 0.0 for cause in arm.causes)] or list(
        arms
    )
    rows = [(arm, cause) for arm in treated for cause in arm.causes]
    height = 0.24 * len(rows) + 0.24 * len(treated)
    with styled():
        figure = new_figure(0.65 + height + 0.4)
        draw_title(figure, "What blocking one cause would gain")
        left = 2.9
        axes = axes_at(figure, left, 0.55, WIDTH - left - 0.3, height)
        axes.axvline(0.0, color=GREY, linewidth=0.8, linestyle=":")
        ticks, names, y = [], [], 0.0
        for arm in treated:
            ticks.append(y)
            names.append(wrapped(arm.arm, 34, 1))
            y -= 1.0
            for cause in arm.causes:
                colour, _ = PARTS[cause.cause]
                half = Z_95 * cause.delay_months.error
                middle = cause.delay_months.value
                axes.plot([middle - half, middle + half], [y, y], color=colour, linewidth=1.6)
                axes.plot([middle], [y], marker="o", color=colour, markersize=5)
                ticks.append(y)
                names.append(f"without {WORDS[cause.cause].split(' (')[0]}")
                y -= 1.0
        axes.set_yticks(ticks, names)
        for label, tick in zip(axes.get_yticklabels(), ticks, strict=True):
            label.set_fontweight("bold" if names[ticks.index(tick)][:8] != "without " else "normal")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(y + 0.4, 0.6)
        axes.set_xlabel("months later, mean time to progression within the horizon")
    return figure


def draw_strategies(arms: Sequence[ArmAttribution], control: str) -> Figure:
    """How much later progression and death come than under control, months, with 95 % Monte-Carlo intervals."""
    height = 0.42 * len(arms) + 0.1
    left = 2.2
    with styled():
        figure = new_figure(0.95 + height + 0.4)
        draw_title(figure, f"Months gained against {wrapped(control, 30, 1)}")
        axes = axes_at(figure, left, 0.55, WIDTH - left - 0.3, height)
        axes.axvline(0.0, color=GREY, linewidth=0.8, linestyle=":")
        for place, arm in enumerate(arms):
            for found, offset, colour, marker, name in (
                (arm.later_months, 0.16, "#0072B2", "o", "progression later"),
                (arm.longer_life_months, -0.16, "#D55E00", "s", "life longer"),
            ):
                y, half = len(arms) - 1 - place + offset, Z_95 * found.error
                axes.plot([found.value - half, found.value + half], [y, y], color=colour, linewidth=1.6)
                label = name if place == 0 else None
                axes.plot(
                    [found.value], [y], marker=marker, color=colour, markersize=5, linestyle="", label=label
                )
        axes.set_yticks(range(len(arms)), [wrapped(arm.arm, 26, 1) for arm in reversed(arms)])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(-0.55, len(arms) - 0.45)
        axes.set_xlabel("months, mean within the horizon")
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, frameon=False, fontsize=8.5)
    return figure


def _draw_bar(axes: Axes, y: float, arm: ArmAttribution) -> None:
    parts = {"never_held": arm.never_held_percent.value}
    parts |= {cause.cause: cause.share_percent.value for cause in arm.causes}
    if not np.isfinite(parts["never_held"]):
        axes.text(1.0, y, "no progressions", va="center", fontsize=8, color=GREY)
        return
    start = 0.0
    for name, share in parts.items():
        width = max(share, 0.0)
        written = f"{share:.0f}" if width >= SMALLEST_WRITTEN_PERCENT else ""
        draw_part(axes, y, start, width, PARTS[name], height=0.62, text=written)
        start += width


def _draw_parts_key(axes: Axes) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 100)
    axes.set_ylim(-len(PARTS) + 0.5, 0.5)
    for row, (name, (colour, hatch)) in enumerate(PARTS.items()):
        axes.barh(
            -row, 3.0, left=0.0, height=0.6, color=colour, hatch=hatch, edgecolor="white", linewidth=0.5
        )
        axes.text(4.2, -row, WORDS.get(name, NEVER_HELD), va="center", fontsize=8)
