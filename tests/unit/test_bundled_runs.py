"""Every bundled protocol runs, and its summary and pages say what its design allows."""

from __future__ import annotations

import pytest

from hepatrial import load, simulate
from hepatrial.protocol.bundled_protocols import protocol_names
from hepatrial.report.design_rows import design_rows
from hepatrial.report.summary import summary_of

FEW = 40


@pytest.mark.long
@pytest.mark.parametrize("name", protocol_names())
def test_a_bundled_protocol_runs_and_its_summary_has_every_arm_and_comparison(name):
    protocol = load(name)
    summary = summary_of(simulate(protocol, patients=FEW, replicates=0, seed=3))
    assert summary["failures"] == {}
    assert [arm["arm"] for arm in summary["arms"]] == [arm.name for arm in protocol.arms]
    pairs = {(row["arm"], row["control"]) for row in summary["comparisons"]}
    assert pairs == set(protocol.comparisons)
    # An arm of poor patients may lose all of a few before a scan; survival is always known.
    assert all(arm["os_median_months"] is None or arm["os_median_months"] > 0 for arm in summary["arms"])
    assert summary["published"]["registration"] == protocol.registration
    known = {arm["arm"] for arm in summary["published"]["arms"]}
    assert {arm["arm"] for arm in summary["arms"]} <= known


def test_a_trial_of_one_arm_is_described_without_control_randomisation_and_test():
    rows = dict(design_rows(load("gideon-child-pugh-b")))
    assert rows["Randomisation"] == "666 patients in one arm: nobody is randomised"
    assert "Control" not in rows["Arm: Child-Pugh B"]
    assert "one arm, no test" in rows["Analysis plan"]
    assert "level" not in rows["Analysis plan"]


def test_doses_by_weight_and_pauses_stand_in_the_design():
    assert (
        "patients below 60 kg: 8 mg once daily, then 4 mg once daily"
        in dict(design_rows(load("reflect")))["Arm: lenvatinib"]
    )
    assert "ramucirumab 8 mg/kg every 14 days" in dict(design_rows(load("reach")))["Arm: ramucirumab"]
    assert "21 days on, 7 days off" in dict(design_rows(load("resorce")))["Arm: regorafenib"]
