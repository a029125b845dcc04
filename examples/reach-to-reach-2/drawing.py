"""The effect of ramucirumab on OS by AFP: predicted, true of the twins, and published."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hepatrial.figures.style import ARM_COLOURS, GREY, WIDTH, axes_at, draw_title, new_figure, styled
from published import HIGH, PrintedRatio

HEIGHT = 4.6
TICKS = (0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.5)
AFP_TICKS = (10, 100, 400, 1000, 10000)


def draw_case(case: dict[str, Any], ratios: dict[str, PrintedRatio], made: dict[str, PrintedRatio]) -> Figure:
    """Curves over AFP on a log scale; published groups as points, at places that say no more than the group.

    Of the published groups no AFP but the cut is known: they stand side by side within their half.
    """
    curves = {name: np.array(values) for name, values in case["curves"].items()}
    x = curves["log10 afp"]
    with styled():
        figure = new_figure(HEIGHT)
        draw_title(figure, "Ramucirumab against placebo: hazard ratio of death by AFP")
        axes = axes_at(figure, 0.75, 0.5, WIDTH - 0.95, HEIGHT - 1.95)
        axes.fill_between(
            x, np.log(curves["low"]), np.log(curves["high"]), color=ARM_COLOURS[0], alpha=0.2, linewidth=0,
            label="as fitted, straight line: 95% of draws",
        )  # fmt: skip
        axes.plot(
            x, np.log(curves["as fitted"]), color=ARM_COLOURS[0], linewidth=1.8, label="as fitted, all twins"
        )
        axes.plot(
            x, np.log(curves["assumed interaction"]), color=ARM_COLOURS[1], linewidth=1.8,
            linestyle=(0, (5, 1.6)), label="ASSUMED interaction, all twins",
        )  # fmt: skip
        points = (
            (ratios[HIGH[0]], 2.85, "o", "REACH, East Asia"),
            (ratios[HIGH[1]], 3.15, "s", "REACH, elsewhere"),
            (ratios["reach-2"], 3.75, "D", "REACH-2 (held out)"),
            (made["low"], 1.6, "v", "REACH below 400 (derived)"),
        )
        for ratio, place, marker, name in points:
            middle = np.log(ratio.hr)
            error = [[middle - np.log(ratio.lower)], [np.log(ratio.upper) - middle]]
            axes.errorbar(
                place, middle, yerr=error, fmt=marker, color="black", markersize=5, linewidth=1.0,
                markerfacecolor="white" if ratio.derived else "black", label=name,
            )  # fmt: skip
        axes.axhline(0.0, color=GREY, linewidth=0.9)
        axes.axvline(np.log10(400.0), color=GREY, linewidth=0.8, linestyle=(0, (3, 2)))
        axes.set_yticks(np.log(TICKS), [f"{tick:g}" for tick in TICKS])
        axes.set_ylim(np.log(0.35), np.log(1.6))
        axes.set_xlim(x[0], x[-1])
        axes.set_xticks(np.log10(AFP_TICKS), [f"{tick:,}" for tick in AFP_TICKS])
        axes.set_xlabel("AFP at baseline, ng/mL (log scale; published groups stand anywhere in their half)")
        axes.set_ylabel("hazard ratio of OS (log scale)")
        axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, fontsize=8, handlelength=2.6)
    return figure
