"""Which analyses the data allow, and what the others lack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hepatrial.biomarkers.columns import why_no_marker
from hepatrial.trialdata import TrialData

FEWEST_EVENTS_A_COVARIATE = 10
"""Events for each covariate below which Cox models are biased (Peduzzi 1995, 10.1016/0895-4356(95)00048-8)."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether one analysis can be done.

    Attributes
    ----------
    analysis
        "survival", "prognostic", "predictive" or "monitoring".
    lacks
        What stands in its way; empty if it can be done.
    has
        What it would stand on.
    """

    analysis: str
    lacks: tuple[str, ...]
    has: str = ""

    @property
    def possible(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacks


def readiness(data: TrialData | None, endpoint: str, why_not: str = "") -> tuple[Readiness, ...]:
    """What the data allow; without data everything lacks ``why_not``."""
    if data is None:
        return tuple(
            Readiness(name, (why_not,)) for name in ("survival", "prognostic", "predictive", "monitoring")
        )
    events = int((data.times(endpoint).event > 0).sum())
    markers = candidate_markers(data)
    none = (f"an event: all {len(data)} patients are censored",) if events == 0 else ()
    no_marker = () if markers else ("a column that may be a marker",)
    covariates = events // FEWEST_EVENTS_A_COVARIATE
    return (
        Readiness("survival", none, f"{len(data)} patients, {events} events"),
        Readiness(
            "prognostic",
            (*none, *no_marker),
            f"{len(markers)} columns that may be markers; {events} events carry "
            f"{covariates} covariate{'' if covariates == 1 else 's'} in one model, at 10 events each",
        ),
        _predictive(data, endpoint, (*none, *no_marker)),
        _monitoring(data, none),
    )


def candidate_markers(data: TrialData) -> tuple[str, ...]:
    """Columns of ``subjects`` that ``hepatrial biomarker`` takes for markers where none are named, in order."""
    return tuple(name for name in data.subjects.columns if why_no_marker(data.subjects[name]) is None)


def _predictive(data: TrialData, endpoint: str, lacks: tuple[str, ...]) -> Readiness:
    if len(data.arms) < 2:
        return Readiness("predictive", ("a second arm: name the column of the treatment with --arm", *lacks))
    event = data.times(endpoint).event > 0
    arm = data.subjects["arm"].to_numpy()
    counts = {name: (int((arm == name).sum()), int(event[arm == name].sum())) for name in data.arms}
    empty = tuple(f"events in arm {name}" for name, (_, died) in counts.items() if died == 0)
    has = ", ".join(f"{name}: {n} patients, {died} events" for name, (n, died) in counts.items())
    return Readiness("predictive", (*lacks, *empty), has)


def _monitoring(data: TrialData, lacks: tuple[str, ...]) -> Readiness:
    if data.labs.is_empty():
        need = "repeated measurements: a row a visit, with the patient (--subject) and the day (--visit)"
        return Readiness("monitoring", (need, *lacks))
    names = data.labs["parameter"].unique(maintain_order=True).to_list()
    visits = data.labs.group_by("subject").agg(pl.col("day").n_unique())["day"].to_numpy()
    has = f"{len(names)} markers over time, a median of {np.median(visits):g} visits a patient"
    return Readiness("monitoring", lacks, has)
