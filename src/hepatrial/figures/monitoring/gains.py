"""What following the markers adds to prediction, in patients who were not in the fit."""

from __future__ import annotations

from matplotlib.figure import Figure

from hepatrial.biomarkers.monitoring import PredictionCheck
from hepatrial.figures.style import ARM_COLOURS, GREY, WIDTH, axes_at, draw_title, new_figure, styled
from hepatrial.units import DAYS_PER_WEEK

MARKS = ("o", "s", "^")


def draw_prediction_gains(check: PredictionCheck) -> Figure:
    """AUC and Brier score by landmark and method, with 95 % limits."""
    methods = list(dict.fromkeys(row.method for row in check.rows))
    days = list(dict.fromkeys(row.landmark_days for row in check.rows))
    with styled():
        figure = new_figure(3.1)
        draw_title(figure, "Prediction out of sample, by the day from which it is made")
        half = (WIDTH - 0.75 - 0.75 - 0.2) / 2
        for panel, (name, words) in enumerate(
            (("auc", "AUC (higher is better)"), ("brier", "Brier score (lower is better)"))
        ):
            axes = axes_at(figure, 0.65 + panel * (half + 0.75), 0.5, half, 1.85)
            for number, method in enumerate(methods):
                rows = [row for row in check.rows if row.method == method]
                at = [place + 0.16 * (number - (len(methods) - 1) / 2) for place in range(len(rows))]
                scores = [getattr(row, name) for row in rows]
                colour = GREY if number == 0 else ARM_COLOURS[number - 1]
                for x, score in zip(at, scores, strict=True):
                    axes.plot([x, x], [score.lower, score.upper], color=colour, linewidth=1.4)
                axes.plot(
                    at, [score.value for score in scores], color=colour, marker=MARKS[number], linestyle="",
                    markersize=5, label=method,
                )  # fmt: skip
            axes.set_xticks(range(len(days)), [f"{day / DAYS_PER_WEEK:.0f}" for day in days])
            axes.set_xlim(-0.5, len(days) - 0.5)
            axes.set_xlabel("weeks since time zero")
            axes.set_ylabel(words)
            if panel == 0:
                axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=8)
    return figure
