"""What the model was calibrated on, and what the calibration learnt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from hepatrial.calibration.targets import Target, calibration_targets
from hepatrial.disease.parameters import FITTED_FILE, Parameters, default_parameters

KINDS = {
    "survival": "median survival",
    "scan_median": "median time to progression, as read at scans",
    "log_hazard_ratio": "hazard ratio",
    "spread_contrast": "median survival with against without invasion or spread",
    "class_contrast": "median survival by Child-Pugh class",
    "symptoms": "median time to symptomatic progression",
}
MISFIT_SD = 1.0
"""A target of the fit that is missed by more standard deviations than this is told as a failure."""

WELL_LEARNT = 0.7
"""A parameter whose spread fell below this share of its prior's was learnt from the trials."""


@dataclass(frozen=True, slots=True)
class FittedParameter:
    """A fitted parameter: where it ended, and how far the trials moved and narrowed its prior."""

    name: str
    value: float
    unit: str
    prior_sds_moved: float
    sd_over_prior_sd: float

    @property
    def learnt(self) -> str:
        """How much of the prior's uncertainty is left, in words."""
        return "learnt from the trials" if self.sd_over_prior_sd < WELL_LEARNT else "mostly its prior"


@dataclass(frozen=True, slots=True)
class FitTarget:
    """A published number that the parameters were fitted to.

    ``misfit`` is simulated minus published in standard deviations of the target, on the scale of the fit; None where
    the record of the fit does not hold it.
    """

    trial: str
    what: str
    published: str
    source: str
    misfit: float | None

    @property
    def missed(self) -> bool:
        """Whether the fit misses it by more than `MISFIT_SD`."""
        return self.misfit is not None and abs(self.misfit) > MISFIT_SD


@dataclass(frozen=True, slots=True)
class FitRecord:
    """The calibration behind the parameters of a run.

    Attributes
    ----------
    current
        Whether the run used the fitted parameters as they ship.
    """

    current: bool
    command: str
    chi2: float
    targets: tuple[FitTarget, ...]
    parameters: tuple[FittedParameter, ...]

    @property
    def worst(self) -> float | None:
        """The largest misfit by size, None where no target has one."""
        return max((abs(target.misfit) for target in self.targets if target.misfit is not None), default=None)


def fit_record(used: Parameters) -> FitRecord:
    """The record of the fit that ships, with what was fitted to and how well."""
    text = resources.files("hepatrial.disease").joinpath("data", FITTED_FILE).read_text(encoding="utf-8")
    record: dict[str, Any] = json.loads(text)
    shipped = default_parameters()
    misfits = {
        (row["trial"], row["kind"], row["of"]): float(row["misfit_in_sd"]) for row in record["targets"]
    }
    return FitRecord(
        current=used.hash == shipped.hash,
        command=record["command"],
        chi2=float(record["chi2"]),
        targets=tuple(_target(target, misfits) for target in calibration_targets()),
        parameters=tuple(
            FittedParameter(
                name,
                float(found["value"]),
                shipped.quantities[name].unit,
                float(found["prior_sds_moved"]),
                float(found["sd_over_prior_sd"]),
            )
            for name, found in record["parameters"].items()
        ),
    )


def _target(target: Target, misfits: dict[tuple[str, str, str], float]) -> FitTarget:
    row = target.row
    kind, of = KINDS.get(target.kind, target.kind), row.get("arm", row.get("endpoint"))
    if target.kind == "log_hazard_ratio":
        what, published = f"{of} {kind}", f"{row['value']} ({row['low']} to {row['high']})"
    elif target.kind == "spread_contrast":
        what, published = f"{kind}, {of}", f"{row['months_with']} and {row['months_without']} months"
    elif target.kind == "class_contrast":
        what = f"{kind}, {of} against {row['other_arm']}"
        published = f"{row['months']} and {row['other_months']} months"
    else:
        what, published = f"{kind}, {of}", f"{row['months']} months"
    return FitTarget(
        target.trial, what, published, str(row["source"]), misfits.get((target.trial, target.kind, of))
    )
