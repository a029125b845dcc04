"""The registry as tables: stable columns, units in their names, confirmed numbers only."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.early_trials import early_trials
from hepatrial.evidence.independence import treatment_in
from hepatrial.evidence.intervals import standard_error_of_log_hr
from hepatrial.evidence.references import in_words
from hepatrial.evidence.registry_columns import COLUMNS
from hepatrial.evidence.trials import Finding, PublishedTrial

if TYPE_CHECKING:
    import polars as pl

MEDIANS = ("os", "ttp", "pfs", "rfs", "ttr", "ttup")


@dataclass(frozen=True, slots=True)
class Registry:
    """All records as tables of polars; ``trial`` is the key in each.

    Attributes
    ----------
    trials, arms, comparisons, subgroups, baseline, landmarks, findings, phase2
        Confirmed numbers; columns are in `hepatrial.evidence.registry_columns`. ``phase2`` has a row for each early
        trial and phase 3 trial that it came before.
    unconfirmed
        What no source confirmed: not published numbers, and in no other table.
    """

    trials: pl.DataFrame
    arms: pl.DataFrame
    comparisons: pl.DataFrame
    subgroups: pl.DataFrame
    baseline: pl.DataFrame
    landmarks: pl.DataFrame
    findings: pl.DataFrame
    phase2: pl.DataFrame
    unconfirmed: pl.DataFrame


def registry(records: str | Path | None = None) -> Registry:
    """All records as tables.

    Parameters
    ----------
    records
        A folder of records of your own; see `hepatrial.evidence.collection`.

    Raises
    ------
    UsageError, InvalidInput
        If that folder is not there, or a record in it breaks rules.
    """
    known = collection(records)
    return Registry(
        trials=_frame("trials", [_trial(trial) for trial in known]),
        arms=_frame("arms", [_arm(trial, row) for trial in known for row in trial.arms]),
        comparisons=_frame("comparisons", [row for trial in known for row in _comparisons(trial)]),
        subgroups=_frame("subgroups", [row for trial in known for row in _subgroups(trial)]),
        baseline=_frame("baseline", [row for trial in known for row in _numbers(trial, trial.baseline)]),
        landmarks=_frame("landmarks", [row for trial in known for row in _landmarks(trial)]),
        findings=_frame("findings", [row for trial in known for row in _numbers(trial, trial.findings)]),
        phase2=_frame("phase2", _phase2(known)),
        unconfirmed=_frame(
            "unconfirmed", [row for trial in known for row in _numbers(trial, trial.unconfirmed)]
        ),
    )


def _frame(name: str, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    import polars as pl

    kinds = {"text": pl.String, "number": pl.Float64, "whole": pl.Int64, "yes/no": pl.Boolean}
    kinds["list"] = pl.List(pl.String)
    schema = {column: kinds[kind] for column, kind in COLUMNS[name].items()}
    columns = {
        column: [_as(row.get(column), COLUMNS[name][column]) for row in rows] for column in COLUMNS[name]
    }
    return pl.DataFrame(columns, schema=schema)


def _as(value: Any, kind: str) -> Any:
    if value is None or value == "":
        return None
    return float(value) if kind == "number" else list(value) if kind == "list" else value


def _trial(trial: PublishedTrial) -> dict[str, Any]:
    conduct = trial.conduct
    sizes = [row.get("n") for row in trial.arms]
    return {
        "trial": trial.key,
        "name": trial.name,
        "registration": trial.registration,
        "year": trial.year,
        "phase": trial.phase,
        "design": trial.design,
        "line": "/".join(trial.lines),
        "population": trial.population,
        "subgroup_population": trial.subgroup_population,
        "use": trial.use,
        "own": trial.own,
        "n": sum(sizes) if sizes and None not in sizes else None,
        "agents": trial.agents,
        "endpoints": trial.endpoints,
        "part_of": trial.part_of,
        "supersedes": trial.supersedes,
        "pooled_from": trial.pooled_from,
        "began": conduct.began,
        "accrual_months": conduct.accrual_months,
        "follow_up_median_months": conduct.follow_up_median_months,
        "data_cut": conduct.data_cut,
        "scan_interval_weeks": conduct.scan_interval_weeks,
        "criteria": conduct.criteria,
        "unconfirmed_numbers": sum(len(row.values) for row in trial.unconfirmed),
        "source": trial.source,
        "citation": citation_of(trial),
        "file": trial.file,
    }


def citation_of(trial: PublishedTrial) -> str:
    """The trial's source in a line: a reference of the bibliography, or what the user's record says."""
    return in_words(trial.source)


def _arm(trial: PublishedTrial, row: dict[str, Any]) -> dict[str, Any]:
    shown = {"trial": trial.key, **row, "treatment": treatment_in(trial, row["arm"])}
    for endpoint in MEDIANS:
        low, high = row.get(f"{endpoint}_median_ci") or (None, None)
        shown[f"{endpoint}_median_low_months"], shown[f"{endpoint}_median_high_months"] = low, high
    return shown


def _ratio(hr: float, ci: Sequence[float] | None, level: float | None) -> dict[str, Any]:
    low, high = ci if ci is not None else (None, None)
    error = None
    if low is not None and high is not None:
        error = standard_error_of_log_hr(low, high, 95.0 if level is None else level)
    return {
        "hr": hr,
        "hr_low": low,
        "hr_high": high,
        "level_percent": level,
        "log_hr": math.log(hr),
        "log_hr_standard_error": error,
    }


def _comparisons(trial: PublishedTrial) -> Iterator[dict[str, Any]]:
    for row in trial.comparisons:
        yield {
            **row,
            **_ratio(row["hr"], row.get("ci"), row.get("level")),
            "trial": trial.key,
            "treatment": treatment_in(trial, row["arm"]),
            "control_treatment": treatment_in(trial, row["control"]),
            "level_stated": row.get("level_stated", True) if row.get("ci") else None,
            "source": trial.read_in.get("hr", trial.source),
        }


def _subgroups(trial: PublishedTrial) -> Iterator[dict[str, Any]]:
    for row in trial.subgroups:
        yield {
            **_ratio(row.hr, row.ci, row.level),
            "trial": trial.key,
            "arm": row.arm,
            "control": row.control,
            "treatment": treatment_in(trial, row.arm),
            "control_treatment": treatment_in(trial, row.control),
            "endpoint": row.endpoint,
            "factor": row.factor,
            "group": row.group,
            "n": row.n,
            "level_stated": row.level_stated if row.ci else None,
            "source": row.source,
            "note": row.note,
        }


def _landmarks(trial: PublishedTrial) -> Iterator[dict[str, Any]]:
    for row in trial.landmarks:
        low, high = row.ci or (None, None)
        yield {
            "trial": trial.key,
            "of": row.of,
            "subgroup": row.subgroup,
            "endpoint": row.endpoint,
            "time_months": row.months,
            "percent": row.percent,
            "percent_low": low,
            "percent_high": high,
            "source": row.source,
            "note": row.note,
        }


def _numbers(trial: PublishedTrial, rows: Sequence[Finding]) -> Iterator[dict[str, Any]]:
    for row in rows:
        for quantity, value in row.values.items():
            yield {
                "trial": trial.key,
                "of": row.of,
                "subgroup": row.subgroup,
                "quantity": quantity,
                "value": value,
                "source": row.source,
                "note": row.note,
            }


def _phase2(known: Collection) -> list[dict[str, Any]]:
    return [
        {
            "trial": link.early,
            "agents": known.trials[link.early].agents,
            "line": "/".join(known.trials[link.early].lines),
            "year": known.trials[link.early].year,
            "phase_3": link.phase_3,
            "public_by": link.public_by,
            "how": link.how,
            "phase_3_began": link.began,
            "phase_3_began_source": link.began_source,
            "known": link.known,
        }
        for link in early_trials(records=known)
    ]
