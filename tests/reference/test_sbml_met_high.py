"""An independent solver (CVODE in libRoadRunner) follows a MET-high tumour by strengths of its own."""

from __future__ import annotations

from dataclasses import replace

import jax
import libsbml
import numpy as np
import pytest

from hepatrial.disease.parameters import default_parameters
from hepatrial.exchange.sbml.export import sbml_text
from hepatrial.protocol.design import DoseLevel, Regimen
from hepatrial.simulation.blocks import Work, follow_patients

roadrunner = pytest.importorskip("roadrunner", reason="libRoadRunner is not installed")

SEED, PATIENTS, DAYS = 17, 16, 364
LOG_RATIO = 2.0
COMPARED = {"sld": "sld_mm", "viable_sld": "viable_sld_mm", "vessel_supply": "vessel_supply"}


@pytest.fixture(scope="module")
def work(sharp):
    """Tepotinib, which blocks MET, against placebo in the patients of SHARP."""
    first, placebo = sharp.arms
    arm = replace(first, name="tepotinib", regimens=(Regimen("tepotinib", (DoseLevel(500.0, 1.0),)),))
    parameters = default_parameters().with_values({"signalling.met_high_log_ratio": LOG_RATIO})
    return Work(sharp.with_changes(arms=(arm, placebo)), parameters, SEED, block=PATIENTS)


@pytest.fixture(scope="module")
def ours(work):
    return follow_patients(work, np.arange(PATIENTS), daily=True)


def exported(work, ours, row):
    with jax.enable_x64(True):
        return sbml_text(
            work.protocol, work.agents, ours.patients,
            arm="tepotinib", seed=SEED, row=row, parameters=work.parameters,
        )  # fmt: skip


def solved(text):
    runner = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-9, 1e-11
    runner.integrator.maximum_num_steps = 100_000
    runner.timeCourseSelections = ["time", *COMPARED]
    return dict(zip(COMPARED, np.asarray(runner.simulate(0, DAYS, DAYS + 1))[1:, 1:].T, strict=True))


def daily(ours, name, row):
    return np.asarray(getattr(ours.visits[0], name)).reshape(-1, PATIENTS)[:DAYS, row].astype(float)


def rows_of(ours, high, number=2):
    return [int(row) for row in np.flatnonzero(ours.patients.met_high == high)[:number]]


@pytest.mark.parametrize("high", [True, False])
def test_tumours_by_met_status_agree_with_an_independent_solver(work, ours, high):
    rows = rows_of(ours, high)
    assert len(rows) == 2
    for row in rows:
        theirs = solved(exported(work, ours, row))
        for output, name in COMPARED.items():
            scale = np.maximum(np.abs(theirs[output]), 1e-3)
            # The limits that the tests of sorafenib hold: 1e-4 of a size, 1e-3 of the rest.
            limit = 1e-3 if output == "vessel_supply" else 1e-4
            assert np.max(np.abs(daily(ours, name, row) - theirs[output]) / scale) < limit, (row, output)


def test_the_comparison_notices_the_strengths_of_the_typical_tumour(work, ours):
    """With what a log ratio of 0 exports in place of the patient's own, a MET-high tumour grows otherwise."""
    row = rows_of(ours, True)[0]
    typical = replace(work, parameters=default_parameters())
    edges = libsbml.readSBMLFromString(exported(typical, ours, row)).getModel()
    document = libsbml.readSBMLFromString(exported(work, ours, row))
    changed = 0
    for parameter in document.getModel().getListOfParameters():
        if parameter.getId().startswith("edge_"):
            other = edges.getParameter(parameter.getId()).getValue()
            changed += parameter.getValue() != other
            parameter.setValue(other)
    assert changed
    theirs = solved(libsbml.writeSBMLToString(document))["sld"]
    assert np.max(np.abs(daily(ours, "sld_mm", row) - theirs) / theirs) > 1e-3
