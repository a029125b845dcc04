"""The command `hepatrial combine`, its page and its figures."""

import csv
import json

import pytest
from typer.testing import CliRunner

from hepatrial.agents import load_agent
from hepatrial.cli.app import app
from hepatrial.combinations import combine
from hepatrial.errors import InvalidInput
from hepatrial.figures.combinations import draw_isobologram, draw_node_bars, draw_surface_map
from hepatrial.figures.style import svg_text
from hepatrial.report.definitions import NOTICE


def shown(*arguments):
    result = CliRunner().invoke(app, ["combine", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("pair") / "out"
    shown("sorafenib", "everolimus", "--out", target)
    return target


def test_the_text_says_what_was_given_what_is_hit_and_what_escapes():
    text = shown("sorafenib", "everolimus")
    assert text.startswith("sorafenib 800 mg a day with everolimus 7.5 mg a day\nabove the tolerated dose: ")
    assert "excess over Bliss" in text
    assert "excess over Loewe" in text
    assert "ERK hangs most on MEK and S6K on mTOR" in text
    assert "PI3K rises most" in text
    assert "not defined" not in text
    assert text.splitlines()[-1] == NOTICE


def test_a_pair_outside_the_network_is_said_to_be():
    assert "neither binds a node" in shown("bevacizumab", "ramucirumab")


def test_json_and_the_folder_hold_the_same(folder):
    record = json.loads(shown("sorafenib", "everolimus", "--json"))
    assert record == json.loads((folder / "result.json").read_text())
    assert record["tolerability"]["answer"] == "above the tolerated dose"
    assert record["at_usual_doses"]["both"]["value"] > record["at_usual_doses"]["first"]["value"]
    with (folder / "surface.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 64
    assert float(rows[-1]["effect"]) == pytest.approx(record["surface"]["effect"][-1][-1])


def test_the_page_names_the_trial_the_papers_and_that_it_is_simulated(folder):
    page = (folder / "combination.html").read_text()
    for words in ("Simulated, for research", "Finn RS", "Saez-Rodriguez", "Yadav", "Which escape remains"):
        assert words in page
    assert {path.stem for path in (folder / "figures").glob("*.svg")} == {"surface", "isobologram", "nodes"}


def test_additivity_that_is_not_defined_is_null_and_hatched():
    record = json.loads(shown("mk-2206", "everolimus", "--json"))
    assert record["surface"]["loewe_excess"][4][4] is None
    found = combine(load_agent("mk-2206"), load_agent("everolimus"))
    assert "url(#" in svg_text(draw_surface_map(found))


def test_isoboles_are_drawn_over_what_has_the_effect_alone_so_that_none_lies_on_the_axes():
    """The usual dose of erlotinib is hundreds of times what its first effects need."""
    (axes,) = draw_isobologram(combine(load_agent("sorafenib"), load_agent("erlotinib"))).axes
    *isoboles, _ = axes.lines
    assert len(isoboles) == 3
    for line in isoboles:
        x, y = line.get_data()
        assert (x[0], y[0], x[-1], y[-1]) == pytest.approx((0.0, 1.0, 1.0, 0.0), abs=1e-6)


def test_figures_are_the_same_bytes_for_the_same_pair():
    found = combine(load_agent("sorafenib"), load_agent("erlotinib"))
    for draw in (draw_surface_map, draw_isobologram, draw_node_bars):
        assert svg_text(draw(found)) == svg_text(draw(found))


def test_the_share_of_erk_moves_the_effect():
    erk, s6k = (
        json.loads(shown("sorafenib", "everolimus", "--erk-share", share, "--json"))["at_usual_doses"][
            "second"
        ]
        for share in (1, 0)
    )
    assert erk["value"] == 0.0
    assert s6k["value"] > 0.5


def test_the_folder_is_made_again_by_reproduce(folder):
    result = CliRunner().invoke(app, ["reproduce", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0


def test_a_misspelt_agent_is_named_with_the_nearest():
    with pytest.raises(InvalidInput, match="did you mean sorafenib"):
        CliRunner().invoke(app, ["combine", "sorafenip", "erlotinib"], catch_exceptions=False)


def test_a_share_above_one_is_a_mistake_of_use():
    assert CliRunner().invoke(app, ["combine", "sorafenib", "erlotinib", "--erk-share", "2"]).exit_code == 2
