"""Published results that a simulated trial is set beside: confirmed numbers only, with the summary's keys."""

from __future__ import annotations

from typing import Any

from hepatrial.evidence.collection import shipped
from hepatrial.evidence.references import cite
from hepatrial.evidence.trials import Finding, PublishedTrial, Use

ARM_KEYS = (
    "arm",
    "n",
    "os_median_months",
    "os_median_ci",
    "ttp_median_months",
    "ttp_median_ci",
    "pfs_median_months",
    "pfs_median_ci",
    "orr_percent",
    "dcr_percent",
    "orr_mrecist_percent",
    "survival_at_months",
)
PROCEDURE_KEYS = tuple(
    f"{endpoint}_median_{part}" for endpoint in ("ttup", "rfs", "ttr") for part in ("months", "ci")
)
"""Of trials with embolisation, ablation or resection; an arm has those that its record has."""
COMPARISON_KEYS = ("arm", "control", "endpoint", "hr", "ci", "p_logrank", "p_logrank_below")
"""``p_logrank_below`` is what an article prints as "P<0.001"; ``p_logrank`` is then null."""

SET_BESIDE = ("randomised", "single-arm", "registry")
"""Designs of the trials that a simulated one can be set beside."""


def published_names() -> tuple[str, ...]:
    """Names of the records that a simulated trial can be set beside.

    Whole trials, and single-arm trials told again by class of patients: what a randomised trial found in a part of its
    patients is no trial of its own.
    """
    return tuple(
        key
        for key, trial in shipped().items()
        if trial.design in SET_BESIDE
        and trial.arms
        and (trial.part_of is None or trial.design == "single-arm")
    )


def published_summary(name: str) -> dict[str, Any]:
    """The published result with the keys of ``summary.json``; None where no confirmed number is known.

    Beside them: ``findings`` (numbers that the summary has no key for, each with its source), ``read_in``
    (where the numbers were read, by key), ``notes`` (sources that conflict) and ``not_shown`` (what could
    not be confirmed).
    """
    trial = shipped()[name]
    return {
        "trial": trial.name,
        "registration": trial.registration,
        "use": use_of(name),
        "arms": [_arm(trial, arm) for arm in trial.arms],
        "comparisons": [{key: row.get(key) for key in COMPARISON_KEYS} for row in trial.comparisons],
        "findings": [
            {
                "of": row.of,
                "subgroup": row.subgroup or None,
                "values": dict(row.values),
                "source": row.source,
                "note": row.note or None,
            }
            for row in (*trial.findings, *_subgroup_findings(trial))
        ],
        "source": cite(trial.source),
        "read_in": dict(trial.read_in),
        "notes": [*trial.notes, *(f"{row.of}, {row.quantity}: {row.note}" for row in trial.conflicts)],
        "not_shown": list(trial.not_shown),
    }


def use_of(name: str) -> Use:
    """What a trial is for: calibration, validation or evidence; of one told again, what the whole is for."""
    trial = shipped()[name]
    return shipped()[trial.part_of].use if trial.part_of else trial.use


def _arm(trial: PublishedTrial, arm: dict[str, Any]) -> dict[str, Any]:
    """An arm with the keys of the summary; its survival comes from the landmarks of all patients."""
    alive = {
        f"{row.months:g}": row.percent
        for row in trial.landmarks
        if row.of == arm["arm"] and row.endpoint == "OS" and not row.subgroup
    }
    row = {key: arm.get(key) for key in ARM_KEYS}
    for key in ("os_median_ci", "ttp_median_ci", "pfs_median_ci"):
        if row[key] is not None and None in row[key]:
            row[key] = None  # a limit that was not reached: the summary knows whole intervals
    row |= {key: arm[key] for key in PROCEDURE_KEYS if key in arm}
    return row | {"survival_at_months": row["survival_at_months"] or alive or None}


def _subgroup_findings(trial: PublishedTrial) -> tuple[Finding, ...]:
    found = []
    for row in trial.subgroups:
        stem = f"{row.endpoint.lower()}_hr"
        values = {stem: row.hr}
        if row.ci is not None:
            values |= {f"{stem}_low": row.ci[0], f"{stem}_high": row.ci[1]}
        found.append(
            Finding(f"{row.arm} v {row.control}", values, row.source, f"{row.factor}: {row.group}", row.note)
        )
    return tuple(found)
