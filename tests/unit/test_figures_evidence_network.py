"""Figures of a network show its estimates: league table, direct evidence, graph, ranks, direct against indirect."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.patches import Circle, Polygon
from test_figures import texts
from test_figures_evidence import bayesian, graph, network

from hepatrial.errors import InvalidInput, UsageError
from hepatrial.evidence.network import (
    direct_estimates,
    fit_common,
    fit_random,
    league_table,
    network_of,
    p_scores,
    rank_probabilities,
    split_nodes,
)
from hepatrial.evidence.pooling import StudyEffect, pool_common
from hepatrial.figures.evidence import (
    draw_network_forest,
    draw_network_graph,
    draw_node_splits,
    draw_rankogram,
    draw_scores,
    league_cells,
)
from hepatrial.figures.evidence.circle_order import circle_order
from hepatrial.figures.evidence.network_graph import spread
from hepatrial.figures.evidence.wording import p_text, ratio_text
from hepatrial.simulation.streams import Streams

PAIRS = [
    StudyEffect("T1", "a", "b", -0.30, 0.15, "x"),
    StudyEffect("T2", "a", "b", -0.05, 0.20, "x"),
    StudyEffect("T3", "b", "c", -0.10, 0.10, "x"),
    StudyEffect("T4", "c", "a", 0.25, 0.18, "x"),
    StudyEffect("T5", "d", "c", 0.40, 0.25, "x"),
]
UNLIKE = [StudyEffect("T1", "a", "b", -0.90, 0.15, "x"), *PAIRS[1:]]


def said(figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in texts(figure)]


def test_direct_estimates_are_the_pools_of_each_pair():
    found = direct_estimates(fit_common(network_of(PAIRS)))
    assert set(found) == {("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")}
    pool = pool_common(PAIRS[:2]).effect
    for name in ("value", "std_error", "lower", "upper", "p"):
        assert getattr(found["a", "b"], name) == pytest.approx(getattr(pool, name))
    assert found["a", "c"].value == pytest.approx(-0.25)
    assert found["c", "d"].value == pytest.approx(-0.40)


def test_direct_estimates_agree_with_the_direct_part_of_split_nodes():
    for fit in (fit_common(network_of(PAIRS)), fit_random(network_of(UNLIKE))):
        found = direct_estimates(fit)
        splits = split_nodes(fit)
        assert len(splits) == 3
        for split in splits:
            assert found[split.arm, split.control].value == pytest.approx(split.direct.value)
            assert found[split.arm, split.control].std_error == pytest.approx(split.direct.std_error)


def test_direct_estimates_take_the_variance_between_trials_of_the_network():
    fit = fit_random(network_of(UNLIKE))
    tau2 = fit.heterogeneity.tau2
    assert tau2 > 0.05
    weights = np.array([1 / (0.15**2 + tau2), 1 / (0.20**2 + tau2)])
    found = direct_estimates(fit)["a", "b"]
    assert found.value == pytest.approx(weights @ [-0.90, -0.05] / weights.sum())
    assert found.std_error == pytest.approx(weights.sum() ** -0.5)


def test_a_trial_of_three_arms_is_direct_evidence_for_all_its_pairs():
    found = network(4)
    direct = direct_estimates(fit_common(found))
    wide = next(trial for trial in found.trials if len(trial.arms) == 3)
    assert set(itertools.combinations(wide.arms, 2)) <= set(direct)


def whole(cell) -> str:
    return f"{cell.estimate} {cell.limits}".strip()


def test_league_cells_stand_below_and_above_the_diagonal_and_are_of_one_ratio():
    fit = fit_common(network_of(PAIRS))
    table, direct = league_table(fit), direct_estimates(fit)
    cells = league_cells(table, direct)
    order = table.treatments
    for row, column in itertools.product(range(4), range(4)):
        cell = cells[row][column]
        if row == column:
            assert whole(cell) == order[row]
        elif row > column:
            better, worse = order[column], order[row]
            ratio = fit.effect(better, worse).ratio
            assert whole(cell) == ratio_text(ratio)
            assert cell.excludes_1 == (not ratio[1] <= 1 <= ratio[2])
        else:
            better, worse = order[row], order[column]
            if (better, worse) in direct:
                assert whole(cell) == ratio_text(direct[better, worse].ratio)
            elif (worse, better) in direct:
                found = direct[worse, better]
                turned = np.exp([-found.value, -found.upper, -found.lower])
                assert whole(cell) == ratio_text(tuple(turned))
            else:
                assert whole(cell) == "–"
    assert (
        sum(whole(cell) == "–" for line in cells for cell in line) == 2
    )  # a and d, b and d were never compared


def test_where_evidence_is_direct_alone_both_cells_of_a_pair_agree():
    star = [StudyEffect(f"T{arm}", arm, "placebo", -0.1 * k, 0.1, "x") for k, arm in enumerate("abc")]
    fit = fit_common(network_of(star))
    cells = league_cells(league_table(fit), direct_estimates(fit))
    compared = [
        (row, column) for row in range(4) for column in range(row + 1, 4) if whole(cells[row][column]) != "–"
    ]
    assert len(compared) == 3
    assert all(cells[row][column] == cells[column][row] for row, column in compared)


def test_areas_of_nodes_are_as_the_patients():
    figure = graph(5)
    circles = [patch for patch in figure.axes[0].patches if isinstance(patch, Circle)]
    areas = sorted(circle.get_radius() ** 2 for circle in circles)
    patients = [40 * (place + 1) ** 2 for place in range(5)]
    shown = [area for area in areas if area > 0.0601**2]
    assert len(shown) >= 4
    assert np.array(shown) / areas[-1] == pytest.approx(np.array(patients[-len(shown) :]) / patients[-1])


def test_widths_of_edges_are_as_trials_or_precision():
    found = network_of(PAIRS)

    def widths(kind: str) -> list[float]:
        axes = draw_network_graph(found, title="x", edges=kind).axes[0]
        return sorted(line.get_linewidth() for line in axes.lines if line.get_linewidth() > 0.7)

    assert widths("trials")[-1] == pytest.approx(2 * widths("trials")[0])
    # 1 / 0.15^2 + 1 / 0.20^2 = 69.4, 100, 30.9, 16.
    assert np.array(widths("precision")) / widths("precision")[-1] == pytest.approx(
        [0.16, 0.309, 0.694, 1.0], abs=0.001
    )
    with pytest.raises(UsageError, match="did you mean trials"):
        draw_network_graph(found, title="x", edges="trial")


def test_only_trials_of_several_arms_are_shaded_and_they_are_named():
    def shaded(figure) -> int:
        return sum(isinstance(patch, Polygon) for patch in figure.axes[0].patches)

    figure = draw_network_graph(network(5), title="x")
    assert shaded(figure) == 1
    assert "WIDE" in said(figure)
    assert shaded(draw_network_graph(network_of(PAIRS), title="x")) == 0


@pytest.mark.parametrize("size", [3, 6, 13, 20])
def test_names_stand_outside_the_nodes(size):
    figure = graph(size)
    axes = figure.axes[0]
    boxes = [text.get_window_extent() for text in texts(figure) if text.axes is axes]
    assert len(boxes) == size
    for circle in (patch for patch in axes.patches if isinstance(patch, Circle)):
        centre = axes.transData.transform(circle.center)
        radius = circle.get_radius() * 100  # the axes are in inches, at 100 dots an inch
        for box in boxes:
            nearest = np.clip(centre, (box.x0, box.y0), (box.x1, box.y1))
            assert np.hypot(*(nearest - centre)) > radius


def test_a_treatment_without_patients_is_refused_by_name():
    with pytest.raises(InvalidInput, match=r"without a number of patients[\s\S]*c, d"):
        draw_network_graph(network_of(PAIRS), title="x", patients={"a": 1, "b": 2})


def test_a_ring_of_treatments_is_drawn_as_a_ring():
    names = ["m", "c", "x", "a", "t", "k", "b"]
    ring = [
        StudyEffect(f"T{k}", names[k], names[(k + 1) % len(names)], 0.0, 0.1, "x") for k in range(len(names))
    ]
    order = circle_order(network_of(ring))
    assert sorted(order) == sorted(names)
    neighbours = {frozenset((order[k], order[(k + 1) % len(order)])) for k in range(len(order))}
    assert neighbours == {frozenset((names[k], names[(k + 1) % len(names)])) for k in range(len(names))}


def test_names_are_moved_apart_as_little_as_needed():
    assert spread([0.0, 1.0, 2.0], 0.3) == [0.0, 1.0, 2.0]
    found = spread([0.0, 0.05, 0.1, 3.0], 0.3)
    assert all(after - before >= 0.3 - 1e-9 for before, after in itertools.pairwise(found))
    assert found == sorted(found)


def test_a_network_forest_shows_every_treatment_best_first():
    fit = fit_common(network_of(PAIRS))
    figure = draw_network_forest(fit, "c", title="x")
    told = said(figure)
    assert all(ratio_text(estimate.ratio) in told for estimate in fit.against("c").values())
    scores = p_scores(fit)
    heights = {t.get_text(): t.get_window_extent().y0 for t in texts(figure) if t.get_text() in "abd"}
    assert sorted(heights, key=heights.get, reverse=True) == sorted("abd", key=scores.get, reverse=True)
    assert "Hazard ratio (95 % CI)" in told
    assert "← favours the treatment" in told
    turned = said(draw_network_forest(fit, "c", title="x", small_is_good=False))
    assert "favours the treatment →" in turned


def test_a_bayesian_forest_says_credible_and_shows_medians_and_the_prior():
    fit = bayesian(4)
    told = said(draw_network_forest(fit, "treatment 0", title="x"))
    assert "Hazard ratio (95 % CrI)" in told
    assert "SUCRA" in told
    found = fit.effect("treatment 1", "treatment 0")
    assert ratio_text(tuple(np.exp([found.median, found.lower, found.upper]))) in told
    assert any("half-normal, scale 0.5" in text for text in told)


def test_splits_show_direct_indirect_and_network_with_the_p_of_consistency():
    splits = split_nodes(fit_common(network_of(PAIRS)))
    told = said(draw_node_splits(splits, title="x"))
    for split in splits:
        assert f"{split.arm} v {split.control}" in told
        for estimate in (split.direct, split.indirect, split.network):
            assert ratio_text(estimate.ratio) in told
        assert p_text(split.difference.p) in told


def test_bars_of_the_rankogram_are_the_probabilities_and_panels_stand_by_sucra():
    fit = bayesian(5)
    ranks, sucra = rank_probabilities(fit, Streams(1), draws=2000), fit.sucra()
    figure = draw_rankogram(ranks, sucra, title="x")
    order = sorted(ranks.treatments, key=lambda arm: -sucra[arm])
    for panel, arm in zip(figure.axes, order, strict=True):
        assert panel.get_title(loc="left") == f"{arm}\nSUCRA {sucra[arm]:.2f}"
        tops = panel.patches[0].get_path().vertices.reshape(-1, 5, 2)[:, 2, 1]
        assert tops == pytest.approx(100 * ranks.probability[ranks.treatments.index(arm)])
        line = panel.lines[0].get_ydata()
        assert line == pytest.approx(np.cumsum(tops))
        # SUCRA is the mean of the cumulative curve over all ranks but the last.
        assert np.mean(line[:-1]) / 100 == pytest.approx(sucra[arm], abs=0.04)


def test_scores_stand_at_their_values():
    fit = fit_common(network_of(PAIRS))
    scores = p_scores(fit)
    figure = draw_scores({"P-score": scores}, title="x")
    axes = figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    marks = next(line for line in axes.lines if line.get_marker() == "o")
    assert dict(zip(names, marks.get_xdata(), strict=True)) == pytest.approx(scores)
    assert all(f"{score:.2f}" in said(figure) for score in scores.values())
