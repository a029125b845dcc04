"""Published results that a simulated trial is set beside: confirmed numbers only, with the same keys as the summary."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml

from hepatrial.evidence.references import cite

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
COMPARISON_KEYS = ("arm", "control", "endpoint", "hr", "ci", "p_logrank")


@cache
def published_names() -> tuple[str, ...]:
    """Names of the records that ship."""
    folder = resources.files("hepatrial.evidence").joinpath("data", "trials")
    return tuple(
        sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))
    )


def published_summary(name: str) -> dict[str, Any]:
    """The published result with the keys of ``summary.json``; None where no confirmed number is known."""
    text = (
        resources.files("hepatrial.evidence")
        .joinpath("data", "trials", f"{name}.yaml")
        .read_text(encoding="utf-8")
    )
    record = yaml.safe_load(text)
    return {
        "trial": record["name"],
        "arms": [{key: arm.get(key) for key in ARM_KEYS} for arm in record["arms"]],
        "comparisons": [{key: row.get(key) for key in COMPARISON_KEYS} for row in record["comparisons"]],
        "source": cite(record["source"]),
        "not_shown": record["not_shown"],
    }
