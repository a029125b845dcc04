"""The exposure model against digitised concentrations of sorafenib: dose, accumulation, steady state, liver.

The points are those of the tables behind the sorafenib model of Koenig et al.
(github.com/matthiaskoenig/sorafenib-model, CC BY-SA 4.0), read from plots of published trials; they are not
shipped. What is compared is what the patient model holds: the average over a dosing interval, with a dose spread
evenly over it, of the typical patient.

`hepatrial.figures.exposure_check` prints the comparison and draws it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import numpy as np

from hepatrial.agents.agent import Agent
from hepatrial.agents.dose_exponent import average
from hepatrial.agents.pharmacokinetics import CHILD_PUGH_CLASSES, hepatic_ratios
from hepatrial.errors import UsageError
from hepatrial.files.located_yaml import parse_shipped

COHORTS_FILE = "sorafenib_cohorts.yaml"
HOURS_PER_DAY = 24.0
INTERVAL_HOURS = 12.1
"""Points up to here belong to the dosing interval of 12 h; digitised times are off by minutes."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Patients on one dose whose concentrations were sampled; ``day`` of treatment, 0 for a single dose."""

    study: str
    label: str
    mg: float
    who: str
    kind: Literal["repeated", "single"]
    interval_days: float = 0.5
    day: float = 0.0
    child_pugh: str = "A"


@dataclass(frozen=True, slots=True)
class Compared:
    """A cohort's observed and predicted concentrations.

    Attributes
    ----------
    hours, observed_mg_l, predicted_mg_l
        Shape (points,); hours from the sampled dose.
    observed_average, predicted_average
        Time averages over the sampled part, mg/L.
    """

    cohort: Cohort
    patients: int
    hours: np.ndarray
    observed_mg_l: np.ndarray
    predicted_mg_l: np.ndarray
    observed_average: float
    predicted_average: float

    @property
    def ratio(self) -> float:
        """Predicted over observed."""
        return self.predicted_average / self.observed_average


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well a group of cohorts is predicted: median ratio, and shares within a factor of 2."""

    cohorts: int
    points: int
    median_ratio: float
    cohorts_within_2_fold: float
    points_within_2_fold: float


@cache
def cohorts() -> tuple[Cohort, ...]:
    """The cohorts that are compared."""
    text = resources.files("hepatrial.agents").joinpath("published", COHORTS_FILE).read_text("utf-8")
    return tuple(
        Cohort(kind=kind, **fields)
        for kind, listed in parse_shipped(text, COHORTS_FILE).items()
        for fields in listed
    )


def compare(agent: Agent, table: Path) -> tuple[Compared, ...]:
    """Set predicted beside observed concentrations for every cohort.

    Raises
    ------
    UsageError
        If the table lacks a cohort.
    """
    rows = _rows(table)
    return tuple(_compared(agent, cohort, rows, table) for cohort in cohorts())


def agreement(compared: Sequence[Compared]) -> Agreement:
    """Summarise a group of cohorts."""
    ratios = np.array([each.ratio for each in compared])
    of_points = np.concatenate([each.predicted_mg_l / each.observed_mg_l for each in compared])
    return Agreement(
        cohorts=len(ratios),
        points=len(of_points),
        median_ratio=float(np.median(ratios)),
        cohorts_within_2_fold=float(np.mean(np.abs(np.log2(ratios)) <= 1.0)),
        points_within_2_fold=float(np.mean(np.abs(np.log2(of_points)) <= 1.0)),
    )


def accumulation(compared: Sequence[Compared]) -> dict[tuple[str, float], tuple[float, float]]:
    """Observed and predicted ratio of repeated to single doses, by study and dose; days 7 and 21 averaged."""
    first = {(c.cohort.study, c.cohort.mg): c for c in compared if c.cohort.kind == "single"}
    found = {}
    for key, single in first.items():
        later = [c for c in compared if c.cohort.kind == "repeated" and (c.cohort.study, c.cohort.mg) == key]
        if later:
            found[key] = (
                float(np.mean([c.observed_average for c in later])) / single.observed_average,
                float(np.mean([c.predicted_average for c in later])) / single.predicted_average,
            )
    return found


def predicted_mg_l(agent: Agent, cohort: Cohort, hours: np.ndarray) -> np.ndarray:
    """Concentration of the typical patient in mg/L at ``hours`` from the sampled dose, shape (points,).

    Under repeated doses the average over the interval on that day; after a single dose that is spread over its interval
    the rise and the fall.
    """
    pk = agent.pharmacokinetics
    ratio = hepatic_ratios(agent)[CHILD_PUGH_CLASSES.index(cohort.child_pugh)]
    clearance = pk.clearance_l_per_h.value / ratio
    interval = cohort.interval_days * HOURS_PER_DAY
    relative = cohort.mg / cohort.interval_days / pk.reference_dose_mg_per_day.value
    rate = pk.reference_dose_mg_per_day.value * relative**pk.exposure_dose_exponent.value / HOURS_PER_DAY
    per_hour = clearance / pk.volume_l.value
    if cohort.kind == "single":
        while_in = np.minimum(hours, interval)
        risen = rate / clearance * -np.expm1(-per_hour * while_in)
        return risen * np.exp(-per_hour * np.maximum(hours - interval, 0.0))
    final, tau = pk.drift_final_fraction.value, pk.drift_time_days.value
    k = per_hour * HOURS_PER_DAY
    drifting = (1.0 - final) * k / (k - 1.0 / tau)
    day = cohort.day
    level = final + drifting * np.exp(-day / tau) - (final + drifting) * np.exp(-k * day)
    return np.full_like(hours, rate / clearance * level)


def _compared(agent: Agent, cohort: Cohort, rows: Mapping[tuple[str, str], list], table: Path) -> Compared:
    found = rows.get((cohort.study, cohort.label))
    if not found:
        raise UsageError(
            f"the table has no points of {cohort.study}, {cohort.label}\n  where:   {table}\n"
            "  allowed: the long table of the digitised points, sorafenib_pk_long.csv\n"
            "  fix:     docs/sorafenib-exposure.md says where it is found"
        )
    mg_per_mmol = agent.molecular_weight_g_mol.value
    hours, observed, patients = (np.array(column) for column in zip(*sorted(found), strict=True))
    sampled = hours > 0.0 if cohort.kind == "single" else hours <= INTERVAL_HOURS
    within = sampled & (observed > 0.0)
    hours, observed = hours[within], observed[within] * mg_per_mmol
    predicted = predicted_mg_l(agent, cohort, hours)
    return Compared(
        cohort=cohort,
        patients=int(patients[0]),
        hours=hours,
        observed_mg_l=observed,
        predicted_mg_l=predicted,
        observed_average=average(list(zip(hours, observed, strict=True))),
        predicted_average=average(list(zip(hours, predicted, strict=True))),
    )


def _rows(table: Path) -> dict[tuple[str, str], list[tuple[float, float, float]]]:
    """Points of sorafenib by study and label: hours from the sampled dose, mmol/L, patients."""
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    with table.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["substance"].strip() != "sorafenib" or not row["mean"] or not row["label"]:
                continue
            hours = float(row["timerel"] or row["time"])
            point = (hours, float(row["mean"]), float(row["count"]))
            found.setdefault((row["study"], row["label"]), []).append(point)
    return found
