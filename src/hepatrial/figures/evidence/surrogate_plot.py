"""Effects on a surrogate against effects on survival over trials: bubbles, the line, the threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import stdtrit

from hepatrial.evidence.pooling import Surrogacy, SurrogateTrial, TrialWeights
from hepatrial.evidence.pooling.refusals import chosen, misuse
from hepatrial.figures.evidence.bubbles import RADIUS, bubble_radii, draw_bubbles
from hepatrial.figures.evidence.label_places import along, draw_labels, place_labels
from hepatrial.figures.evidence.ratio_axis import RatioAxis, draw_ratio_axis, ratio_axis, scale_upwards
from hepatrial.figures.evidence.side_text import write_paragraphs
from hepatrial.figures.evidence.text_width import fitted
from hepatrial.figures.evidence.wording import count_text, level_text, number_text
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

LEFT, BELOW, WIDE, HIGH = 0.78, 0.86, 4.6, 4.1
SIZE = 7.0


@dataclass(frozen=True, slots=True)
class PredictedLine:
    """The line with prediction limits of a further trial of average weight, on the log scale."""

    surrogate: np.ndarray
    final: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def draw_surrogacy(
    trials: Sequence[SurrogateTrial],
    found: Surrogacy,
    *,
    title: str,
    surrogate: str,
    final: str = "OS hazard ratio",
    weights: TrialWeights | str = TrialWeights.PRECISION,
    names: bool = True,
    labels: Mapping[str, str] | None = None,
) -> Figure:
    """Bubble plot of trial-level surrogacy.

    Parameters
    ----------
    trials
        Those behind ``found``.
    found
        From `surrogacy`.
    surrogate, final
        Names of the axes, such as "PFS hazard ratio".
    weights
        As given to `surrogacy`; bubbles have the area of them.
    names
        Write the trials' names; those without room are counted in a note.
    labels
        What to write for a study in place of its own name.

    Raises
    ------
    UsageError
        The trials or the weights are not those of the fit.
    """
    kind = chosen(TrialWeights, weights, "weights")
    _refuse_other_fit(trials, found, kind)
    weight = trial_weights(trials, kind)
    threshold = found.threshold.ratio
    x_axis = _axis_of([trial.surrogate for trial in trials], WIDE)
    y_axis = _axis_of([trial.final for trial in trials], HIGH)
    line = predicted_line(trials, found, kind, np.log([x_axis.low, x_axis.high]))
    radii = bubble_radii(weight)
    with styled():
        figure = new_figure(BELOW + HIGH + 0.42)
        draw_title(figure, fitted(title, WIDTH - 0.3, 10, lines=1, bold=True))
        axes = axes_at(figure, LEFT, BELOW, WIDE, HIGH)
        _scale(axes, x_axis, y_axis, surrogate, final)
        _draw_line(axes, line, threshold, x_axis)
        places = np.array(
            [
                (x_axis.at(np.exp(trial.surrogate)) * WIDE, y_axis.at(np.exp(trial.final)) * HIGH)
                for trial in trials
            ]
        )
        draw_bubbles(axes, places, radii, width=WIDE, height=HIGH)
        missing = 0
        if names:
            room = {"width": WIDE, "height": HIGH, "size": SIZE}
            shown = [(labels or {}).get(trial.study, trial.study) for trial in trials]
            texts = [fitted(name, 1.5, SIZE, lines=1) for name in shown]
            busy = _lines(line, threshold, x_axis, y_axis)
            missing = draw_labels(
                axes, places, place_labels(places, radii, texts, avoid=busy, **room), **room
            )
        write_paragraphs(figure, LEFT + WIDE + 0.2, BELOW + HIGH - 0.05, _key(found, threshold, x_axis))
        note = _note(found, kind, missing)
        shown = fitted(note, WIDTH - 0.3, 7.5, lines=2)
        write_at(figure, 0.12, 0.1, shown, fontsize=7.5, color=GREY, va="bottom", linespacing=1.1)
    return figure


def trial_weights(trials: Sequence[SurrogateTrial], kind: TrialWeights) -> np.ndarray:
    """Shape (k,), scaled to mean 1."""
    if kind is TrialWeights.EQUAL:
        return np.ones(len(trials))
    precision = np.array([trial.final_se for trial in trials]) ** -2.0
    return precision / precision.mean()


def predicted_line(
    trials: Sequence[SurrogateTrial], found: Surrogacy, kind: TrialWeights, ends: np.ndarray
) -> PredictedLine:
    """The fitted line between two log effects on the surrogate, with the prediction limits behind the threshold.

    Notes
    -----
    Limits are those of weighted least squares: residual_sd^2 (1 + 1 / k + (x - mean)^2 / S), with the weighted mean
    and sum of squares S of the surrogate effects, by t with k - 2.
    """
    at = np.linspace(ends[0], ends[1], 200)
    weight, effects = trial_weights(trials, kind), np.array([trial.surrogate for trial in trials])
    mean = float(np.average(effects, weights=weight))
    squares = float(np.sum(weight * (effects - mean) ** 2))
    spread = found.residual_sd * np.sqrt(1.0 + 1.0 / len(trials) + (at - mean) ** 2 / squares)
    half = float(stdtrit(len(trials) - 2, 0.5 + found.confidence / 2)) * spread
    line = found.intercept + found.slope * at
    return PredictedLine(at, line, line - half, line + half)


def _refuse_other_fit(trials: Sequence[SurrogateTrial], found: Surrogacy, kind: TrialWeights) -> None:
    names = tuple(trial.study for trial in trials)
    if names != found.studies:
        raise misuse(
            "a surrogacy plot: other trials than those of the fit",
            ", ".join(names),
            ", ".join(found.studies),
            "draw the trials that were fitted, in their order",
        )
    weight, effects = trial_weights(trials, kind), np.array([trial.surrogate for trial in trials])
    squares = np.sum(weight * (effects - np.average(effects, weights=weight)) ** 2)
    if not np.isclose(found.residual_sd, found.slope_se * np.sqrt(squares), rtol=1e-6, atol=1e-12):
        raise misuse(
            "a surrogacy plot: other weights than those of the fit",
            kind.value,
            ", ".join(member.value for member in TrialWeights if member is not kind),
            "give the weights that surrogacy was called with",
        )


def _axis_of(effects: Sequence[float], length: float) -> RatioAxis:
    """An axis that holds all effects, 1, and whole bubbles."""
    low, high = min(0.0, *effects), max(0.0, *effects)
    around = (high - low) * 1.2 * RADIUS / length
    return ratio_axis((), length, limits=(float(np.exp(low - around)), float(np.exp(high + around))))


def _scale(axes: Axes, x_axis: RatioAxis, y_axis: RatioAxis, surrogate: str, final: str) -> None:
    draw_ratio_axis(axes, x_axis)
    scale_upwards(axes, y_axis, f"{final} (log scale)")
    axes.set_xlabel(f"{surrogate} (log scale)")


def _draw_line(axes: Axes, line: PredictedLine, threshold: float | None, x_axis: RatioAxis) -> None:
    x = np.exp(line.surrogate)
    axes.fill_between(
        x, np.exp(line.lower), np.exp(line.upper), color=ARM_COLOURS[0], alpha=0.13, linewidth=0, zorder=0
    )
    axes.plot(x, np.exp(line.final), color="black", linewidth=1.4, zorder=2)
    if threshold is not None and x_axis.low < threshold < x_axis.high:
        axes.axvline(threshold, color=ARM_COLOURS[1], linewidth=1.4, linestyle=(0, (5, 1.6)), zorder=2)


def _lines(line: PredictedLine, threshold: float | None, x_axis: RatioAxis, y_axis: RatioAxis) -> np.ndarray:
    """Points of the lines that names should leave free: the fit, no effect, and the threshold; inches."""
    fit = [
        (x_axis.at(np.exp(line.surrogate[end])) * WIDE, y_axis.at(np.exp(line.final[end])) * HIGH)
        for end in (0, -1)
    ]
    upright = [x_axis.at(ratio) * WIDE for ratio in (1.0, threshold) if ratio is not None]
    level = y_axis.at(1.0) * HIGH
    found = [along(*fit), along((0.0, level), (WIDE, level))]
    return np.vstack([*found, *(along((place, 0.0), (place, HIGH)) for place in upright)])


def _key(found: Surrogacy, threshold: float | None, x_axis: RatioAxis) -> tuple[str, ...]:
    low, high = found.r2_interval
    if threshold is None:
        effect = f"Threshold effect: none; {found.threshold.why_none}"
    elif x_axis.low < threshold < x_axis.high:
        effect = f"Threshold effect: ratio below {number_text(threshold)} (dashed line)"
    else:
        effect = (
            f"Threshold effect: ratio below {number_text(threshold)}, beyond all trials: an extrapolation"
        )
    return (
        f"R² {found.r2:.2f} ({low:.2f} to {high:.2f})",
        f"Slope {found.slope:.2f} (SE {found.slope_se:.2f})",
        effect,
        f"Line: weighted regression; band: {level_text(found.confidence, 'prediction')} of a further trial of average "
        "weight",
        count_text(len(found.studies), "trial"),
    )


def _note(found: Surrogacy, kind: TrialWeights, missing: int) -> str:
    covered = sum(one.covered for one in found.left_out.values())
    said = (
        "Area of bubbles: precision of the final effect."
        if kind is TrialWeights.PRECISION
        else "Trials weigh alike."
    )
    if found.left_out:
        said += (
            f" Left out in turn, {covered} of {len(found.left_out)} trials fall within the limits predicted from the "
            "others."
        )
    return said + (f" {missing} names left out for want of room." if missing else "")
