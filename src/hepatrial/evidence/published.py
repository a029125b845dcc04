"""Published results that a simulated trial is set beside: confirmed numbers only, with the summary's keys."""

from __future__ import annotations

from typing import Any

from hepatrial.evidence.references import cite
from hepatrial.evidence.trials import load_trial, trial_names

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
COMPARISON_KEYS = ("arm", "control", "endpoint", "hr", "ci", "p_logrank", "p_logrank_below")
"""``p_logrank_below`` is what an article prints as "P<0.001"; ``p_logrank`` is then null."""


def published_names() -> tuple[str, ...]:
    """Names of the records that ship."""
    return trial_names()


def published_summary(name: str) -> dict[str, Any]:
    """The published result with the keys of ``summary.json``; None where no confirmed number is known.

    Beside them: ``findings`` (numbers that the summary has no key for, each with its source), ``read_in``
    (where the numbers were read, by key), ``notes`` (sources that conflict) and ``not_shown`` (what could
    not be confirmed).
    """
    trial = load_trial(name)
    return {
        "trial": trial.name,
        "registration": trial.registration,
        "use": trial.use,
        "arms": [{key: arm.get(key) for key in ARM_KEYS} for arm in trial.arms],
        "comparisons": [{key: row.get(key) for key in COMPARISON_KEYS} for row in trial.comparisons],
        "findings": [
            {
                "of": row.of,
                "subgroup": row.subgroup or None,
                "values": dict(row.values),
                "source": row.source,
                "note": row.note or None,
            }
            for row in trial.findings
        ],
        "source": cite(trial.source),
        "read_in": dict(trial.read_in),
        "notes": list(trial.notes),
        "not_shown": list(trial.not_shown),
    }
