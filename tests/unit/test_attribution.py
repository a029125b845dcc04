"""Causes of resistance: what must be true of their shares, whatever the parameters."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hepatrial.attribution import CAUSES, attribute_resistance
from hepatrial.attribution.onset import EXCESS_LOG_VOLUME, onset, onset_days
from hepatrial.disease.parameters import default_parameters
from hepatrial.figures.resistance import draw_delays, draw_progression_causes
from hepatrial.protocol.loading import load
from hepatrial.report.resistance_page import resistance_output
from hepatrial.report.resistance_record import resistance_record
from hepatrial.simulation.workers import simulate_patients
from hepatrial.virtual_trial import work_of

OFF = {
    "resistance.protection": 0.0,
    "resistance.escape_capacity": 0.0,
    "signalling.receptor_rise": 0.0,
}
"""Parameters that take the strength from three causes; the fourth is the agent's kinetics."""


@pytest.fixture(scope="module")
def work():
    return work_of("sharp", seed=4, precision="float32")


@pytest.fixture(scope="module")
def arms(work):
    return attribute_resistance(work, 600)


def by_cause(arm):
    return {cause.cause: cause for cause in arm.causes}


def test_shares_add_up_to_all_progressions(arms):
    for arm in arms:
        total = arm.never_held_percent.value + sum(c.share_percent.value for c in arm.causes)
        assert total == pytest.approx(100.0, abs=1e-9)


def test_nothing_is_due_to_resistance_where_nothing_is_given(arms):
    placebo = arms[1]
    assert placebo.never_held_percent.value == 100.0
    for cause in placebo.causes:
        assert cause.share_percent.value == cause.delay_months.value == 0.0
        assert cause.onset.median_days is None


def test_an_arm_is_set_against_the_same_patients_under_control(work, arms):
    sorafenib, placebo = arms
    assert placebo.later_months is None
    assert placebo.longer_life_months is None
    gap = sorafenib.mean_months.value - placebo.mean_months.value
    assert sorafenib.later_months.value == pytest.approx(gap, abs=1e-9)
    # The same patients stand under both arms, so that the difference is known better than between two groups.
    apart = math.hypot(sorafenib.mean_months.error, placebo.mean_months.error)
    assert 0.0 < sorafenib.later_months.error < 0.9 * apart
    lived = [
        np.minimum(one.death, work.protocol.horizon_days) / 30.4375
        for one in simulate_patients(work, 600, workers=1).outcomes
    ]
    assert sorafenib.longer_life_months.value == pytest.approx(float((lived[0] - lived[1]).mean()), rel=1e-5)
    output = resistance_output(work, arms, "")
    (table,) = output.sections[2].tables
    assert [row[0] for row in table.rows] == ["sorafenib"]
    record = output.result["arms"]
    assert record[0]["later_than_control_months"]["value"] == sorafenib.later_months.value
    assert record[1]["later_than_control_months"] is record[1]["longer_life_months"] is None


def test_sorafenib_loses_most_to_its_falling_exposure_as_the_parameters_stand(arms):
    sorafenib = by_cause(arms[0])
    assert max(sorafenib, key=lambda cause: sorafenib[cause].share_percent.value) == "falling_exposure"
    for cause in sorafenib.values():
        assert cause.share_percent.error > 0.0
        assert cause.delay_months.value >= -3.0 * cause.delay_months.error


def test_a_cause_without_strength_gets_nothing(work):
    parameters = default_parameters().with_values(OFF)
    sorafenib = by_cause(attribute_resistance(work_of(work.protocol, parameters=parameters), 256)[0])
    for cause in CAUSES[:3]:
        assert sorafenib[cause].share_percent.value == 0.0
        assert sorafenib[cause].delay_months.value == 0.0
    assert sorafenib["falling_exposure"].share_percent.value > 0.0


def test_a_partner_on_the_axis_of_escape_leaves_that_cause_less_to_gain():
    """With escape made strong and quick, so that 300 patients tell; tepotinib holds MET, a third of the axis."""
    example = load(Path(__file__).parents[2] / "examples" / "partners-against-resistance.yaml")
    protocol = example.with_changes(
        arms=[example.arm("with tepotinib"), example.arm("sorafenib")],
        randomisation=replace(example.randomisation, ratio=(1, 1), block_size=2),
    )
    strong = {"resistance.escape_capacity": 0.95, "resistance.escape_rate_per_day": 0.05}
    work = work_of(protocol, seed=4, precision="float32", parameters=default_parameters().with_values(strong))
    with_partner, alone = attribute_resistance(work, 300)
    gains = [by_cause(arm)["angiogenic_escape"].delay_months for arm in (with_partner, alone)]
    assert gains[1].value > 5.0 * gains[1].error
    assert gains[0].value < 0.8 * gains[1].value
    assert with_partner.later_months.value > 3.0 * with_partner.later_months.error


def test_the_block_size_changes_nothing(work):
    from dataclasses import replace

    small = attribute_resistance(replace(work, block=64), 150)
    large = attribute_resistance(replace(work, block=1024), 150)
    assert small == large


def test_a_cause_sets_in_at_the_first_visit_with_a_tenth_more_volume():
    days = np.array([21.0, 42.0, 63.0])
    without = np.full((3, 2), 50.0)
    grown = np.exp(EXCESS_LOG_VOLUME / 3.0)
    viable = without * np.array([[1.0, 1.0], [grown * 1.001, grown * 0.999], [1.0, 1.0]])
    found = onset_days(viable, without, days)
    assert found[0] == 42.0
    assert math.isnan(found[1])
    summed = onset(found, np.array([60.0, 60.0]))
    assert (summed.share_percent, summed.median_days) == (50.0, 42.0)
    assert onset(found, np.array([30.0, 60.0])).median_days is None


def test_the_record_is_json_and_the_page_names_every_cause(work, arms):
    record = resistance_record(work, arms)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    output = resistance_output(work, arms, "hepatrial resistance sharp")
    cells = [row[0] for table in output.sections[0].tables for row in table.rows]
    assert len([cell for cell in cells if cell in ("never held up",)]) == 1
    assert {row["cause"] for row in output.tables["causes"]} == {"never_held", *CAUSES}


def test_figures_are_drawn_for_any_number_of_arms(arms):
    for some in (arms, arms[:1], arms[1:]):
        assert draw_progression_causes(some).axes
        assert draw_delays(some).axes
