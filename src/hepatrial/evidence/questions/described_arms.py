"""Medians of patients of one level from reports without a hazard ratio: they describe, and are no effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hepatrial.evidence.collection import Collection
from hepatrial.evidence.independence import treatment_in
from hepatrial.evidence.questions.subgroup_levels import Factor, subgroup_levels
from hepatrial.evidence.trials import PublishedTrial
from hepatrial.units import DAYS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Described:
    """Median overall survival of patients of a level under a treatment.

    ``os_median_ci`` is None where none was confirmed, ``n`` likewise.
    """

    level: str
    treatment: str
    trial: str
    name: str
    design: str
    n: int | None
    os_median_months: float
    os_median_ci: tuple[float | None, float | None] | None
    source: str


def described_arms(factor: Factor, treatment: str, known: Collection) -> tuple[Described, ...]:
    """Arms of one level in registries, single-arm trials and trials without a ratio, of reports on a treatment."""
    order = {level: place for place, level in enumerate(factor.levels)}
    found = [
        row
        for listed in subgroup_levels().descriptive
        if listed.factor == factor.key and listed.trial in known.trials
        for row in _row(known[listed.trial], listed.arm, listed.level, treatment)
    ]
    return tuple(sorted(found, key=lambda row: (order[row.level], row.trial)))


def _row(trial: PublishedTrial, arm: str, level: str, treatment: str) -> Iterator[Described]:
    if treatment not in (treatment_in(trial, row["arm"]) for row in trial.arms):
        return
    row = trial.arm(arm)
    months, ci = row.get("os_median_months"), row.get("os_median_ci")
    source = trial.read_in.get("os_median_months", trial.source)
    if months is None:
        finding = next((f for f in trial.findings if f.of == arm and "os_median_days" in f.values), None)
        if finding is None:
            return
        months, source = finding.values["os_median_days"] / DAYS_PER_MONTH, finding.source
    yield Described(
        level,
        treatment_in(trial, arm),
        trial.key,
        trial.name,
        trial.design,
        row.get("n"),
        months,
        None if ci is None else tuple(ci),
        source,
    )
