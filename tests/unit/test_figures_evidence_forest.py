"""Forest plots show the numbers of the pools: diamonds, squares, intervals, columns, and what is not known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.patches import Polygon
from test_figures import texts
from test_figures_evidence import FAVOURS, studies

from hepatrial.errors import UsageError
from hepatrial.evidence.pooling import (
    IntervalMethod,
    StudyEffect,
    cumulative,
    effect_from_interval,
    leave_one_out,
    pool_common,
    pool_random,
)
from hepatrial.figures.evidence import (
    ForestGroup,
    SubgroupFactor,
    SubgroupLevel,
    draw_cumulative_forest,
    draw_forest,
    draw_grouped_forest,
    draw_leave_one_out,
    draw_subgroup_forest,
)
from hepatrial.figures.evidence.forest_rows import Look
from hepatrial.figures.evidence.ratio_axis import TICK_SIZE, ratio_axis, tick_label
from hepatrial.figures.evidence.text_width import text_width
from hepatrial.figures.evidence.wording import limits_text, p_equals, ratio_text, study_ratio

# Llovet et al. 2008, 10.1056/NEJMoa0708857; Cheng et al. 2009, 10.1016/S1470-2045(08)70285-7.
SORAFENIB = [
    effect_from_interval("SHARP", "sorafenib", "placebo", 0.69, (0.55, 0.87), "llovet2008"),
    effect_from_interval("Asia-Pacific", "sorafenib", "placebo", 0.68, (0.50, 0.93), "cheng2009"),
]


def plot(figure):
    """The axes that hold the marks."""
    return next(axes for axes in figure.axes if axes.get_xscale() == "log")


def said(figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in texts(figure)]


def diamonds(figure) -> list[np.ndarray]:
    """Corners of the diamonds: left, top, right, bottom."""
    return [p.get_xy()[:4] for p in plot(figure).patches if isinstance(p, Polygon) and len(p.get_xy()) == 5]


def squares(figure) -> dict[float, float]:
    """Side by estimate."""
    found = (line for line in plot(figure).lines if line.get_marker() == "s")
    return {float(line.get_xdata()[0]): line.get_markersize() for line in found}


def arrows(figure) -> list[tuple[str, float]]:
    found = (line for line in plot(figure).lines if line.get_marker() in "<>")
    return [(line.get_marker(), float(line.get_xdata()[0])) for line in found]


def test_the_columns_print_the_published_ratios_and_the_weights_of_the_pools():
    pools = [pool_common(SORAFENIB), pool_random(SORAFENIB)]
    told = said(draw_forest(SORAFENIB, pools, title="OS", columns={"n": {"SHARP": "602"}}))
    assert "0.69 (0.55 to 0.87)" in told
    assert "0.68 (0.50 to 0.93)" in told
    assert "602" in told
    assert told.count("–") == 1  # the other trial's n is not known
    for pool in pools:
        assert ratio_text(pool.hr) in told
        for weight in pool.weights_percent:
            assert f"{weight:.1f} %" in told
    assert "← favours sorafenib" in told
    assert "favours placebo →" in told


def test_diamonds_span_the_pooled_intervals():
    effects = studies(7)
    pools = [pool_common(effects), pool_random(effects)]
    found = diamonds(draw_forest(effects, pools, title="x"))
    assert len(found) == 2
    for corners, pool in zip(found, pools, strict=True):
        estimate, lower, upper = pool.hr
        assert corners[:, 0].tolist() == pytest.approx([lower, estimate, upper, estimate])


def test_areas_of_squares_are_as_the_weights_of_the_last_pool():
    effects = studies(6)
    pool = pool_random(effects)
    found = squares(draw_forest(effects, [pool_common(effects), pool], title="x"))
    sides = np.array([found[min(found, key=lambda x: abs(x - e.hr))] for e in effects])
    assert sides**2 / max(sides**2) == pytest.approx(pool.weights_percent / max(pool.weights_percent))


def test_without_a_pool_squares_have_the_area_of_the_precision():
    effects = studies(4)
    found = squares(draw_forest(effects, [], title="x"))
    sides = np.array([found[min(found, key=lambda x: abs(x - e.hr))] for e in effects])
    precision = np.array([e.std_error for e in effects]) ** -2
    shown = sides > 2.3  # the smallest are drawn larger, to be seen
    assert (sides**2 / max(sides**2))[shown] == pytest.approx((precision / max(precision))[shown])


def test_knapp_and_hartung_are_named_only_where_they_were_used():
    effects = studies(5)
    told = " ".join(said(draw_forest(effects, [pool_random(effects)], title="x")))
    assert "Random effects, Knapp-Hartung" in told
    assert "REML, Knapp-Hartung, never narrower than Wald" in told
    wald = pool_random(effects, interval=IntervalMethod.WALD, tau2_estimator="paule-mandel")
    told = " ".join(said(draw_forest(effects, [wald], title="x")))
    assert "Knapp" not in told
    assert "Paule-Mandel, Wald" in told


def test_heterogeneity_and_the_prediction_interval_are_those_of_the_pool():
    effects = studies(8)
    pool = pool_random(effects)
    figure = draw_forest(effects, [pool], title="x")
    told = " ".join(said(figure))
    found = pool.heterogeneity
    assert f"τ² = {found.tau2:.3f}" in told
    assert f"I² = {found.i2_percent:.0f} %, Q = {found.q:.2f} on 7 df, {p_equals(found.p)}" in told
    limits = np.exp(pool.effect.prediction)
    assert limits_text(*limits) in told
    bar = next(
        p for p in plot(figure).patches if p.get_facecolor()[:3] == pytest.approx((0xD5 / 255, 0x5E / 255, 0))
    )
    ends = bar.get_path().vertices[:, 0]
    assert (ends.min(), ends.max()) == pytest.approx(tuple(limits))


def test_a_common_effect_prints_no_tau2():
    effects = studies(8)
    assert "τ²" not in " ".join(said(draw_forest(effects, [pool_common(effects)], title="x")))


def test_intervals_that_leave_the_axis_end_in_arrows_on_its_edge_and_others_do_not():
    effects = [
        StudyEffect("in", "a", "b", np.log(0.8), 0.05, "x"),
        StudyEffect("left", "a", "b", np.log(0.7), 0.3, "x"),
        StudyEffect("both", "a", "b", np.log(0.9), 0.6, "x"),
    ]
    figure = draw_forest(effects, [], title="x", limits=(0.5, 1.5))
    assert sorted(arrows(figure)) == [("<", 0.5), ("<", 0.5), (">", 1.5)]
    assert arrows(draw_forest(effects[:1], [], title="x")) == []


def test_a_study_of_no_information_does_not_press_the_others_together():
    effects = [StudyEffect("tiny", "a", "b", 0.1, 5.0, "x"), *studies(4, spread=0.1)]
    figure = draw_forest(effects, [pool_common(effects)], title="x")
    low, high = plot(figure).get_xlim()
    assert high / low < 12
    assert {marker for marker, _ in arrows(figure)} == {"<", ">"}


def test_the_axis_is_logarithmic_and_holds_all_estimates_and_one():
    for effects in (studies(3), studies(12, spread=2.0)):
        figure = draw_forest(effects, [], title="x")
        low, high = plot(figure).get_xlim()
        assert all(low < e.hr < high for e in effects)
        assert low < 1.0 < high


@pytest.mark.parametrize("width", [1.9, 3.0, 5.0])
@pytest.mark.parametrize(
    "span", [(0.9, 1.1), (0.7, 1.3), (0.5, 1.0), (0.3, 3.0), (0.05, 8.0), (0.001, 400.0)]
)
def test_ticks_are_few_inside_and_apart_and_hold_one(span, width):
    axis = ratio_axis((), width, limits=span)
    assert 1.0 in axis.ticks
    assert 2 <= len(axis.ticks) <= 14
    ends = [
        (axis.at(tick) * width - text_width(tick_label(tick), TICK_SIZE) / 2,
         axis.at(tick) * width + text_width(tick_label(tick), TICK_SIZE) / 2)
        for tick in axis.ticks
    ]  # fmt: skip
    assert all(0 <= axis.at(tick) <= 1 for tick in axis.ticks)
    assert all(after[0] > before[1] for before, after in pairwise(ends))


def test_the_name_of_each_side_stands_on_its_side_of_one():
    effects = studies(6)
    figure = draw_forest(effects, [pool_random(effects)], title="x", favours=("the drug", "the placebo"))
    shown = {t.get_text().replace("\n", " "): t.get_window_extent() for t in texts(figure)}
    at = plot(figure).transData.transform((1.0, 0.0))[0]
    assert shown["← favours the drug"].x1 < at < shown["favours the placebo →"].x0


def test_what_was_compared_has_a_column_only_where_it_differs():
    same, mixed = studies(3), studies(3)
    mixed[1] = StudyEffect("TRIAL-2", "other agent", "control", -0.1, 0.2, "x")
    assert "Treatment" not in said(draw_forest(same, [], title="x"))
    told = said(draw_forest(mixed, [], title="x"))
    assert {"Treatment", "agent", "other agent"} <= set(told)
    assert "← favours the treatment" in told


def test_a_pool_of_other_studies_is_refused_by_name():
    with pytest.raises(UsageError, match=r"not of the studies shown[\s\S]*TRIAL-3"):
        draw_forest(studies(3), [pool_common(studies(3)[:2])], title="x")


def test_groups_show_their_own_pools_and_shares_of_the_whole():
    one, other = studies(4)[:2], studies(4)[2:]
    everything = [*one, *other]
    overall = pool_common(everything)
    groups = [
        ForestGroup(name, tuple(group), (pool_common(group),)) for name, group in (("A", one), ("B", other))
    ]
    told = said(draw_grouped_forest(groups, overall=[overall], title="x"))
    share = sum(overall.weights_percent[:2])
    assert f"{share:.1f} %" in told
    assert f"{100 - share:.1f} %" in told
    for pool in (overall, groups[0].pools[0], groups[1].pools[0]):
        assert ratio_text(pool.hr) in told
    assert {"A", "B", "All studies: common effect"} <= set(told)


def test_a_subgroup_without_evidence_says_that_it_is_not_known():
    known = pool_common(studies(1)).effect
    factor = SubgroupFactor(
        "Child-Pugh class", (SubgroupLevel("A", known, 2, 581), SubgroupLevel("B", None, 0))
    )
    figure = draw_subgroup_forest([factor], title="x", favours=FAVOURS)
    told = said(figure)
    assert "not known" in told
    assert any("no hazard ratio of this subgroup is confirmed" in text for text in told)
    assert not any("no interval" in text for text in told)
    assert {"581", "2", "0"} <= set(told)
    assert len(squares(figure)) == 1


def test_a_ratio_without_an_interval_is_written_and_not_called_unknown():
    levels = (
        SubgroupLevel("yes", None, 0, 158, without_interval=(0.84,)),
        SubgroupLevel("no", None, 0, 141, without_interval=(0.55, 0.61)),
    )
    figure = draw_subgroup_forest([SubgroupFactor("Spread", levels)], title="x", favours=FAVOURS)
    told = said(figure)
    assert {"0.84, no interval", "0.55 and 0.61, no interval"} <= set(told)
    assert "not known" not in told
    assert any("no interval with it is confirmed" in text for text in told)
    assert not any("is confirmed." in text and text.startswith("Not known") for text in told)
    assert not squares(figure)


def test_a_trial_in_two_groups_has_the_area_of_its_weight_in_each():
    first, second = studies(2)
    groups = [
        ForestGroup("high", (first, second), (pool_common([first, second]),)),
        ForestGroup("low", (first,), (pool_common([first]),)),
    ]
    axes = draw_grouped_forest(groups, title="x").axes[0]
    sides = np.array([line.get_markersize() for line in axes.lines if line.get_marker() == "s"])
    weights = [*groups[0].pools[0].weights_percent, 100.0]
    assert (sides / sides.max()) ** 2 == pytest.approx(np.array(weights) / 100.0)


def test_the_test_of_interaction_stands_on_the_row_of_its_factor():
    one, other = (pool_common([effect]).effect for effect in studies(2))
    levels = (SubgroupLevel("yes", one), SubgroupLevel("no", other))
    factor = SubgroupFactor("Invasion", levels, interaction=one, p_adjusted=0.5)
    figure = draw_subgroup_forest([factor], title="x", favours=FAVOURS)
    heights = {t.get_text(): t.get_window_extent().y0 for t in texts(figure)}
    assert heights["0.50"] == pytest.approx(heights["Invasion"], abs=1.5)
    assert factor.p == one.p
    assert SubgroupFactor("x", levels, p_interaction=0.3).p == 0.3
    assert SubgroupFactor("x", levels).p is None


def test_leave_one_out_has_a_row_without_each_study_and_the_pool_of_all():
    effects = studies(5)
    pools = leave_one_out(effects, pool_random)
    figure = draw_leave_one_out(pools, pool_random(effects), title="x", favours=FAVOURS)
    told = said(figure)
    assert {f"without {effect.study}" for effect in effects} <= set(told)
    assert all(ratio_text(pool.hr) in told for pool in pools.values())
    assert diamonds(figure)[0][0, 0] == pytest.approx(pool_random(effects).hr[1])


def test_a_cumulative_forest_needs_a_label_a_pool():
    effects = studies(4)
    pools = cumulative(effects, [3, 1, 2, 4], pool_random)
    with pytest.raises(UsageError, match="one a pool"):
        draw_cumulative_forest(pools, ["a"], title="x", favours=FAVOURS)
    told = said(draw_cumulative_forest(pools, ["a", "b", "c", "d"], title="x", favours=FAVOURS))
    assert all(ratio_text(pool.hr) in told for pool in pools)


def test_studies_are_shown_at_the_level_of_the_pool():
    pool = pool_common(SORAFENIB, confidence=0.9)
    told = said(draw_forest(SORAFENIB, [pool], title="x"))
    assert "Hazard ratio (90 % CI)" in told
    assert ratio_text(study_ratio(SORAFENIB[0], 0.9)) in told


@pytest.mark.parametrize(
    ("ratio", "text"), [(0.001, "<0.01"), (0.694, "0.69"), (9.999, "10.0"), (234.5, "234"), (2e6, ">1,000")]
)
def test_ratios_have_digits_that_say_something(ratio, text):
    assert ratio_text((ratio, ratio, ratio)).startswith(f"{text} (")


def test_pools_differ_in_grey_print():
    def grey(look: Look) -> float:
        red, green, blue = (int(look.value[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    levels = sorted(grey(look) for look in Look)
    assert min(np.diff(levels)) > 0.08
