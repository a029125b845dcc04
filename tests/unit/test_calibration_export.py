"""What is exported of a calibration is what it found, in the layouts that other tools read."""

from __future__ import annotations

import csv
import json
import re
import sys

import libsbml
import numpy as np
import pytest
import yaml
from calibration_cases import TRIALS, finished_folder

from hepatrial.calibration.diagnostics import log_likelihoods
from hepatrial.calibration.export import inference_data, write_arviz, write_petab
from hepatrial.calibration.export.petab_problem import FILES
from hepatrial.calibration.finished import finished
from hepatrial.calibration.shipping import drawn_values
from hepatrial.errors import RunFailed, UsageError
from hepatrial.exchange.sbml import consistency_problems

REQUIRED = {
    "parameters.tsv": {
        "parameterId",
        "parameterScale",
        "lowerBound",
        "upperBound",
        "nominalValue",
        "estimate",
    },
    "observables.tsv": {"observableId", "observableFormula", "noiseFormula"},
    "measurements.tsv": {"observableId", "simulationConditionId", "measurement", "time"},
    "conditions.tsv": {"conditionId"},
}
"""Columns that version 1 of the format requires (petab.readthedocs.io/en/latest/v1/documentation_data_format.html)."""
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return finished(finished_folder(tmp_path_factory.mktemp("calibrated"), draws=20))


@pytest.fixture(scope="module")
def folder(found, tmp_path_factory):
    folder = tmp_path_factory.mktemp("petab")
    write_petab(found, folder)
    return folder


def table(file):
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text, delimiter="\t"))


def formulas(folder):
    """Python expressions of the model's assignment rules, by id."""
    document = libsbml.readSBMLFromFile(str(folder / "model.xml"))
    rules = document.getModel().getListOfRules()
    return {
        rule.getVariable(): re.sub(
            r"(?<=[\d.)])\s*dimensionless", "", libsbml.formulaToL3String(rule.getMath()).replace("^", "**")
        )
        for rule in rules
    }


def at(point, expression):
    return eval(expression, {"__builtins__": {}, "exp": np.exp}, point)


def test_groups_have_the_shapes_that_their_dimensions_say(found):
    content = inference_data(found)
    assert set(content["data"]) == {
        "posterior", "prior", "log_likelihood", "sample_stats", "observed_data", "constant_data",
    }  # fmt: skip
    for group, variables in content["data"].items():
        for name, values in variables.items():
            own = tuple(len(content["coords"][dim]) for dim in content["dims"].get(name, ()))
            assert np.shape(values) == (own if "data" in group else (1, 20, *own)), (group, name)


def test_every_drawn_value_is_where_its_name_says(found):
    content = inference_data(found)
    posterior, coords = content["data"]["posterior"], content["coords"]
    names, values = drawn_values(found.problem.unknowns, found.draws)
    for name, column in zip(names, values.T, strict=True):
        start, *rest = name.split(".")
        if start in ("agent", "trial"):
            place = coords["agent" if start == "agent" else "baseline"].index(rest[0])
            assert posterior[f"{start}.{rest[1]}"][0, :, place] == pytest.approx(column)
        else:
            assert posterior[name][0] == pytest.approx(column)


def test_the_likelihood_is_given_by_trial_and_the_published_numbers_as_they_are(found):
    content = inference_data(found)
    by_trial = log_likelihoods(found)
    assert content["coords"]["trial"] == list(by_trial) == list(TRIALS)
    assert content["data"]["log_likelihood"]["published_of_trial"][0] == pytest.approx(
        np.stack(list(by_trial.values()), axis=-1)
    )
    place = content["coords"]["observation"].index("sharp: sorafenib v placebo: os_hr")
    assert content["data"]["observed_data"]["published"][place] == 0.69


def test_json_holds_the_same_and_needs_nothing(found, tmp_path):
    write_arviz(found, tmp_path / "draws.json")
    read = json.loads((tmp_path / "draws.json").read_text(encoding="utf-8"))
    expected = inference_data(found)
    assert read["coords"] == expected["coords"]
    for group, variables in expected["data"].items():
        for name, values in variables.items():
            assert np.array(read["data"][group][name]) == pytest.approx(values)


def test_netcdf_is_what_arviz_reads(found, tmp_path):
    arviz = pytest.importorskip("arviz_base", reason="ArviZ is an optional extra")
    pytest.importorskip("h5netcdf", reason="NetCDF needs h5netcdf")
    write_arviz(found, tmp_path / "draws.nc")
    import xarray

    tree = xarray.open_datatree(tmp_path / "draws.nc", engine="h5netcdf")
    assert {"posterior", "prior", "log_likelihood", "sample_stats", "observed_data"} <= set(tree.children)
    assert tree["posterior"]["agent.effective_potency"].dims == ("chain", "draw", "agent")
    assert arviz.extract(tree, group="posterior").sizes["sample"] == 20


def test_without_arviz_the_message_says_how_to_go_on(found, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "arviz_base", None)
    with pytest.raises(RunFailed, match=r"pip install 'hepatrial\[arviz\]'"):
        write_arviz(found, tmp_path / "draws.nc")
    assert not (tmp_path / "draws.nc").exists()


def test_another_format_is_refused(found, tmp_path):
    with pytest.raises(UsageError, match=r"found:   \.csv"):
        write_arviz(found, tmp_path / "draws.csv")


def test_the_problem_names_files_that_are_there_with_the_columns_that_petab_requires(folder):
    assert {file.name for file in folder.iterdir()} == set(FILES)
    problem = yaml.safe_load((folder / "problem.yaml").read_text(encoding="utf-8"))
    assert problem["format_version"] == 1
    (only,) = problem["problems"]
    named = [problem["parameter_file"], *(name for names in only.values() for name in names)]
    assert all((folder / name).is_file() for name in named)
    for name, columns in REQUIRED.items():
        rows = table(folder / name)
        assert rows, name
        assert columns <= set(rows[0]), name
    # Of a condition table the format allows no further columns.
    assert set(table(folder / "conditions.tsv")[0]) == {"conditionId", "conditionName"}


def test_ids_are_those_that_petab_allows_and_each_refers_to_something(folder):
    parameters, observables, measurements, conditions = (table(folder / name) for name in REQUIRED)
    ids = [row["parameterId"] for row in parameters] + [row["observableId"] for row in observables]
    ids += [row["conditionId"] for row in conditions]
    assert all(IDENTIFIER.fullmatch(each) for each in ids)
    assert len(ids) == len(set(ids))
    assert {row["observableId"] for row in measurements} == {row["observableId"] for row in observables}
    assert {row["simulationConditionId"] for row in measurements} == {
        row["conditionId"] for row in conditions
    }
    assert {row["observableFormula"] for row in observables} <= set(formulas(folder))
    for row in parameters:
        assert float(row["lowerBound"]) <= float(row["nominalValue"]) <= float(row["upperBound"])


def test_the_objective_of_the_problem_is_that_of_the_calibration(found, folder):
    rules = formulas(folder)
    names = [row["parameterId"] for row in table(folder / "parameters.tsv")]
    observables = [row["observableFormula"] for row in table(folder / "observables.tsv")]
    for z in (found.at.z, found.draws[3]):
        point = dict(zip(names, z, strict=True))
        misfits = np.array([at(point, rules[name]) for name in observables])
        expected = found.at.residuals + found.at.jacobian @ (z - found.at.z)
        assert misfits == pytest.approx(expected, abs=1e-9)


def test_population_values_of_the_model_are_those_that_the_unknowns_stand_for(found, folder):
    rules = formulas(folder)
    names = [row["parameterId"] for row in table(folder / "parameters.tsv")]
    point = dict(zip(names, found.draws[1], strict=True))
    values = found.problem.unknowns.values(found.draws[1])
    for name in found.problem.unknowns.hierarchy.population:
        assert at(point, rules[name.replace(".", "_")]) == pytest.approx(values[name]), name


def test_the_model_is_sound_sbml(folder):
    assert consistency_problems(libsbml.readSBMLFromFile(str(folder / "model.xml"))) == []


def test_the_readme_says_what_the_format_cannot_carry(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    for word in ("average over virtual patients", "correlated errors", "hierarchies", "export-sbml"):
        assert word in text
