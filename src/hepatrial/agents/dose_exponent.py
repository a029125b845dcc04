"""How sorafenib's exposure rises with dose: the exponent p in AUC ~ dose^p, from published concentrations.

The numbers are not shipped. Get `sorafenib_pk_long.csv` from the digitised tables of the sorafenib model of
Koenig et al. (github.com/matthiaskoenig/sorafenib-model, CC BY-SA 4.0) and run ``python -m
hepatrial.agents.dose_exponent sorafenib_pk_long.csv``.

Two sources disagree. In practice (Hornecker et al. 2012, 10.1007/s10637-011-9760-z, daily doses) medians
rise little, but low doses are given to patients whose exposure was high, which flattens the slope. In the
first trial in man (Strumberg et al. 2005, 10.1200/JCO.2005.06.124, doses twice a day by cohort) doses were
allocated, but cohorts are small. The catalogue holds the middle of the two, with a spread that covers both.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

Points = list[tuple[float, float, int]]
"""(dose in mg, exposure, patients)"""


def exponent(points: Points) -> float:
    """Slope of log exposure on log dose, weighted by the number of patients."""
    dose, exposure, patients = (np.asarray(column, dtype=np.float64) for column in zip(*points, strict=True))
    return float(np.polyfit(np.log(dose), np.log(exposure), 1, w=np.sqrt(patients))[0])


def practice_points(table: Path) -> Points:
    """Median AUCs of 372 measurements in practice; the group "2000 mg" is 2000 or 2400 mg, taken as 2200."""
    rows = [row for row in _rows(table, "Hornecker2012") if row["measurement_type"] == "auc_end"]
    return [
        (
            2200.0 if float(row["dose"]) == 2000.0 else float(row["dose"]),
            float(row["median"]),
            int(float(row["count"])),
        )
        for row in rows
    ]


def allocated_points(table: Path) -> Points:
    """Average concentrations over the sampled part of the dosing interval after multiple allocated doses."""
    curves: dict[float, list[tuple[float, float]]] = defaultdict(list)
    patients: dict[float, int] = {}
    for row in _rows(table, "Strumberg2005"):
        if row["label"].endswith("_MD") and row["substance"] == "sorafenib":
            dose = float(row["label"].removeprefix("SOF").removesuffix("_MD"))
            curves[dose].append((float(row["time"]), float(row["mean"])))
            patients[dose] = int(float(row["count"]))
    return [(dose, average(curve), patients[dose]) for dose, curve in sorted(curves.items())]


def average(curve: Sequence[tuple[float, float]]) -> float:
    """Time average of a sampled curve of (time, concentration), by the trapezoidal rule."""
    time, concentration = (np.asarray(column) for column in zip(*sorted(curve), strict=True))
    return float(np.trapezoid(concentration, time) / (time[-1] - time[0]))


def _rows(table: Path, study: str) -> list[dict[str, str]]:
    with table.open(newline="", encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["study"] == study]


def main(arguments: Sequence[str]) -> int:
    """Print both exponents and their middle."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print("usage: python -m hepatrial.agents.dose_exponent sorafenib_pk_long.csv", file=sys.stderr)
        return 2
    table = Path(arguments[0])
    practice, allocated = exponent(practice_points(table)), exponent(allocated_points(table))
    print(f"in practice (Hornecker 2012)        {practice:.2f}")
    print(f"allocated doses (Strumberg 2005)    {allocated:.2f}")
    print(f"middle                              {(practice + allocated) / 2:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
