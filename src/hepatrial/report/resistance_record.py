"""Causes of resistance as the plain record that ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hepatrial.attribution import ArmAttribution, CauseShare, Estimate
from hepatrial.conduct.unfitted_warnings import treatment_warnings
from hepatrial.report.definitions import NOTICE
from hepatrial.simulation.blocks import Work


def resistance_record(work: Work, arms: Sequence[ArmAttribution]) -> dict[str, Any]:
    """Stable keys; estimates are ``{"value": ..., "error": ...}``, null where there was no progression,
    and of control where it is compared with control."""
    return {
        "notice": NOTICE,
        "warnings": list(treatment_warnings(work.protocol, work.recorded_agents)),
        "protocol": work.protocol.name,
        "hash": work.protocol.hash,
        "parameters_hash": work.parameters.hash,
        "seed": work.seed,
        "horizon_days": work.protocol.horizon_days,
        "arms": [_arm(arm) for arm in arms],
    }


def _arm(arm: ArmAttribution) -> dict[str, Any]:
    return {
        "arm": arm.arm,
        "progression": "beyond the sequence" if arm.beyond_sequence else "first",
        "patients": arm.patients,
        "progressions": arm.progressions,
        "mean_months_to_progression": _estimate(arm.mean_months),
        "later_than_control_months": _estimate(arm.later_months),
        "longer_life_months": _estimate(arm.longer_life_months),
        "never_held_percent": _estimate(arm.never_held_percent),
        "by_new_lesion_percent": _estimate(arm.by_new_lesion_percent),
        "off_treatment_percent": _estimate(arm.off_treatment_percent),
        "causes": [_cause(cause) for cause in arm.causes],
    }


def _cause(cause: CauseShare) -> dict[str, Any]:
    return {
        "cause": cause.cause,
        "share_percent": _estimate(cause.share_percent),
        "delay_months": _estimate(cause.delay_months),
        "onset_share_percent": cause.onset.share_percent,
        "onset_median_days": cause.onset.median_days,
        "onset_quartile_days": list(cause.onset.quartile_days) if cause.onset.quartile_days else None,
    }


def _estimate(found: Estimate | None) -> dict[str, float] | None:
    return {"value": found.value, "error": found.error} if found and math.isfinite(found.value) else None
