"""All that the page on credibility rests on, read from the files of a calibration, a validation and a "
"sensitivity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hepatrial.calibration.diagnostics import LearntUnknown, Misfit, learnt_unknowns, misfits
from hepatrial.calibration.finished import Finished, finished
from hepatrial.calibration.sensitivity import ANSWERS, shipped_sensitivity
from hepatrial.calibration.simulation_based import shipped_simulation_based
from hepatrial.disease.parameters import prior_parameters
from hepatrial.report.credibility_content import CredibilityContent, credibility_content
from hepatrial.report.credibility_validation import ReadValidation, read_validation
from hepatrial.validation import Preregistration, preregistration


@dataclass(frozen=True, slots=True)
class AssumedNumber:
    """A number of the model whose prior is graded assumed.

    Attributes
    ----------
    left_of_prior
        Posterior over prior standard deviation, the wider of draws and linear model; None where it was not fitted.
    total
        Total Sobol index of the log hazard ratio of OS by protocol; empty where it was not moved.
    """

    name: str
    value: float
    unit: str
    left_of_prior: float | None
    total: Mapping[str, float]

    @property
    def largest(self) -> float:
        """The largest total index, 0 where it was not moved."""
        return max(self.total.values(), default=0.0)


@dataclass(frozen=True, slots=True)
class Credibility:
    """The whole answer.

    Attributes
    ----------
    sensitivity_is_of_this
        Whether the shipped sensitivity was reckoned over this calibration's posterior.
    assumed
        The one that the answer hangs on most first.
    simulation_based
        Contents of the file of simulation-based calibration.
    """

    content: CredibilityContent
    rules: Preregistration
    calibration: Finished
    learnt: tuple[LearntUnknown, ...]
    misfits: tuple[Misfit, ...]
    validation: ReadValidation
    sensitivity: Mapping[str, Any]
    sensitivity_is_of_this: bool
    assumed: tuple[AssumedNumber, ...]
    simulation_based: Mapping[str, Any]


def credibility(calibration: Path | None = None, validation: Path | None = None) -> Credibility:
    """Read everything.

    Parameters
    ----------
    calibration
        Folder of `hepatrial calibrate`; the shipped calibration if left out.
    validation
        Folder of `hepatrial validate --out`; the shipped record if left out.
    """
    found = finished(calibration)
    learnt, sensitivity = learnt_unknowns(found), shipped_sensitivity()
    posterior_hash = str(found.record["hash"])
    return Credibility(
        content=credibility_content(),
        rules=preregistration(),
        calibration=found,
        learnt=learnt,
        misfits=misfits(found),
        validation=read_validation(validation, posterior_hash),
        sensitivity=sensitivity,
        sensitivity_is_of_this=sensitivity["posterior"] == posterior_hash,
        assumed=_assumed(learnt, sensitivity),
        simulation_based=shipped_simulation_based(),
    )


def _assumed(learnt: tuple[LearntUnknown, ...], sensitivity: Mapping[str, Any]) -> tuple[AssumedNumber, ...]:
    left = {row.name: max(row.sd, row.laplace_sd) for row in learnt}
    totals: dict[str, dict[str, float]] = {}
    for protocol, of in sensitivity["protocols"].items():
        for row in of["answers"][ANSWERS[0]]["inputs"]:
            totals.setdefault(row["name"], {})[protocol] = row["total"]
    rows = [
        AssumedNumber(name, quantity.value, quantity.unit, left.get(name), totals.get(name, {}))
        for name, quantity in prior_parameters().quantities.items()
        if quantity.grade == "assumed"
    ]
    return tuple(sorted(rows, key=lambda row: -row.largest))
