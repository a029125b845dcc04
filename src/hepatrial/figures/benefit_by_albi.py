"""The benefit of an arm against ALBI, with the band of the virtual patients and that of the parameters."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.analysis import BenefitCurve, Threshold
from hepatrial.figures.style import ARM_COLOURS, GREY, LIGHT, WIDTH, axes_at, draw_title, new_figure, styled

GRADES = (("1", -np.inf, -2.60), ("2a", -2.60, -2.27), ("2b", -2.27, -1.39), ("3", -1.39, np.inf))
NARROWEST_NAMED = 0.15
"""Width on the ALBI scale below which a grade has no room for its name."""
COLOUR = ARM_COLOURS[0]
PARAMETERS = "#bcd7ea"
QUANTILES = (0.025, 0.975)
PLOT_HEIGHT = 3.0


def draw_benefit_by_albi(
    curve: BenefitCurve, *, margin_months: float, gone: Threshold, drawn: np.ndarray | None = None
) -> Figure:
    """Months gained within the window over ALBI.

    Parameters
    ----------
    gone
        From which ALBI on the benefit is at or below ``margin_months``.
    drawn
        Curves under draws of the parameters, shape (draws, points); None without them.
    """
    key = _key(curve, margin_months, gone, drawn)
    with styled():
        key_height = 0.2 * len(key)
        figure = new_figure(0.55 + PLOT_HEIGHT + 0.3 + key_height + 0.36)
        draw_title(figure, f"Benefit of {curve.arm} over {curve.control} by liver reserve")
        notes = axes_at(figure, 0.2, 0.55 + PLOT_HEIGHT + 0.3, WIDTH - 0.3, key_height)
        axes = axes_at(figure, 0.75, 0.55, WIDTH - 0.95, PLOT_HEIGHT)
        if drawn is not None:
            low, high = np.quantile(drawn, QUANTILES, axis=0)
            axes.fill_between(curve.albi, low, high, color=PARAMETERS, linewidth=0)
        axes.fill_between(curve.albi, curve.lower, curve.upper, color=COLOUR, alpha=0.45, linewidth=0)
        axes.plot(curve.albi, curve.estimate, color=COLOUR, linewidth=1.8)
        axes.axhline(0.0, color="black", linewidth=0.8)
        if margin_months:
            axes.axhline(margin_months, color=GREY, linewidth=1.0, linestyle=(0, (4, 2)))
        if gone.value is not None:
            axes.plot([gone.value], [margin_months], marker="o", markersize=6, color="black", zorder=5)
        axes.set_xlim(curve.albi[0], curve.albi[-1])
        _draw_grades(axes, curve)
        axes.set_xlabel("ALBI score at baseline (to the right: worse)")
        axes.set_ylabel(f"months gained within {curve.window_months:g} months")
        _draw_key(notes, key)
    return figure


def _key(
    curve: BenefitCurve, margin: float, gone: Threshold, drawn: np.ndarray | None
) -> list[tuple[str, str]]:
    patients = (
        f"{curve.n:,} virtual patients, each under both arms" if curve.twins else f"{curve.n:,} subjects"
    )
    rows = [("patients", f"mean gain and its 95 % limits over {patients}")]
    if drawn is not None:
        rows.append(("parameters", f"middle 95 % of {len(drawn)} draws of the model's parameters"))
    said = {
        "reached": f"gain of {margin:g} months or less from ALBI {_minus(gone.value or 0.0)} on",
        "not reached": f"margin of {margin:g} months; the gain stays above it at the worst reserve shown",
        "at every reserve": f"margin of {margin:g} months; the gain is at or below it at every reserve shown",
    }
    rows.append(("margin", said[gone.state]))
    return rows


def _draw_key(axes: Axes, rows: list[tuple[str, str]]) -> None:
    axes.set_axis_off()
    axes.set_xlim(0, 100)
    axes.set_ylim(len(rows), 0)
    for row, (kind, text) in enumerate(rows):
        if kind == "patients":
            axes.fill_between([0, 5], row + 0.25, row + 0.75, color=COLOUR, alpha=0.45, linewidth=0)
            axes.plot([0, 5], [row + 0.5] * 2, color=COLOUR, linewidth=1.8)
        elif kind == "parameters":
            axes.fill_between([0, 5], row + 0.2, row + 0.8, color=PARAMETERS, linewidth=0)
        else:
            axes.plot([0, 5], [row + 0.5] * 2, color=GREY, linewidth=1.0, linestyle=(0, (4, 2)))
            axes.plot([2.5], [row + 0.5], marker="o", markersize=5, color="black")
        axes.text(6.5, row + 0.5, text, fontsize=8.5, va="center")


def _draw_grades(axes: Axes, curve: BenefitCurve) -> None:
    """Where ALBI grades begin, with their names along the top."""
    first, last = curve.albi[0], curve.albi[-1]
    for name, low, high in GRADES:
        left, right = max(low, first), min(high, last)
        if right <= left:
            continue
        if left > first:
            axes.axvline(left, color=LIGHT, linewidth=0.9, zorder=0)
        if right - left >= NARROWEST_NAMED:
            place = (left + right) / 2
            axes.annotate(
                f"grade {name}" if right - left > 3 * NARROWEST_NAMED else name,
                (place, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color=GREY,
            )


def _minus(value: float) -> str:
    """A number with the minus sign of the axis."""
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
