"""What the model was calibrated on, and what the calibration learnt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hepatrial.disease.parameters import Parameters, default_parameters, fit_content

MISFIT_SD = 2.0
"""A published number of the calibration that is missed by more of its standard deviations is told as a failure."""

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

    ``misfit`` is simulated minus published in standard deviations of the number, sampling and discrepancy together, on
    the scale of the fit. ``kind`` is "calibration", or "early" for a phase 1b or 2 trial.
    """

    trial: str
    kind: str
    what: str
    published: str
    source: str
    misfit: float

    @property
    def missed(self) -> bool:
        """Whether the fit misses it by more than `MISFIT_SD`."""
        return abs(self.misfit) > MISFIT_SD


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
    def worst(self) -> float:
        """The largest misfit by size."""
        return max((abs(target.misfit) for target in self.targets), default=0.0)

    @property
    def trials(self) -> tuple[str, ...]:
        """Calibration trials, each once."""
        return tuple(dict.fromkeys(t.trial for t in self.targets if t.kind == "calibration"))

    @property
    def early(self) -> tuple[str, ...]:
        """Phase 1b and 2 trials, each once."""
        return tuple(dict.fromkeys(t.trial for t in self.targets if t.kind == "early"))


def fit_record(used: Parameters) -> FitRecord:
    """The record of the fit that ships, with what was fitted to and how well."""
    record, shipped = fit_content(), default_parameters()
    return FitRecord(
        current=used.hash == shipped.hash,
        command=record["command"],
        chi2=float(record["chi2"]),
        targets=tuple(map(_target, record["targets"])),
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


def fitted_numbers(trial: str | None) -> Iterator[tuple[str, str | None, str]]:
    """Arm, control and quantity of each published number of a bundled trial that was fitted to."""
    for row in fit_content()["targets"]:
        if row["trial"] == trial and row["kind"] == "calibration":
            yield row["arm"], row["control"], row["quantity"]


def _target(row: dict[str, Any]) -> FitTarget:
    of = row["arm"] if row["control"] is None else f"{row['arm']} v {row['control']}"
    published = f"{row['published']:g}"
    if row["interval"]:
        low, high = row["interval"]
        published += f" ({low:g} to {high:g})"
    return FitTarget(
        row["trial"],
        row["kind"],
        f"{row['quantity'].replace('_', ' ')}, {of}",
        published,
        row["source"],
        float(row["misfit_in_sd"]),
    )
