"""An independent solver finds the engine's courses with embolisation and ablation, sessions as events.

What a session or an ablation does to the tumour of its day is worked out by the exported model from the patient's
chance.
"""

from __future__ import annotations

from dataclasses import replace

import libsbml
import numpy as np
import pytest

from hepatrial.disease.parameters import default_parameters
from hepatrial.exchange.sbml import consistency_problems, export_sbml
from hepatrial.protocol.loading import load
from hepatrial.simulation.blocks import Work, follow_patients

roadrunner = pytest.importorskip("roadrunner", reason="libRoadRunner is not installed")

SEED, PATIENTS = 17, 6
CAUSES = ("cancer", "liver", "toxic_death")
OUTPUTS = {
    "sld": "sld_mm",
    "viable_sld": "viable_sld_mm",
    "vessel_supply": "vessel_supply",
    "afp": "afp",
    "vegf_with_surge": "vegf",
}


def trial(name, **changes):
    """A bundled trial of a year and a half; SPACE with sessions at fixed days, whatever scans show."""
    protocol = load(name)
    arms = tuple(
        replace(arm, **{key: replace(getattr(arm, key), **values) for key, values in changes.items()})
        for arm in protocol.arms
    )
    return replace(protocol, arms=arms, horizon_days=547.0)


FIXED = {"repeat_days": 84.0, "on_demand": False, "refractory_after": 0, "child_pugh_limit": 15}
CASES = {
    "beads at fixed days, with sorafenib": (lambda: trial("space", tace=FIXED), 0),
    "conventional on demand, with pauses": (lambda: trial("tactics", tace={}), 0),
    "thermal ablation by size": (lambda: trial("soramic-ablation", ablation={}), 0),
    "resection": (lambda: trial("storm", ablation={}), 1),
}


def solved(path, days):
    runner = roadrunner.RoadRunner(str(path))
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-9, 1e-11
    runner.integrator.maximum_num_steps = 100_000
    columns = [*OUTPUTS, "albi", *(f"cumulative_{cause}_hazard" for cause in CAUSES)]
    runner.timeCourseSelections = ["time", *columns]
    table = np.asarray(runner.simulate(0, days, days + 1))
    return dict(zip(columns, table[1:, 1:].T, strict=True))


SLOW = ("conventional on demand, with pauses", "thermal ablation by size")


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.long if case in SLOW else ()) for case in CASES]
)
def test_courses_with_procedures_agree_with_an_independent_solver(case, tmp_path):
    protocol, number = CASES[case][0](), CASES[case][1]
    ours = follow_patients(
        Work(protocol, default_parameters(), SEED, block=PATIENTS), np.arange(PATIENTS), daily=True
    )
    events, record = ours.events[number], ours.visits[number]
    worst = dict.fromkeys([*OUTPUTS, "albi", "hazard"], 0.0)
    for patient in range(PATIENTS):
        path = tmp_path / f"{patient}.xml"
        export_sbml(protocol, out=path, patient=patient, arm=protocol.arms[number].name, seed=SEED)
        if patient == 0:
            assert consistency_problems(libsbml.readSBML(str(path))) == []
        daily = {
            name: np.asarray(getattr(record, name)).reshape(-1, PATIENTS)[:, patient].astype(float)
            for name in (*OUTPUTS.values(), "albi_change", "cumulative_hazard")
        }
        theirs = solved(path, len(daily["sld_mm"]))
        # The engine's record of a day stands before the procedure of its end, the solver's after it.
        at_procedure = [*events.sessions[patient], *np.ceil(events.intrahepatic[patient]), 7.0]
        kept = ~np.isin(np.arange(len(daily["sld_mm"])) + 1.0, at_procedure)
        for output, name in OUTPUTS.items():
            scale = np.maximum(np.abs(theirs[output]), 1e-3)
            worst[output] = max(worst[output], np.max((np.abs(daily[name] - theirs[output]) / scale)[kept]))
        albi = ours.patients.albi[patient] + daily["albi_change"]
        worst["albi"] = max(worst["albi"], np.max(np.abs(albi - theirs["albi"])[kept]))
        hazard = sum(theirs[f"cumulative_{cause}_hazard"] for cause in CAUSES)
        apart = np.abs(daily["cumulative_hazard"] - hazard) / np.maximum(hazard, 1.0)
        worst["hazard"] = max(worst["hazard"], np.max(apart[kept & (hazard < 50.0)]))
    limits = dict.fromkeys(worst, 1e-3) | {"sld": 1e-4, "viable_sld": 1e-4}
    assert {name: value for name, value in worst.items() if value > limits[name]} == {}


def test_the_comparison_notices_another_kill(tmp_path):
    protocol = trial("space", tace=FIXED)
    ours = follow_patients(Work(protocol, default_parameters(), SEED, block=2), np.arange(2), daily=True)
    path = tmp_path / "0.xml"
    export_sbml(protocol, out=path, patient=0, arm=protocol.arms[0].name, seed=SEED)
    document = libsbml.readSBML(str(path))
    for name in ("kill_deviation_1", "residue_1"):
        parameter = document.getModel().getParameter(name)
        parameter.setValue(parameter.getValue() + 0.05)
    libsbml.writeSBMLToFile(document, str(path))
    record = np.asarray(ours.visits[0].viable_sld_mm).reshape(-1, 2)[:, 0]
    theirs = solved(path, len(record))["viable_sld"]
    assert np.max(np.abs(record - theirs)[7:] / np.maximum(theirs[7:], 1e-3)) > 1e-3
