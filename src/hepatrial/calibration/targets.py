"""Calibration targets: published numbers with their errors, and the simulated counterpart of each."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import yaml
from scipy.special import logit

from hepatrial.calibration.reading import TrialReading
from hepatrial.units import DAYS_PER_MONTH

CI_WIDTHS_IN_SD = 2 * 1.959963984540054
LEAST_SIZE = 150.0
"""No arm's median counts less than that of 150 patients, so that the fit meets the median of a small arm too."""
CENSORING = 1.2
"""A fifth is added to the error of a median without censoring."""


@dataclass(frozen=True, slots=True)
class Target:
    """One published number of one calibration trial."""

    trial: str
    kind: str
    row: dict[str, Any]

    @property
    def sd(self) -> float:
        """Standard deviation on the residual's scale: that of a log hazard ratio, or of a logit at one half."""
        if self.kind == "log_hazard_ratio":
            return float(np.log(self.row["high"] / self.row["low"])) / CI_WIDTHS_IN_SD
        if "n" in self.row:
            sizes = [max(self.row["n"], LEAST_SIZE)]
        else:
            sizes = [self.row["n_with"], self.row["n_without"]]
        # The variance of the logit of a share of one half among n is 4 / n.
        return CENSORING * float(np.sqrt(sum(4.0 / size for size in sizes)))

    def residual(self, reading: TrialReading) -> float:
        """Simulated minus published, in standard deviations."""
        return self.difference(reading) / self.sd

    def difference(self, reading: TrialReading) -> float:
        """Simulated minus published, on the residual's scale (logit of a share, or log HR)."""
        row = self.row
        if self.kind == "survival":
            return float(logit(reading.survival(row["arm"], row["months"] * DAYS_PER_MONTH)))
        if self.kind == "scan_median":
            # The median is only known to lie after the scan before and not after this one: no misfit inside.
            before, after = reading.free_of_progression_around_scan(
                row["arm"], row["months"] * DAYS_PER_MONTH
            )
            return float(max(0.0, logit(after)) + min(0.0, logit(before)))
        if self.kind == "symptoms":
            return float(logit(reading.free_of_symptoms(row["arm"], row["months"] * DAYS_PER_MONTH)))
        if self.kind == "spread_contrast":
            with_spread = reading.survival(row["arm"], row["months_with"] * DAYS_PER_MONTH, spread=True)
            without = reading.survival(row["arm"], row["months_without"] * DAYS_PER_MONTH, spread=False)
            return float(logit(without) - logit(with_spread))
        return reading.log_hazard_ratio(row["endpoint"]) - float(np.log(row["value"]))


def calibration_targets() -> tuple[Target, ...]:
    """All targets of the bundled file."""
    text = (
        resources.files("hepatrial.calibration").joinpath("data", "targets.yaml").read_text(encoding="utf-8")
    )
    return tuple(
        Target(trial, row["kind"], row) for trial, rows in yaml.safe_load(text).items() for row in rows
    )


def fitted_names() -> tuple[str, ...]:
    """Names of the parameters that are fitted."""
    file = resources.files("hepatrial.calibration").joinpath("data", "fitted_parameters.yaml")
    return tuple(yaml.safe_load(file.read_text(encoding="utf-8")))
