"""Calibration targets: published numbers with their errors, and the simulated counterpart of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from scipy.special import logit

from hepatrial.calibration.reading import TrialReading
from hepatrial.files.located_yaml import parse_shipped
from hepatrial.units import DAYS_PER_MONTH

CI_WIDTHS_IN_SD = 2 * 1.959963984540054
LEAST_SIZE = 150.0
"""No arm's median counts less than that of 150 patients, so that the fit meets the median of a small arm too."""
CENSORING = 1.2
"""A fifth is added to the error of a median without censoring."""

LOGIT_PER_LOG_TIME = 2.0 * float(np.log(2.0))
"""By how much the logit of survival falls at the median as the logarithm of time rises, for a constant hazard."""


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
        if self.kind == "class_contrast":
            chance = CENSORING**2 * (4.0 / self.row["n"] + 4.0 / self.row["n_other"])
            return float(np.hypot(np.sqrt(chance), LOGIT_PER_LOG_TIME * self.row["cohorts_log_sd"]))
        if "n" in self.row:
            sizes = [max(self.row["n"], LEAST_SIZE)]
        else:
            sizes = [self.row["n_with"], self.row["n_without"]]
        # The variance of the logit of a share of one half among n is 4 / n.
        return CENSORING * float(np.sqrt(sum(4.0 / size for size in sizes)))

    @property
    def trials(self) -> tuple[str, ...]:
        """The protocols that are read for it: its own, and of a contrast between protocols the other."""
        return (self.trial, self.row["other"]) if self.kind == "class_contrast" else (self.trial,)

    def misfit(self, readings: Mapping[str, TrialReading]) -> float:
        """Simulated minus published, in standard deviations, from the readings of all protocols."""
        return self.residual(*(readings[name] for name in self.trials))

    def residual(self, reading: TrialReading, other: TrialReading | None = None) -> float:
        """Simulated minus published, in standard deviations."""
        return self.difference(reading, other) / self.sd

    def difference(self, reading: TrialReading, other: TrialReading | None = None) -> float:
        """Simulated minus published, on the residual's scale (logit of a share, or log HR)."""
        row = self.row
        if self.kind == "class_contrast":
            # A prognosis that is off by one factor in both classes cancels.
            own = reading.survival(row["arm"], row["months"] * DAYS_PER_MONTH)
            others = other.survival(row["other_arm"], row["other_months"] * DAYS_PER_MONTH)
            return float(logit(own) - logit(others))
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


def calibration_targets(*, liver: bool = False) -> tuple[Target, ...]:
    """All targets of the bundled file; ``liver`` adds those of liver reserve."""
    files = ("targets.yaml", "liver_targets.yaml") if liver else ("targets.yaml",)
    return tuple(
        Target(trial, row["kind"], row)
        for file in files
        for trial, rows in _read(file).items()
        for row in rows
    )


def fitted_names(*, liver: bool = False) -> tuple[str, ...]:
    """Names of the parameters that are fitted; ``liver`` adds those that the targets of liver reserve speak of."""
    return (*_read("fitted_parameters.yaml"), *(_read("liver_parameters.yaml") if liver else ()))


def _read(name: str) -> Any:
    file = resources.files("hepatrial.calibration").joinpath("data", name)
    return parse_shipped(file.read_text(encoding="utf-8"), name)
