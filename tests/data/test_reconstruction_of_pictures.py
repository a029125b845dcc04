"""Kaplan-Meier figures of real data, drawn in several styles, read back from the PNG and reconstructed."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from reconstruction_cases import cox_of, risk_times
from test_reconstruction_of_real_data import case_of

from hepatrial.evidence.reconstruction import reconstruct, risk_numbers
from hepatrial.evidence.reconstruction.image import plot_axes, read_figure, read_picture
from hepatrial.survival import kaplan_meier

CASES = ("hepatocellular", "hepatocellular recurrence", "tcga_lihc", "pbcseq", "gbsg2", "lung")
COLOURS = ("tab:blue", "tab:red")
EVERYTHING = {"ticks": "+", "legend": True, "grid": True, "band": True}
STYLES = {
    "800 pixels, plain": {},
    "800 pixels, ticks, legend, grid, bands": EVERYTHING,
    "1600 pixels, ticks, legend": {"dpi": 200, "ticks": "|", "legend": True},
    "800 pixels, per cent, thin lines": {"linewidth": 0.8, "per_cent": True},
    "800 pixels, thick lines and ticks": {"linewidth": 3, "ticks": "|"},
}


def draw(
    path, case, *, dpi=100, linewidth=1.5, ticks=None, legend=False, grid=False, band=False, per_cent=False
):
    figure = Figure(figsize=(8, 6), dpi=dpi)
    canvas = FigureCanvasAgg(figure)
    plot = figure.add_subplot()
    full = 100 if per_cent else 1
    for arm, colour in zip(case.arms, COLOURS, strict=True):
        km = kaplan_meier(arm)
        time = np.append(0.0, km.time_days)
        plot.step(
            time, full * np.append(1.0, km.survival), where="post", color=colour, lw=linewidth, label=colour
        )
        if band:
            plot.fill_between(
                km.time_days, full * km.lower, full * km.upper, step="post", color=colour, alpha=0.2, lw=0
            )
        if ticks:
            censored = km.censored > 0
            plot.plot(
                km.time_days[censored], full * km.survival[censored], ticks, color=colour, linestyle="none"
            )
    last = max(arm.time_days.max() for arm in case.arms)
    plot.set(xlim=(0, 1.05 * last), ylim=(0, 1.05 * full))
    plot.grid(grid)
    if legend:
        plot.legend(loc="upper right")
    canvas.draw()
    canvas.print_png(path)
    rows, columns = figure.bbox.height, figure.bbox.width
    (left, bottom), (right, top) = plot.transData.transform([(0, 0), (last, full)])
    pixels = (left - 0.5, right - 0.5), (rows - bottom - 0.5, rows - top - 0.5)
    return plot_axes(pixels[0], (0, last), pixels[1], (0, full), (int(rows), int(columns)))


def read_back(path, axes, case):
    traced = read_figure(read_picture(path), axes, colours=[to_hex(colour) for colour in COLOURS])
    arms = []
    for curve, arm in zip(traced, case.arms, strict=True):
        at = risk_times(arm, 8)
        risk = risk_numbers(at, kaplan_meier(arm).at_risk_at(at), time_unit="days")
        arms.append(reconstruct(curve.curve("days"), risk=risk))
    return arms


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", CASES)
def test_hazard_ratio_events_and_medians_come_back_from_the_picture(name, style, tmp_path):
    case = case_of(name)
    axes = draw(tmp_path / "km.png", case, **STYLES[style])
    arms = read_back(tmp_path / "km.png", axes, case)
    error = cox_of(*(arm.times for arm in arms)).beta[0] - case.cox().beta[0]
    assert abs(error) < 0.05
    assert abs(sum(arm.events for arm in arms) / case.events - 1) < 0.03
    for found, true in zip(arms, case.arms, strict=True):
        assert_median(kaplan_meier(found.times), kaplan_meier(true))


# A pixel of survival, and of time as a share of the follow-up, in a plot of 440 rows and 590 columns.
PIXEL = 1 / 440
PIXEL_OF_TIME = 1 / 590


def assert_median(found, true):
    """Within 3%, unless the curve lies within a pixel of one half for longer: no picture tells when that is crossed."""
    median, known = found.median().estimate, true.median().estimate
    if np.isnan(known):
        assert np.isnan(median)
    elif abs(median / known - 1) >= 0.03:
        slack = 2 * PIXEL_OF_TIME * true.time_days[-1]
        low, high = min(median, known) + slack, max(median, known) - slack
        between = true.at(np.linspace(low, high, 50)).estimate
        assert np.abs(between - 0.5).max() < PIXEL


def test_small_pictures_cost_little_more(tmp_path):
    """400 pixels across: within 0.05 still, for arms of some hundred patients."""
    for name in ("hepatocellular", "gbsg2", "lung"):
        case = case_of(name)
        axes = draw(tmp_path / "km.png", case, dpi=50)
        arms = read_back(tmp_path / "km.png", axes, case)
        assert abs(cox_of(*(arm.times for arm in arms)).beta[0] - case.cox().beta[0]) < 0.05


def test_of_thousands_of_patients_each_step_is_less_than_a_pixel(tmp_path):
    """What fails: 2,335 patients against 25. The error is within a third of a standard error, but not within 0.05."""
    case = case_of("hcc_longitudinal")
    axes = draw(tmp_path / "km.png", case, **EVERYTHING)
    arms = read_back(tmp_path / "km.png", axes, case)
    true = case.cox()
    error = float(cox_of(*(arm.times for arm in arms)).beta[0] - true.beta[0])
    assert abs(error) < true.se[0] / 3
    assert abs(sum(arm.events for arm in arms) / case.events - 1) < 0.03
