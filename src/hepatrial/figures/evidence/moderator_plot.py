"""The effect of trials against one of their properties: bubbles, the regression line, where a further trial may lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hepatrial.evidence.pooling import Estimate, StudyEffect
from hepatrial.evidence.pooling.refusals import misuse
from hepatrial.figures.evidence.bubbles import RADIUS, bubble_radii, draw_bubbles
from hepatrial.figures.evidence.label_places import along, draw_labels, place_labels
from hepatrial.figures.evidence.ratio_axis import RatioAxis, ratio_axis, scale_upwards
from hepatrial.figures.evidence.side_text import write_paragraphs
from hepatrial.figures.evidence.text_width import fitted
from hepatrial.figures.evidence.wording import count_text, level_text, p_equals, ratio_text, variance_text
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

LEFT, BELOW, WIDE, HIGH = 0.78, 0.86, 4.6, 3.6
SIZE = 7.0
POINTS = 101


@dataclass(frozen=True, slots=True)
class FittedLine:
    """A regression of effects on one property of the trials.

    Attributes
    ----------
    effect_at
        The effect in trials with a value of the property, with its interval and prediction interval.
    slope, per
        Log ratio of hazard ratios for a difference that ``per`` words: "year", "10 percentage points".
    tau2
        Variance between trials that the property leaves.
    confidence
        Level of the intervals.
    """

    effect_at: Callable[[float], Estimate]
    slope: Estimate
    per: str
    tau2: float
    confidence: float = 0.95


def draw_moderator(
    effects: Sequence[StudyEffect],
    values: Mapping[str, float],
    line: FittedLine,
    *,
    title: str,
    moderator: str,
    measure: str = "Hazard ratio",
    notes: Sequence[str] = (),
) -> Figure:
    """Bubble plot of a meta-regression on one property.

    Parameters
    ----------
    effects
        Those that were fitted, one a study.
    values
        The property by study.
    line
        What was fitted; it is drawn over the range of ``values`` alone, as nothing is known beyond.
    moderator
        Name of the horizontal axis, with its unit.
    notes
        Sentences under the plot.

    Raises
    ------
    UsageError
        Effects without a value, or values without an effect.

    References
    ----------
    Thompson & Higgins 2002, 10.1002/sim.1187: areas are inverse variances, with the variance between trials.
    """
    _refuse_others(effects, values)
    x = np.array([values[effect.study] for effect in effects])
    at = np.linspace(x.min(), x.max(), POINTS)
    fitted_line = [line.effect_at(float(value)) for value in at]
    axis = _axis(effects, fitted_line)
    with styled():
        figure = new_figure(BELOW + HIGH + 0.42)
        draw_title(figure, fitted(title, WIDTH - 0.3, 10, lines=1, bold=True))
        axes = axes_at(figure, LEFT, BELOW, WIDE, HIGH)
        low, high = _scale(axes, x, axis, moderator, measure)
        _draw_line(axes, at, fitted_line)
        places = np.array(
            [
                ((value - low) / (high - low) * WIDE, axis.at(effect.hr) * HIGH)
                for value, effect in zip(x, effects, strict=True)
            ]
        )
        radii = bubble_radii(moderator_weights(effects, line.tau2))
        draw_bubbles(axes, places, radii, width=WIDE, height=HIGH)
        ends = [
            ((value - low) / (high - low) * WIDE, axis.at(exp(found.value)) * HIGH)
            for value, found in zip(at[[0, -1]], (fitted_line[0], fitted_line[-1]), strict=True)
        ]
        nothing = axis.at(1.0) * HIGH
        busy = np.vstack([along(*ends), along((0.0, nothing), (WIDE, nothing))])
        room = {"width": WIDE, "height": HIGH, "size": SIZE}
        names = [fitted(effect.study, 1.5, SIZE, lines=1) for effect in effects]
        missing = draw_labels(axes, places, place_labels(places, radii, names, avoid=busy, **room), **room)
        write_paragraphs(
            figure, LEFT + WIDE + 0.2, BELOW + HIGH - 0.05, _key(line, fitted_line, len(effects))
        )
        said = [*notes, *([f"{missing} names left out for want of room."] if missing else [])]
        note = fitted(" ".join(said), WIDTH - 0.3, 7.5, lines=2)
        write_at(figure, 0.12, 0.1, note, fontsize=7.5, color=GREY, va="bottom", linespacing=1.1)
    return figure


def moderator_weights(effects: Sequence[StudyEffect], tau2: float) -> np.ndarray:
    """Inverse variances with the variance between trials, shape (k,)."""
    return 1.0 / (np.array([effect.std_error for effect in effects]) ** 2 + tau2)


def _refuse_others(effects: Sequence[StudyEffect], values: Mapping[str, float]) -> None:
    studies = {effect.study for effect in effects}
    if studies != set(values):
        raise misuse(
            "a bubble plot: the values are not those of the effects shown",
            ", ".join(sorted(studies ^ set(values))),
            "a value for each effect, and no other",
            "draw the trials that were fitted",
        )


def _axis(effects: Sequence[StudyEffect], fitted_line: Sequence[Estimate]) -> RatioAxis:
    """An axis that holds all effects with whole bubbles, 1, and of the bands what lies near."""
    found = ratio_axis([*((effect.hr,) * 3 for effect in effects), *(one.ratio for one in fitted_line)], HIGH)
    around = np.log(found.high / found.low) * RADIUS / HIGH
    limits = float(found.low * np.exp(-around)), float(found.high * np.exp(around))
    return ratio_axis((), HIGH, limits=limits)


def _scale(axes: Axes, x: np.ndarray, axis: RatioAxis, moderator: str, measure: str) -> tuple[float, float]:
    """Scales and names of both axes; returns the limits of the horizontal one."""
    around = (x.max() - x.min()) * 1.2 * RADIUS / (WIDE - 2.4 * RADIUS)
    low, high = float(x.min() - around), float(x.max() + around)
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=bool(np.all(x == x.round()))))
    axes.tick_params(axis="x", labelsize=8)
    axes.set_xlabel(moderator[0].upper() + moderator[1:])
    scale_upwards(axes, axis, f"{measure} (log scale)")
    return low, high


def _draw_line(axes: Axes, at: np.ndarray, fitted_line: Sequence[Estimate]) -> None:
    look = {"color": ARM_COLOURS[0], "linewidth": 0, "zorder": 0}
    predicted = [one.prediction for one in fitted_line if one.prediction is not None]
    if predicted:
        lower, upper = np.exp(np.array(predicted)).T
        axes.fill_between(at, lower, upper, alpha=0.12, **look)
    lower, upper = np.array([one.ratio[1:] for one in fitted_line]).T
    axes.fill_between(at, lower, upper, alpha=0.24, **look)
    axes.plot(at, [exp(one.value) for one in fitted_line], color="black", linewidth=1.4, zorder=2)


def _key(line: FittedLine, fitted_line: Sequence[Estimate], count: int) -> tuple[str, ...]:
    bands = f"Line: regression; dark band: {level_text(line.confidence)} of the mean effect"
    if fitted_line[0].prediction is not None:
        bands += f"; light band: {level_text(line.confidence, 'prediction')} of a further trial"
    return (
        f"Ratio times {ratio_text(line.slope.ratio)} per {line.per}",
        p_equals(line.slope.p),
        f"τ² left {variance_text(line.tau2)}",
        bands,
        "Area of bubbles: weight",
        count_text(count, "trial"),
    )
