"""A prediction as plain data: ``result.json``, and what `hepatrial predict --json` prints."""

from __future__ import annotations

from typing import Any

from hepatrial.prediction.answer import Prediction
from hepatrial.report.definitions import NOTICE
from hepatrial.report.outlook_record import estimated_record, outlook_record, spread_record


def prediction_record(found: Prediction) -> dict[str, Any]:
    """Everything, ready for JSON: what is not reached is None."""
    return {
        "agent": found.agent.name,
        "protocol": found.protocol.name,
        "protocol_hash": found.protocol.hash,
        "arm": found.arm,
        "control": found.protocol.control,
        "endpoint": found.endpoint,
        "fitted_before": found.fitted_before,
        "posterior_hash": found.posterior_hash,
        "draws": found.draws,
        "effective_draws": found.effective_draws,
        "rounds": found.rounds,
        "patients": found.patients,
        "seed": found.seed,
        "after_phase2": outlook_record(found.after),
        "before_phase2": outlook_record(found.before),
        "agent_values": [
            {
                "quantity": each.quantity,
                "before": spread_record(each.before),
                "after": spread_record(each.after),
            }
            for each in found.learned
        ],
        "phase2": check_rows(found),
        "influence": influence_rows(found),
        "warnings": list(found.warnings),
        "notice": NOTICE,
    }


def check_rows(found: Prediction) -> list[dict[str, Any]]:
    """A row a phase 2 result."""
    return [
        {
            "trial": each.trial,
            "result": each.name,
            "reported": each.reported,
            "expected_before": spread_record(each.before),
            "expected_after": spread_record(each.after),
            "share_below": each.share_below,
            "outside_before": each.outside_before,
            "outside": each.outside,
        }
        for each in found.checked
    ]


def influence_rows(found: Prediction) -> list[dict[str, Any]]:
    """A row a way to weigh the evidence."""
    return [
        {
            "kind": each.kind,
            "evidence": each.evidence,
            "true_hr": spread_record(each.true_hr),
            "success": estimated_record(each.success),
            "effective_draws": each.effective_draws,
        }
        for each in found.influences
    ]
