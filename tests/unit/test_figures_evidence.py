"""Figures of evidence: whatever the names and numbers, texts stay apart; the same input gives the same bytes."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np
import pytest
from test_figures import texts

from hepatrial.evidence.network import (
    ArmVariance,
    bayesian_network,
    direct_estimates,
    fit_common,
    league_table,
    network_of,
    p_scores,
    rank_probabilities,
    split_nodes,
    weakly_informative,
)
from hepatrial.evidence.pooling import (
    StudyEffect,
    SurrogateTrial,
    cumulative,
    egger_test,
    leave_one_out,
    meta_regression,
    pool_common,
    pool_random,
    surrogacy,
)
from hepatrial.evidence.reconstruction import clean_curve, reconstruct, risk_numbers
from hepatrial.figures.evidence import (
    FittedLine,
    ForestGroup,
    SubgroupFactor,
    SubgroupLevel,
    draw_cumulative_forest,
    draw_forest,
    draw_funnel,
    draw_grouped_forest,
    draw_league_table,
    draw_leave_one_out,
    draw_moderator,
    draw_network_forest,
    draw_network_graph,
    draw_node_splits,
    draw_rankogram,
    draw_reconstruction,
    draw_scores,
    draw_subgroup_forest,
    draw_surrogacy,
)
from hepatrial.figures.evidence.label_places import place_labels
from hepatrial.figures.evidence.text_width import fitted, text_width
from hepatrial.figures.style import png_bytes, svg_text
from hepatrial.simulation.streams import Streams

LONG = "A phase 3 study of $one$ agent_with a name & <that> goes on and on beyond every column, part two"
FAVOURS = ("the new treatment", "control")


def studies(count: int, *, long: bool = False, spread: float = 0.25) -> list[StudyEffect]:
    """Made-up studies; with ``long`` the second has a very long name and another arm."""
    generator = np.random.default_rng(count)
    found = []
    for place in range(count):
        other = long and place == 1
        name = f"{LONG} {place}" if other else f"TRIAL-{place + 1}"
        effect, error = generator.normal(-0.2, spread), generator.uniform(0.08, 0.45)
        found.append(
            StudyEffect(name, f"agent+{LONG}" if other else "agent", "control", effect, error, "made up")
        )
    return found


def network(size: int, *, long: bool = False):
    """A ring of treatments with one trial of three arms; the first two share two trials."""
    names = [f"treatment {place}" for place in range(size)]
    if long:
        names[1], names[2] = f"{LONG} combined+with+another", "atezolizumab+bevacizumab+lenvatinib"
    ring = [
        StudyEffect(f"T{place}", names[place], names[(place + 1) % size], 0.1 * (-1) ** place, 0.15, "x")
        for place in range(size)
    ]
    ring.append(StudyEffect("again", names[0], names[1], -0.05, 0.2, "x"))
    wide = [
        StudyEffect("WIDE", names[0], names[2], -0.2, 0.18, "x"),
        StudyEffect("WIDE", names[1], names[2], -0.1, 0.18, "x"),
    ]
    return network_of([*ring, *wide], [ArmVariance("WIDE", names[2], 0.012, "x")])


def surrogate_trials(count: int) -> list[SurrogateTrial]:
    generator = np.random.default_rng(7)
    effects = generator.normal(-0.4, 0.3, count)
    finals = 0.6 * effects + generator.normal(0, 0.05, count)
    errors = generator.uniform(0.06, 0.25, count)
    return [
        SurrogateTrial(f"TRIAL-{place + 1}", x, 0.1, y, error, "made up")
        for place, (x, y, error) in enumerate(zip(effects, finals, errors, strict=True))
    ]


def reconstruction(n: int):
    months = np.array([1.0, 2.5, 4.0, 6.0, 9.0, 12.0, 16.0])
    curve = clean_curve(months, 1.0 - 0.1 * np.arange(1, 8))
    left = [n, round(0.8 * n), round(0.6 * n), round(0.45 * n)]
    return reconstruct(curve, risk=risk_numbers([0, 4, 8, 12], left))


def forest(count: int, *, long: bool = False, spread: float = 0.25):
    effects = studies(count, long=long, spread=spread)
    pools = [pool_common(effects)] + ([pool_random(effects)] if count > 1 else [])
    columns = {"Events / n": {effect.study: f"{120 + place} / 1,302" for place, effect in enumerate(effects)}}
    return draw_forest(effects, pools, title=LONG if long else "Forest", columns=columns)


def grouped():
    groups = [
        ForestGroup(name, tuple(effects), (pool_common(effects), pool_random(effects)))
        for name, effects in (("Short", studies(3)), (LONG, _renamed(studies(5))))
    ]
    everything = [effect for group in groups for effect in group.effects]
    overall = (pool_common(everything), pool_random(everything))
    return draw_grouped_forest(groups, overall=overall, title="Groups")


def _renamed(effects: list[StudyEffect]) -> list[StudyEffect]:
    return [StudyEffect(f"{e.study}b", e.arm, e.control, e.log_hr, e.std_error, e.source) for e in effects]


def subgroups():
    one, other, third = (pool_common([effect]).effect for effect in studies(3))
    factors = [
        SubgroupFactor(LONG, (SubgroupLevel("yes", one, 2, 1421, 300), SubgroupLevel("no", other, 1, 3))),
        SubgroupFactor("Child-Pugh class", (SubgroupLevel("A", third), SubgroupLevel(LONG, None, 0)), p_adjusted=0.4,
                       p_interaction=0.02, interaction=one),
    ]  # fmt: skip
    return draw_subgroup_forest(factors, title="Subgroups", overall=one, favours=FAVOURS)


def sequence(draw):
    effects = studies(12, long=True)
    if draw is draw_leave_one_out:
        return draw(
            leave_one_out(effects, pool_random), pool_random(effects), title="Without", favours=FAVOURS
        )
    pools = cumulative(effects, range(12), pool_random)
    return draw(pools, [f"+ {effect.study}" for effect in effects], title="Cumulative", favours=FAVOURS)


def bayesian(size: int, *, long: bool = False):
    return bayesian_network(network(size, long=long), weakly_informative())


def rankogram(size: int, *, long: bool = False):
    fit = bayesian(size, long=long)
    return draw_rankogram(rank_probabilities(fit, Streams(1)), fit.sucra(), title="Ranks")


def scores():
    fit = fit_common(network(12, long=True))
    found = bayesian(12, long=True).sucra()
    return draw_scores({"P-score": p_scores(fit), "SUCRA": found}, title="Scores")


def league(size: int, *, long: bool = False):
    fit = fit_common(network(size, long=long))
    return draw_league_table(league_table(fit), direct_estimates(fit), title="League")


def graph(size: int, *, long: bool = False, sized: bool = True):
    found = network(size, long=long)
    patients = {arm: 40 * (place + 1) ** 2 for place, arm in enumerate(found.treatments)}
    return draw_network_graph(found, title="Network", patients=patients if sized else None)


def funnel(count: int, *, contours: bool):
    effects = studies(count, long=True)
    return draw_funnel(
        effects, pool_random(effects), title="Funnel", contours=contours, test=egger_test(effects)
    )


def bubbles(count: int):
    trials = surrogate_trials(count)
    return draw_surrogacy(trials, surrogacy(trials), title="Surrogacy", surrogate="PFS hazard ratio")


def moderator(count: int):
    effects = studies(count, long=True)
    values = {effect.study: 30.0 + 2.5 * (7 * place % 11) for place, effect in enumerate(effects)}
    fit = meta_regression(effects, {"hbv": list(values.values())})
    line = FittedLine(lambda x: fit.effect_at(hbv=x), fit.coefficients["hbv"], "10 points", fit.residual.tau2)
    return draw_moderator(effects, values, line, title=LONG, moderator="hepatitis B, %", notes=("A note.",))


def network_forest(fit):
    return draw_network_forest(fit, fit.network.treatments[0], title="Against one")


CASES = {
    "forest of one": partial(forest, 1),
    "forest of two": partial(forest, 2),
    "forest of nine, long names": partial(forest, 9, long=True),
    "forest of forty": partial(forest, 40, long=True),
    "forest of wild effects": partial(forest, 8, spread=3.0),
    "groups": grouped,
    "subgroups": subgroups,
    "leave one out": partial(sequence, draw_leave_one_out),
    "cumulative": partial(sequence, draw_cumulative_forest),
    "network forest": lambda: network_forest(fit_common(network(9, long=True))),
    "network forest, Bayesian": lambda: network_forest(bayesian(4)),
    "node splits": lambda: draw_node_splits(split_nodes(fit_common(network(4, long=True))), title="Splits"),
    "league of three": partial(league, 3),
    "league of fourteen": partial(league, 14, long=True),
    "graph of three": partial(graph, 3),
    "graph of five": partial(graph, 5, sized=False),
    "graph of twenty": partial(graph, 20, long=True),
    "ranks of three": partial(rankogram, 3),
    "ranks of thirteen": partial(rankogram, 13, long=True),
    "scores": scores,
    "funnel": partial(funnel, 9, contours=False),
    "funnel of forty, contours": partial(funnel, 40, contours=True),
    "moderator": partial(moderator, 4),
    "moderator of thirty": partial(moderator, 30),
    "surrogacy": partial(bubbles, 8),
    "surrogacy of forty": partial(bubbles, 40),
    "reconstruction": lambda: draw_reconstruction(
        {"agent": reconstruction(1200), LONG: reconstruction(300)}, title="KM"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_no_text_overlaps_another_or_leaves_the_figure(case):
    figure = CASES[case]()
    found = [(t.get_text(), t.get_window_extent()) for t in texts(figure)]
    width, height = figure.bbox.width, figure.bbox.height
    for text, box in found:
        assert -1 <= box.x0 <= box.x1 <= width + 1, f"{text!r} leaves the figure"
        assert -1 <= box.y0 <= box.y1 <= height + 1, f"{text!r} leaves the figure"
    for (one, a), (other, b) in itertools.combinations(found, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 1 or up <= 1, f"{one!r} overlaps {other!r}"


@pytest.mark.parametrize(
    "case", ["forest of two", "network forest", "league of three", "graph of five", "surrogacy", "moderator"]
)
def test_the_same_input_gives_the_same_bytes(case):
    one, other = CASES[case](), CASES[case]()
    assert svg_text(one) == svg_text(other)
    assert png_bytes(one) == png_bytes(other)


def test_a_text_is_never_wider_than_measured_once_it_is_drawn():
    for case in ("forest of nine, long names", "graph of twenty"):
        for text in texts(CASES[case]()):
            if text.get_rotation() == 0:
                bold = text.get_fontweight() == "bold"
                measured = text_width(text.get_text(), text.get_fontsize(), bold=bold)
                assert text.get_window_extent().width / 100 <= measured + 0.01, text.get_text()


def test_a_text_that_fits_is_left_alone_and_a_long_one_is_broken_and_ends_in_an_ellipsis():
    assert fitted("SHARP", 2.0, 8) == "SHARP"
    for lines in (1, 2, 3):
        found = fitted(LONG, 1.4, 8, lines=lines).split("\n")
        assert len(found) == lines
        assert found[-1].endswith("…")
        assert all(text_width(line, 8) <= 1.4 for line in found)


def test_names_of_combinations_break_after_the_plus():
    assert fitted("atezolizumab+bevacizumab", 1.0, 8) == "atezolizumab+\nbevacizumab"


def test_placed_names_cover_neither_points_nor_each_other():
    generator = np.random.default_rng(2)
    places = generator.uniform((0.5, 0.5), (4.0, 3.0), (40, 2))
    radii = generator.uniform(0.03, 0.15, 40)
    labels = place_labels(places, radii, [f"TRIAL-{k}" for k in range(40)], width=4.5, height=3.5, size=7)
    boxes = []
    for label in labels:
        if label is None:
            continue
        half = text_width(label.text, 7) / 2, 7 / 72 / 2
        boxes.append((np.array(label.centre) - half, np.array(label.centre) + half))
    assert len(boxes) >= 38
    for (low, high), (below, above) in itertools.combinations(boxes, 2):
        assert np.any(low >= above - 1e-9) or np.any(below >= high - 1e-9)
    for low, high in boxes:
        assert np.all(low >= 0)
        assert np.all(high <= (4.5, 3.5))
        nearest = np.clip(places, low, high)
        assert np.all(np.hypot(*(nearest - places).T) >= radii - 1e-9)
