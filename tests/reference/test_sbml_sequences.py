"""Stages, planned pauses and raised doses in the exported model: an independent solver finds the engine's course."""

from __future__ import annotations

import libsbml
import numpy as np
import pytest

from hepatrial.disease.parameters import default_parameters
from hepatrial.exchange.sbml import consistency_problems, export_sbml
from hepatrial.protocol.loading import load_text
from hepatrial.simulation.blocks import Work, follow_patients
from hepatrial.simulation.events import NEVER

roadrunner = pytest.importorskip("roadrunner", reason="libRoadRunner is not installed")

SEED, PATIENTS = 17, 16
TRIAL = """hepatrial: 1
name: Strategies
population: {baseline: sharp}
size: 200
randomisation: {ratio: {rechallenge: 1, raised: 1, pauses: 1}, block_size: 6}
arms:
  - name: rechallenge
    agents:
      - {agent: sorafenib, dose: 400 mg, schedule: twice daily, reduce_to: [400 mg once daily]}
      - {agent: regorafenib, dose: 160 mg, schedule: once daily, cycle: {give: 3 weeks, pause: 1 week}}
    sequence:
      - {give: [sorafenib], for: 12 weeks, until: progression}
      - {give: [], for: 5 weeks}
      - {give: [regorafenib], until: progression}
      - {give: [sorafenib]}
    treat_until: death
  - name: raised
    agents:
      - agent: sorafenib
        dose: 400 mg
        schedule: twice daily
        reduce_to: [400 mg once daily]
        raise_to: {dose: 600 mg, schedule: twice daily, after: 6 weeks}
    treat_until: death
  - name: pauses
    agents: [{agent: sorafenib, dose: 400 mg, schedule: twice daily, cycle: {give: 6 weeks, pause: 3 weeks}}]
    treat_until: death
control: pauses
accrual: {duration: 12 months}
visits: {clinic: 3 weeks, scan: 6 weeks}
response: {progression: RECIST 1.1, reported: [RECIST 1.1]}
endpoints: [OS, TTP, TTTP]
data_cut: {after: 15 months}
horizon: 18 months
"""
OUTPUTS = {"sld": "sld_mm", "vessel_supply": "vessel_supply", "vegf": "vegf"}
LIMITS = {"sld": 2e-4, "vessel_supply": 1e-3, "vegf": 2e-3}
"""Measured at most: 1.1e-4, 5.7e-4 and 1.1e-3, all under regorafenib: each of its starts and pauses adds to the sum of
diameters; supply and VEGF are apart on the days of those."""


@pytest.fixture(scope="module")
def protocol():
    return load_text(TRIAL)


@pytest.fixture(scope="module")
def ours(protocol):
    return follow_patients(
        Work(protocol, default_parameters(), SEED, block=PATIENTS), np.arange(PATIENTS), daily=True
    )


def exported(protocol, folder, patient, arm):
    path = folder / f"{arm}-{patient}.xml"
    export_sbml(protocol, out=path, patient=patient, arm=arm, seed=SEED)
    return path


@pytest.mark.parametrize("arm", ["rechallenge", "raised", "pauses"])
def test_an_exported_strategy_is_sound_units_included(protocol, tmp_path, arm):
    document = libsbml.readSBML(str(exported(protocol, tmp_path, 0, arm)))
    assert consistency_problems(document) == []


@pytest.mark.parametrize(("number", "arm"), [(0, "rechallenge"), (1, "raised"), (2, "pauses")])
def test_a_strategy_goes_as_an_independent_solver_finds(protocol, ours, tmp_path, number, arm):
    events = ours.events[number]
    told = {
        "rechallenge": (events.stage_start[:, 3] < 400.0).sum() >= 3,
        "raised": (events.raised[:, 0] < NEVER).sum() >= 3,
        "pauses": True,
    }
    assert told[arm]
    worst = dict.fromkeys(OUTPUTS, 0.0)
    for patient in range(PATIENTS):
        records = {
            name: np.asarray(getattr(ours.visits[number], name))
            .reshape(-1, PATIENTS)[:, patient]
            .astype(float)
            for name in (*OUTPUTS.values(), "concentration_mg_l")
        }
        runner = roadrunner.RoadRunner(str(exported(protocol, tmp_path, patient, arm)))
        runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-9, 1e-11
        runner.integrator.maximum_num_steps = 100_000
        agents = ("sorafenib", "regorafenib")
        columns = [*OUTPUTS, *(f"concentration_{agent}" for agent in agents), "cumulative_symptom_hazard"]
        runner.timeCourseSelections = ["time", *columns]
        # While the patient lives: later concentrations may fall below the smallest number that the solver can weigh.
        death = float(events.death[patient])
        days = int(np.ceil(min(death, len(records["sld_mm"]))))
        theirs = dict(zip(columns, np.asarray(runner.simulate(0, days, days + 1))[1:, 1:].T, strict=True))
        for output, name in OUTPUTS.items():
            apart = np.abs(records[name][:days] - theirs[output]) / np.maximum(np.abs(theirs[output]), 1e-3)
            worst[output] = max(worst[output], float(apart.max()))
        concentration = sum(theirs[f"concentration_{agent}"] for agent in agents)
        assert np.allclose(records["concentration_mg_l"][:days], concentration, rtol=1e-3, atol=1e-4), patient
        # Hazards of adverse events enter symptoms: the threshold is met on the day that the engine says.
        onset, threshold = float(events.symptoms[patient]), float(ours.inputs.luck.symptoms[patient])
        if onset < days:
            hazard = np.concatenate([[0.0], theirs["cumulative_symptom_hazard"]])
            assert abs(np.interp(onset, np.arange(days + 1), hazard) - threshold) < 0.05, patient
    assert not {output: apart for output, apart in worst.items() if apart > LIMITS[output]}
