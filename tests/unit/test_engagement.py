"""What an arm does to its targets, and the picture of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hepatrial.disease.targets import TARGETS
from hepatrial.figures.mechanism import PLACES, draw_mechanism
from hepatrial.protocol.design import DoseLevel, Regimen
from hepatrial.simulation.engagement import (
    ANGIOGENIC_SIGNAL,
    ERK_OUTPUT,
    PROLIFERATION,
    S6K_OUTPUT,
    planned_engagement,
)
from hepatrial.virtual_trial import work_of

MEDIAN = 1
STRATEGIES = Path(__file__).parents[2] / "examples" / "strategies-against-resistance.yaml"


@pytest.fixture(scope="module")
def arms(sharp):
    refametinib = Regimen("refametinib", (DoseLevel(50.0, 0.5),))
    bevacizumab = Regimen("bevacizumab", (DoseLevel(400.0, 14.0),))
    first, placebo = sharp.arms
    both = replace(first, name="both", regimens=(*first.regimens, refametinib))
    ligand = replace(first, name="ligand", regimens=(bevacizumab,))
    design = sharp.with_changes(
        arms=(first, placebo, both, ligand),
        randomisation=replace(sharp.randomisation, ratio=(1, 1, 1, 1), block_size=8),
    )
    found = planned_engagement(work_of(design, seed=2), 200)
    return {arm.arm: arm for arm in found}


def lost(arm, what):
    return arm.lost[what][MEDIAN]


def test_nothing_is_held_and_nothing_lost_without_an_agent(arms):
    assert arms["placebo"].occupancy == {}
    assert {value for quantiles in arms["placebo"].lost.values() for value in quantiles} == {0.0}


def test_sorafenib_holds_what_it_binds_and_names_itself(arms):
    sorafenib = arms["sorafenib"]
    assert set(sorafenib.occupancy) == {"VEGFR2", "PDGFRB", "FGFR1", "TIE2", "RAF1"}
    assert all(binders == ("sorafenib",) for binders in sorafenib.binders.values())
    for quantiles in sorafenib.occupancy.values():
        assert 0.0 < quantiles[0] < quantiles[1] < quantiles[2] < 1.0


def test_a_second_level_of_one_pathway_takes_more_of_its_output(arms):
    assert lost(arms["both"], ERK_OUTPUT) > lost(arms["sorafenib"], ERK_OUTPUT)
    assert lost(arms["both"], PROLIFERATION) > lost(arms["sorafenib"], PROLIFERATION)
    assert lost(arms["both"], ANGIOGENIC_SIGNAL) == pytest.approx(lost(arms["sorafenib"], ANGIOGENIC_SIGNAL))


def test_an_antibody_against_the_ligand_starves_vessels_and_leaves_the_tumour_cell(arms):
    ligand = arms["ligand"]
    assert set(ligand.occupancy) == {"VEGFA"}
    assert lost(ligand, ANGIOGENIC_SIGNAL) > 0.05
    assert lost(ligand, ERK_OUTPUT) == lost(ligand, S6K_OUTPUT) == lost(ligand, PROLIFERATION) == 0.0


def test_what_is_lost_lies_between_what_single_nodes_allow(arms):
    for arm in arms.values():
        for quantiles in arm.lost.values():
            assert np.all(np.diff(quantiles) >= 0.0)
            assert quantiles[-1] <= 1.0


def test_the_picture_has_a_box_for_every_target_and_output(arms):
    assert set(TARGETS) <= set(PLACES)
    figure = draw_mechanism(tuple(arms.values()))
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert sum(text.startswith("VEGFR2") for text in texts) == 3
    assert "placebo" not in texts
    for axes in figure.axes:
        for text in axes.texts:
            x, y = text.get_position()
            assert axes.get_xlim()[0] <= x <= axes.get_xlim()[1]
            assert axes.get_ylim()[0] <= y <= axes.get_ylim()[1]


@pytest.fixture(scope="module")
def strategies():
    return planned_engagement(work_of(STRATEGIES, seed=2), 100)


def test_a_sequence_has_a_moment_for_each_set_of_agents_and_an_escalation_one_for_the_raised_dose(strategies):
    assert [arm.title for arm in strategies] == [
        "continuous",
        "escalated",
        "escalated (dose raised)",
        "intermittent",
        "switch (sorafenib)",
        "switch (regorafenib)",
        "rechallenge",
    ]
    found = {arm.title: arm for arm in strategies}
    for same in ("escalated", "switch (sorafenib)", "rechallenge"):
        assert found[same].occupancy == found["continuous"].occupancy
    raised = found["escalated (dose raised)"].occupancy
    assert all(raised[target] > held for target, held in found["continuous"].occupancy.items())
    assert {name for names in found["switch (regorafenib)"].binders.values() for name in names} == {
        "regorafenib"
    }


def test_what_does_the_same_is_drawn_once_under_all_its_names(strategies):
    figure = draw_mechanism(strategies)
    texts = [" ".join(text.get_text().split()) for axes in figure.axes for text in axes.texts]
    assert len(figure.axes) == 3
    assert "continuous; escalated; intermittent; switch (sorafenib); rechallenge" in texts
    assert {"escalated (dose raised)", "switch (regorafenib)"} <= set(texts)
