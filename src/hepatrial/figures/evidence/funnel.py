"""Funnel plot: effects against their standard errors, with the funnel of a pool or contours of significance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.evidence.pooling import Pooled, SmallStudyTest, StudyEffect
from hepatrial.evidence.pooling.scales import normal_quantile
from hepatrial.figures.evidence.label_places import draw_labels, place_labels
from hepatrial.figures.evidence.ratio_axis import RatioAxis, draw_ratio_axis, ratio_axis
from hepatrial.figures.evidence.text_width import fitted
from hepatrial.figures.evidence.wording import level_text, p_equals, pool_label
from hepatrial.figures.style import (
    ARM_COLOURS,
    GREY,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    styled,
    write_at,
)

CONTOURS = ((0.1, "#ffffff"), (0.05, "#e4e4e4"), (0.01, "#c6c6c6"), (0.0, "#a3a3a3"))
"""p down to which, and its grey; beyond the last contour the darkest."""
LEFT, BELOW, HEIGHT, PLOT = 0.72, 0.92, 3.5, 4.6
FEW = 10
"""Studies below which asymmetry can't be told from chance."""


def draw_funnel(
    effects: Sequence[StudyEffect],
    pool: Pooled,
    *,
    title: str,
    measure: str = "Hazard ratio",
    contours: bool = False,
    test: SmallStudyTest | None = None,
    names: bool = True,
) -> Figure:
    """Funnel plot of studies about their pool.

    Parameters
    ----------
    effects
        One a study.
    pool
        Its estimate is the middle of the funnel, whose sides hold its level of all studies if nothing but chance
        spreads them.
    contours
        Shade where a study alone has p above 0.1, to 0.05, to 0.01 and below, about no effect.
    test
        A small-study test to quote.
    names
        Write the studies' names; those without room are counted in a note.

    References
    ----------
    Sterne & Egger 2001, 10.1016/S0895-4356(01)00377-8; Peters et al. 2008, 10.1016/j.jclinepi.2007.11.010.
    """
    errors = np.array([effect.std_error for effect in effects])
    largest = 1.12 * float(errors.max())
    half = normal_quantile(pool.confidence) * largest
    middle = pool.effect.value
    reach = [(float(np.exp(middle + side)),) * 3 for side in (-half, half)]
    axis = ratio_axis([*((e.hr,) * 3 for e in effects), *reach], PLOT)
    with styled():
        figure = new_figure(BELOW + HEIGHT + 0.45)
        draw_title(figure, fitted(title, WIDTH - 0.3, 10, lines=1, bold=True))
        axes = axes_at(figure, LEFT, BELOW, PLOT, HEIGHT)
        draw_ratio_axis(axes, axis)
        axes.set_ylim(largest, 0.0)
        axes.set_ylabel("standard error of the log ratio")
        axes.set_xlabel(f"{measure} (log scale)")
        if contours:
            _shade(axes, axis, largest)
        _draw_sides(axes, middle, half, largest)
        hr = np.array([effect.hr for effect in effects])
        axes.plot(hr, errors, "o", color=ARM_COLOURS[0], markersize=5, markeredgecolor="black", zorder=4)
        missing = _write_names(axes, axis, effects, largest) if names else 0
        _write_key(figure, pool, contours)
        _write_note(figure, len(effects), test, missing)
    return figure


def _draw_sides(axes: Axes, middle: float, half: float, largest: float) -> None:
    axes.plot([np.exp(middle)] * 2, [0, largest], color="black", linewidth=1.0, linestyle=(0, (4, 3)))
    for side in (-half, half):
        ends = np.exp([middle, middle + side])
        axes.plot(ends, [0, largest], color="black", linewidth=0.9, linestyle=(0, (1.4, 1.2)))


def _shade(axes: Axes, axis: RatioAxis, largest: float) -> None:
    """Triangles about no effect, the outermost first."""
    axes.set_facecolor(CONTOURS[-1][1])
    for (p, _), (_, colour) in zip(reversed(CONTOURS[:-1]), reversed(CONTOURS[:-1]), strict=True):
        half = normal_quantile(1.0 - p) * largest
        axes.fill(
            [np.exp(-half), 1.0, np.exp(half)], [largest, 0.0, largest], color=colour, linewidth=0, zorder=0
        )


def _write_names(axes: Axes, axis: RatioAxis, effects: Sequence[StudyEffect], largest: float) -> int:
    places = np.array([(axis.at(e.hr) * PLOT, (1.0 - e.std_error / largest) * HEIGHT) for e in effects])
    names = [fitted(effect.study, 1.6, 7, lines=1) for effect in effects]
    room = {"width": PLOT, "height": HEIGHT, "size": 7}
    labels = place_labels(places, np.full(len(effects), 0.04), names, **room)
    return draw_labels(axes, places, labels, **room)


def _write_key(figure: Figure, pool: Pooled, contours: bool) -> None:
    left = LEFT + PLOT + 0.2
    width = WIDTH - left - 0.1
    key = axes_at(figure, left, BELOW, width, HEIGHT)
    key.set_axis_off()
    key.set_xlim(0, width)
    key.set_ylim(0, HEIGHT)
    at = HEIGHT - 0.12
    rows = [((0, (4, 3)), f"{pool_label(pool)} pool"), ((0, (1.4, 1.2)), f"{level_text(pool.confidence, 'of studies')}"
             " if chance alone spreads them")]  # fmt: skip
    for line, text in rows:
        key.plot([0, 0.3], [at, at], color="black", linewidth=1.0, linestyle=line)
        shown = fitted(text, width - 0.4, 8, lines=4)
        key.text(0.38, at + 0.05, shown, fontsize=8, va="top", linespacing=1.05)
        at -= 0.16 * (shown.count("\n") + 1) + 0.1
    if not contours:
        return
    key.text(0, at, "p of a study alone", fontsize=8, va="center")
    labels = ("above 0.1", "0.05 to 0.1", "0.01 to 0.05", "below 0.01")
    for (_, colour), label in zip(CONTOURS, labels, strict=True):
        at -= 0.2
        key.fill([0, 0.3, 0.3, 0], [at - 0.07, at - 0.07, at + 0.07, at + 0.07], facecolor=colour, edgecolor=GREY,
                 linewidth=0.5)  # fmt: skip
        key.text(0.38, at, label, fontsize=8, va="center")


def _write_note(figure: Figure, studies: int, test: SmallStudyTest | None, missing: int) -> None:
    said = []
    if test is not None:
        said.append(f"Small-study test ({test.model}): {p_equals(test.p)}, {test.df} df.")
    if studies < FEW:
        said.append(f"With {studies} studies asymmetry can't be told from chance.")
    if missing:
        said.append(f"{missing} names left out for want of room.")
    text = fitted(" ".join(said), WIDTH - 0.3, 7.5, lines=2)
    write_at(figure, 0.12, 0.1, text, fontsize=7.5, color=GREY, va="bottom", linespacing=1.1)
