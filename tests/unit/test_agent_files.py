"""The catalogue: an agent needs a file and nothing else; importing it is light."""

import math
import subprocess
import sys
from importlib import resources

import numpy as np
import pytest

from hepatrial.agents import agent_names, individual_kinetics, load_agent, reference_concentration_mg_l

NEW_AGENT = """
name: newkinib
drug_class: kinase inhibitor
molecular_weight_g_mol: {value: 500, unit: g/mol, grade: derived, source: meija2016}
usual_dose: {mg: 100, interval_days: 1}
pharmacokinetics:
  clearance_l_per_h: {value: 5, unit: L/h, grade: measured, source: 10.1000/example}
  volume_l: {value: 100, unit: L, grade: assumed, source: No source was found.}
  reference_dose_mg_per_day: {value: 100, unit: mg/day, grade: measured, source: PMID 12345678}
  fraction_unbound: {value: 0.1, unit: "1", grade: assumed, source: No source was found.}
affinities:
  - {target: VEGFR2, kind: Kd, potency: {value: 10, unit: nM, grade: measured, source: davis2011}}
  - {target: MET, kind: Kd, potency: {value: .inf, unit: nM, grade: measured, source: davis2011}}
"""


def test_the_catalogue_lists_every_file_of_its_folder():
    names = {
        entry.name.removesuffix(".yaml")
        for entry in resources.files("hepatrial.agents").joinpath("data").iterdir()
    }
    assert set(agent_names()) == names
    assert all(load_agent(name).name == name for name in agent_names())


def test_a_new_agent_needs_a_file_only(tmp_path):
    path = tmp_path / "newkinib.yaml"
    path.write_text(NEW_AGENT)
    agent = load_agent(path)
    assert agent.name == "newkinib"
    assert reference_concentration_mg_l(agent) == pytest.approx(100 / 24 / 5)
    kinetics = individual_kinetics(agent, np.array([1]), np.array([70.0]), np.array([[1.0, 1.0]]))
    assert kinetics.elimination_per_day[0] == pytest.approx(24 * 5 / 100)
    assert math.isinf(agent.affinities[1].potency.value)
    assert {"clearance_cv", "hepatic_ratio B", "withdrawal_given_event"} <= set(agent.gaps)


def test_the_import_is_light():
    code = (
        "import sys, hepatrial.agents;"
        "heavy = {'jax', 'scipy', 'pydantic', 'yaml', 'matplotlib'} & set(sys.modules); print(sorted(heavy))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
