"""Predicted and observed exposure to sorafenib as a figure and a table.

Run ``python -m hepatrial.figures.exposure_check sorafenib_pk_long.csv [FIGURE.svg]``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hepatrial.agents import load_agent
from hepatrial.agents.exposure_check import Agreement, Compared, accumulation, agreement, compare
from hepatrial.errors import HepatrialError
from hepatrial.figures.style import (
    ARM_COLOURS,
    GREY,
    LIGHT,
    WIDTH,
    axes_at,
    draw_title,
    new_figure,
    styled,
    svg_text,
)
from hepatrial.files.whole_file import write_whole

MARKERS = "osD^vP*X"
HEIGHT = 5.6


def groups(compared: Sequence[Compared]) -> dict[str, list[Compared]]:
    """The questions that the comparison answers, with the cohorts that answer each."""
    repeated = [each for each in compared if each.cohort.kind == "repeated"]
    single = [each for each in compared if each.cohort.kind == "single"]
    return {
        "steady state, 400 mg twice daily": [each for each in repeated if each.cohort.mg == 400.0],
        "steady state, below 400 mg": [each for each in repeated if each.cohort.mg < 400.0],
        "steady state, above 400 mg": [each for each in repeated if each.cohort.mg > 400.0],
        "Child-Pugh A": [each for each in repeated if each.cohort.who == "hepatocellular carcinoma"][:1],
        "Child-Pugh B": [each for each in repeated if each.cohort.child_pugh == "B"],
        "single dose, patients": [each for each in single if each.cohort.who != "healthy"],
        "single dose, healthy": [each for each in single if each.cohort.who == "healthy"],
        "all": list(compared),
    }


def draw_exposure_check(compared: Sequence[Compared]) -> Figure:
    """Four panels: steady state by dose, accumulation, the liver, and predicted against observed."""
    with styled():
        figure = new_figure(HEIGHT)
        draw_title(figure, "Sorafenib: predicted exposure against digitised concentrations")
        _steady(axes_at(figure, 0.62, 3.15, 3.0, 1.95), compared)
        _accumulation(axes_at(figure, 4.3, 3.15, WIDTH - 4.45, 1.95), compared)
        _liver(axes_at(figure, 0.62, 0.5, 3.0, 1.95), compared)
        _parity(axes_at(figure, 4.3, 0.5, WIDTH - 4.45, 1.95), compared)
    return figure


def _studies(compared: Sequence[Compared]) -> dict[str, tuple[str, str]]:
    names = dict.fromkeys(each.cohort.study for each in compared)
    return {
        name: (ARM_COLOURS[place % len(ARM_COLOURS)], MARKERS[place % len(MARKERS)])
        for place, name in enumerate(names)
    }


def _steady(axes: Axes, compared: Sequence[Compared]) -> None:
    looks, agent = _studies(compared), load_agent("sorafenib")
    pk, low_high = agent.pharmacokinetics, np.array([90.0, 900.0])
    at_400 = next(each for each in compared if each.cohort.label == "SOF400_MD").predicted_average
    power = pk.exposure_dose_exponent.value
    axes.plot(low_high, at_400 * (low_high / 400.0) ** power, color="black", label="predicted, day 21")
    axes.plot(low_high, at_400 * low_high / 400.0, color=GREY, linestyle=":", label="in proportion to dose")
    for each in compared:
        if each.cohort.kind == "repeated" and each.cohort.child_pugh == "A":
            colour, marker = looks[each.cohort.study]
            axes.plot(each.cohort.mg, each.observed_average, marker, color=colour, markersize=4.5)
    axes.set(
        xscale="log", yscale="log", xlabel="mg twice daily", ylabel="average, mg/L", title="Steady state"
    )
    axes.set_xticks([100, 200, 400, 800], ["100", "200", "400", "800"])
    axes.set_xticks([], minor=True)
    axes.set_yticks([1, 2, 5, 10], ["1", "2", "5", "10"])
    axes.set_yticks([], minor=True)
    axes.legend(fontsize=7, loc="upper left")


def _accumulation(axes: Axes, compared: Sequence[Compared]) -> None:
    looks = _studies(compared)
    for (study, mg), (seen, predicted) in accumulation(compared).items():
        colour, marker = looks[study]
        axes.plot(mg, seen, marker, color=colour, markersize=4.5)
        axes.plot(mg, predicted, "_", color="black", markersize=12)
    axes.axhspan(2.5, 7.0, color=LIGHT, zorder=0)
    axes.set(xlabel="mg twice daily", ylabel="times the first interval", yscale="log", title="Accumulation")
    axes.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
    axes.set_yticks([], minor=True)
    axes.text(
        0.98, 0.04, "bar: predicted; grey: label, 2.5-7", transform=axes.transAxes, ha="right", fontsize=7
    )


def _liver(axes: Axes, compared: Sequence[Compared]) -> None:
    for place, grade in enumerate("AB"):
        each = next(e for e in compared if e.cohort.label == f"CPT_{grade}")
        colour = ARM_COLOURS[place]
        label = f"Child-Pugh {grade} ({each.patients} patients)"
        axes.plot(each.hours, each.observed_mg_l, "os"[place], color=colour, markersize=4.5, label=label)
        axes.axhline(each.predicted_average, color=colour, linestyle="-" if place == 0 else "--")
    axes.set(xlabel="hours after a dose of 400 mg", ylabel="mg/L", title="Liver (lines: predicted average)")
    axes.set_ylim(0, 9)
    axes.legend(fontsize=7, loc="lower left")


def _parity(axes: Axes, compared: Sequence[Compared]) -> None:
    looks = _studies(compared)
    ends = np.array([0.1, 20.0])
    axes.plot(ends, ends, color="black", linewidth=0.8)
    axes.fill_between(ends, ends / 2, ends * 2, color=LIGHT, zorder=0, linewidth=0)
    named: set[str] = set()
    for each in compared:
        colour, marker = looks[each.cohort.study]
        label = None if each.cohort.study in named else each.cohort.study
        named.add(each.cohort.study)
        fill = colour if each.cohort.kind == "repeated" else "none"
        axes.plot(
            each.observed_average,
            each.predicted_average,
            marker,
            color=colour,
            markerfacecolor=fill,
            markersize=4.5,
            label=label,
        )
    axes.set(xscale="log", yscale="log", xlabel="observed average, mg/L", ylabel="predicted, mg/L")
    axes.set_title("All cohorts (hollow: single dose; grey: twofold)")
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.legend(fontsize=6, loc="upper left", ncols=1, handletextpad=0.1, borderpad=0.1, labelspacing=0.2)


def lines(compared: Sequence[Compared]) -> Iterator[str]:
    """The comparison in words: each question, then each cohort."""
    yield f"{'':<36}{'cohorts':>8}{'points':>8}{'median':>8}{'cohorts':>9}{'points':>8}"
    yield f"{'':<36}{'':>8}{'':>8}{'ratio':>8}{'within twofold':>17}"
    for name, cohorts in groups(compared).items():
        yield _line(name, agreement(cohorts))
    yield ""
    for each in compared:
        cohort = each.cohort
        when = "single dose" if cohort.kind == "single" else f"day {cohort.day:g}"
        yield (
            f"{cohort.study:<15}{cohort.mg:>5g} mg {when:<12}{cohort.who:<26}{each.patients:>3} patients  "
            f"predicted {each.predicted_average:5.2f}, observed {each.observed_average:5.2f} mg/L, "
            f"ratio {each.ratio:.2f}"
        )


def _line(name: str, found: Agreement) -> str:
    return (
        f"{name:<36}{found.cohorts:>8}{found.points:>8}{found.median_ratio:>8.2f}"
        f"{found.cohorts_within_2_fold:>8.0%} {found.points_within_2_fold:>8.0%}"
    )


def main(arguments: Sequence[str]) -> int:
    """Print the comparison; draw it where a second argument names a file."""
    if len(arguments) not in (1, 2) or not Path(arguments[0]).is_file():
        print(
            "usage: python -m hepatrial.figures.exposure_check sorafenib_pk_long.csv [FIGURE.svg]",
            file=sys.stderr,
        )
        return 2
    try:
        compared = compare(load_agent("sorafenib"), Path(arguments[0]))
    except HepatrialError as error:
        print(error, file=sys.stderr)
        return 3
    for line in lines(compared):
        print(line)
    if len(arguments) == 2:
        write_whole(Path(arguments[1]), svg_text(draw_exposure_check(compared)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
