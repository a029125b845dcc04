"""Figures: what they show is what the data say, labels stay apart, the same data give the same bytes."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text
from report_cases import CASES, run
from trials_by_hand import trial_by_hand

from hepatrial.figures.kaplan_meier import draw_kaplan_meier
from hepatrial.figures.population import draw_population, monte_carlo_error, simulated_percent
from hepatrial.figures.replicates import draw_replicates
from hepatrial.figures.spider import draw_spider
from hepatrial.figures.style import (
    ARM_COLOURS,
    ARM_LINES,
    RESPONSE_COLOURS,
    month_ticks,
    png_bytes,
    svg_text,
    whole_months,
    wrapped,
)
from hepatrial.figures.swimmer import draw_swimmer
from hepatrial.figures.waterfall import draw_waterfall
from hepatrial.report.analyses import run_analyses
from hepatrial.report.figure_list import Shown, report_figures
from hepatrial.report.one_trial import one_trial
from hepatrial.report.published_evidence import published_evidence
from hepatrial.report.replicate_rows import replicate_rows
from hepatrial.report.summary import summary_of
from hepatrial.report.twin_rows import twin_rows

ROWS = (
    [("active", m, 1) for m in (2, 4, 6, 8)] + [("control", m, 1) for m in (1, 2, 3, 4)] + [("control", 9, 0)]
)


def shown(case: str) -> Shown:
    result = run(case)
    summary = summary_of(result)
    analyses = run_analyses(result)
    return Shown(
        result=result,
        trial=one_trial(result, analyses.trial),
        replicates=replicate_rows(result, analyses.twins, summary["published"]),
        twins=twin_rows(result),
        published=summary["published"],
        evidence=published_evidence(result.protocol, summary),
        reserve=analyses.reserve,
    )


def texts(figure) -> list[Text]:
    """Texts that are drawn, with the figure laid out for a renderer."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    # Ticks beyond an axis' limits exist but are not drawn.
    unseen = {
        id(label)
        for axes in figure.axes
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim()))
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
        if not min(limits) - 1e-9 <= tick.get_loc() <= max(limits) + 1e-9 or not axes.axison
    }
    return [
        t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and id(t) not in unseen
    ]


@pytest.mark.parametrize("case", CASES)
def test_no_label_overlaps_another_or_leaves_the_figure(case):
    for item in report_figures(shown(case)):
        figure = item.draw()
        found = [(t.get_text(), t.get_window_extent()) for t in texts(figure)]
        width, height = figure.bbox.width, figure.bbox.height
        for text, box in found:
            assert -1 <= box.x0 <= box.x1 <= width + 1, f"{item.name}: {text!r} leaves the figure"
            assert -1 <= box.y0 <= box.y1 <= height + 1, f"{item.name}: {text!r} leaves the figure"
        for (one, a), (other, b) in itertools.combinations(found, 2):
            across = min(a.x1, b.x1) - max(a.x0, b.x0)
            up = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert across <= 1 or up <= 1, f"{item.name}: {one!r} overlaps {other!r}"


def test_the_same_run_gives_the_same_bytes_and_no_date():
    for name in ("km-os", "waterfall", "twins"):
        one, other = (
            next(figure for figure in report_figures(shown("plain")) if figure.name == name).draw()
            for _ in range(2)
        )
        assert svg_text(one) == svg_text(other)
        assert png_bytes(one) == png_bytes(other)
        assert "<dc:date>" not in svg_text(one)


def test_the_key_of_a_kaplan_meier_figure_says_events_medians_and_effects():
    figure = draw_kaplan_meier(trial_by_hand(ROWS), "OS", notes=(("active v control", "HR 0.40"),))
    said = [t.get_text() for t in texts(figure)]
    assert any(text.startswith("active: 4 events of 4, median 5.0 months (") for text in said)
    assert any(text.startswith("control: 4 events of 5, median 3.0 months (") for text in said)
    assert "active v control: HR 0.40" in said


def test_numbers_at_risk_are_those_of_the_data():
    figure = draw_kaplan_meier(trial_by_hand(ROWS), "OS")
    said = [t.get_text() for t in texts(figure)]
    # Control: 5 at the start, 2 with at least 4 months (3 deaths before, the fourth on that day), 1 at 9 months.
    ticks = month_ticks(whole_months(9))
    months = np.array([1, 2, 3, 4, 9])
    for tick in ticks:
        dead = int((months[:4] <= tick).sum())
        assert f"{int((months >= tick).sum())} ({dead})" in said


def test_published_medians_are_marked_at_their_place():
    published = {
        "arms": [
            {"arm": "active", "os_median_months": 5.5, "os_median_ci": [4.0, 8.0]},
            {"arm": "control", "os_median_months": 2.5, "os_median_ci": None},
        ]
    }
    axes = draw_kaplan_meier(trial_by_hand(ROWS), "OS", published=published).axes[0]
    diamonds = sorted(float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "D")
    assert diamonds == [2.5, 5.5]
    ends = [
        segment[:, 0].tolist()
        for group in axes.collections
        for segment in getattr(group, "get_segments", list)()
    ]
    assert [4.0, 8.0] in ends


def test_a_median_that_is_not_reached_is_said_and_not_drawn():
    rows = [("active", m, 0) for m in (3, 4)] + [("control", m, 1) for m in (1, 2)]
    figure = draw_kaplan_meier(trial_by_hand(rows), "OS")
    assert "active: 0 events of 2, median not reached" in [t.get_text() for t in texts(figure)]


def test_arms_differ_without_colour_and_in_grey():
    assert len({str(line) for line in ARM_LINES}) == 4

    def grey(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    two = [grey(colour) for colour in ARM_COLOURS[:2]]
    assert abs(two[0] - two[1]) > 0.08
    levels = sorted(grey(RESPONSE_COLOURS[name]) for name in ("CR", "PR", "SD", "PD"))
    assert min(np.diff(levels)) > 0.08


def test_a_waterfall_has_a_bar_a_subject_with_a_scan(sharp_trial):
    trial = sharp_trial.trial
    criteria = sharp_trial.protocol.response.progression
    figure = draw_waterfall(trial, criteria)
    for axes, arm in zip(figure.axes, trial.arms, strict=True):
        own = trial.best.filter(pl.col("criteria") == criteria).join(
            trial.subjects.filter(pl.col("arm") == arm).select("subject"), on="subject"
        )
        bars = sum(len(patch.get_path().vertices) // 5 for patch in axes.patches)
        assert bars == own["best_change_percent"].is_not_null().sum()


@pytest.mark.parametrize("last", ["SD", "NE"])
def test_the_legend_of_a_waterfall_names_what_cannot_be_evaluated_if_a_bar_is_of_it(last):
    best = pl.DataFrame(
        {
            "subject": [1, 2],
            "criteria": ["RECIST 1.1"] * 2,
            "best": ["PD", last],
            "best_change_percent": [30.0, -5.0],
        }
    )
    trial = trial_by_hand([("active", 3, 1), ("control", 2, 1)], best=best)
    (legend,) = draw_waterfall(trial, "RECIST 1.1").legends
    named = {
        text.get_text(): patch.get_facecolor()
        for text, patch in zip(legend.texts, legend.get_patches(), strict=True)
    }
    assert ("NE (not evaluable)" in named) == (last == "NE")
    if last == "NE":
        assert to_hex(named["NE (not evaluable)"]) == RESPONSE_COLOURS["NE"]


@pytest.mark.parametrize("level", ["yes", "no"])
def test_a_circle_of_the_population_at_an_end_of_the_scale_is_whole(level):
    subjects = pl.DataFrame({"male": [level == "yes"] * 20})
    figure = draw_population(subjects, {"male yes": (90.0, "a source")})
    FigureCanvasAgg(figure).draw()
    axes = figure.axes[0]
    (circle,) = (line for line in axes.lines if line.get_marker() == "o")
    centre = axes.transData.transform((circle.get_xdata()[0], circle.get_ydata()[0]))[0]
    radius = circle.get_markersize() / 2 * figure.dpi / 72
    assert circle.get_xdata()[0] == (100.0 if level == "yes" else 0.0)
    assert axes.bbox.x0 < centre - radius
    assert centre + radius < axes.bbox.x1


def test_spider_and_swimmer_show_every_subject_of_a_small_trial():
    trial = run("six patients").trial
    lines = sum(len(group.get_segments()) for axes in draw_spider(trial).axes for group in axes.collections)
    assert lines == trial.tumour.filter(pl.col("day") > 0)["subject"].n_unique()
    lanes = sum(len(axes.patches[0].get_path().vertices) // 5 for axes in draw_swimmer(trial).axes)
    assert lanes == len(trial)


def test_dark_bars_of_the_replicates_are_the_power():
    generator = np.random.default_rng(3)
    log_hr = generator.normal(-0.2, 0.1, 500)
    axes = draw_replicates(
        log_hr, log_hr < -0.2, colour="#0072B2", title="x", published=(0.7, [0.6, 0.9])
    ).axes[0]

    def trials(patch) -> float:
        return patch.get_path().vertices.reshape(-1, 5, 2)[:, 2, 1].sum()

    everything, dark = axes.patches
    assert trials(everything) == 500
    assert trials(dark) == (log_hr < -0.2).sum()


def test_a_share_of_the_population_is_counted_with_its_error():
    subjects = pl.DataFrame({"mvi": [True, False, False, False], "ecog": ["0", "1", "1", "2"]})
    assert simulated_percent(subjects, "mvi yes") == 25.0
    assert simulated_percent(subjects, "ecog 1") == 50.0
    assert monte_carlo_error(50.0, 100) == pytest.approx(9.8)


@pytest.mark.parametrize(
    ("last", "ticks"), [(6, [0, 1, 2, 3, 4, 5, 6]), (18, [0, 3, 6, 9, 12, 15, 18]), (36, 7)]
)
def test_ticks_of_months_are_few(last, ticks):
    found = month_ticks(last)
    assert found == ticks if isinstance(ticks, list) else len(found) == ticks


def test_a_long_name_ends_in_an_ellipsis():
    assert wrapped("sorafenib", 20) == "sorafenib"
    assert wrapped("sorafenib and something else", 12, 1) == "sorafenib…"
