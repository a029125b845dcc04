"""Values that suggest another unit, or two units in one column.

Bilirubin: 1 mg/dL is 17.1 umol/L (molar mass 584.7 g/mol); albumin: 1 g/dL is 10 g/L. The bounds below separate the two
units where they cannot be mistaken; they are choices of this check and enter no estimate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.errors import Issue
from hepatrial.userdata.checking.examined import DataRule, Examined
from hepatrial.userdata.checking.known_names import folded

FEWEST_OF_A_UNIT = 0.05
"""Share of the values on each side from which on two units are suspected."""


@dataclass(frozen=True, slots=True)
class TwoUnits:
    """A covariate in two units: values up to ``below`` are of the one, from ``above`` on of the other."""

    low_unit: str
    high_unit: str
    below: float
    above: float


TWO_UNITS = {
    "albumin": TwoUnits("g/dL", "g/L", 7.0, 10.0),
    "bilirubin": TwoUnits("mg/dL", "umol/L", 3.0, 6.0),
}
ENDINGS = {"g/dL": ("gdl",), "g/L": ("gl", "glitre"), "mg/dL": ("mgdl",), "umol/L": ("umoll", "umol")}
SCORES = {
    "ALBI": (-5.5, 1.5, "Johnson 2015, 10.1200/JCO.2014.57.9151"),
    "ALBI grade": (1.0, 3.0, "Johnson 2015, 10.1200/JCO.2014.57.9151"),
    "Child-Pugh score": (5.0, 15.0, "Pugh 1973, 10.1002/bjs.1800600817"),
    "ECOG": (0.0, 5.0, "Oken 1982, 10.1097/00000421-198212000-00014"),
    "age": (0.0, 120.0, "years"),
}
"""Least and greatest value that a score can have, and who defined it. ALBI: what its formula gives between albumin of
60 g/L with bilirubin of 1 umol/L and 10 g/L with 1,000 umol/L, and some more."""


class OneUnitAColumn(DataRule):
    """A column is in one unit."""

    name = "mixed-units"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column, units, values in _measured(table):
            low, high = values < units.below, values >= units.above
            between = ~(low | high) & np.isfinite(values)
            known = np.isfinite(values).sum()
            few = min(low.sum(), high.sum())
            if known and few >= FEWEST_OF_A_UNIT * known and between.sum() < few / 2:
                both = np.concatenate([np.flatnonzero(low)[:2], np.flatnonzero(high)[:2]])
                yield self.issue(
                    table, f"column {column} may mix {units.low_unit} and {units.high_unit}", column, both,
                    found=f"{int(low.sum())} values below {units.below:g}, {int(high.sum())} from {units.above:g} on; "
                    f"{table.raw.cells(column, both)}",
                    allowed="one unit", fix=f"convert all values into {units.high_unit}",
                )  # fmt: skip


class ValuesFitTheirUnit(DataRule):
    """The unit that a column's name says is the one of its values."""

    name = "unit-of-name"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column, units, values in _measured(table):
            said = next((u for u, ends in ENDINGS.items() if folded(column).endswith(ends)), None)
            present = values[np.isfinite(values)]
            if said is None or len(present) == 0:
                continue
            median = float(np.median(present))
            other = units.low_unit if said == units.high_unit else units.high_unit
            wrong = median < units.below if said == units.high_unit else median >= units.above
            if wrong and said in (units.low_unit, units.high_unit):
                yield self.issue(
                    table, f"column {column} says {said}, and its values look like {other}", column,
                    found=f"a median of {median:g}", allowed=f"values in {said}",
                    fix=f"convert the values into {said}, or rename the column",
                )  # fmt: skip


class ScoresInTheirRange(DataRule):
    """Scores lie where they are defined."""

    name = "out-of-range"

    def check(self, table: Examined) -> Iterator[Issue]:
        for column in table.others:
            covariate = table.summaries[column].covariate
            if covariate not in SCORES or not table.values(column).dtype.is_numeric():
                continue
            low, high, source = SCORES[covariate]
            values = _numbers(table, column)
            rows = np.flatnonzero((values < low) | (values > high))
            if len(rows):
                yield self.issue(
                    table, f"column {column} holds values that {covariate} cannot have", column, rows,
                    allowed=f"{low:g} to {high:g} ({source})", fix="correct these cells, or leave them empty",
                )  # fmt: skip


def _measured(table: Examined) -> Iterator[tuple[str, TwoUnits, np.ndarray]]:
    for column in table.others:
        units = TWO_UNITS.get(table.summaries[column].covariate or "")
        if (
            units is not None
            and table.values(column).dtype.is_numeric()
            and table.summaries[column].distinct > 5
        ):
            yield column, units, _numbers(table, column)


def _numbers(table: Examined, column: str) -> np.ndarray:
    return table.values(column).cast(pl.Float64).fill_null(np.nan).to_numpy()
