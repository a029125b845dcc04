"""The calibration as a PEtab problem (Schmiester et al. 2021, 10.1371/journal.pcbi.1008646), format version 1.

PEtab fits time courses of an SBML model with independent noise. The numbers of a trial are averages over a simulated
population, and hang together. What the format can carry is the problem linearised at the most probable point: unknowns
with their priors, and whitened misfits, whose noise is independent. Its objective is that of the calibration there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from hepatrial.calibration.export.petab_model import condition_id, linearised_model, misfit_ids, unknown_id
from hepatrial.calibration.finished import Finished
from hepatrial.calibration.gauss_newton import FURTHEST
from hepatrial.disease.parameters import prior_parameters
from hepatrial.files.whole_file import write_whole

PROBLEM = "problem.yaml"
MODEL, PARAMETERS = "model.xml", "parameters.tsv"
OBSERVABLES, MEASUREMENTS, CONDITIONS = "observables.tsv", "measurements.tsv", "conditions.tsv"
README = "README.md"
FILES = (PROBLEM, MODEL, PARAMETERS, OBSERVABLES, MEASUREMENTS, CONDITIONS, README)

PARAMETER_COLUMNS = (
    "parameterId", "parameterName", "parameterScale", "lowerBound", "upperBound", "nominalValue", "estimate",
    "objectivePriorType", "objectivePriorParameters", "priorCentre", "priorUnit", "priorGrade",
)  # fmt: skip
OBSERVABLE_COLUMNS = (
    "observableId", "observableName", "observableFormula", "observableTransformation", "noiseFormula",
    "noiseDistribution",
)  # fmt: skip
MEASUREMENT_COLUMNS = (
    "observableId", "simulationConditionId", "measurement", "time", "datasetId", "publishedOf", "published",
    "publishedScale", "publishedSd", "source",
)  # fmt: skip

EXPLAINED = """# A calibration of hepatrial as a PEtab problem

`problem.yaml` names the tables and the model; any tool that reads PEtab version 1 can optimise or sample it.

What it carries:

- every unknown in prior standard deviations, with its prior N(0, 1); the population parameters that follow
  from them stand in the model as assignment rules;
- every published number that the calibration is compared with, as a whitened misfit: a linear function of the
  unknowns around the most probable point, measured as 0 with noise of standard deviation 1. The published
  number itself, its error and its source stand in further columns of the measurement table.

The objective |misfits|^2 + |unknowns|^2 is that of the calibration at the most probable point, and to first
order around it.

What PEtab cannot carry, and this folder does not hold:

- the average over virtual patients of a trial, its visits, scans, dose rules, Cox models and data cut: a
  PEtab model is one system of differential equations, and a trial is thousands of them with events between.
  `hepatrial export-sbml` writes one patient of a trial;
- correlated errors of a trial's numbers, but by whitening, which mixes the numbers of a trial: misfit k
  belongs to the published number k of its trial and those before it;
- the hierarchies over agents and trials as such: their unknowns are here in the non-centred form;
- the curvature of the misfits. Draws of the whole posterior: `hepatrial export-calibration arviz`.

Simulated, for research and trial planning, not for treating a patient.
"""


def write_petab(found: Finished, folder: Path) -> None:
    """Write the problem's files into a folder that exists."""
    write_whole(folder / MODEL, linearised_model(found))
    write_whole(folder / PARAMETERS, _table(PARAMETER_COLUMNS, _parameters(found)))
    write_whole(folder / OBSERVABLES, _table(OBSERVABLE_COLUMNS, _observables(found)))
    write_whole(folder / MEASUREMENTS, _table(MEASUREMENT_COLUMNS, _measurements(found)))
    conditions = [(condition_id(trial.key), trial.key) for trial in found.problem.trials]
    write_whole(folder / CONDITIONS, _table(("conditionId", "conditionName"), conditions))
    write_whole(folder / README, EXPLAINED)
    content = {
        "format_version": 1,
        "parameter_file": PARAMETERS,
        "problems": [
            {
                "sbml_files": [MODEL],
                "observable_files": [OBSERVABLES],
                "measurement_files": [MEASUREMENTS],
                "condition_files": [CONDITIONS],
            }
        ],
    }
    write_whole(folder / PROBLEM, yaml.safe_dump(content, sort_keys=False))


def _parameters(found: Finished) -> Iterable[Sequence[object]]:
    unknowns, known = found.problem.unknowns, prior_parameters().quantities
    for name, value in zip(unknowns.names, found.at.z, strict=True):
        hyper = unknowns.hierarchy.hyper.get(name)
        prior = (
            (known[name].value, known[name].unit, known[name].grade)
            if name in known
            else ("" if hyper is None else hyper.value, "1", "assumed")
        )
        yield unknown_id(name), name, "lin", -FURTHEST, FURTHEST, float(value), 1, "normal", "0;1", *prior


def _observables(found: Finished) -> Iterable[Sequence[object]]:
    for trial in found.problem.trials:
        for number, misfit in enumerate(misfit_ids(trial.key, len(trial.observations)), start=1):
            yield f"o_{misfit}", f"{trial.key}, whitened misfit {number}", misfit, "lin", 1, "normal"


def _measurements(found: Finished) -> Iterable[Sequence[object]]:
    for trial in found.problem.trials:
        ids = misfit_ids(trial.key, len(trial.observations))
        for misfit, each in zip(ids, trial.observations, strict=True):
            yield (
                f"o_{misfit}", condition_id(trial.key), 0, 0, trial.key, each.name, each.published, each.scale,
                float(each.sd), each.source,
            )  # fmt: skip


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
